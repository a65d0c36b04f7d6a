"""Rooms and topics: the lists, one, setting up, looking after them; what is unread."""

from __future__ import annotations

from typing import Any

from flask_smorest import Blueprint

from api.operations import operation, page_request
from api.schemas.base import PageQuery, VersionedIn, page_of
from api.schemas.discussions import (
    DirectRoomIn,
    OpenedTopicOut,
    ReadOut,
    RoomIn,
    RoomOut,
    RoomPatchIn,
    SeqIn,
    TopicIn,
    TopicOut,
    TopicPatchIn,
    UnreadOut,
)
from api.schemas.rooms import ReasonedIn
from network import discussions
from network.kernel.actor import Actor

blueprint = Blueprint("discussions", __name__, description="Rooms, topics, markers")


@operation(
    blueprint, "GET", "/networks/<id:network_id>/rooms", out=page_of(RoomOut), query=PageQuery,
    problems=(404,),
)  # fmt: skip
def list_rooms(actor: Actor, network_id: str, query: dict[str, Any]) -> Any:
    """The rooms of a network that you see, in their order."""
    return discussions.list_rooms(actor, network_id, page_request(query))


@operation(
    blueprint, "POST", "/networks/<id:network_id>/rooms", out=RoomOut, status=201, body=RoomIn,
    problems=(404,), idempotent=True,
)  # fmt: skip
def open_room(actor: Actor, network_id: str, body: dict[str, Any]) -> Any:
    """Set up a room: meta-mentor and deputy; the steward while no meta-mentor is appointed."""
    return discussions.open_room(actor, network_id, **body)


@operation(
    blueprint, "POST", "/networks/<id:network_id>/direct-rooms", out=RoomOut, status=201, body=DirectRoomIn,
    problems=(404,), also={200: RoomOut}, idempotent=True,
)  # fmt: skip
def open_direct_room(actor: Actor, network_id: str, body: dict[str, Any]) -> Any:
    """The room that you have with other members of a network. The same people have one room: 200 where it was
    there already."""
    found = discussions.open_direct_room(actor, network_id, body["user_ids"])
    return found.room, 201 if found.is_new else 200


@operation(blueprint, "POST", "/rooms/<id:room_id>/leave", out=None, status=204, problems=(404, 409))
def leave_room(actor: Actor, room_id: str) -> None:
    """Leave a direct room of three or more people, at once."""
    discussions.leave_room(actor, room_id)


@operation(blueprint, "GET", "/rooms/<id:room_id>", out=RoomOut, problems=(404,))
def get_room(actor: Actor, room_id: str) -> Any:
    """One room."""
    return discussions.get_room(actor, room_id)


@operation(blueprint, "PATCH", "/rooms/<id:room_id>", out=RoomOut, body=RoomPatchIn, problems=(404, 409))
def change_room(actor: Actor, room_id: str, body: dict[str, Any]) -> Any:
    """Give a room another name or purpose, or say who writes in it."""
    return discussions.change_room(actor, room_id, **body)


@operation(
    blueprint, "POST", "/rooms/<id:room_id>/lock", out=RoomOut, body=ReasonedIn, problems=(404, 409),
    idempotent=True,
)  # fmt: skip
def lock_room(actor: Actor, room_id: str, body: dict[str, Any]) -> Any:
    """Let nobody write in a room until it is unlocked."""
    return discussions.lock_room(actor, room_id, **body)


@operation(
    blueprint, "POST", "/rooms/<id:room_id>/unlock", out=RoomOut, body=VersionedIn, problems=(404, 409),
    idempotent=True,
)  # fmt: skip
def unlock_room(actor: Actor, room_id: str, body: dict[str, Any]) -> Any:
    """Open a locked room again."""
    return discussions.unlock_room(actor, room_id, **body)


@operation(
    blueprint, "POST", "/rooms/<id:room_id>/archive", out=RoomOut, body=VersionedIn, problems=(404, 409),
    idempotent=True,
)  # fmt: skip
def archive_room(actor: Actor, room_id: str, body: dict[str, Any]) -> Any:
    """Close a room: it can be read, nothing is added."""
    return discussions.archive_room(actor, room_id, **body)


@operation(
    blueprint, "GET", "/rooms/<id:room_id>/topics", out=page_of(TopicOut), query=PageQuery, problems=(404,)
)
def list_topics(actor: Actor, room_id: str, query: dict[str, Any]) -> Any:
    """The topics of a room, pinned ones first, then the one with the newest message."""
    return discussions.list_topics(actor, room_id, page_request(query))


@operation(
    blueprint, "POST", "/rooms/<id:room_id>/topics", out=OpenedTopicOut, status=201, body=TopicIn,
    problems=(404, 409), also={200: OpenedTopicOut}, idempotent=True,
)  # fmt: skip
def open_topic(actor: Actor, room_id: str, body: dict[str, Any]) -> Any:
    """Open a topic with its first message. The same `client_msg_id` and content again: 200 and the topic."""
    sent = discussions.open_topic(actor, room_id, **body)
    return sent.topic, 201 if sent.is_new else 200


@operation(blueprint, "GET", "/topics/<id:topic_id>", out=TopicOut, problems=(404,))
def get_topic(actor: Actor, topic_id: str) -> Any:
    """One topic."""
    return discussions.get_topic(actor, topic_id)


@operation(blueprint, "PATCH", "/topics/<id:topic_id>", out=TopicOut, body=TopicPatchIn, problems=(404, 409))
def rename_topic(actor: Actor, topic_id: str, body: dict[str, Any]) -> Any:
    """Give a topic another title: who opened it, meta-mentor, deputy."""
    return discussions.rename_topic(actor, topic_id, **body)


@operation(
    blueprint, "POST", "/topics/<id:topic_id>/lock", out=TopicOut, body=ReasonedIn, problems=(404, 409),
    idempotent=True,
)  # fmt: skip
def lock_topic(actor: Actor, topic_id: str, body: dict[str, Any]) -> Any:
    """Let nobody write in a topic: meta-mentor, deputy."""
    return discussions.lock_topic(actor, topic_id, **body)


@operation(
    blueprint, "POST", "/topics/<id:topic_id>/unlock", out=TopicOut, body=VersionedIn, problems=(404, 409),
    idempotent=True,
)  # fmt: skip
def unlock_topic(actor: Actor, topic_id: str, body: dict[str, Any]) -> Any:
    """Open a locked topic again."""
    return discussions.unlock_topic(actor, topic_id, **body)


@operation(
    blueprint, "POST", "/topics/<id:topic_id>/resolve", out=TopicOut, body=VersionedIn, problems=(404, 409),
    idempotent=True,
)  # fmt: skip
def resolve_topic(actor: Actor, topic_id: str, body: dict[str, Any]) -> Any:
    """Mark that a topic found its answer: who opened it, meta-mentor, deputy."""
    return discussions.resolve_topic(actor, topic_id, **body)


@operation(
    blueprint, "POST", "/topics/<id:topic_id>/reopen", out=TopicOut, body=VersionedIn, problems=(404, 409),
    idempotent=True,
)  # fmt: skip
def reopen_topic(actor: Actor, topic_id: str, body: dict[str, Any]) -> Any:
    """Take it back that a topic found its answer."""
    return discussions.reopen_topic(actor, topic_id, **body)


@operation(blueprint, "PUT", "/topics/<id:topic_id>/read", out=ReadOut, body=SeqIn, problems=(404,))
def mark_read(actor: Actor, topic_id: str, body: dict[str, Any]) -> Any:
    """You have read up to this message. Moves forward only."""
    return discussions.mark_read(actor, topic_id, **body)


@operation(blueprint, "PUT", "/topics/<id:topic_id>/unread", out=ReadOut, body=SeqIn, problems=(404,))
def mark_unread(actor: Actor, topic_id: str, body: dict[str, Any]) -> Any:
    """This message and everything after it is to be read again."""
    return discussions.mark_unread(actor, topic_id, **body)


@operation(blueprint, "GET", "/networks/<id:network_id>/unread", out=UnreadOut, problems=(404,))
def get_unread(actor: Actor, network_id: str) -> Any:
    """What you have not read in a network; only rooms and topics with something left."""
    return discussions.get_unread(actor, network_id)


@operation(blueprint, "PUT", "/networks/<id:network_id>/read", out=UnreadOut, problems=(404,))
def mark_network_read(actor: Actor, network_id: str) -> Any:
    """You have read everything that was said so far, muted rooms apart."""
    return discussions.mark_network_read(actor, network_id)
