"""Catching up with what happened: the way for whoever has no live connection, or lost it for a while."""

from __future__ import annotations

from typing import Any

from flask_smorest import Blueprint

from api.operations import json_response, operation
from api.schemas.events import EventsOut, EventsQuery
from network import discussions
from network.kernel.actor import Actor

blueprint = Blueprint("events", __name__, description="What happened, in order and without a hole")


@operation(blueprint, "GET", "/events", out=EventsOut, query=EventsQuery, problems=(404,))
def list_events(actor: Actor, query: dict[str, Any]) -> Any:
    """What happened in a scope after a number, however long ago. One that you may not see is not there."""
    return json_response(
        discussions.catch_up(actor, query["scope"], after=query["after"], limit=query["limit"])
    )
