"""What somebody has not read yet: counted from messages and markers, so that it can never be wrong.

A message counts while it is by somebody else, neither deleted nor veiled, behind the marker of its topic, and
was written after the reader joined. A steward who is no member is told only of topics that she has opened.
"""

from __future__ import annotations

from typing import Any, TypedDict

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Select,
    and_,
    bindparam,
    case,
    false,
    func,
    literal,
    literal_column,
    or_,
    select,
)

from models.discussions import Message, Room, Topic, TopicRead
from models.membership import Membership
from network.discussions.policy import visible_rooms
from network.discussions.queries.levels import is_muted, is_room_muted, join_levels
from network.discussions.queries.places import is_running_membership
from network.kernel.actor import Actor
from network.kernel.errors import NotFound
from network.kernel.transaction import session
from network.networks import sees_inside

_rooms, _topics = Room.__table__.c, Topic.__table__.c
_reads, _members = TopicRead.__table__.c, Membership.__table__.c
_said, _older = Message.__table__.alias("said"), Message.__table__.alias("older")


class UnreadTopic(TypedDict):
    """How many messages of a topic are left."""

    id: str
    room_id: str
    unread: int
    muted: bool


class UnreadRoom(TypedDict):
    """How many messages of a room are left: the sum of its topics', those that are quiet for the reader too;
    of the network's number they are none."""

    id: str
    unread: int
    muted: bool


class UnreadView(TypedDict):
    """How many messages of a network are left; those of muted rooms and topics are counted for themselves."""

    network_id: str
    unread: int
    muted_unread: int
    rooms: list[UnreadRoom]
    topics: list[UnreadTopic]


def get_unread(actor: Actor, network_id: str) -> UnreadView:
    """Everything that the actor has not read in a network; rooms and topics with something left only. One
    statement. Raises NotFound where the actor does not see inside."""
    topics: list[UnreadTopic] = []
    rooms: dict[str, UnreadRoom] = {}
    for row in _unread_topics(actor, network_id):
        topics.append({"id": row.id, "room_id": row.room_id, "unread": row.unread, "muted": bool(row.muted)})
        room = rooms.setdefault(row.room_id, {"id": row.room_id, "unread": 0, "muted": bool(row.room_muted)})
        room["unread"] += row.unread
    return {
        "network_id": network_id,
        "unread": sum(topic["unread"] for topic in topics if not topic["muted"]),
        "muted_unread": sum(topic["unread"] for topic in topics if topic["muted"]),
        "rooms": list(rooms.values()),
        "topics": topics,
    }


def left_to_read(actor: Actor, network_id: str, room_id: str | None = None) -> list[Any]:
    """`id, room_id, last_seq` of the topics with something left, muted ones apart, or all of one room; in the
    order of ids, so that who locks what hangs on them does it in one order."""
    found = _unread_topics(actor, network_id)
    rows = [row for row in found if (row.room_id == room_id if room_id else not row.muted)]
    return sorted(rows, key=lambda row: str(row.id))


def _unread_topics(actor: Actor, network_id: str) -> list[Any]:
    wanted = unread_topics(actor, network_id)
    return [row for row in session().execute(wanted, {"me": actor.user_id or ""}) if row.unread]


def unread_topics(actor: Actor, network_id: str) -> Select[Any]:
    """The topics of a network that may have something left for the parameter `me`, with how much it is and
    whether she hears of them, as a select. Raises NotFound where the actor does not see inside."""
    standing = actor.standing(network_id)
    if standing is None or not sees_inside(actor, standing):
        raise NotFound()
    wanted = join_reader(visible_rooms(actor).join(Topic, Topic.room_id == Room.id))
    wanted = join_levels(wanted).where(
        Room.network_id == network_id,
        _topics.last_seq > func.coalesce(_reads.last_read_seq, 0),
        or_(_members.since.is_(None), _topics.last_message_at > _members.since),
    )
    return wanted.with_only_columns(
        _topics.id, _topics.room_id, _topics.last_seq, unread_count().label("unread"),
        is_muted.label("muted"), is_room_muted.label("room_muted"),
    )  # fmt: skip


def count_unread(actor: Actor, network_id: str) -> int:
    """The number beside the way to the conversations: unread messages outside of muted rooms and topics."""
    return get_unread(actor, network_id)["unread"]


def unread_in_topic(actor: Actor, topic_id: str) -> int:
    """The unread messages of one topic, asked of somebody who may see it."""
    query = select(unread_count()).select_from(Topic.__table__)
    query = query.join(Room.__table__, _rooms.id == _topics.room_id).where(_topics.id == topic_id)
    return int(session().execute(join_reader(query), {"me": actor.user_id or ""}).scalar_one())


def join_reader(query: Select[Any]) -> Select[Any]:
    """Add to a select over topics and rooms the reader's marker and membership, by the parameter `me`."""
    return query.outerjoin(
        TopicRead.__table__, and_(_reads.topic_id == _topics.id, _reads.user_id == bindparam("me"))
    ).outerjoin(
        Membership.__table__,
        and_(
            _members.network_id == _rooms.network_id,
            _members.user_id == bindparam("me"),
            is_running_membership,
        ),
    )


def unread_count() -> ColumnElement[int]:
    """The number of unread messages of the topic in a select made with `join_reader`."""
    return _where_left(_unread_messages(func.count()), none=0)


def first_unread() -> ColumnElement[int | None]:
    """The number of the oldest unread message of the same topic; NULL where nothing is left."""
    return _where_left(_unread_messages(_said.c.seq).order_by(_said.c.seq).limit(1), none=None)


def _unread_messages(what: ColumnElement[Any]) -> Select[Any]:
    return (
        select(what)
        .select_from(_said)
        .where(_said.c.topic_id == _topics.id, is_unread(_said))
        .correlate(Topic.__table__, TopicRead.__table__, Membership.__table__)
    )


def is_unread(said: FromClause) -> ColumnElement[bool]:
    """That a message of the topic in a select made with `join_reader` is left to read; `said` is the
    messages' table under a name of its own."""
    # Who never opened the topic begins behind the last message from before she joined: found from the newest
    # backwards, it costs no more than what there is to count.
    before_joining = (
        select(_older.c.seq)
        .where(_older.c.topic_id == _topics.id, _older.c.created_at <= _members.since)
        .order_by(_older.c.seq.desc())
        .limit(1)
        .correlate(Topic.__table__, Membership.__table__)
        .scalar_subquery()
    )
    return and_(
        said.c.seq > func.coalesce(_reads.last_read_seq, before_joining, 0),
        said.c.author_id != bindparam("me"),
        said.c.deleted_at.is_(None),
        said.c.veiled == false(),
        or_(_members.since.is_(None), said.c.created_at > _members.since),
    )


def _where_left(found: Select[Any], none: int | None) -> ColumnElement[Any]:
    """What was found, looked for only where something can be left."""
    nothing = literal_column("NULL") if none is None else literal(none)
    return case(
        (_topics.last_seq <= func.coalesce(_reads.last_read_seq, 0), nothing),
        (and_(_reads.last_read_seq.is_(None), _members.since.is_(None)), nothing),
        (_topics.last_message_at <= _members.since, nothing),
        else_=found.scalar_subquery(),
    )
