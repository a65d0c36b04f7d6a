"""What can be done with a network's goals: propose, change, support, adopt, note progress, close."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from models.goals import Goal, GoalProgress, GoalSupport
from network import networks
from network.goals.events import (
    GoalAdopted,
    GoalChanged,
    GoalClosed,
    GoalProgressed,
    GoalProposed,
    GoalSupported,
)
from network.goals.policy import (
    may_adopt_first_goal,
    may_adopt_goal,
    may_change_goal,
    may_close_goal,
    may_note_progress,
    may_propose_goal,
    may_support_goal,
)
from network.goals.queries import GoalView, OwnGoalView, shown, shown_to, visible_goal
from network.goals.rules import (
    ADOPTED,
    FIRST_REVIEW,
    GOAL,
    PROPOSED,
    check_closing,
    check_goal,
    check_note,
    check_open,
)
from network.kernel import runtime
from network.kernel.actor import Actor
from network.kernel.errors import FieldFault, Invalid, InvalidTransition
from network.kernel.events import record
from network.kernel.ids import new_id
from network.kernel.policy import is_system, require
from network.kernel.transaction import add_once, command, session
from network.kernel.transitions import check_version, transition
from network.kernel.translation import mark as _


@command
def adopt_first_goal(
    actor: Actor, network_id: str, title: str, why: str = "", review_on: date | None = None
) -> GoalView:
    """Give a network that is being founded its first goal, adopted at once. Without a day to look back it is
    looked at after three months. Refused to everybody but the founding organisation; Invalid by field."""
    require(may_adopt_first_goal(actor, networks.network_row(network_id)))
    goal = _set_down(actor, network_id, title, why, review_on)
    goal.state, goal.adopted_at = ADOPTED, goal.created_at
    session().flush()
    record(GoalAdopted(scope=f"network:{network_id}", entity_id=goal.id))
    return shown([goal])[0]


@command
def propose_goal(
    actor: Actor, network_id: str, title: str, why: str = "", review_on: date | None = None
) -> OwnGoalView:
    """Propose a goal to the network; without a day to look back it is looked at after three months. Raises
    NotFound where the network is not visible, Forbidden to who is no active member, RulesNotAccepted, Invalid
    by field."""
    network = networks.visible_network_row(actor, network_id)
    require(may_propose_goal(actor, network.id))
    goal = _set_down(actor, network.id, title, why, review_on)
    session().flush()
    record(GoalProposed(scope=f"network:{goal.network_id}", entity_id=goal.id))
    return shown_to(actor, [goal])[0]


@command
def adopt_goal(actor: Actor, goal_id: str, expected_version: int) -> OwnGoalView:
    """Make a proposed goal the network's own. Raises NotFound, Forbidden to who does not lead the network,
    VersionConflict, InvalidTransition when it was adopted already."""
    goal = visible_goal(actor, goal_id)
    require(may_adopt_goal(actor, goal.network_id))
    session().refresh(goal, with_for_update=True)
    transition(
        GOAL, goal, "adoption", actor, expected_version=expected_version,
        show=lambda row: shown([row])[0], network_id=goal.network_id, acting_role=_role(actor, goal),
    )  # fmt: skip
    goal.adopted_at = runtime.current().clock.now()
    session().flush()
    record(GoalAdopted(scope=f"network:{goal.network_id}", entity_id=goal.id, entity_version=goal.version))
    return shown_to(actor, [goal])[0]


def check_decided_goal(_actor: Actor, network_id: str, goal_id: str | None, _value: Any) -> None:
    """Whether the network may decide to adopt a goal. Raises Invalid for one that is none of its own,
    InvalidTransition when it was adopted or closed already."""
    goal = session().get(Goal, goal_id, populate_existing=True) if goal_id else None
    if goal is None or goal.network_id != network_id:
        raise Invalid({"id": FieldFault.of(_("There is no such goal."))})
    if not GOAL.can(goal.state, "adoption"):
        raise InvalidTransition(state=goal.state)


@command
def adopt_goal_as_decided(
    actor: Actor, network_id: str, goal_id: str | None, value: Any, decision_id: str
) -> None:
    """Adopt a goal as the network decided; in the audit trail, with the decision. Fact: GoalAdopted. Refused
    to everybody but the system; else as `check_decided_goal`."""
    require(is_system(actor, None))
    check_decided_goal(actor, network_id, goal_id, value)
    goal = session().get_one(Goal, goal_id or "", with_for_update=True, populate_existing=True)
    transition(
        GOAL, goal, "adoption", actor, expected_version=None, show=lambda row: shown([row])[0],
        network_id=network_id, reason=f"decision {decision_id}",
    )  # fmt: skip
    goal.adopted_at = runtime.current().clock.now()
    session().flush()
    record(GoalAdopted(scope=f"network:{network_id}", entity_id=goal.id, entity_version=goal.version))


@command
def change_goal(actor: Actor, goal_id: str, expected_version: int, changes: Mapping[str, Any]) -> OwnGoalView:
    """Change title, reason or the day to look back. By who proposed it while it is a proposal, by who leads
    the network at any time. Raises NotFound, Forbidden, VersionConflict, GoalNotOpen, Invalid by field."""
    goal = visible_goal(actor, goal_id)
    require(may_change_goal(actor, goal))
    session().refresh(goal, with_for_update=True)
    check_version(goal, expected_version, lambda row: shown([row])[0])
    check_open(goal)
    wanted = {
        "title": changes.get("title", goal.title).strip(), "why": changes.get("why", goal.why).strip(),
        "review_on": changes.get("review_on") or goal.review_on,
    }  # fmt: skip
    today = runtime.current().clock.today()
    moved = wanted["review_on"] != goal.review_on
    # A day that has passed meanwhile may stay: only a new one has to lie ahead.
    check_goal(wanted["title"], wanted["why"], wanted["review_on"] if moved else None, today)
    if all(getattr(goal, field) == value for field, value in wanted.items()):
        return shown_to(actor, [goal])[0]
    for field, value in wanted.items():
        setattr(goal, field, value)
    _note(goal, GoalChanged)
    return shown_to(actor, [goal])[0]


@command
def support_goal(actor: Actor, goal_id: str) -> OwnGoalView:
    """Stand behind a goal; a second time changes nothing. Raises NotFound, Forbidden to who is no active
    member, RulesNotAccepted, GoalNotOpen."""
    goal = visible_goal(actor, goal_id)
    require(may_support_goal(actor, goal.network_id))
    session().refresh(goal, with_for_update=True)
    check_open(goal)
    if not add_once(GoalSupport(goal_id=goal.id, user_id=actor.id, since=runtime.current().clock.now())):
        return shown_to(actor, [goal])[0]
    _note(goal, GoalSupported, counts=False)
    return shown_to(actor, [goal])[0]


@command
def withdraw_support(actor: Actor, goal_id: str) -> OwnGoalView:
    """Do not stand behind a goal any more; who did not changes nothing. Raises as `support_goal`."""
    goal = visible_goal(actor, goal_id)
    require(may_support_goal(actor, goal.network_id))
    session().refresh(goal, with_for_update=True)
    check_open(goal)
    own = session().get(GoalSupport, (goal.id, actor.id))
    if own is not None:
        session().delete(own)
        session().flush()
        _note(goal, GoalSupported, counts=False)
    return shown_to(actor, [goal])[0]


@command
def note_progress(
    actor: Actor, goal_id: str, note: str, percent: int | None = None, review_on: date | None = None
) -> OwnGoalView:
    """Write down what happened on the way to a goal, how far it has come (percent, 0 to 100) and when to look
    again. Raises NotFound, Forbidden to who is no active member, RulesNotAccepted, GoalNotOpen, Invalid."""
    goal = visible_goal(actor, goal_id)
    require(may_note_progress(actor, goal.network_id))
    session().refresh(goal, with_for_update=True)
    check_open(goal)
    note = note.strip()
    check_note(note, percent)
    clock = runtime.current().clock
    if review_on is not None:
        check_goal(goal.title, goal.why, review_on, clock.today())
        goal.review_on = review_on
    if percent is not None:
        goal.percent = percent
    session().add(
        GoalProgress(
            id=new_id(), goal_id=goal.id, user_id=actor.id, percent=percent, note=note, noted_at=clock.now()
        )
    )
    _note(goal, GoalProgressed)
    return shown_to(actor, [goal])[0]


@command
def close_goal(actor: Actor, goal_id: str, outcome: str, sentence: str, expected_version: int) -> OwnGoalView:
    """End a goal as reached or given up, with a sentence on how. Raises NotFound, Forbidden to who does not
    lead the network, VersionConflict, InvalidTransition when it has ended already, Invalid."""
    goal = visible_goal(actor, goal_id)
    require(may_close_goal(actor, goal.network_id))
    session().refresh(goal, with_for_update=True)
    sentence = sentence.strip()
    check_closing(outcome, sentence)
    transition(
        GOAL, goal, "closing", actor, expected_version=expected_version,
        show=lambda row: shown([row])[0], network_id=goal.network_id, acting_role=_role(actor, goal),
    )  # fmt: skip
    goal.outcome, goal.closing_sentence = outcome, sentence
    goal.closed_at = runtime.current().clock.now()
    session().flush()
    record(GoalClosed(scope=f"network:{goal.network_id}", entity_id=goal.id, entity_version=goal.version))
    return shown_to(actor, [goal])[0]


def _note(
    goal: Goal, fact: type[GoalChanged | GoalSupported | GoalProgressed], *, counts: bool = True
) -> None:
    # Support changes no word of the goal: who decides about it at that moment is not made to look again.
    goal.version += counts
    session().flush()
    record(fact(scope=f"network:{goal.network_id}", entity_id=goal.id, entity_version=goal.version))


def _set_down(actor: Actor, network_id: str, title: str, why: str, review_on: date | None) -> Goal:
    now = runtime.current().clock.now()
    review_on = review_on or now.date() + FIRST_REVIEW
    title, why = title.strip(), why.strip()
    check_goal(title, why, review_on, now.date())
    goal = Goal(
        id=new_id(), network_id=network_id, title=title, why=why, review_on=review_on, state=PROPOSED,
        proposed_by=actor.id, created_at=now, adopted_at=None, version=1,
    )  # fmt: skip
    session().add(goal)
    return goal


def _role(actor: Actor, goal: Goal) -> str:
    roles = ("meta_mentor", "deputy", "steward")
    return next(role for role in roles if actor.has_role(goal.network_id, role))
