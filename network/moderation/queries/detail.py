"""A case with all that who handles it needs: the words, what they are by now, the reports, the questions."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypedDict

from sqlalchemy import case as when
from sqlalchemy import func, select

from models.discussions import Message, Room
from models.moderation import Case, CaseQuestion, Report, ReportSnapshot
from network import people
from network.kernel.actor import Actor
from network.kernel.transaction import session
from network.kernel.veils import is_veiled
from network.moderation.policy.cases import Matter
from network.moderation.queries.cases import shown_to
from network.moderation.queries.questions import question_view
from network.moderation.queries.targets import OPEN_KINDS, bodies_now
from network.moderation.queries.views import CaseDetailView, CaseReportView, QuestionView
from network.moderation.rules.cases import ACTED, ANSWERED, INVALID, NEIGHBOURS, NOT_ACTED


class NeighbourView(TypedDict):
    """A message that stands beside a reported one."""

    id: str
    author: Mapping[str, Any]
    body: str | None
    created_at: datetime
    is_before: bool


def detail(actor: Actor, case: Case, _matter: Matter) -> CaseDetailView:
    """A case with its content. The same number of statements however much was reported."""
    view = shown_to(actor, [case], with_content=True)[0]
    present = bodies_now([(case.target_type, case.target_id)])[(case.target_type, case.target_id)]
    return CaseDetailView(
        **view, body_now=present if view["changed_since"] else None, is_gone=present is None,
        reports=_reports(case), questions=_questions(case), earlier_snapshots=_earlier(case),
        veil_rule_id=case.veil_rule_id, veil_reason=case.veil_reason,
        reopened_because=case.reopened_because,
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


def _reports(case: Case) -> list[CaseReportView]:
    rows = session().scalars(select(Report).where(Report.case_id == case.id).order_by(Report.id)).all()
    reporters = sorted({row.reporter_id for row in rows if row.reporter_id})
    persons, known = people.people_by_id(reporters), _accuracy(case.network_id, reporters)
    return [
        {
            "id": row.id, "reporter": persons.get(row.reporter_id or ""), "rule_id": row.rule_id,
            "rules_version_id": row.rules_version_id, "reason": row.reason, "state": row.state,
            "created_at": row.created_at, "version": row.version,
            "earlier": known.get(row.reporter_id or "", {"acted": 0, "not_acted": 0, "invalid": 0}),
        }
        for row in rows
    ]  # fmt: skip


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
    wanted = select(CaseQuestion).where(CaseQuestion.case_id == case.id).order_by(CaseQuestion.id)
    return [question_view(row) for row in session().scalars(wanted)]


def _earlier(case: Case) -> list[str]:
    wanted = select(ReportSnapshot.body).where(ReportSnapshot.case_id == case.id).order_by(ReportSnapshot.id)
    return list(session().scalars(wanted))[:-1]
