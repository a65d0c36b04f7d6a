"""What waits for somebody: what is new in a network, by topic, and what is meant for herself."""

from __future__ import annotations

from typing import Any

from flask_smorest import Blueprint

from api.operations import operation, page_request
from api.schemas.base import PageQuery, page_of
from api.schemas.discussions import UnreadOut
from api.schemas.inbox import WaitingOut
from network import discussions, notifications
from network.kernel.actor import Actor

blueprint = Blueprint("inbox", __name__, description="What waits for one")


@operation(blueprint, "GET", "/me/inbox", out=page_of(WaitingOut), query=PageQuery)
def list_inbox(actor: Actor, query: dict[str, Any]) -> Any:
    """The conversations of all your networks in which you are named or answered and have not read it, and
    direct ones with something unread; the newest first. Done by reading: `PUT /topics/{id}/read`."""
    return notifications.list_inbox(actor, page_request(query))


@operation(
    blueprint, "GET", "/networks/<id:network_id>/unread-topics", out=page_of(WaitingOut), query=PageQuery,
    problems=(404,),
)  # fmt: skip
def list_unread_topics(actor: Actor, network_id: str, query: dict[str, Any]) -> Any:
    """What is new in a network since you were here, by topic: first where you are named or answered, then
    what you hear everything of, then the rest, the newest first in each. What is muted is left out."""
    return notifications.list_unread(actor, network_id, page_request(query))


@operation(blueprint, "PUT", "/rooms/<id:room_id>/read", out=UnreadOut, problems=(404,))
def mark_room_read(actor: Actor, room_id: str) -> Any:
    """You have read everything that was said in a room so far, in its muted topics too."""
    room = discussions.get_room(actor, room_id)
    return discussions.mark_network_read(actor, room["network_id"], room_id)
