"""Up the route, stepping aside, opening a case on one's own initiative, and looking at a closed one again."""

from __future__ import annotations

from sqlalchemy import or_, select

from models.moderation import Case
from network import networks
from network.kernel import runtime
from network.kernel.actor import Actor, system_actor
from network.kernel.errors import FieldFault, Invalid, NotFound
from network.kernel.jobs import job
from network.kernel.policy import require, require_second_factor
from network.kernel.transaction import command, session
from network.kernel.transitions import PartyToMatter, check_version
from network.kernel.translation import mark as _
from network.moderation.commands.cases import (
    as_shown,
    locked_case,
    own_case,
    release,
    settle,
    step,
    taken_case,
)
from network.moderation.commands.looking import opened, without_content
from network.moderation.commands.opening import add_snapshot, open_case
from network.moderation.commands.parties import add_party
from network.moderation.commands.reporting import checked, last_case
from network.moderation.commands.telling import handlers_of, tell_case, write_to_handlers
from network.moderation.events import CaseOpened
from network.moderation.policy.cases import (
    Matter,
    may_open_case,
    may_reopen_case,
    may_settle_cases,
)
from network.moderation.queries.cases import visible_case
from network.moderation.queries.route import level_for, matter_of
from network.moderation.queries.targets import visible_target
from network.moderation.queries.views import CaseDetailView, OwnCaseView
from network.moderation.rules.cases import (
    CLAIM_LASTS,
    DECISION_DUE,
    OPEN_STATES,
    OPERATORS,
    OVER_STATES,
    NothingNew,
    NowhereToHandOver,
    due_at,
)

LATE = system_actor("cases.late")
AT_ONCE = 200


@command
def escalate_case(actor: Actor, case_id: str, *, reason: str, expected_version: int) -> OwnCaseView:
    """Hand a case over to those who stand above: the founding organisation, then that of the network above,
    then who runs the platform. By who has it. Records CaseChanged, QueueChanged. Raises NotFound,
    SecondFactorNeeded, Forbidden, NotYours, VersionConflict, InvalidTransition, CaseClaimed,
    NowhereToHandOver, Invalid."""
    case, matter = own_case(actor, case_id, expected_version)
    if not reason.strip():
        raise Invalid({"reason": FieldFault.of(_("Please say why."))})
    if matter.level >= OPERATORS:
        raise NowhereToHandOver()
    case.handed_over_because = reason.strip()
    lift(actor, case, matter, "handed_over")
    tell_case(case)
    return without_content(actor, case)


@command
def step_aside(actor: Actor, case_id: str, expected_version: int) -> OwnCaseView:
    """Say that one is too close to a matter: from now on the case does not exist for her, and somebody else
    handles it, or those who stand above. By who could handle it. Records CaseChanged, QueueChanged. Raises
    NotFound, SecondFactorNeeded, Forbidden, VersionConflict."""
    case, _matter = taken_case(actor, case_id, expected_version)
    last = without_content(actor, case)
    if case.assignee_id == actor.user_id:
        release(case)
    add_party(case, actor.user_id, "named")
    step(actor, case, "further_report", reason="stepped_aside")
    tell_case(case)
    return last


def lift(actor: Actor, case: Case, matter: Matter | None, why: str) -> None:
    """Within a command that locked the case: one level up, or to the next one where somebody is free; nobody
    has it until somebody takes it there."""
    step(actor, case, "escalation", matter, reason=why)
    case.level = level_for(case, min(max(case.level, matter.level if matter else 0) + 1, OPERATORS))
    case.escalated_at = runtime.current().clock.now()
    release(case)
    write_to_handlers(case, handlers_of(case))


@command
def open_own_case(
    actor: Actor, network_id: str, target_type: str, target_id: str, *, reason: str,
    rule_id: str | None = None,
) -> CaseDetailView:  # fmt: skip
    """Open a case without a report, about something that one sees, and take it: nothing is hidden or removed
    without one. Where there is an open case already, that one is answered. Refused to everybody but
    meta-mentors, deputies and stewards, and in a matter of her own. Records CaseOpened, QueueChanged. Raises
    NotFound, SecondFactorNeeded, Forbidden, PartyToMatter, Invalid."""
    network = networks.visible_network_row(actor, network_id)
    require(may_open_case(actor, network.id))
    require_second_factor(actor)
    target = visible_target(actor, target_type, target_id, network.id if target_type == "user" else None)
    if target.network_id != network.id:
        raise NotFound()
    if target.author_id == actor.user_id:
        raise PartyToMatter()
    checked(target, reason, rule_id)
    networks.lock_network(network.id)
    found = last_case(target)
    if found is not None and found.state not in OVER_STATES:
        visible_case(actor, found.id)
        return opened(actor, found)
    case = open_case(target, opened_by=actor.user_id, own_initiative=True)
    add_snapshot(case, target)
    case.level = level_for(case)
    step(actor, case, "claim", matter_of(case))
    case.assignee_id = actor.user_id
    case.claimed_until = runtime.current().clock.now() + CLAIM_LASTS
    tell_case(case, CaseOpened)
    return opened(actor, case)


@command
def reopen_case(actor: Actor, case_id: str, *, evidence: str, expected_version: int) -> CaseDetailView:
    """Look at a closed case again, with something new, and take it. By the founding organisation and those
    above. Records CaseChanged, QueueChanged. Raises NotFound, SecondFactorNeeded, Forbidden, VersionConflict,
    InvalidTransition, NothingNew."""
    visible_case(actor, case_id)
    require_second_factor(actor)
    case = locked_case(case_id)
    matter = matter_of(visible_case(actor, case_id))
    require(may_reopen_case(actor, matter))
    check_version(case, expected_version, as_shown)
    if not evidence.strip():
        raise NothingNew()
    step(actor, case, "reopening", matter)
    now = runtime.current().clock.now()
    case.level = level_for(case, max(case.level, 1))
    case.assignee_id, case.claimed_until = actor.user_id, now + CLAIM_LASTS
    case.reported_at, case.paused_seconds, case.decided_at, case.closed_at = now, 0, None, None
    case.reopened_because = evidence.strip()
    tell_case(case)
    return opened(actor, case)


@job("moderation.late", every_minutes=60)
def lift_late_cases() -> int:
    """Hand what was not decided in time to those who stand above; how many."""
    return _lift_late(LATE)


@command
def _lift_late(actor: Actor) -> int:
    require(may_settle_cases(actor))
    now = runtime.current().clock.now()
    # Older than the shortest time that could be over: with what parties were asked it may be longer.
    wanted = select(Case.id).where(
        Case.state.in_(OPEN_STATES), Case.reported_at <= now - DECISION_DUE, Case.level < OPERATORS,
        or_(Case.escalated_at.is_(None), Case.escalated_at <= now - DECISION_DUE),
    )  # fmt: skip
    lifted = 0
    for case_id in session().scalars(wanted.order_by(Case.id).limit(AT_ONCE)).all():
        case = locked_case(case_id)
        settle(case, now)
        if case.state not in OPEN_STATES or due_at(case) > now:
            continue
        case.severity = 2
        lift(actor, case, None, "late")
        tell_case(case)
        lifted += 1
    return lifted
