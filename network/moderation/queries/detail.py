"""A case with all that who handles it needs: the words, what they are by now, the reports, the questions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, TypedDict

from sqlalchemy import case as when
from sqlalchemy import func, select

from models.agreements import Clause
from models.discussions import Message, Room
from models.moderation import Case, CaseQuestion, Report, ReportSnapshot
from network import people
from network.kernel.actor import Actor
from network.kernel.transaction import session
from network.kernel.veils import is_veiled
from network.moderation.policy.cases import Matter
from network.moderation.queries.cases import shown_to
from network.moderation.queries.questions import question_view
from network.moderation.queries.showing import Known, named_in
from network.moderation.queries.targets import OPEN_KINDS, bodies_now
from network.moderation.queries.views import CaseDetailView, CaseReportView, QuestionView
from network.moderation.rules.cases import ACTED, ANSWERED, INVALID, NEIGHBOURS, NOT_ACTED, WITHDRAWN


class NeighbourView(TypedDict):
    """A message that stands beside a reported one."""

    id: str
    author: Mapping[str, Any]
    body: str | None
    created_at: datetime
    is_before: bool


def detail(actor: Actor, case: Case, matter: Matter) -> CaseDetailView:
    """A case with its content. The same number of statements however much was reported."""
    thing, ask = (case.target_type, case.target_id), session().scalars
    rows = ask(select(Report).where(Report.case_id == case.id).order_by(Report.created_at, Report.id)).all()
    copies = ask(
        select(ReportSnapshot).where(ReportSnapshot.case_id == case.id).order_by(ReportSnapshot.taken_at)
    ).all()
    reporters = {row.reporter_id for row in rows if row.reporter_id}
    known = Known(
        {case.id: sum(row.state not in (WITHDRAWN, INVALID) for row in rows)}, {case.id: copies[-1]},
        bodies_now([thing]), people.people_by_id(named_in([case], copies) | reporters),
    )  # fmt: skip
    view = shown_to(actor, [case], with_content=True, matters={case.id: matter}, known=known)[0]
    present = known.present[thing]
    return CaseDetailView(
        **view, body_now=present if view["changed_since"] else None, is_gone=present is None,
        reports=_reports(case, rows, known.persons), questions=_questions(case),
        earlier_snapshots=[row.body for row in copies[:-1]], veil_rule_id=case.veil_rule_id,
        veil_reason=case.veil_reason, reopened_because=case.reopened_because,
        handed_over_because=case.handed_over_because,
    )  # fmt: skip


def neighbours_of(case: Case) -> list[NeighbourView]:
    """Up to two messages before and after a reported one, only where the whole network reads anyway."""
    row = session().get(Message, case.target_id) if case.target_type == "message" else None
    room = session().get(Room, row.room_id) if row is not None else None
    if row is None or room is None or room.kind not in OPEN_KINDS:
        return []
    wanted = select(Message).where(Message.topic_id == row.topic_id, Message.deleted_at.is_(None))
    before = wanted.where(Message.seq < row.seq).order_by(Message.seq.desc()).limit(NEIGHBOURS)
    after = wanted.where(Message.seq > row.seq).order_by(Message.seq).limit(NEIGHBOURS)
    found = [*reversed(session().scalars(before).all()), *session().scalars(after).all()]
    persons = people.people_by_id(one.author_id for one in found)
    return [
        {
            "id": one.id, "author": persons[one.author_id],
            "body": None if is_veiled(one.veiled_until) else one.body, "created_at": one.created_at,
            "is_before": one.seq < row.seq,
        }
        for one in found
    ]  # fmt: skip


def _reports(case: Case, rows: Sequence[Report], persons: Mapping[str, Any]) -> list[CaseReportView]:
    known = _accuracy(case.network_id, sorted({row.reporter_id for row in rows if row.reporter_id}))
    named = _rules({(row.rules_version_id, row.rule_id) for row in rows if row.rule_id})
    return [
        {
            "id": row.id, "reporter": persons.get(row.reporter_id or ""), "rule_id": row.rule_id,
            "rule": named.get((row.rules_version_id, row.rule_id)),
            "rules_version_id": row.rules_version_id, "reason": row.reason, "state": row.state,
            "created_at": row.created_at, "version": row.version,
            "earlier": known.get(row.reporter_id or "", {"acted": 0, "not_acted": 0, "invalid": 0}),
        }
        for row in rows
    ]  # fmt: skip


def _rules(named: set[tuple[str | None, str | None]]) -> dict[tuple[str | None, str | None], str]:
    """What the rules were called that somebody named, in the version that held then."""
    if not named:
        return {}
    wanted = select(Clause).where(
        Clause.version_id.in_({version for version, _rule in named}),
        Clause.clause_id.in_({rule for _version, rule in named}),
    )
    return {(row.version_id, row.clause_id): row.short or row.heading for row in session().scalars(wanted)}


def _accuracy(network_id: str, reporters: list[str]) -> dict[str, Mapping[str, int]]:
    """What came of what somebody reported before: only those see it who handle a case of hers."""
    acted = func.sum(when((Report.answer == ACTED, 1), else_=0))
    not_acted = func.sum(when(((Report.state == ANSWERED) & (Report.answer == NOT_ACTED), 1), else_=0))
    invalid = func.sum(when((Report.state == INVALID, 1), else_=0))
    counted = (
        select(Report.reporter_id, acted, not_acted, invalid)
        .where(Report.network_id == network_id, Report.reporter_id.in_(reporters))
        .group_by(Report.reporter_id)
    )
    return {
        who: {"acted": int(one), "not_acted": int(two), "invalid": int(three)}
        for who, one, two, three in session().execute(counted)
        if who
    }


def _questions(case: Case) -> list[QuestionView]:
    wanted = select(CaseQuestion).where(CaseQuestion.case_id == case.id).order_by(CaseQuestion.asked_at)
    return [question_view(row) for row in session().scalars(wanted)]
