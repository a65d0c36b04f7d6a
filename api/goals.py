"""A network's goals: the list, one, proposing, supporting, adopting, progress, closing."""

from __future__ import annotations

from typing import Any

from flask_smorest import Blueprint

from api.operations import operation, page_request
from api.schemas.base import PageQuery, VersionedIn, page_of
from api.schemas.goals import (
    ClosingIn,
    GoalIn,
    GoalOut,
    GoalPatchIn,
    ProgressIn,
    ProgressOut,
    SupportIn,
)
from network import decisions, goals
from network.kernel.actor import Actor

blueprint = Blueprint("goals", __name__, description="Common aims of a network")


@operation(
    blueprint, "GET", "/networks/<id:network_id>/goals", out=page_of(GoalOut), query=PageQuery,
    problems=(404,),
)  # fmt: skip
def list_goals(actor: Actor, network_id: str, query: dict[str, Any]) -> Any:
    """The goals of a network, the oldest first."""
    found = goals.list_goals(actor, network_id, page_request(query))
    if decisions.settle_due(network_id):  # a goal that was decided on is adopted, whoever looks first
        return goals.list_goals(actor, network_id, page_request(query))
    return found


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
    found = goals.get_goal(actor, goal_id)
    return goals.get_goal(actor, goal_id) if decisions.settle_due(found["network_id"]) else found


@operation(
    blueprint, "POST", "/goals/<id:goal_id>/adoption", out=GoalOut, body=VersionedIn, problems=(404, 409),
    idempotent=True,
)  # fmt: skip
def adopt_goal(actor: Actor, goal_id: str, body: dict[str, Any]) -> Any:
    """Make a proposed goal the network's own: meta-mentor, deputy or steward."""
    return goals.adopt_goal(actor, goal_id, body["expected_version"])


@operation(blueprint, "PATCH", "/goals/<id:goal_id>", out=GoalOut, body=GoalPatchIn, problems=(404, 409))
def change_goal(actor: Actor, goal_id: str, body: dict[str, Any]) -> Any:
    """Change the words or the day to look back: who proposed it while it is a proposal, else who leads the
    network."""
    return goals.change_goal(actor, goal_id, body.pop("expected_version"), body)


@operation(
    blueprint, "POST", "/goals/<id:goal_id>/support", out=GoalOut, body=SupportIn, problems=(404, 409)
)  # fmt: skip
def support_goal(actor: Actor, goal_id: str, body: dict[str, Any]) -> Any:
    """Stand behind a goal. Once is enough."""
    del body
    return goals.support_goal(actor, goal_id)


@operation(blueprint, "DELETE", "/goals/<id:goal_id>/support", out=GoalOut, problems=(404, 409))
def withdraw_support(actor: Actor, goal_id: str) -> Any:
    """Do not stand behind a goal any more."""
    return goals.withdraw_support(actor, goal_id)


@operation(
    blueprint, "POST", "/goals/<id:goal_id>/progress", out=GoalOut, body=ProgressIn, problems=(404, 409),
    idempotent=True,
)  # fmt: skip
def note_progress(actor: Actor, goal_id: str, body: dict[str, Any]) -> Any:
    """Note what happened on the way, as an active member who accepted the rules."""
    return goals.note_progress(actor, goal_id, body["note"], body["percent"], body["review_on"])


@operation(
    blueprint, "GET", "/goals/<id:goal_id>/progress", out=page_of(ProgressOut), query=PageQuery,
    problems=(404,),
)  # fmt: skip
def list_progress(actor: Actor, goal_id: str, query: dict[str, Any]) -> Any:
    """The notes about the way to a goal, newest first."""
    return goals.list_progress(actor, goal_id, page_request(query))


@operation(
    blueprint, "POST", "/goals/<id:goal_id>/closing", out=GoalOut, body=ClosingIn, problems=(404, 409),
    idempotent=True,
)  # fmt: skip
def close_goal(actor: Actor, goal_id: str, body: dict[str, Any]) -> Any:
    """End a goal as reached or given up: meta-mentor, deputy or steward."""
    return goals.close_goal(actor, goal_id, body["outcome"], body["sentence"], body["expected_version"])
