"""First messages that wait until somebody looked at them: seen by who wrote them and who looks after the
rooms.

They are none of the messages yet, so that no list, number, search or letter knows of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, TypedDict, cast

from sqlalchemy import Select, func, select

from models.discussions import Room, Topic
from models.hints import HeldMessage
from network import people
from network.discussions.policy import (
    Owned,
    Rooms,
    may_change_message,
    may_look_at_held,
)
from network.discussions.queries.messages import MessageView, messages_by_id
from network.discussions.queries.places import visible_message_rows
from network.discussions.rules.markdown import render
from network.kernel.actor import Actor
from network.kernel.errors import NotFound
from network.kernel.paging import PageOf, PageRequest, page
from network.kernel.policy import require
from network.kernel.transaction import session
from network.membership import running_appointments
from network.networks import network_row, visible_network_row


class HeldView(TypedDict):
    """A message that waits. `title` is that of the conversation which it opens, or in which it stands;
    `opens_topic` says which of both. It is let through by itself at `message.held_until`."""

    id: str
    network_id: str
    room_id: str
    room_name: str
    topic_id: str
    title: str
    opens_topic: bool
    held_at: datetime
    message: MessageView


def get_message(actor: Actor, message_id: str) -> MessageView:
    """One message; also one that waits, for its author and those who look after the rooms. Raises
    NotFound."""
    try:
        message, _room = visible_message_rows(actor, message_id)
    except NotFound:
        return held_view(visible_held(actor, message_id))
    return messages_by_id([message.id], actor.user_id)[message.id]


def list_held(
    actor: Actor,
    network_id: str,
    request: PageRequest = PageRequest(),  # noqa: B008 - it cannot be changed
) -> PageOf[HeldView]:
    """The messages of newcomers that wait in a network, the oldest first, a page at a time. Refused to all
    who do not look after the rooms. Raises NotFound where the network is not visible, Invalid."""
    network = visible_network_row(actor, network_id)
    require(may_look_at_held(actor, looked_after(network.id)))
    held = HeldMessage.__table__.c
    wanted = select(HeldMessage).where(held.network_id == network.id)
    found = page(wanted, [held.id], request, lambda row: cast(HeldMessage, row))
    return PageOf(_views(found.items), found.next)


def count_held(actor: Actor, network_id: str) -> int:
    """How many messages of newcomers wait in a network for the actor to look at; none where that is others'
    task."""
    if not may_look_at_held(actor, looked_after(network_id)):
        return 0
    wanted = select(func.count()).where(HeldMessage.network_id == network_id)
    return session().scalar(wanted) or 0


def own_held(actor: Actor, room_id: str, topic_id: str | None = None) -> list[HeldView]:
    """The actor's own messages that wait in a room, or in one of its topics; the oldest first."""
    wanted = select(HeldMessage).where(
        HeldMessage.author_id == (actor.user_id or ""),
        HeldMessage.room_id == room_id if topic_id is None else HeldMessage.topic_id == topic_id,
    )
    return _views(session().scalars(wanted.order_by(HeldMessage.id)).all())


def visible_held(actor: Actor, message_id: str, *, lock: bool = False) -> HeldMessage:
    """The row of a message that waits. Raises NotFound to all but its author and who looks after the
    rooms."""
    row = held_row(message_id, lock=lock)
    if row is None:
        raise NotFound()
    is_own = may_change_message(actor, Owned(row.network_id, row.author_id))
    if not is_own and not may_look_at_held(actor, looked_after(row.network_id)):
        raise NotFound()
    return row


def held_row(message_id: str, *, lock: bool = False) -> HeldMessage | None:
    """The row of a message that waits, for whoever may see it; None where there is none any more."""
    wanted: Select[Any] = select(HeldMessage).where(HeldMessage.id == message_id)
    if lock:
        wanted = wanted.with_for_update().execution_options(populate_existing=True)
    return session().scalars(wanted).one_or_none()


def looked_after(network_id: str) -> Rooms:
    """The rooms of a network, as policy asks who looks after them."""
    return Rooms(
        network_id=network_id,
        organisation_id=network_row(network_id).organisation_id,
        hosted=bool(running_appointments(network_id, "meta_mentor")),
    )


def held_view(row: HeldMessage, deleted_at: datetime | None = None) -> MessageView:
    """A message that waits, as any other is shown, but without a number: `seq` is 0. With `deleted_at` as one
    that its author took back."""
    author = people.people_by_id([row.author_id])[row.author_id]
    kept = deleted_at is None
    return {
        "id": row.id, "room_id": row.room_id, "topic_id": row.topic_id, "seq": 0, "author": author,
        "body": row.body if kept else None, "html": render(row.body) if kept else None,
        "client_msg_id": row.client_msg_id, "reply_to": row.reply_to, "language": row.language,
        "translation": row.translation if kept else None, "created_at": row.held_at, "edited_at": None,
        "deleted_at": deleted_at, "veiled": False, "held_until": row.until if kept else None,
        "reactions": [], "files": [], "version": 1,
    }  # fmt: skip


def _views(rows: Sequence[HeldMessage]) -> list[HeldView]:
    if not rows:
        return []
    wanted = select(Topic.id, Topic.title, Topic.room_id).where(Topic.id.in_([row.topic_id for row in rows]))
    topics = {topic.id: topic for topic in session().execute(wanted)}
    rooms = {row.id: topics[row.topic_id].room_id if row.topic_id in topics else row.room_id for row in rows}
    named = select(Room.id, Room.name).where(Room.id.in_(set(rooms.values())))
    names = {room.id: room.name for room in session().execute(named)}
    return [
        {
            "id": row.id, "network_id": row.network_id, "room_id": rooms[row.id],
            "room_name": names[rooms[row.id]], "topic_id": row.topic_id,
            "title": topics[row.topic_id].title if row.title is None else row.title,
            "opens_topic": row.title is not None, "held_at": row.held_at, "message": held_view(row),
        }
        for row in rows
    ]  # fmt: skip
