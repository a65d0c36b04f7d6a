"""Founding a network, as a steward of the organisation."""

from __future__ import annotations

from typing import Any

from flask_smorest import Blueprint

from api.operations import operation
from api.schemas.founding import FoundingIn
from api.schemas.networks import NetworkOut
from network import roadmap
from network.kernel.actor import Actor

blueprint = Blueprint("founding", __name__, description="How a network comes into being")


@operation(
    blueprint, "POST", "/networks", out=NetworkOut, status=201, body=FoundingIn, problems=(409,),
    idempotent=True,
)  # fmt: skip
def found_network(actor: Actor, body: dict[str, Any]) -> Any:
    """Found a network with its rules, its first rooms and its founder as a member; with `first_goal` that
    goal is adopted at once, with `first_meeting` the first get-together has a date. The organisation need not
    be verified yet: only inviting waits for that."""
    return roadmap.found_network(actor, **body)
