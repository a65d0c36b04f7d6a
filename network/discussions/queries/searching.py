"""What is found of what was said: the latest first, only where the reader may read, and at its place.

What the job has not taken into the index yet is looked through by itself, so that nobody misses what she has
just written.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypedDict

from sqlalchemy import bindparam, cast, column, func, null, select, table
from sqlalchemy.dialects.postgresql import TSQUERY

from models.discussions import Message, Room, Topic
from models.people import User
from models.search import BESIDE, MessageWords
from network import blocks, networks
from network.discussions.policy import FOUND_IN, visible_rooms
from network.discussions.queries.messages import MessageView, messages_by_id
from network.discussions.queries.rooms import names_of, others_in
from network.discussions.rules.words import (
    Sought,
    author_mark,
    is_found,
    read_query,
    room_mark,
    snippet_of,
    text_of,
)
from network.kernel import runtime
from network.kernel.actor import Actor
from network.kernel.errors import FieldFault, Invalid, NotFound
from network.kernel.paging import MAX_LIMIT, PageOf, PageRequest, open_cursor, seal_cursor
from network.kernel.transaction import session
from network.kernel.translation import mark as _
from network.networks import sees_inside

MOST_WAITING = 1_000
"""Messages that are not in the index yet and looked through one by one, the latest; there are some dozens."""
_MOST_MARKS = 60
_SLACK = 10_000
"""Numbers follow the clock but for messages that somebody held while the job came by."""
_END = 2**62
_FIRST = "first"

_messages, _topics, _rooms = Message.__table__.c, Topic.__table__.c, Room.__table__.c
_users, _words = User.__table__.c, MessageWords.__table__.c
_siblings = Message.__table__.alias("siblings").c
_index = table(BESIDE, column("rowid"), column("number"), column("terms"), column(BESIDE))


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
    """Messages of a network that hold all words of `query`, in whatever case, accent or grammatical form, and
    phrases between quotes as they are; the latest first. Only from rooms that the actor sees, never from
    those where people speak in confidence, nothing deleted or veiled, and nothing of whom she blocked. A
    message that opens a topic is found by the topic's title too. Raises NotFound where the actor does not see
    inside the network; Invalid for a query without a word, or with half a pair of quotes."""
    standing = actor.standing(network_id)
    if standing is None or not sees_inside(actor, standing):
        raise NotFound()
    tongues = {*networks.network_row(network_id).languages, actor.language or "en", "en"}
    sought = read_query(query, tongues)
    rooms = _rooms_for(actor, network_id, narrowed.room_id)
    if not rooms:
        return PageOf([], None)
    waiting_after, below = (_FIRST, _END) if request.cursor is None else _opened(request.cursor)
    limit = min(max(request.limit, 1), MAX_LIMIT)
    only = _allowed(actor, list(rooms), narrowed)
    found = _find_waiting(sought, only, waiting_after)[: limit + 1] if waiting_after else []
    if len(found) <= limit:
        indexed = _find_indexed(sought, only, narrowed, list(rooms), below, limit + 1 - len(found))
        found += indexed
    following = None
    if len(found) > limit:
        found = found[:limit]
        last = found[-1]
        following = seal_cursor([last.id, _END] if last.number is None else ["", last.number])
    return PageOf(_shown(actor, sought, found, rooms), following)


def first_seq(topic_id: Any) -> Any:
    """The number of the message that opens a topic, as part of a statement."""
    return select(func.min(_siblings.seq)).where(_siblings.topic_id == topic_id).scalar_subquery()


def _opened(cursor: str) -> tuple[str, int]:
    waiting_after, below = open_cursor(cursor, 2)
    if not isinstance(waiting_after, str) or not isinstance(below, int) or not 0 <= below <= _END:
        raise Invalid({"cursor": FieldFault.of(_("This list cannot be continued from there."))})
    return waiting_after, below


def _rooms_for(actor: Actor, network_id: str, room_id: str | None) -> dict[str, Room]:
    wanted = visible_rooms(actor).where(Room.network_id == network_id, Room.kind.in_(FOUND_IN))
    if room_id is not None:
        wanted = wanted.where(Room.id == room_id)
    return {room.id: room for room in session().scalars(wanted)}


def _allowed(actor: Actor, rooms: Sequence[str], narrowed: Filter) -> list[Any]:
    """What holds of every message that is shown, whatever an index says."""
    only: list[Any] = [
        _messages.room_id.in_(rooms), _messages.deleted_at.is_(None), _messages.veiled.is_(False)
    ]  # fmt: skip
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


def _candidates(*more: Any) -> Any:
    return select(
        _messages.id, _messages.room_id, _messages.topic_id, _messages.body, _messages.created_at,
        _messages.seq, func.coalesce(_messages.language, _users.language).label("language"),
        _topics.title, _topics.state,
        (_messages.seq == first_seq(_topics.id)).label("is_first"), *more,
    )  # fmt: skip


def _find_waiting(sought: Sought, only: Sequence[Any], after: str) -> list[Any]:
    # Looked up by themselves: no planner believes how few they are.
    waiting = (
        session()
        .scalars(
            select(_messages.id)
            .where(_messages.indexed_version != _messages.version)
            .order_by(_messages.id.desc())
            .limit(MOST_WAITING)
        )
        .all()
    )
    if not waiting:
        return []
    wanted = (
        _candidates(null().label("number"))
        .join_from(Message.__table__, Topic.__table__, _topics.id == _messages.topic_id)
        .join(User.__table__, _users.id == _messages.author_id)
        .where(_messages.id.in_(waiting), *only)
    )
    rows = sorted(session().execute(wanted), key=lambda row: (row.created_at, row.seq), reverse=True)
    if after != _FIRST:
        # Whoever is in the index meanwhile is found there.
        places = [at for at, row in enumerate(rows) if row.id == after]
        rows = rows[places[0] + 1 :] if places else []
    return [row for row in rows if is_found(sought, _text(row), row.language)]


def _find_indexed(
    sought: Sought, only: Sequence[Any], narrowed: Filter, rooms: Sequence[str], below: int, most: int
) -> list[Any]:
    marks = [[room_mark(room) for room in rooms]] if len(rooms) <= _MOST_MARKS else []
    if narrowed.author_id is not None:
        marks.append([author_mark(narrowed.author_id)])
    is_sqlite = runtime.current().database.is_sqlite
    if is_sqlite:
        number = _index.c.rowid
        matches = _index.c[BESIDE].op("MATCH")(bindparam("sought", _for_sqlite(sought, marks)))
    else:
        number = _index.c.number
        matches = _index.c.terms.op("@@")(
            cast(bindparam("sought", _for_postgresql(sought, marks)), TSQUERY())
        )
    wanted = (
        _candidates(number.label("number"))
        .select_from(_index)
        .join(MessageWords.__table__, _words.number == number)
        .join(Message.__table__, _messages.id == _words.message_id)
        .join(Topic.__table__, _topics.id == _messages.topic_id)
        .join(User.__table__, _users.id == _messages.author_id)
        .where(matches, number < below, _messages.indexed_version == _messages.version, *only)
        .order_by(number.desc())
        .limit(most)
    )
    for bound in _bounds(narrowed, number):
        wanted = wanted.where(bound)
    return list(session().execute(wanted))


def _bounds(narrowed: Filter, number: Any) -> Iterator[Any]:
    """From and up to about which number: who looks for last year is not made to wait for this year."""
    at = _words.created_at
    if narrowed.before is not None:
        last = session().scalar(
            select(_words.number).where(at < narrowed.before).order_by(at.desc()).limit(1)
        )
        yield number <= (last or 0) + _SLACK
    if narrowed.since is not None:
        first = session().scalar(select(_words.number).where(at >= narrowed.since).order_by(at).limit(1))
        yield number >= (first if first is not None else _END) - _SLACK


def _for_sqlite(sought: Sought, marks: Sequence[Sequence[str]]) -> str:
    """As FTS5 reads it. Every word is letters and digits alone, so that nothing typed is an order to it."""
    parts = [
        "(" + " OR ".join([f'words : "{word}"', *(f'stems : "{stem}"' for stem in sorted(stems))]) + ")"
        for word, stems in sought.words
    ]
    parts += [f'words : "{" ".join(phrase)}"' for phrase in sought.phrases]
    parts += ["marks : (" + " OR ".join(f'"{mark}"' for mark in each) + ")" for each in marks]
    return " AND ".join(parts)


def _for_postgresql(sought: Sought, marks: Sequence[Sequence[str]]) -> str:
    """As a `tsquery` is written; A are words, B stems, C marks."""
    parts = [
        "(" + " | ".join([f"'{word}':A", *(f"'{stem}':B" for stem in sorted(stems))]) + ")"
        for word, stems in sought.words
    ]
    parts += ["(" + " <-> ".join(f"'{word}':A" for word in phrase) + ")" for phrase in sought.phrases]
    parts += ["(" + " | ".join(f"'{mark}':C" for mark in each) + ")" for each in marks]
    return " & ".join(parts)


def _text(row: Any) -> str:
    return text_of(row.title if row.is_first else "", row.body)


def _shown(actor: Actor, sought: Sought, found: Sequence[Any], rooms: Mapping[str, Room]) -> list[Hit]:
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
