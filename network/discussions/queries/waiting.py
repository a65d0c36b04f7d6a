"""What waits for somebody: topics with messages that she has not read, in the order in which they matter.

However long she was away, a page of them takes the same few statements: one finds the topics and how the
first message that waits in each begins, one counts what waits and names who wrote it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple, TypedDict

from sqlalchemy import ColumnElement, FromClause, Select, and_, bindparam, case, func, or_, select

from models.discussions import Message, Room, Topic, TopicRead
from models.people import User
from network import blocks
from network.discussions.policy import visible_rooms
from network.discussions.queries.levels import is_muted, join_levels, topic_level
from network.discussions.queries.rooms import names_of, others_in, person_of
from network.discussions.queries.topics import excerpt, opened_in
from network.discussions.queries.unread import first_unread, is_unread, join_reader
from network.discussions.rules.levels import MENTIONS
from network.kernel.actor import Actor
from network.kernel.errors import NotFound
from network.kernel.paging import PageOf, PageRequest, page
from network.kernel.transaction import session
from network.networks import sees_inside
from network.people import PersonView, photo_url, shown_name, shown_picture

NAMED = 3
"""So many of those who wrote are named."""

CALLED, HEARD, SELDOM = 2, 1, 0
"""What is meant for her by itself; what she hears all of; what she wants to hear less of."""

_rooms, _topics, _reads = Room.__table__.c, Topic.__table__.c, TopicRead.__table__.c
_first, _last = Message.__table__.alias("first_waiting"), Message.__table__.alias("last")
_said, _users = Message.__table__.alias("waiting"), User.__table__.alias("writers")


class WaitingMessage(TypedDict):
    """The first message that waits, and how it begins; `excerpt` is None for words of somebody whom the
    viewer blocked, which are `folded`."""

    id: str
    seq: int
    author: PersonView
    excerpt: str | None
    folded: bool
    language: str | None


class WaitingView(TypedDict):
    """A topic in which something waits. `calls` of its messages concern her by themselves, the weightiest as
    `called`; `message` is the first of those where she asked for them alone, else the first unread one.
    `writers` are some of those who wrote what is unread, the last of them first, of `writer_count`;
    `language` is that of the topic's first message, in which the title is written too. That of a direct room
    is called after the others in it, who stand in `people`."""

    id: str
    network_id: str
    room_id: str
    room_name: str
    room_kind: str
    title: str
    language: str | None
    people: list[PersonView]
    unread: int
    first_unread_seq: int | None
    last_seq: int
    last_message_at: datetime
    called: str | None
    calls: int
    message: WaitingMessage
    writers: list[PersonView]
    writer_count: int


class _Row(NamedTuple):
    """A topic as the statement finds it, column by column."""

    id: str
    title: str
    last_seq: int
    last_message_at: datetime
    network_id: str
    room_id: str
    room_name: str
    room_kind: str
    first_unread_seq: int | None
    level: str
    rank: int | None
    calls: int | None
    call_seq: int | None
    message_id: str
    message_seq: int
    body: str
    language: str | None
    author_id: str
    display_name: str
    picture: str | None
    folded: bool
    opened_in: str | None


class _Counted(TypedDict):
    unread: int
    writers: list[PersonView]
    writer_count: int


def list_waiting(
    actor: Actor,
    called: FromClause,
    kinds: Sequence[str],
    request: PageRequest,
    network_id: str | None = None,
) -> PageOf[WaitingView]:
    """The topics of a network in which something is unread, muted ones left out: first where she is called,
    then what she hears all of, then the rest, the newest first in each. Without a network those of all where
    she is called, and direct ones with something unread. `called` has `topic_id, rank, calls, seq` of what
    calls the parameter `me`, `rank` being a place in `kinds`. Three statements at the most. Raises NotFound
    where the actor does not see inside the network."""
    found = _found(actor, called, network_id)
    calls_her = or_(found.c.rank.is_not(None), found.c.room_kind == "direct")
    urgency = case((calls_her, CALLED), (found.c.level == MENTIONS, SELDOM), else_=HEARD)
    first = (
        found.c.first_unread_seq if network_id else func.coalesce(found.c.call_seq, found.c.first_unread_seq)
    )
    query: Select[Any] = (
        select(
            *found.c, _first.c.id.label("message_id"),
            _first.c.seq.label("message_seq"), _first.c.body, _first.c.language, _first.c.author_id,
            _users.c.display_name, shown_picture(_users.c),
            blocks.hides_from(bindparam("me"), _first.c.author_id).label("folded"),
            opened_in(found.c.id),
        )
        .select_from(found)
        .join(_last, and_(_last.c.room_id == found.c.room_id, _last.c.seq == found.c.last_seq))
        .join(_first, and_(_first.c.room_id == found.c.room_id, _first.c.seq == first))
        .join(_users, _users.c.id == _first.c.author_id)
    )  # fmt: skip
    # Ids begin with their time: the newest first, whatever numbers its room counts by.
    keys: list[ColumnElement[Any]] = [_last.c.id] if network_id is None else [urgency, _last.c.id]
    query = query.params(me=actor.user_id or "")
    rows = page(query, keys, request, _Row._make, descending=True, scalar=False)
    left = _counted(actor, [row.id for row in rows.items])
    others = others_in(actor, {row.room_id for row in rows.items if row.room_kind == "direct"})
    return PageOf([_view(row, left[row.id], others, kinds) for row in rows.items], rows.next)


def _found(actor: Actor, called: FromClause, network_id: str | None) -> FromClause:
    first, query = first_unread(), visible_rooms(actor).join(Topic, Topic.room_id == Room.id)
    query = join_levels(join_reader(query)).outerjoin(called, called.c.topic_id == _topics.id)
    heard: ColumnElement[bool] = and_(~is_muted, first.is_not(None))
    if network_id is None:
        heard = or_(called.c.rank.is_not(None), and_(heard, _rooms.kind == "direct"))
    elif (standing := actor.standing(network_id)) is None or not sees_inside(actor, standing):
        raise NotFound()
    else:
        query = query.where(_rooms.network_id == network_id)
    return query.where(heard, _topics.last_seq > func.coalesce(_reads.last_read_seq, 0)).with_only_columns(
        _topics.id, _topics.title, _topics.last_seq, _topics.last_message_at, _rooms.network_id,
        _rooms.id.label("room_id"), _rooms.name.label("room_name"), _rooms.kind.label("room_kind"),
        first.label("first_unread_seq"), topic_level.label("level"), called.c.rank, called.c.calls,
        called.c.seq.label("call_seq"),
    ).subquery("found")  # fmt: skip


def _counted(actor: Actor, topic_ids: Sequence[str]) -> Mapping[str, _Counted]:
    """How much waits in each of these topics, and who wrote it, in one statement."""
    found: dict[str, _Counted] = {
        topic_id: {"unread": 0, "writers": [], "writer_count": 0} for topic_id in topic_ids
    }
    if not topic_ids:
        return found
    left = select(Topic.id).join(Room, Room.id == Topic.room_id).where(Topic.id.in_(topic_ids))
    left = (
        join_reader(left)
        .join(_said, and_(_said.c.topic_id == _topics.id, is_unread(_said)))
        .with_only_columns(
            _said.c.topic_id,
            _said.c.author_id,
            func.count().label("number"),
            func.max(_said.c.seq).label("seq"),
        )
        .group_by(_said.c.topic_id, _said.c.author_id)
    )
    by = left.subquery("by")
    wanted = select(*by.c, _users.c.display_name, shown_picture(_users.c)).join_from(
        by, _users, _users.c.id == by.c.author_id
    )
    for row in session().execute(wanted.order_by(by.c.seq.desc()), {"me": actor.user_id or ""}):
        here = found[row.topic_id]
        here["unread"] += row.number
        here["writer_count"] += 1
        if len(here["writers"]) < NAMED:
            here["writers"].append(_person(row))
    return found


def _person(row: Any) -> PersonView:
    return {
        "id": row.author_id, "display_name": shown_name(row.display_name), "photo_url": photo_url(row.picture)
    }  # fmt: skip


def _view(row: _Row, left: _Counted, others: Mapping[str, list[Any]], kinds: Sequence[str]) -> WaitingView:
    here = others.get(row.room_id, [])
    is_direct = row.room_kind == "direct"
    name = names_of(here) if is_direct else row.room_name
    return {
        "id": row.id, "network_id": row.network_id, "room_id": row.room_id, "room_name": name,
        "room_kind": row.room_kind, "title": row.title or name,
        "language": row.opened_in if row.title else None,
        "people": [person_of(one) for one in here],
        "first_unread_seq": row.first_unread_seq, "last_seq": row.last_seq,
        "last_message_at": row.last_message_at, "called": None if row.rank is None else kinds[row.rank],
        "calls": row.calls or 0,
        "message": {
            "id": row.message_id, "seq": row.message_seq, "author": _person(row),
            "excerpt": None if row.folded else excerpt(row.body), "folded": bool(row.folded),
            "language": row.language,
        },
        **left,
    }  # fmt: skip
