"""What can be done with a network's goals: adopt the first one in founding, propose, adopt."""

from __future__ import annotations

from datetime import date

from models.goals import Goal
from network import networks
from network.goals.events import GoalAdopted, GoalProposed
from network.goals.policy import may_adopt_first_goal, may_adopt_goal, may_propose_goal
from network.goals.queries import GoalView, shown, visible_goal
from network.goals.rules import ADOPTED, FIRST_REVIEW, GOAL, PROPOSED, check_goal
from network.kernel import runtime
from network.kernel.actor import Actor
from network.kernel.events import record
from network.kernel.ids import new_id
from network.kernel.policy import require
from network.kernel.transaction import command, session
from network.kernel.transitions import transition


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
) -> GoalView:
    """Propose a goal to the network; without a day to look back it is looked at after three months. Raises
    NotFound where the network is not visible, Forbidden to who is no active member, RulesNotAccepted, Invalid
    by field."""
    network = networks.visible_network_row(actor, network_id)
    require(may_propose_goal(actor, network.id))
    goal = _set_down(actor, network.id, title, why, review_on)
    session().flush()
    record(GoalProposed(scope=f"network:{goal.network_id}", entity_id=goal.id))
    return shown([goal])[0]


@command
def adopt_goal(actor: Actor, goal_id: str, expected_version: int) -> GoalView:
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
    return shown([goal])[0]


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
