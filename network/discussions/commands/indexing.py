"""Making messages findable: done by a job a moment after they were said, so that nobody waits for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from typing import cast as seen_as

from sqlalchemy import (
    Table,
    and_,
    bindparam,
    cast,
    column,
    delete,
    func,
    insert,
    literal,
    select,
    table,
    update,
)
from sqlalchemy.dialects.postgresql import TSVECTOR

from models.discussions import Message, Room, Topic
from models.people import User
from models.search import BESIDE, MessageWords
from network.discussions.policy import FOUND_IN, may_tidy
from network.discussions.queries.searching import first_seq
from network.discussions.rules.words import author_mark, room_mark, stem_of, text_of, words_of
from network.kernel import runtime
from network.kernel.actor import Actor, system_actor
from network.kernel.jobs import job
from network.kernel.policy import require
from network.kernel.tidying import tidies
from network.kernel.transaction import command, session

SOME = 500
"""Messages of one step: who writes in between waits for some hundredths of a second."""
PAGES = 500
"""Pages of the index that one step of tidying writes anew."""


_MESSAGES, _WORDS = seen_as(Table, Message.__table__), seen_as(Table, MessageWords.__table__)
_messages, _words = _MESSAGES.c, _WORDS.c
_index = table(BESIDE, *map(column, (BESIDE, "rowid", "rank", "words", "stems", "marks", "number", "terms")))
_INSERT = {
    True: insert(_index).values(
        rowid=bindparam("at"), words=bindparam("its_words"), stems=bindparam("its_stems"),
        marks=bindparam("its_marks"),
    ),
    False: insert(_index).values(number=bindparam("at"), terms=cast(bindparam("its_terms"), TSVECTOR())),
}  # fmt: skip
_DELETE = {
    True: delete(_index).where(_index.c.rowid == bindparam("gone")),
    False: delete(_index).where(_index.c.number == bindparam("gone")),
}
_WRITE_ANEW = insert(_index).values({BESIDE: "merge", "rank": bindparam("pages")})
_LAST_POSITION = 16_383  # what PostgreSQL can tell apart


@job("discussions.index", every_minutes=1)
def index() -> int:
    """Take in what was said or changed since the last time; how many messages."""
    actor = system_actor("discussions.index")
    done = 0
    while some := index_some(actor):
        done += some
    return done


@command
def index_some(actor: Actor) -> int:
    """Take the words of at most `SOME` messages into the index, in their order, and those of deleted and
    veiled ones out of it; how many. What is said in confidence stays out. Refused to everybody but the
    system."""
    require(may_tidy(actor))
    rows = session().execute(_waiting().order_by(_messages.id).limit(SOME)).all()
    rows = sorted(rows, key=lambda row: (row.created_at, row.seq))
    if rows:
        known = _numbers([row.id for row in rows])
        _take_out(known)
        found = [row for row in rows if row.is_found]
        gone = [row.id for row in rows if not row.is_found]
        session().execute(delete(_WORDS).where(_words.message_id.in_(gone)))
        _number([row for row in found if row.id not in known])
        _take_in(found)
        seen = update(_MESSAGES).where(_messages.id.in_([row.id for row in rows]))
        session().execute(seen.values(indexed_version=_messages.version))
    return len(rows)


def _waiting() -> Any:
    is_found = and_(_messages.deleted_at.is_(None), _messages.veiled.is_(False), Room.kind.in_(FOUND_IN))
    return (
        select(
            _messages.id, _messages.room_id, _messages.author_id, _messages.created_at, _messages.seq,
            _messages.body, func.coalesce(_messages.language, User.language).label("language"),
            is_found.label("is_found"),
            (_messages.seq == first_seq(Topic.id)).label("is_first"), Topic.title,
        )
        .join_from(_MESSAGES, Topic, Topic.id == _messages.topic_id)
        .join(User, User.id == _messages.author_id)
        .join(Room, Room.id == _messages.room_id)
        .where(_messages.indexed_version != _messages.version)
        .with_for_update(of=_MESSAGES, skip_locked=True)
    )  # fmt: skip


def find_by_title(topic_id: str) -> None:
    """Within a command that gave a topic another title: have its first message found by that."""
    opening = update(_MESSAGES).where(
        _messages.topic_id == topic_id, _messages.seq == first_seq(literal(topic_id))
    )
    session().execute(opening.values(indexed_version=0))


def _numbers(message_ids: Sequence[str]) -> dict[str, int]:
    wanted = select(_words.message_id, _words.number).where(_words.message_id.in_(message_ids))
    return {row.message_id: row.number for row in session().execute(wanted)}


def _take_out(known: Mapping[str, int]) -> None:
    if known:
        away = _DELETE[runtime.current().database.is_sqlite]
        session().connection().execute(away, [{"gone": number} for number in known.values()])


def _number(rows: Sequence[Any]) -> None:
    if rows:
        session().connection().execute(
            insert(_WORDS),
            [
                {"message_id": row.id, "room_id": row.room_id, "author_id": row.author_id,
                 "created_at": row.created_at}
                for row in rows
            ],
        )  # fmt: skip


def _take_in(rows: Sequence[Any]) -> None:
    if not rows:
        return
    is_sqlite = runtime.current().database.is_sqlite
    as_stored = _for_sqlite if is_sqlite else _for_postgresql
    numbers = _numbers([row.id for row in rows])
    session().connection().execute(
        _INSERT[is_sqlite], [{"at": numbers[row.id], **as_stored(row)} for row in rows]
    )


def _for_sqlite(row: Any) -> dict[str, str]:
    words = [word.folded for word in words_of(text_of(row.title if row.is_first else "", row.body))]
    stems = {stem_of(word, row.language) for word in words}
    return {
        "its_words": " ".join(words), "its_stems": " ".join(sorted(stems)),
        "its_marks": f"{room_mark(row.room_id)} {author_mark(row.author_id)}",
    }  # fmt: skip


def _for_postgresql(row: Any) -> dict[str, str]:
    """As PostgreSQL writes such terms: words with their places under A, stems under B, marks under C."""
    places: dict[str, list[str]] = {}
    for at, word in enumerate(words_of(text_of(row.title if row.is_first else "", row.body)), 1):
        places.setdefault(word.folded, []).append(f"{min(at, _LAST_POSITION)}A")
    for stem in sorted({stem_of(word, row.language) for word in places}):
        places.setdefault(stem, []).append(f"{_LAST_POSITION}B")
    for mark in (room_mark(row.room_id), author_mark(row.author_id)):
        places[mark] = [f"{_LAST_POSITION}C"]
    return {"its_terms": " ".join(f"'{word}':{','.join(at[:255])}" for word, at in places.items())}


@tidies
@command
def forget_words(actor: Actor) -> int:
    """Take the words of what is gone out of the index for good, at once. Refused to everybody but the
    system."""
    require(may_tidy(actor))
    while index_some(actor):
        pass
    write_anew(actor, -PAGES)
    while write_anew(actor, PAGES):
        pass
    return 0


@job("discussions.forget_words", every_minutes=24 * 60)
def forget_words_in_steps() -> None:
    """What `forget_words` does, so that nobody waits for it."""
    actor = system_actor("discussions.forget_words")
    index()
    write_anew(actor, -PAGES)
    while write_anew(actor, PAGES):
        pass


@command
def write_anew(actor: Actor, pages: int) -> bool:
    """Have SQLite write some pages of its index anew, in which it keeps deleted words until then; less than
    none begins from the start. False when nothing is left to write. Refused to everybody but the system."""
    require(may_tidy(actor))
    if not runtime.current().database.is_sqlite:
        return False
    raw = session().connection().connection.driver_connection
    assert raw is not None  # noqa: S101 - an open connection has one
    before = raw.total_changes
    session().execute(_WRITE_ANEW, {"pages": pages})
    # As SQLite says: less than two changes, and there was nothing to do.
    return bool(raw.total_changes - before >= 2)
