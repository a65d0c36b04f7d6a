"""Moving one's own marker in a topic."""

from __future__ import annotations

from typing import Any, TypedDict

from sqlalchemy import select

from models.discussions import Room, Topic, TopicRead
from network.discussions.commands.upserts import upsert
from network.discussions.events import ReadMoved, user_scope
from network.discussions.policy import may_keep_marks
from network.discussions.queries.places import topic_rows_for_marking
from network.discussions.queries.unread import UnreadView, get_unread, left_to_read, unread_in_topic
from network.kernel import runtime
from network.kernel.actor import Actor
from network.kernel.events import record, record_all
from network.kernel.policy import require
from network.kernel.transaction import command, session


class ReadView(TypedDict):
    """How far the actor has read a topic, and what is left in it."""

    topic_id: str
    room_id: str
    last_read_seq: int
    unread: int


@command
def mark_read(actor: Actor, topic_id: str, seq: int, room_id: str | None = None) -> ReadView:
    """Everything up to `seq` was read. Only moves forward, and not behind the topic's last message. `room_id`
    says in which room `seq` is a number: where the topic is in another one by now, it is none of the topic's
    and nothing moves. Raises NotFound. Fact: ReadMoved to the actor alone, when the marker moved."""
    topic, room = topic_rows_for_marking(actor, topic_id)
    require(may_keep_marks(actor))
    seq = 0 if room_id not in (None, room.id) else min(max(seq, 0), topic.last_seq)
    return _move(actor, topic, room, seq, forward=True)


@command
def mark_unread(actor: Actor, topic_id: str, seq: int, room_id: str | None = None) -> ReadView:
    """The message `seq` and everything after it is to be read again; `room_id` as in `mark_read`. Raises
    NotFound. Fact: ReadMoved to the actor alone, when the marker moved."""
    topic, room = topic_rows_for_marking(actor, topic_id)
    require(may_keep_marks(actor))
    if room_id not in (None, room.id):
        return _move(actor, topic, room, 0, forward=True)
    return _move(actor, topic, room, min(max(seq - 1, 0), topic.last_seq), forward=False)


@command
def mark_network_read(actor: Actor, network_id: str, room_id: str | None = None) -> UnreadView:
    """Nothing that was said so far is left to read: in the whole network, what is muted apart, or in all of
    one room. As many statements for a thousand topics as for ten. Raises NotFound. Fact: ReadMoved for each
    topic that had something left."""
    require(may_keep_marks(actor))
    me, left = actor.user_id or "", _staying(left_to_read(actor, network_id, room_id))
    if left:
        rooms = {row.id: row.room_id for row in left}
        marks = [{"user_id": me, "topic_id": row.id, "last_read_seq": row.last_seq} for row in left]
        moved = session().execute(_moving(upsert(TopicRead), forward=True), marks).all()
        record_all([
            ReadMoved(
                scope=user_scope(me), entity_id=topic_id, network_id=network_id, room_id=rooms[topic_id],
                topic_id=topic_id, last_read_seq=seq, unread=0,
            )
            for topic_id, seq in moved
        ])  # fmt: skip
    return get_unread(actor, network_id)


def _staying(left: list[Any]) -> list[Any]:
    """Those of the topics that are not moved to another room, where their messages have other numbers, before
    the running command ends."""
    if not left or runtime.current().database.is_sqlite:
        return left
    wanted = select(Topic.id, Topic.room_id).where(Topic.id.in_([row.id for row in left]))
    locked = session().execute(wanted.order_by(Topic.id).with_for_update(read=True))
    now = {row.id: row.room_id for row in locked}
    return [row for row in left if now.get(row.id) == row.room_id]


def _move(actor: Actor, topic: Topic, room: Room, seq: int, *, forward: bool) -> ReadView:
    me = actor.user_id or ""
    moved = _store(me, topic.id, seq, forward)
    kept = seq if moved else session().get_one(TopicRead, (me, topic.id)).last_read_seq
    view: ReadView = {
        "topic_id": topic.id, "room_id": room.id, "last_read_seq": kept,
        "unread": unread_in_topic(actor, topic.id),
    }  # fmt: skip
    if moved:
        record(
            ReadMoved(
                scope=user_scope(me), entity_id=topic.id, network_id=room.network_id, room_id=room.id,
                topic_id=topic.id, last_read_seq=kept, unread=view["unread"],
            )
        )  # fmt: skip
    return view


def _store(user_id: str, topic_id: str, seq: int, forward: bool) -> bool:
    """Set the marker in one statement, so that two tabs cannot undo each other; True when it moved."""
    row = upsert(TopicRead).values(user_id=user_id, topic_id=topic_id, last_read_seq=seq)
    return session().execute(_moving(row, forward=forward)).one_or_none() is not None


def _moving(row: Any, *, forward: bool) -> Any:
    """The INSERT as one that moves the marker where there is one; answers with what moved."""
    kept, sent = TopicRead.last_read_seq, row.excluded.last_read_seq
    return row.on_conflict_do_update(
        index_elements=[TopicRead.user_id, TopicRead.topic_id],
        set_={"last_read_seq": sent},
        where=kept < sent if forward else kept != sent,
    ).returning(TopicRead.topic_id, TopicRead.last_read_seq)
