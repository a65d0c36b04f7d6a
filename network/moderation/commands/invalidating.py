"""Setting a report aside that is about nothing, and what follows where somebody sends many of them."""

from __future__ import annotations

from sqlalchemy import func, select

from models.moderation import Case, Report, ReportingPause
from network.kernel import runtime
from network.kernel.actor import Actor
from network.kernel.errors import FieldFault, Invalid, NotFound
from network.kernel.transaction import command, session
from network.kernel.translation import mark as _
from network.moderation.commands.cases import taken_case
from network.moderation.commands.looking import without_content
from network.moderation.commands.reporting import empty_where_none_left, end_report
from network.moderation.commands.telling import tell_answer
from network.moderation.queries.views import OwnCaseView
from network.moderation.rules.cases import (
    INVALID,
    NOT_ACTED,
    REPORTING_PAUSED_FOR,
    RUNNING_REPORTS,
    UNFOUNDED_WITHIN,
    CaseClaimed,
    is_claimed,
    unfounded_follows,
)


@command
def set_report_aside(
    actor: Actor, case_id: str, report_id: str, *, reason: str, expected_version: int
) -> OwnCaseView:
    """Say of one report that it is about nothing, with a reason; its reporter learns that nothing was done.
    The third one within three months brings her a warning, the fifth a month in which she reports nothing.
    By who handles the case. Records ReportAnswered, CaseChanged, QueueChanged. Raises NotFound,
    SecondFactorNeeded, Forbidden, VersionConflict, InvalidTransition, CaseClaimed, Invalid."""
    case, _matter = taken_case(actor, case_id, expected_version)
    now = runtime.current().clock.now()
    if is_claimed(case, now) and case.assignee_id != actor.user_id:
        raise CaseClaimed(claimed_until=case.claimed_until)
    reason = reason.strip()
    if not reason:
        raise Invalid({"reason": FieldFault.of(_("Please say why."))})
    row = session().get(Report, report_id, with_for_update=True, populate_existing=True)
    if row is None or row.case_id != case.id:
        raise NotFound()
    if row.state in RUNNING_REPORTS:
        end_report(actor, row, "rejecting")
        row.answer, row.answered_at, row.invalid_reason = NOT_ACTED, now, reason
        case.version += 1
        session().flush()
        if row.reporter_id is not None:
            _count(actor, case, row.reporter_id, reason)
        empty_where_none_left(actor, case)
        tell_answer(row)
    return without_content(actor, case)


def _count(actor: Actor, case: Case, reporter_id: str, reason: str) -> None:
    now = runtime.current().clock.now()
    recent = select(func.count()).where(
        Report.network_id == case.network_id, Report.reporter_id == reporter_id, Report.state == INVALID,
        Report.answered_at > now - UNFOUNDED_WITHIN,
    )  # fmt: skip
    follows = unfounded_follows(session().scalar(recent) or 0)
    if follows is None:
        return
    row = session().get(ReportingPause, (case.network_id, reporter_id))
    if row is None:
        row = ReportingPause(
            network_id=case.network_id, user_id=reporter_id, warned_at=now, reason=reason, by_id=actor.id
        )
        session().add(row)
    elif follows == "pause":  # nobody is paused who was not warned before
        row.until, row.reason, row.by_id = now + REPORTING_PAUSED_FOR, reason, actor.id
    session().flush()
