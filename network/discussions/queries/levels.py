"""How much somebody hears of a topic: what she said of it counts, else of its room, else of the network.

A direct room is for her alone: what she said of the network does not count there.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, bindparam, case, func, literal_column, select

from models.discussions import NetworkLevel, Room, RoomLevel, Topic, TopicLevel
from network.discussions.policy import visible_rooms
from network.discussions.rules.levels import ALL, MUTED
from network.kernel.actor import Actor
from network.kernel.transaction import session

_rooms, _topics = Room.__table__.c, Topic.__table__.c
_of_network, _of_room, _of_topic = (
    table.__table__.c for table in (NetworkLevel, RoomLevel, TopicLevel)
)  # fmt: skip

# Written out, not bound: so that a database sees that they never change.
_ALL: ColumnElement[str] = literal_column(f"'{ALL}'")
_MUTED: ColumnElement[str] = literal_column(f"'{MUTED}'")
_around = case(
    (_rooms.kind == literal_column("'direct'"), _ALL), else_=func.coalesce(_of_network.level, _ALL)
)
room_level: ColumnElement[str] = func.coalesce(_of_room.level, _around)
"""How much the reader hears of the room, in a select made with `join_levels`."""
topic_level: ColumnElement[str] = func.coalesce(_of_topic.level, room_level)
"""How much the reader hears of the topic, in a select made with `join_levels`."""
is_muted: ColumnElement[bool] = topic_level == _MUTED
is_room_muted: ColumnElement[bool] = room_level == _MUTED


class Heard(NamedTuple):
    """How much somebody hears of a room: what she said of it, None where nothing, and what holds."""

    chosen: str | None
    level: str


def join_levels(query: Select[Any], reader: Any = None) -> Select[Any]:
    """Add to a select over rooms and topics what the reader said of topic, room and network; the reader is a
    column, or the parameter `me`."""
    reader = bindparam("me") if reader is None else reader
    return _join_places(query, reader).outerjoin(
        TopicLevel.__table__, and_(_of_topic.topic_id == _topics.id, _of_topic.user_id == reader)
    )


def _join_places(query: Select[Any], reader: Any) -> Select[Any]:
    return query.outerjoin(
        RoomLevel.__table__, and_(_of_room.room_id == _rooms.id, _of_room.user_id == reader)
    ).outerjoin(
        NetworkLevel.__table__,
        and_(_of_network.network_id == _rooms.network_id, _of_network.user_id == reader),
    )


def room_levels(actor: Actor, room_ids: Collection[str]) -> Mapping[str, Heard]:
    """How much the actor hears of each of these rooms, in one statement. Whoever asks knows that she may."""
    query = _join_places(select(_rooms.id, _of_room.level, room_level), bindparam("me"))
    rows = session().execute(query.where(_rooms.id.in_(room_ids)), {"me": actor.user_id or ""})
    return {row[0]: Heard(row[1], row[2]) for row in rows}


def network_levels(actor: Actor) -> Mapping[str, str]:
    """What the actor said of her networks, by their ids; where nothing stands, all."""
    mine = select(NetworkLevel.network_id, NetworkLevel.level)
    rows = session().execute(mine.where(NetworkLevel.user_id == (actor.user_id or "")))
    return {row.network_id: row.level for row in rows}


def topics_at(actor: Actor, network_id: str, level: str) -> set[str]:
    """The topics of a network of which the actor hears so much, and sees."""
    wanted = visible_rooms(actor).join(Topic, Topic.room_id == Room.id).where(Room.network_id == network_id)
    wanted = join_levels(wanted).where(topic_level == level).with_only_columns(_topics.id)
    return set(session().scalars(wanted, {"me": actor.user_id or ""}))
