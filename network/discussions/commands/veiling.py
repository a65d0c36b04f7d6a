"""Hiding what was said, and showing it again, within a command of moderation that asked who may. What is
veiled has neither body nor title for anybody, its author included; nothing of it is deleted meanwhile."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from models.discussions import Message, Room, Topic
from network.discussions.events import (
    MessageRestored,
    MessageVeiled,
    TopicRestored,
    TopicVeiled,
    room_scope,
)
from network.discussions.policy import may_tidy
from network.discussions.queries.places import lock_room
from network.kernel.actor import Actor, system_actor
from network.kernel.audit import append
from network.kernel.errors import NotFound
from network.kernel.events import record
from network.kernel.jobs import job
from network.kernel.policy import require
from network.kernel.transaction import command, session
from network.kernel.veils import lapsed_now, later

AT_ONCE = 100
"""Ends of veils that one transaction tells of."""
_AS_IT_IS: dict[str, Any] = {"populate_existing": True}


def veil_message(actor: Actor, message_id: str, until: datetime) -> None:
    """Hide a message until a moment; of two veils the later end counts. Raises NotFound. Fact:
    MessageVeiled. In the audit trail."""
    message, room = _locked_message(message_id)
    before = message.veiled_until
    message.veiled_until = later(before, until)
    message.version += 1
    _note(actor, "message.veil", "message", message, room, before)
    _tell_message(MessageVeiled, message)


def unveil_message(actor: Actor, message_id: str) -> None:
    """Show a hidden message again at once; where no veil lies nothing changes. Raises NotFound. Fact:
    MessageRestored. In the audit trail."""
    message, room = _locked_message(message_id)
    if message.veiled_until is None:
        return
    before = message.veiled_until
    _show_message(message)
    _note(actor, "message.unveil", "message", message, room, before)


def veil_topic(actor: Actor, topic_id: str, until: datetime) -> None:
    """Hide what a topic is called and its first message until a moment; nobody writes in it meanwhile. Raises
    NotFound. Facts: TopicVeiled, MessageVeiled. In the audit trail."""
    topic, room = _locked_topic(topic_id)
    before = topic.veiled_until
    topic.veiled_until = later(before, until)
    topic.version += 1
    first = _first_message(topic.id)
    if first is not None:
        first.veiled_until = later(first.veiled_until, until)
        first.version += 1
    _note(actor, "topic.veil", "topic", topic, room, before)
    record(TopicVeiled(scope=room_scope(room.id), entity_id=topic.id, entity_version=topic.version))
    if first is not None:
        _tell_message(MessageVeiled, first)


def unveil_topic(actor: Actor, topic_id: str) -> None:
    """Show a hidden topic again at once, and its first message where that has no veil that lasts longer.
    Raises NotFound. Facts: TopicRestored, MessageRestored. In the audit trail."""
    topic, room = _locked_topic(topic_id)
    if topic.veiled_until is None:
        return
    before = topic.veiled_until
    _show_topic(topic)
    _note(actor, "topic.unveil", "topic", topic, room, before)
    first = _first_message(topic.id)
    if first is not None and first.veiled_until is not None and first.veiled_until <= before:
        _show_message(first)


@job("discussions.lapse_veils", every_minutes=1)
def tell_lapsed_veils() -> int:
    """Tell open pages of veils that ended by the clock; how many. What is read is right without it."""
    told = 0
    while some := tell_some_lapsed(system_actor("discussions.lapse_veils")):
        told += some
    return told


@command
def tell_some_lapsed(actor: Actor) -> int:
    """Tell of some veils that ended by the clock, in the order of their rooms; how many. Facts:
    TopicRestored, MessageRestored. Refused to everybody but the system."""
    require(may_tidy(actor))
    work = session()
    topics = select(Topic.id, Topic.room_id).where(lapsed_now(Topic.veiled_until)).limit(AT_ONCE)
    messages = select(Message.id, Message.room_id).where(lapsed_now(Message.veiled_until)).limit(AT_ONCE)
    due = [(row.room_id, 0, row.id) for row in work.execute(topics)]
    due += [(row.room_id, 1, row.id) for row in work.execute(messages)]
    rooms = sorted({room_id for room_id, _kind, _id in due})
    for room_id in rooms:
        lock_room(room_id)
    # What was veiled anew, or moved, while the rooms were waited for is somebody else's.
    over = select(Topic).where(Topic.id.in_([one for _room, kind, one in due if kind == 0]))
    over = over.where(lapsed_now(Topic.veiled_until), Topic.room_id.in_(rooms))
    shown = work.scalars(over.order_by(Topic.room_id, Topic.id).execution_options(**_AS_IT_IS)).all()
    for topic in shown:
        _show_topic(topic)
    said = select(Message).where(Message.id.in_([one for _room, kind, one in due if kind == 1]))
    said = said.where(lapsed_now(Message.veiled_until), Message.room_id.in_(rooms))
    back = work.scalars(said.order_by(Message.room_id, Message.seq).execution_options(**_AS_IT_IS)).all()
    for message in back:
        _show_message(message)
    return len(shown) + len(back)


def _show_message(message: Message) -> None:
    message.veiled_until = None
    message.version += 1
    _tell_message(MessageRestored, message)


def _show_topic(topic: Topic) -> None:
    topic.veiled_until = None
    topic.version += 1
    session().flush()
    record(TopicRestored(scope=room_scope(topic.room_id), entity_id=topic.id, entity_version=topic.version))


def _tell_message(fact: type[MessageVeiled] | type[MessageRestored], message: Message) -> None:
    session().flush()
    record(fact(scope=room_scope(message.room_id), entity_id=message.id, entity_version=message.version))


def _locked_message(message_id: str) -> tuple[Message, Room]:
    work = session()
    while True:
        room_id = work.scalar(select(Message.room_id).where(Message.id == message_id))
        if room_id is None:
            raise NotFound()
        lock_room(room_id)
        row = work.get_one(Message, message_id, populate_existing=True)
        if row.room_id == room_id:
            return row, work.get_one(Room, room_id)


def _locked_topic(topic_id: str) -> tuple[Topic, Room]:
    work = session()
    while True:
        room_id = work.scalar(select(Topic.room_id).where(Topic.id == topic_id))
        if room_id is None:
            raise NotFound()
        lock_room(room_id)
        row = work.get_one(Topic, topic_id, populate_existing=True)
        if row.room_id == room_id:
            return row, work.get_one(Room, room_id)


def _first_message(topic_id: str) -> Message | None:
    first = select(func.min(Message.seq)).where(Message.topic_id == topic_id).scalar_subquery()
    wanted = select(Message).where(Message.topic_id == topic_id, Message.seq == first)
    return session().scalars(wanted.execution_options(populate_existing=True)).one_or_none()


def _note(
    actor: Actor, action: str, entity: str, row: Message | Topic, room: Room, before: datetime | None
) -> None:
    session().flush()
    append(
        actor, action, entity, row.id, network_id=room.network_id,
        before={"veiled_until": _told(before)},
        after={"veiled_until": _told(row.veiled_until), "version": row.version},
    )  # fmt: skip


def _told(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()
