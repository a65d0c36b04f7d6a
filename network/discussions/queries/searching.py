"""What is found of what was said: the latest first, only where the reader may read, and at its place.

What the job has not taken into the index yet is looked through by itself, so that nobody misses what she has
just written.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypedDict

from sqlalchemy import bindparam, func, null, select

from models.discussions import Message, Room, Topic
from models.networks import Network
from models.people import User
from models.search import MessageWords
from network import blocks
from network.discussions.policy import FOUND_IN, visible_rooms
from network.discussions.queries.looking import END, Looked, numbers_of
from network.discussions.queries.messages import MessageView, messages_by_id
from network.discussions.queries.rooms import names_of, others_in
from network.discussions.rules.words import (
    Sought,
    is_found,
    read_query,
    snippet_of,
    text_of,
)
from network.kernel.actor import Actor
from network.kernel.errors import FieldFault, Invalid, NotFound
from network.kernel.paging import MAX_LIMIT, PageOf, PageRequest, open_cursor, seal_cursor
from network.kernel.transaction import session
from network.kernel.translation import mark as _
from network.networks import sees_inside

MOST_WAITING = 1_000
"""Messages that are not in the index yet and looked through one by one, the latest; there are some dozens."""
_FIRST = "first"

_messages, _topics, _rooms = Message.__table__.c, Topic.__table__.c, Room.__table__.c
_users, _words = User.__table__.c, MessageWords.__table__.c
_siblings = Message.__table__.alias("siblings").c


class FoundIn(TypedDict):
    """A room or a topic in few words."""

    id: str
    name: str
    kind: str


class TopicFound(TypedDict):
    """The topic in which something was found."""

    id: str
    title: str
    state: str


class Hit(TypedDict):
    """A message that was found, where it stands, and the piece of it that says why: `hits` are the places of
    the words in `snippet`, from and before which sign."""

    message: MessageView
    room: FoundIn
    topic: TopicFound
    snippet: str
    hits: list[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Filter:
    """What narrows a search: one room, one person, from and before when."""

    room_id: str | None = None
    author_id: str | None = None
    since: datetime | None = None
    before: datetime | None = None


def search_messages(
    actor: Actor,
    network_id: str,
    query: str,
    narrowed: Filter = Filter(),
    request: PageRequest = PageRequest(),  # noqa: B008 - it cannot be changed
) -> PageOf[Hit]:
    """Messages of a network that hold all words of `query`, in whatever case and accent and as any word of
    the same stem, and phrases between quotes as they are; the latest first. Only from rooms that the actor
    sees, never from those where people speak in confidence, nothing deleted or veiled, and nothing of whom
    she blocked. A message that opens a topic is found by the topic's title too. Raises NotFound where the
    actor does not see inside the network; Invalid for a query without a word, or with half a pair of
    quotes."""
    standing = actor.standing(network_id)
    if standing is None or not sees_inside(actor, standing):
        raise NotFound()
    spoken = session().connection().execute(_SPOKEN, {"network": network_id}).scalar_one()
    sought = read_query(query, {*spoken, actor.language or "en", "en"})
    rooms = _rooms_for(actor, network_id, narrowed.room_id)
    if not rooms:
        return PageOf([], None)
    waiting_after, below = (_FIRST, END) if request.cursor is None else _opened(request.cursor)
    limit = min(max(request.limit, 1), MAX_LIMIT)
    seen, only = list(rooms), _narrowing(actor, narrowed)
    found = _find_waiting(sought, seen, only, waiting_after)[: limit + 1] if waiting_after else []
    if len(found) <= limit:
        looked = Looked(
            sought, seen, narrowed.room_id is not None, narrowed.author_id, narrowed.since,
            narrowed.before, below,
        )  # fmt: skip
        found += _find_indexed(looked, only, limit + 1 - len(found))
    following = None
    if len(found) > limit:
        found = found[:limit]
        last = found[-1]
        following = seal_cursor([last.id, END] if last.number is None else ["", last.number])
    return PageOf(_shown(actor, sought, found, rooms), following)


def _opened(cursor: str) -> tuple[str, int]:
    waiting_after, below = open_cursor(cursor, 2)
    if not isinstance(waiting_after, str) or not isinstance(below, int) or not 0 <= below <= END:
        raise Invalid({"cursor": FieldFault.of(_("This list cannot be continued from there."))})
    return waiting_after, below


def first_seq(topic_id: Any) -> Any:
    """The number of the message that opens a topic, as part of a statement."""
    return select(func.min(_siblings.seq)).where(_siblings.topic_id == topic_id).scalar_subquery()


def _rooms_for(actor: Actor, network_id: str, room_id: str | None) -> dict[str, Any]:
    wanted = visible_rooms(actor).where(Room.network_id == network_id, Room.kind.in_(FOUND_IN))
    if room_id is not None:
        wanted = wanted.where(Room.id == room_id)
    columns = wanted.with_only_columns(_rooms.id, _rooms.name, _rooms.kind)
    return {room.id: room for room in session().connection().execute(columns)}


def _narrowing(actor: Actor, narrowed: Filter) -> list[Any]:
    """What holds of every message that is shown beside the rules for all, whatever an index says."""
    only: list[Any] = []
    hidden = sorted(blocks.blocked_by(actor))
    if hidden:
        only.append(_messages.author_id.not_in(hidden))
    if narrowed.author_id is not None:
        only.append(_messages.author_id == narrowed.author_id)
    if narrowed.since is not None:
        only.append(_messages.created_at >= narrowed.since)
    if narrowed.before is not None:
        only.append(_messages.created_at < narrowed.before)
    return only


def _candidates(number: Any) -> Any:
    """Messages as they are looked at, of `rooms`; what is deleted or veiled is not there for anybody."""
    return (
        select(
            _messages.id, _messages.room_id, _messages.topic_id, _messages.body, _messages.created_at,
            _messages.seq, func.coalesce(_messages.language, _users.language).label("language"),
            _topics.title, _topics.state,
            (_messages.seq == first_seq(_topics.id)).label("is_first"), number.label("number"),
        )
        .join_from(Message.__table__, Topic.__table__, _topics.id == _messages.topic_id)
        .join(User.__table__, _users.id == _messages.author_id)
        .where(
            _messages.room_id.in_(bindparam("rooms", expanding=True)), _messages.deleted_at.is_(None),
            _messages.veiled.is_(False),
        )
    )  # fmt: skip


_SPOKEN = select(Network.languages).where(Network.id == bindparam("network"))
_WAITING = (
    select(_messages.id)
    .where(_messages.indexed_version != _messages.version)
    .order_by(_messages.id.desc())
    .limit(MOST_WAITING)
)
_NOT_INDEXED = _candidates(null()).where(_messages.id.in_(bindparam("waiting", expanding=True)))
_INDEXED = (
    _candidates(_words.number)
    .join(MessageWords.__table__, _words.message_id == _messages.id)
    .where(
        _words.number.in_(bindparam("numbers", expanding=True)),
        _messages.indexed_version == _messages.version,
    )
    .order_by(_words.number.desc())
    .limit(bindparam("most"))
)
"""Made once: there is not time for it in each search."""


def _find_waiting(sought: Sought, rooms: Sequence[str], only: Sequence[Any], after: str) -> list[Any]:
    # Looked up by themselves: no planner believes how few they are.
    reads = session().connection()
    waiting = reads.execute(_WAITING).scalars().all()
    if not waiting:
        return []
    found = reads.execute(_NOT_INDEXED.where(*only), {"rooms": rooms, "waiting": waiting})
    rows = sorted(found, key=lambda row: (row.created_at, row.seq), reverse=True)
    if after != _FIRST:
        # Whoever is in the index meanwhile is found there.
        places = [at for at, row in enumerate(rows) if row.id == after]
        rows = rows[places[0] + 1 :] if places else []
    return [row for row in rows if is_found(sought, _text(row), row.language)]


def _find_indexed(looked: Looked, only: Sequence[Any], most: int) -> list[Any]:
    found: list[Any] = []
    wanted = _INDEXED.where(*only) if only else _INDEXED
    for numbers in numbers_of(looked):
        asked = {"numbers": numbers, "rooms": looked.rooms, "most": most - len(found)}
        found += session().connection().execute(wanted, asked)
        if len(found) >= most:
            break
    return found


def _text(row: Any) -> str:
    return text_of(row.title if row.is_first else "", row.body)


def _shown(actor: Actor, sought: Sought, found: Sequence[Any], rooms: Mapping[str, Any]) -> list[Hit]:
    messages = messages_by_id([row.id for row in found])
    direct = {row.room_id for row in found if rooms[row.room_id].kind == "direct"}
    others = others_in(actor, direct)
    hits: list[Hit] = []
    for row in found:
        room, snippet = rooms[row.room_id], snippet_of(sought, row.body, row.language)
        name = names_of(others.get(room.id, [])) if room.kind == "direct" else room.name
        hits.append({
            "message": messages[row.id], "room": {"id": room.id, "name": name, "kind": room.kind},
            "topic": {"id": row.topic_id, "title": row.title or name, "state": row.state},
            "snippet": snippet.text, "hits": snippet.hits,
        })  # fmt: skip
    return hits
