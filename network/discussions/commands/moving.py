"""Taking a topic to another room, with everything that was said in it and how far each person has read."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, cast

from sqlalchemy import Table, bindparam, case, func, select, update

from models.discussions import Message, Room, Topic, TopicRead
from network.discussions.events import MessageMoved, TopicMoved, room_scope
from network.discussions.policy import TO_WHOLE_NETWORK, Owned, may_lock_topic, visible_rooms
from network.discussions.queries.places import lock_room, visible_topic_rows
from network.discussions.queries.topics import TopicView, topic_core, topic_views
from network.discussions.rules.states import RoomArchived, TopicStays
from network.discussions.rules.texts import check_reason
from network.kernel.actor import Actor
from network.kernel.audit import append
from network.kernel.errors import FieldFault, Invalid
from network.kernel.events import record, record_all
from network.kernel.policy import require
from network.kernel.transaction import command, session
from network.kernel.transitions import check_version
from network.kernel.translation import mark as _

_MESSAGES, _READS = cast(Table, Message.__table__), cast(Table, TopicRead.__table__)
_messages, _reads = _MESSAGES.c, _READS.c
_ranked = (
    select(_messages.id.label("message_id"), func.row_number().over(order_by=_messages.seq).label("place"))
    .where(_messages.topic_id == bindparam("of_topic"))
    .subquery("ranked")
)
# One statement for any number of messages. The new numbers lie behind all that the room has, so none meets
# another on the way.
_RENUMBER = (
    update(_MESSAGES)
    .where(_messages.id == _ranked.c.message_id)
    .values(
        room_id=bindparam("to_room"), seq=_ranked.c.place + bindparam("behind"), version=_messages.version + 1
    )
)
_read_so_far = (
    select(func.count())
    .where(_messages.topic_id == bindparam("of_topic"), _messages.seq <= _reads.last_read_seq)
    .correlate(_READS)
    .scalar_subquery()
)
_FOLLOW = (
    update(_READS)
    .where(_reads.topic_id == bindparam("of_topic"))
    .values(
        last_read_seq=case(
            # Whoever has read everything, as most have, costs no counting.
            (_reads.last_read_seq >= bindparam("old_last"), bindparam("new_last")),
            (_read_so_far == 0, 0),
            else_=_read_so_far + bindparam("behind"),
        )
    )
)


@command
def move_topic(
    actor: Actor, topic_id: str, room_id: str, *, expected_version: int, reason: str = ""
) -> TopicView:
    """Take a topic to another room of its network; its address and those of its messages stay. Both rooms are
    open to the whole network: what was said in a closed circle stays there, and what everybody could read
    does not vanish into one. Everything read stays read. The trail keeps why.

    Refused to all but the hosts. Raises NotFound, VersionConflict, RoomArchived, TopicStays, Invalid. Facts:
    TopicMoved in both rooms, and behind it in the new one MessageMoved for each message, in their order."""
    topic, old = visible_topic_rows(actor, topic_id)
    for each in sorted({old.id, room_id}):
        lock_room(each)
    topic, room = visible_topic_rows(actor, topic_id, lock=True)
    require(may_lock_topic(actor, Owned(room.network_id, topic.created_by)))
    check_version(topic, expected_version, topic_core)
    why = check_reason(reason)
    target = _target(actor, room, room_id)
    if "archived" in (room.state, target.state):
        raise RoomArchived(state="archived")
    _carry(topic, room, target)
    append(
        actor, "topic.move", "topic", topic.id, network_id=room.network_id, reason=why,
        before={"room_id": room.id}, after={"room_id": target.id, "version": topic.version},
    )  # fmt: skip
    return topic_views(actor, [topic.id])[topic.id]


def _target(actor: Actor, room: Room, room_id: str) -> Room:
    if room.kind not in TO_WHOLE_NETWORK:
        raise TopicStays()
    wanted = visible_rooms(actor).where(
        Room.id == room_id, Room.id != room.id, Room.network_id == room.network_id,
        Room.kind.in_(TO_WHOLE_NETWORK),
    )  # fmt: skip
    target = session().scalars(wanted.execution_options(populate_existing=True)).one_or_none()
    if target is None:
        sentence = _("Please choose another room of this network that is open to everybody in it.")
        raise Invalid({"room_id": FieldFault.of(sentence)})
    return target


def _carry(topic: Topic, room: Room, target: Room) -> None:
    work = session().connection()
    listed = select(_messages.id, _messages.seq, _messages.version).where(_messages.topic_id == topic.id)
    said = work.execute(listed.order_by(_messages.seq)).all()
    old_last = topic.last_seq
    topic.room_id, topic.version = target.id, topic.version + 1
    session().flush()
    moved = partial(
        TopicMoved, entity_id=topic.id, entity_version=topic.version, from_room_id=room.id,
        to_room_id=target.id,
    )  # fmt: skip

    def in_new_room() -> None:
        head = record(moved(scope=room_scope(target.id))).seq
        record_all([
            MessageMoved(
                scope=room_scope(target.id), entity_id=row.id, entity_version=row.version + 1,
                from_room_id=room.id, from_seq=row.seq,
            )
            for row in said
        ])  # fmt: skip
        _renumber(topic, target, head, old_last, len(said))

    def in_old_room() -> None:
        record(moved(scope=room_scope(room.id)))

    # The counters of both scopes are taken in the order of the rooms' ids, as everywhere.
    told: dict[str, Callable[[], Any]] = {room.id: in_old_room, target.id: in_new_room}
    for each in sorted(told):
        told[each]()


def _renumber(topic: Topic, target: Room, head: int, old_last: int, number: int) -> None:
    work, last = session().connection(), head + number
    numbers = {"of_topic": topic.id, "behind": head}
    # The markers first: they are counted by the old numbers.
    work.execute(_FOLLOW, {**numbers, "old_last": old_last, "new_last": last})
    work.execute(_RENUMBER, {**numbers, "to_room": target.id})
    topic.last_seq = last if number else 0
    session().flush()
