"""The report on moderation over a time, in numbers that tell nothing about one person (trust, D.4: what
Articles 15 and 24 of the DSA ask of bigger ones, promised here)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import TypedDict

from sqlalchemy import Executable, func, select

from models.audit import AuditRow
from models.moderation import Appeal, Case, CaseDecision, OutsideNotice, Report, Sanction
from network import networks
from network.kernel import runtime
from network.kernel.actor import Actor
from network.kernel.errors import FeatureOff
from network.kernel.policy import require
from network.kernel.transaction import session
from network.moderation.policy.accounts import may_see_report
from network.moderation.rules.accounts import median_seconds, share, shown_cells, span_of
from network.moderation.rules.appeals import OUTCOMES
from network.moderation.rules.cases import ACTED, INVALID, NOT_ACTED, TARGETS, WITHDRAWN
from network.moderation.rules.measures import KINDS, NEVER_TOLD

FEATURE = "transparency_report"
ORIGINS = ("member", "outside", "own_initiative")
ANSWERS = (ACTED, NOT_ACTED, INVALID, WITHDRAWN, "open")
FIRST_ACTIONS = ("case.claim", "case.question", "case.veil", "case.escalation", "case.decision")
AUTOMATED = ("interim_veils", "decisions")


class CellsView(TypedDict):
    """Counts by name and their sum; null is what is not told."""

    total: int | None
    by: Mapping[str, int | None]


class ModerationReportView(TypedDict):
    """What happened from the first day to the last one. `median_*` are whole seconds, null for fewer than
    five. `overturned` is a share of the appeals that were decided, as a fraction."""

    network_id: str
    since: date
    until: date
    reports_by_target: CellsView
    reports_by_origin: CellsView
    reports_by_answer: CellsView
    measures: CellsView
    appeals: CellsView
    overturned: str | None
    median_to_first_action: int | None
    median_to_decision: int | None
    automated: CellsView


def get_moderation_report(actor: Actor, network_id: str, since: date, until: date) -> ModerationReportView:
    """The report of the days from `since` to `until`, both with it, in UTC. Raises NotFound for whom the
    network does not exist, Forbidden, FeatureOff where the network switched it off, Invalid for a time that
    is none or longer than five years."""
    row = networks.get_network(actor, network_id)
    require(may_see_report(actor, row["id"]))
    if not row["features"].get(FEATURE):
        raise FeatureOff()
    first, end = span_of(since, until, "UTC")
    told = Report.created_at >= first, Report.created_at < end
    here = Report.network_id == row["id"]
    targets = _counts(
        select(Report.target_type, func.count()).where(here, *told).group_by(Report.target_type)
    )
    answers = Counter[str]()
    states = select(Report.state, Report.answer, func.count()).where(here, *told)
    for state, answer, number in session().execute(states.group_by(Report.state, Report.answer)):
        answers[state if state in (INVALID, WITHDRAWN) else answer or "open"] += number
    imposed = select(Sanction.kind, func.count()).where(
        Sanction.network_id == row["id"], Sanction.starts_at >= first, Sanction.starts_at < end,
        Sanction.state.not_in(NEVER_TOLD),
    )  # fmt: skip
    decided = select(Appeal.state, func.count()).where(
        Appeal.network_id == row["id"], Appeal.decided_at >= first, Appeal.decided_at < end,
        Appeal.state.in_(OUTCOMES),
    )  # fmt: skip
    appeals = _cells(_counts(decided.group_by(Appeal.state)), OUTCOMES)
    to_first, to_decision = _spans(row["id"], first, end)
    return {
        "network_id": row["id"], "since": since, "until": until,
        "reports_by_target": _cells(targets, TARGETS),
        "reports_by_origin": _cells(_origins(row["id"], first, end), ORIGINS),
        "reports_by_answer": _cells(answers, ANSWERS),
        "measures": _cells(_counts(imposed.group_by(Sanction.kind)), KINDS),
        "appeals": appeals, "overturned": share(appeals["by"]["overturned"], appeals["total"]),
        "median_to_first_action": median_seconds(to_first),
        "median_to_decision": median_seconds(to_decision),
        "automated": _cells(_automated(row["id"], first, end), AUTOMATED),
    }  # fmt: skip


def _cells(counts: Mapping[str, int], names: Iterable[str]) -> CellsView:
    by, total = shown_cells({name: counts.get(name, 0) for name in names})
    return {"total": total, "by": by}


def _counts(wanted: Executable) -> dict[str, int]:
    return {str(name): int(number) for name, number in session().execute(wanted)}


def _origins(network_id: str, first: datetime, end: datetime) -> dict[str, int]:
    outside = (
        select(func.count())
        .select_from(Report)
        .join(OutsideNotice, OutsideNotice.report_id == Report.id)
        .where(Report.network_id == network_id, Report.created_at >= first, Report.created_at < end)
    )
    every = select(func.count()).select_from(Report)
    every = every.where(Report.network_id == network_id, Report.created_at >= first, Report.created_at < end)
    own = select(func.count()).select_from(Case)
    own = own.where(
        Case.network_id == network_id, Case.own_initiative, Case.opened_at >= first, Case.opened_at < end
    )
    from_outside = session().scalar(outside) or 0
    return {
        "member": (session().scalar(every) or 0) - from_outside, "outside": from_outside,
        "own_initiative": session().scalar(own) or 0,
    }  # fmt: skip


def _spans(network_id: str, first: datetime, end: datetime) -> tuple[list[timedelta], list[timedelta]]:
    """How long cases that were decided then had waited: for somebody to take them, for a decision."""
    wanted = (
        select(Case.id, Case.opened_at, CaseDecision.decided_at)
        .join(CaseDecision, CaseDecision.case_id == Case.id)
        .where(
            Case.network_id == network_id, CaseDecision.sent_at.is_not(None),
            CaseDecision.decided_at >= first, CaseDecision.decided_at < end,
        )
    )  # fmt: skip
    rows = session().execute(wanted).all()
    taken = (
        select(AuditRow.entity_id, func.min(AuditRow.at))
        .where(AuditRow.action.in_(FIRST_ACTIONS), AuditRow.entity_id.in_([row.id for row in rows]))
        .group_by(AuditRow.entity_id)
    )
    acted = {str(row[0]): row[1] for row in session().execute(taken)}
    return (
        [acted[row.id] - row.opened_at for row in rows if row.id in acted],
        [row.decided_at - row.opened_at for row in rows],
    )


def _automated(network_id: str, first: datetime, end: datetime) -> dict[str, int]:
    """What happened without a person: a thing that several reported hid for a short time. No decision is."""
    veiled = select(func.count()).select_from(Case)
    veiled = veiled.where(
        Case.network_id == network_id, Case.veiled_at >= first, Case.veiled_at < end, Case.veil_by.is_(None)
    )
    return {"interim_veils": session().scalar(veiled) or 0, "decisions": 0}


def default_span() -> tuple[date, date]:
    """The year that ends today."""
    today = runtime.current().clock.today()
    return date(today.year - 1, today.month, min(today.day, 28)), today
