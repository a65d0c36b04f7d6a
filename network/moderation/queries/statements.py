"""The statement of reasons of a decision, as rows have it or as it would be: the same words everywhere."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from models.discussions import Topic
from models.moderation import Case, CaseDecision, ReportSnapshot, Sanction
from network import networks
from network.kernel import runtime
from network.kernel.actor import Actor
from network.kernel.errors import NotFound
from network.kernel.transaction import session
from network.moderation.queries.appeal_links import sanction_of_link
from network.moderation.queries.appeals import AppealView, HandledAppealView, see_appeal, standing_of
from network.moderation.queries.cases import visible_case
from network.moderation.queries.measures import (
    HandledSanctionView,
    handled_sanction,
    own_sanction,
    show_handled,
)
from network.moderation.queries.ruling import RuleView, rule_words, rules_for
from network.moderation.queries.showing import last_snapshots
from network.moderation.rules.deciding import Draft, check_complete, measures_of
from network.moderation.rules.measures import NEVER_TOLD, TOPIC, Ground
from network.moderation.rules.statements import Measure, Section, Statement, sections


def statement_of(decision: CaseDecision) -> Statement:
    """What a decision says to the person whom it is about."""
    case = session().get_one(Case, decision.case_id)
    wanted = select(Sanction).where(Sanction.decision_id == decision.id, Sanction.state.not_in(NEVER_TOLD))
    rows = session().scalars(wanted.order_by(Sanction.id)).all()
    snapshot = session().get(ReportSnapshot, decision.snapshot_id) if decision.snapshot_id else None
    until = [row.appeal_until for row in rows if row.appeal_until is not None]
    return _statement(
        case, snapshot, rule_words(decision.rules_version_id, decision.rule_id), facts=decision.facts,
        reason=decision.reason, language=decision.language, basis=decision.basis,
        measures=[(row.kind, row.scope_type, row.scope_id, row.ends_at) for row in rows],
        appeal_until=min(until, default=None), seconded=any(row.seconded_by for row in rows),
    )  # fmt: skip


def statement_of_sanction(sanction: Sanction) -> Statement:
    """What the decision behind a measure says."""
    return statement_of(session().get_one(CaseDecision, sanction.decision_id))


def preview(actor: Actor, case_id: str, draft: Draft, language: str, zone: str) -> list[Section]:
    """The statement as the person would read it, before anything is saved; for who handles the case. Raises
    NotFound, Invalid for what could not be saved."""
    case = visible_case(actor, case_id)
    check_complete(draft)
    ground = Ground(case.network_id, case.target_type, case.target_id, case.about_id)
    wishes = measures_of(draft, ground, runtime.current().clock.now())
    snapshot = last_snapshots([case.id]).get(case.id)
    rule = next((one for one in rules_for(case, snapshot) if one["id"] == draft.rule_id), None)
    said = _statement(
        case, snapshot, rule, facts=draft.facts, reason=draft.reason, language=draft.language or language,
        basis=draft.basis or "notice",
        measures=[(wish.kind, wish.scope_type, wish.scope_id, wish.until) for wish in wishes],
        appeal_until=None, seconded=False,
    )  # fmt: skip
    return sections(said, language, zone)


def _statement(
    case: Case,
    snapshot: ReportSnapshot | None,
    rule: RuleView | None,
    *,
    facts: str,
    reason: str,
    language: str,
    basis: str,
    measures: Sequence[tuple[str, str, str, datetime | None]],
    appeal_until: datetime | None,
    seconded: bool,
) -> Statement:
    topics = {scope_id for _kind, scope, scope_id, _until in measures if scope == TOPIC}
    titles = {row.id: row.title for row in session().scalars(select(Topic).where(Topic.id.in_(topics)))}
    content = snapshot.content if snapshot is not None else {}
    return Statement(
        network=networks.network_row(case.network_id).name, target_type=case.target_type,
        title=str(content.get("title") or ""), body=snapshot.body if snapshot is not None else "",
        posted_at=snapshot.posted_at if snapshot is not None else None,
        rule_heading=rule["heading"] if rule else "", rule_text=rule["text"] if rule else "",
        rules_number=rule["number"] if rule else None, facts=facts, reason=reason, language=language,
        basis=basis, measures=[
            Measure(kind, scope, until, titles.get(scope_id, "")) for kind, scope, scope_id, until in measures
        ],
        appeal_until=appeal_until, seconded=seconded,
    )  # fmt: skip


def own_statement(actor: Actor, sanction_id: str, language: str, zone: str) -> list[Section]:
    """The statement behind a measure of which the actor was told, as its person. Raises NotFound."""
    return sections(statement_of_sanction(own_sanction(actor, sanction_id)), language, zone)


def handled_statement(
    actor: Actor, sanction_id: str, language: str, zone: str
) -> tuple[HandledSanctionView, list[Section]]:
    """A measure with its statement as the person reads it or will, for who handles the case or could be the
    second person. Raises NotFound, also for the person herself."""
    row, _case = handled_sanction(actor, sanction_id)
    return show_handled([row])[0], _as_she_reads(row, language, zone)


def appealed_statement(
    actor: Actor, appeal_id: str, language: str, zone: str
) -> tuple[AppealView | HandledAppealView, list[Section]]:
    """An appeal with the statement that it is against, for its person and who looks again. Raises
    NotFound."""
    found = see_appeal(actor, appeal_id)
    return found, _as_she_reads(session().get_one(Sanction, found["sanction_id"]), language, zone)


def _as_she_reads(row: Sanction, language: str, zone: str) -> list[Section]:
    return sections(_with(row) if row.starts_at is None else statement_of_sanction(row), language, zone)


def linked_statement(token: str, language: str, zone: str) -> tuple[str, str, list[Section]]:
    """By the link in a letter: the measure's id, how its appeal stands, the statement. Raises NotFound."""
    row = sanction_of_link(token)
    if row.starts_at is None:
        raise NotFound()
    return row.id, standing_of(row), sections(statement_of_sanction(row), language, zone)


def _with(row: Sanction) -> Statement:
    decision = session().get_one(CaseDecision, row.decision_id)
    case = session().get_one(Case, row.case_id)
    snapshot = session().get(ReportSnapshot, decision.snapshot_id) if decision.snapshot_id else None
    return _statement(
        case, snapshot, rule_words(decision.rules_version_id, decision.rule_id), facts=decision.facts,
        reason=decision.reason, language=decision.language, basis=decision.basis,
        measures=[(row.kind, row.scope_type, row.scope_id, row.ends_at)], appeal_until=None, seconded=True,
    )  # fmt: skip
