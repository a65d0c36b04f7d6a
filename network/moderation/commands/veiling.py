"""Hiding what a case is about until it is decided: by who has it, or because several people reported it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import func, select

from models.moderation import Case, Report
from network import discussions, files, meetings, people, profiles
from network.kernel import runtime
from network.kernel.actor import Actor, system_actor
from network.kernel.errors import FieldFault, Invalid, NotFound
from network.kernel.outbox import post
from network.kernel.transaction import command, session
from network.kernel.translation import mark as _
from network.moderation.commands.cases import settle, step, taken_case
from network.moderation.commands.telling import tell_case
from network.moderation.queries.cases import shown_to
from network.moderation.queries.targets import has_rule, rules_version_at
from network.moderation.queries.views import OwnCaseView
from network.moderation.rules.cases import (
    OPEN_STATES,
    RUNNING_REPORTS,
    VEIL_AFTER,
    VEIL_LASTS,
    CaseClaimed,
    is_claimed,
    is_veiled,
)

_VEILS: dict[str, Callable[[Actor, str, datetime], None]] = {
    "message": discussions.veil_message, "topic": discussions.veil_topic, "file": files.veil_file,
    "meeting": meetings.veil_meeting, "user": profiles.veil_profile,
}  # fmt: skip
_UNVEILS: dict[str, Callable[[Actor, str], None]] = {
    "message": discussions.unveil_message, "topic": discussions.unveil_topic, "file": files.unveil_file,
    "meeting": meetings.unveil_meeting, "user": profiles.unveil_profile,
}  # fmt: skip
MANY = system_actor("reports.veil")


@command
def veil_case(
    actor: Actor, case_id: str, *, reason: str, expected_version: int, rule_id: str | None = None
) -> OwnCaseView:
    """Hide what a case is about for 72 hours, or until it is decided; its author reads why. By who handles it
    where it stands, while nobody else has it. Records CaseChanged, QueueChanged and the fact of the hidden
    thing. Raises NotFound, SecondFactorNeeded, Forbidden, VersionConflict, InvalidTransition, CaseClaimed,
    Invalid."""
    case, matter = taken_case(actor, case_id, expected_version)
    now = runtime.current().clock.now()
    if case.assignee_id != actor.user_id and is_claimed(case, now):
        raise CaseClaimed(claimed_until=case.claimed_until)
    if not reason.strip():
        raise Invalid({"reason": FieldFault.of(_("Please say why."))})
    version = rules_version_at(case.network_id, now)
    if rule_id is not None and not has_rule(version, rule_id):
        raise Invalid({"rule_id": FieldFault.of(_("This rule is not one of our rules."))})
    step(actor, case, "veil", matter)
    _lay(actor, case, now, reason.strip(), rule_id)
    tell_case(case)
    return shown_to(actor, [case])[0]


def veil_where_many(case: Case) -> bool:
    """Within a command that attached a report: hide for a short time what three people reported who did so
    independently of each other, once in the life of a case. True where that happened now."""
    if case.veiled_at is not None or case.state not in OPEN_STATES:
        return False
    counted = select(func.count(func.distinct(Report.reporter_id))).where(
        Report.case_id == case.id, Report.state.in_(RUNNING_REPORTS), Report.reporter_id.is_not(None)
    )
    if (session().scalar(counted) or 0) < VEIL_AFTER:
        return False
    now = runtime.current().clock.now()
    settle(case, now)
    _lay(MANY, case, now, "", None)
    return True


def _lay(actor: Actor, case: Case, now: datetime, reason: str, rule_id: str | None) -> None:
    case.veil_until, case.veiled_at = now + VEIL_LASTS, now
    case.veil_by, case.veil_rule_id, case.veil_reason = actor.user_id, rule_id, reason or None
    case.severity = 2
    session().flush()
    _VEILS[case.target_type](actor, case.target_id, now + VEIL_LASTS)
    where = people.address_of(case.about_id) if case.about_id else None
    if where is not None:
        post("content_hidden", *where, case_id=case.id)


def end_interim_veil(actor: Actor, case: Case) -> None:
    """Within a command that locked the case: what was hidden meanwhile is seen again, unless its time is over
    by itself. What was deleted since stays so."""
    if not is_veiled(case.veil_until, runtime.current().clock.now()):
        return
    case.veil_until = None
    session().flush()
    try:
        _UNVEILS[case.target_type](actor, case.target_id)
    except NotFound:
        return
