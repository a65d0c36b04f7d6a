"""A network's goals: the list, one, proposing, adopting."""

from __future__ import annotations

from typing import Any

from flask_smorest import Blueprint

from api.operations import operation, page_request
from api.schemas.base import PageQuery, VersionedIn, page_of
from api.schemas.goals import GoalIn, GoalOut
from network import goals
from network.kernel.actor import Actor

blueprint = Blueprint("goals", __name__, description="Common aims of a network")


@operation(
    blueprint, "GET", "/networks/<id:network_id>/goals", out=page_of(GoalOut), query=PageQuery,
    problems=(404,),
)  # fmt: skip
def list_goals(actor: Actor, network_id: str, query: dict[str, Any]) -> Any:
    """The goals of a network, the oldest first."""
    return goals.list_goals(actor, network_id, page_request(query))


@operation(
    blueprint, "POST", "/networks/<id:network_id>/goals", out=GoalOut, status=201, body=GoalIn,
    problems=(404,), idempotent=True,
)  # fmt: skip
def propose_goal(actor: Actor, network_id: str, body: dict[str, Any]) -> Any:
    """Propose a goal, as an active member who accepted the rules."""
    return goals.propose_goal(actor, network_id, body["title"], body["why"], body["review_on"])


@operation(blueprint, "GET", "/goals/<id:goal_id>", out=GoalOut, problems=(404,))
def get_goal(actor: Actor, goal_id: str) -> Any:
    """One goal."""
    return goals.get_goal(actor, goal_id)


@operation(
    blueprint, "POST", "/goals/<id:goal_id>/adoption", out=GoalOut, body=VersionedIn, problems=(404, 409),
    idempotent=True,
)  # fmt: skip
def adopt_goal(actor: Actor, goal_id: str, body: dict[str, Any]) -> Any:
    """Make a proposed goal the network's own: meta-mentor, deputy or steward."""
    return goals.adopt_goal(actor, goal_id, body["expected_version"])
