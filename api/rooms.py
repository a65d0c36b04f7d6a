"""Looking after rooms and topics: pace, order, people, moving, pinning."""

from __future__ import annotations

from typing import Any

from flask_smorest import Blueprint

from api.operations import operation, page_request
from api.schemas.base import PageQuery, VersionedIn, page_of
from api.schemas.discussions import RoomOut, TopicOut
from api.schemas.rooms import MoveIn, PositionIn, RoomMemberOut, SlowModeIn
from network import discussions
from network.kernel.actor import Actor

blueprint = Blueprint("rooms", __name__, description="Looking after rooms and topics")


@operation(
    blueprint, "POST", "/rooms/<id:room_id>/slow-mode", out=RoomOut, body=SlowModeIn, problems=(404, 409),
    idempotent=True,
)  # fmt: skip
def set_slow_mode(actor: Actor, room_id: str, body: dict[str, Any]) -> Any:
    """Let so many seconds lie between two messages of one person, of meta-mentors too; 0 ends it. A message
    before its time is 429 `slow_mode` with `Retry-After`."""
    return discussions.set_slow_mode(actor, room_id, **body)


@operation(
    blueprint, "POST", "/rooms/<id:room_id>/unarchive", out=RoomOut, body=VersionedIn, problems=(404, 409),
    idempotent=True,
)  # fmt: skip
def unarchive_room(actor: Actor, room_id: str, body: dict[str, Any]) -> Any:
    """Open an archived room again."""
    return discussions.unarchive_room(actor, room_id, **body)


@operation(
    blueprint, "POST", "/rooms/<id:room_id>/position", out=RoomOut, body=PositionIn, problems=(404, 409),
    idempotent=True,
)  # fmt: skip
def place_room(actor: Actor, room_id: str, body: dict[str, Any]) -> Any:
    """Put a room before another one of the network, or behind all."""
    return discussions.place_room(actor, room_id, **body)


@operation(
    blueprint, "GET", "/rooms/<id:room_id>/members", out=page_of(RoomMemberOut), query=PageQuery,
    problems=(404,),
)  # fmt: skip
def list_room_members(actor: Actor, room_id: str, query: dict[str, Any]) -> Any:
    """Who is in a private or direct room, by name; nobody is named of a room that is open to its network."""
    return discussions.list_room_members(actor, room_id, page_request(query))


@operation(
    blueprint, "PUT", "/rooms/<id:room_id>/members/<id:user_id>", out=RoomMemberOut, problems=(404, 409)
)
def add_room_member(actor: Actor, room_id: str, user_id: str) -> Any:
    """Take a member of the network into a private room; she reads all that was said there before."""
    return discussions.add_room_member(actor, room_id, user_id)


@operation(
    blueprint, "DELETE", "/rooms/<id:room_id>/members/<id:user_id>", out=None, status=204,
    problems=(404, 409),
)  # fmt: skip
def remove_room_member(actor: Actor, room_id: str, user_id: str) -> None:
    """Let somebody go from a private room, at once, or leave it oneself."""
    discussions.remove_room_member(actor, room_id, user_id)


@operation(
    blueprint, "POST", "/topics/<id:topic_id>/move", out=TopicOut, body=MoveIn, problems=(404, 409),
    idempotent=True,
)  # fmt: skip
def move_topic(actor: Actor, topic_id: str, body: dict[str, Any]) -> Any:
    """Take a topic to another room of its network, both open to everybody in it: meta-mentor, deputy. All
    addresses stay, and what was read stays read."""
    return discussions.move_topic(actor, topic_id, **body)


@operation(
    blueprint, "POST", "/topics/<id:topic_id>/pin", out=TopicOut, body=VersionedIn, problems=(404, 409),
    idempotent=True,
)  # fmt: skip
def pin_topic(actor: Actor, topic_id: str, body: dict[str, Any]) -> Any:
    """Let a topic stand before the others of its room: meta-mentor, deputy."""
    return discussions.pin_topic(actor, topic_id, **body)


@operation(
    blueprint, "POST", "/topics/<id:topic_id>/unpin", out=TopicOut, body=VersionedIn, problems=(404, 409),
    idempotent=True,
)  # fmt: skip
def unpin_topic(actor: Actor, topic_id: str, body: dict[str, Any]) -> Any:
    """Take it back that a topic stands before the others."""
    return discussions.unpin_topic(actor, topic_id, **body)
