"""What a network asks before something is posted, and first messages that wait."""

from __future__ import annotations

from typing import Any

from flask_smorest import Blueprint

from api.operations import operation, page_request
from api.schemas.base import PageQuery, page_of
from api.schemas.discussions import MessageOut
from api.schemas.hints import HeldOut, HintsIn, HintsOut
from network import discussions, hints
from network.kernel.actor import Actor

blueprint = Blueprint("hints", __name__, description="What authors are asked, and first messages that wait")


@operation(blueprint, "GET", "/networks/<id:network_id>/hints", out=HintsOut, problems=(404,))
def get_hints(actor: Actor, network_id: str) -> Any:
    """What the network asks its authors about before they post, for members and stewards."""
    return hints.get_hints(actor, network_id)


@operation(
    blueprint, "PUT", "/networks/<id:network_id>/hints", out=HintsOut, body=HintsIn, problems=(404, 409)
)
def change_hints(actor: Actor, network_id: str, body: dict[str, Any]) -> Any:
    """Say what authors are asked about beside phone numbers, mail addresses, identity numbers and names, and
    whether a newcomer's first message waits: meta-mentor and deputy."""
    return hints.change_hints(actor, network_id, **body)


@operation(
    blueprint, "GET", "/networks/<id:network_id>/held-messages", out=page_of(HeldOut), query=PageQuery,
    problems=(404,),
)  # fmt: skip
def list_held(actor: Actor, network_id: str, query: dict[str, Any]) -> Any:
    """Newcomers' first messages that wait, the oldest first, for those who look after the rooms."""
    return discussions.list_held(actor, network_id, page_request(query))


@operation(blueprint, "POST", "/messages/<id:message_id>/release", out=MessageOut, problems=(404, 409))
def release_message(actor: Actor, message_id: str) -> Any:
    """Let a newcomer's message through: it is one of its room's from now on. Once more it changes nothing."""
    return discussions.release_message(actor, message_id)
