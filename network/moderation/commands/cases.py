"""The one door through which a command takes a case: looked at, locked, and settled by the clock."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from models.moderation import Case
from network.kernel import runtime
from network.kernel.actor import Actor, system_actor
from network.kernel.policy import require, require_second_factor
from network.kernel.transaction import session
from network.kernel.transitions import check_version, transition
from network.moderation.commands.parties import climb
from network.moderation.policy.cases import Matter, acting_role, may_act_on_case
from network.moderation.queries.cases import visible_case
from network.moderation.queries.route import matter_of
from network.moderation.queries.showing import shown
from network.moderation.rules.cases import (
    AWAITING_INFO,
    CASE,
    IN_REVIEW,
    NEW,
    CaseClaimed,
    NotYours,
    is_claimed,
    state_now,
)

CLOCK = system_actor("cases.clock")


def locked_case(case_id: str) -> Case:
    """Within a command that saw the case: the row as it is now, kept from others until the end."""
    return session().get_one(Case, case_id, with_for_update=True, populate_existing=True)


def taken_case(actor: Actor, case_id: str, expected_version: int) -> tuple[Case, Matter]:
    """Within a command: the case, locked and as the clock has it, for somebody who handles it where it stands
    now. Raises NotFound (to a party as to a stranger), SecondFactorNeeded, Forbidden, VersionConflict."""
    visible_case(actor, case_id)
    require_second_factor(actor)
    case = locked_case(case_id)
    visible_case(actor, case_id)  # a report that came meanwhile may have made her a party
    matter = matter_of(case)
    require(may_act_on_case(actor, matter))
    check_version(case, expected_version, lambda row: as_shown(row))
    settle(case, runtime.current().clock.now())
    return case, matter


def own_case(actor: Actor, case_id: str, expected_version: int) -> tuple[Case, Matter]:
    """The same, for who has it: the others take it first. Raises NotYours, CaseClaimed besides."""
    case, matter = taken_case(actor, case_id, expected_version)
    if case.assignee_id != actor.user_id:
        if is_claimed(case, runtime.current().clock.now()):
            raise CaseClaimed(claimed_until=case.claimed_until)
        raise NotYours()
    return case, matter


def step(
    actor: Actor, case: Case, action: str, matter: Matter | None = None, reason: str | None = None
) -> str:
    """One step of the machine, with its audit row; `reason` is a code, never what somebody wrote."""
    role = acting_role(actor, matter) if matter is not None and actor.is_person else None
    before = transition(
        CASE, case, action, actor, expected_version=None, show=as_shown, network_id=case.network_id,
        acting_role=role, reason=reason,
    )  # fmt: skip
    session().flush()
    return before


def settle(case: Case, now: datetime) -> None:
    """Write down what ended by the clock: an unanswered question, a claim; and where it stands by now on the
    route. Twice is once."""
    due = state_now(case, now)
    if case.state == AWAITING_INFO and due != AWAITING_INFO:
        end_question(case, case.asked_until or now)
        step(CLOCK, case, "question_lapsing")
    if case.state == IN_REVIEW and due == NEW:
        step(CLOCK, case, "claim_lapsing")
        release(case)
    climb(case)


def end_question(case: Case, ended_at: datetime) -> None:
    """The clock runs again: what was waited does not count, and what is left of it comes off the claim."""
    if case.asked_until is None:
        return
    from_now = case.asked_until - ended_at
    if case.claimed_until is not None:
        case.claimed_until -= from_now
    case.paused_seconds -= round(from_now.total_seconds())
    case.asked_until = None


def release(case: Case) -> None:
    """Nobody has it any more."""
    case.assignee_id, case.claimed_until = None, None
    session().flush()


def as_shown(case: Case) -> Mapping[str, Any]:
    """What a conflict shows of a case as it is now."""
    return dict(shown([case])[0])
