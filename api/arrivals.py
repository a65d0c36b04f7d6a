"""First days in a network: one's own steps and buddy, and who greets newcomers."""

from __future__ import annotations

from typing import Any

from flask_smorest import Blueprint

from api.operations import operation
from api.schemas.arrivals import ArrivalOut, BuddiesOut, PutOffIn
from network import arrivals
from network.kernel.actor import Actor

blueprint = Blueprint("arrivals", __name__, description="A newcomer's first days")


@operation(blueprint, "GET", "/networks/<id:network_id>/arrival", out=ArrivalOut, problems=(404,))
def get_arrival(actor: Actor, network_id: str) -> Any:
    """One's own first days: steps, buddy, the newcomers whom one greets."""
    return arrivals.get_arrival(actor, network_id)


@operation(
    blueprint, "POST", "/networks/<id:network_id>/arrival/putting-off", out=ArrivalOut, body=PutOffIn,
    problems=(404,),
)  # fmt: skip
def put_off(actor: Actor, network_id: str, body: dict[str, Any]) -> Any:
    """Let a step wait, or close the list."""
    return arrivals.put_off(actor, network_id, body["step"])


@operation(
    blueprint, "DELETE", "/networks/<id:network_id>/arrival/pairs/<id:user_id>", out=None, status=204,
    problems=(404,),
)  # fmt: skip
def end_pair(actor: Actor, network_id: str, user_id: str) -> None:
    """End being newcomer and buddy with somebody, as either of the two; no reason is asked for."""
    arrivals.end_pair(actor, network_id, user_id)


@operation(blueprint, "GET", "/networks/<id:network_id>/buddies", out=BuddiesOut, problems=(404,))
def list_buddies(actor: Actor, network_id: str) -> Any:
    """Who greets newcomers."""
    return {"items": arrivals.list_buddies(actor, network_id)}


@operation(
    blueprint, "PUT", "/networks/<id:network_id>/buddies/<id:user_id>", out=None, status=204,
    problems=(404,),
)  # fmt: skip
def greet_newcomers(actor: Actor, network_id: str, user_id: str) -> None:
    """Put oneself on the list of those who greet newcomers, or another member as who leads the network."""
    arrivals.greet_newcomers(actor, network_id, user_id)


@operation(
    blueprint, "DELETE", "/networks/<id:network_id>/buddies/<id:user_id>", out=None, status=204,
    problems=(404,),
)  # fmt: skip
def stop_greeting(actor: Actor, network_id: str, user_id: str) -> None:
    """Take oneself off that list, or another member as who leads the network."""
    arrivals.stop_greeting(actor, network_id, user_id)
