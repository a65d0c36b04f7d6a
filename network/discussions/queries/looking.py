"""In which order the index is looked through: the latest first, and never further than what is asked for.

Both kinds of database are asked in steps, so that it is of no matter how often a word was said. SQLite reads
its lists backwards by itself. PostgreSQL gathers all that holds a word before it sorts: it first reads some
of the latest messages, as frequent words are among them, and then asks its index for one span after another.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Integer,
    Select,
    Text,
    bindparam,
    cast,
    column,
    func,
    literal,
    literal_column,
    select,
    table,
)
from sqlalchemy.dialects.postgresql import TSQUERY

from models.search import BESIDE, SPAN, MessageWords
from network.discussions.rules.words import Sought, author_mark, room_mark
from network.kernel import runtime
from network.kernel.transaction import session

END = 2**62
"""Above every number."""
_MOST_MARKS = 60
_FIRST_STEP, _STEP = 48, 500
_UNASKED = _FIRST_STEP + _STEP
"""So many found messages are asked for by one whether the reader may read them; if too few are, her rooms are
part of what is looked for from there on."""
_LATEST = 4_000
"""So many of the latest messages PostgreSQL reads one by one."""
_FIRST_SPANS, _GROWTH, _MOST_SPANS = 4, 8, 256
"""So many spans its index is asked for, and so many more each time; after that for all the rest."""
_SLACK = 10_000
"""Numbers follow the clock, but for messages that somebody held while the job came by, or that were said with
an older date."""

_words = MessageWords.__table__.c
_index = table(
    BESIDE, column("rowid", Integer), column("number", BigInteger), column("terms"), column(BESIDE)
)
_SPAN_OF = literal_column(f"(ARRAY[number / {SPAN}])", ARRAY(BigInteger))
"""As models.search has it in the index."""
_LOW = bindparam("low", type_=BigInteger)
_HIGH = bindparam("high", type_=BigInteger)
_MOST = bindparam("most", type_=Integer)
_NEWEST = select(func.max(_words.number))


@dataclass(frozen=True, slots=True)
class Looked:
    """What is looked for: words, said by `author_id`, in one room where only `one_room` is asked about, else
    wherever; `rooms` are those that the reader sees. Said from `since` and before `before`, below `below`."""

    sought: Sought
    rooms: Sequence[str]
    one_room: bool
    author_id: str | None
    since: datetime | None
    before: datetime | None
    below: int


def numbers_of(looked: Looked) -> Iterator[list[int]]:
    """Numbers of messages in which the index finds the words, the latest first, in lots: whoever has enough
    asks for no more. Whether they may be shown is not looked at here."""
    low, high = _bounds(looked)
    if high <= low:
        return
    if runtime.current().database.is_sqlite:
        yield from _from_sqlite(looked, low, high)
    else:
        yield from _from_postgresql(looked, low, high)


def _bounds(looked: Looked) -> tuple[int, int]:
    """From which and below which number: who looks for last year is not made to wait for this year."""
    at, number = _words.created_at, _words.number
    low, high = 0, looked.below
    if looked.before is not None:
        is_ours = at < looked.before
        last = session().scalar(select(number).where(is_ours).order_by(at.desc()).limit(1)) or 0
        late = select(number).where(is_ours, number.between(last, last + _SLACK)).order_by(number.desc())
        high = min(high, (session().scalar(late.limit(1)) or 0) + 1)
    if looked.since is not None:
        is_ours = at >= looked.since
        first = session().scalar(select(number).where(is_ours).order_by(at).limit(1)) or END
        late = select(number).where(is_ours, number.between(first - _SLACK, first)).order_by(number)
        low = session().scalar(late.limit(1)) or END
    return low, high


def _marks(looked: Looked, *, with_rooms: bool) -> list[list[str]]:
    marks = [[author_mark(looked.author_id)]] if looked.author_id is not None else []
    if looked.one_room or (with_rooms and len(looked.rooms) <= _MOST_MARKS):
        marks.append([room_mark(room) for room in looked.rooms])
    return marks


# ---------------------------------------------------------------- SQLite


_BACKWARDS = (
    select(_index.c.rowid)
    .where(_index.c[BESIDE].op("MATCH")(bindparam("sought")), _index.c.rowid >= _LOW, _index.c.rowid < _HIGH)
    .order_by(_index.c.rowid.desc())
    .limit(_MOST)
)


def _from_sqlite(looked: Looked, low: int, high: int) -> Iterator[list[int]]:
    seen, most = 0, _FIRST_STEP
    while True:
        sought = _for_sqlite(looked.sought, _marks(looked, with_rooms=seen >= _UNASKED))
        asked = {"sought": sought, "low": low, "high": high, "most": most}
        found = list(session().connection().execute(_BACKWARDS, asked).scalars())
        if found:
            yield found
        if len(found) < most:
            return
        high, seen, most = found[-1], seen + len(found), _STEP


def _for_sqlite(sought: Sought, marks: Sequence[Sequence[str]]) -> str:
    """As FTS5 reads it. Every word is letters and digits alone, so that nothing typed is an order to it."""
    parts = [
        # One list is read once, though it tells of both columns.
        "("
        + " OR ".join([
            f'{{words stems}} : "{word}"' if word in stems else f'words : "{word}"',
            *(f'stems : "{stem}"' for stem in sorted(stems - {word})),
        ])
        + ")"
        for word, stems in sought.words
    ]  # fmt: skip
    parts += [f'words : "{" ".join(phrase)}"' for phrase in sought.phrases]
    parts += ["marks : (" + " OR ".join(f'"{mark}"' for mark in each) + ")" for each in marks]
    return " AND ".join(parts)


# ---------------------------------------------------------------- PostgreSQL


_NUMBER, _TERMS = _index.c.number, _index.c.terms
_SOUGHT = cast(bindparam("sought", type_=Text), TSQUERY())
_walked = (
    select(_NUMBER, _TERMS)
    .where(_NUMBER >= _LOW, _NUMBER < _HIGH)
    .order_by(_NUMBER.desc())
    .offset(0)  # by which PostgreSQL walks along the numbers, whatever it expects to find
    .subquery()
    .c
)
_WALK = (
    select(_walked.number).where(_walked.terms.op("@@")(_SOUGHT)).order_by(_walked.number.desc()).limit(_MOST)
)
_unwalked = _NUMBER + literal(0, BigInteger)  # by which it does not
_WHOLE = select(_NUMBER).where(_TERMS.op("@@")(_SOUGHT), _unwalked >= _LOW, _unwalked < _HIGH)
_SPANNED = _WHOLE.where(_SPAN_OF.op("&&")(bindparam("spans", type_=ARRAY(BigInteger))))


def _sorted_once_found(wanted: Select[tuple[int]]) -> Select[tuple[int]]:
    number = wanted.offset(0).subquery().c.number
    return select(number).order_by(number.desc()).limit(_MOST)


_WHOLE, _SPANNED = _sorted_once_found(_WHOLE), _sorted_once_found(_SPANNED)


def _from_postgresql(looked: Looked, low: int, high: int) -> Iterator[list[int]]:
    reads = session().connection()
    low, high = max(low, 1), min(high, (reads.execute(_NEWEST).scalar() or 0) + 1)
    seen, most, width = 0, _FIRST_STEP, 0
    while low < high:
        terms = _for_postgresql(looked.sought, _marks(looked, with_rooms=seen >= _UNASKED))
        last = (high - 1) // SPAN
        asked: dict[str, Any] = {"sought": terms, "high": high, "most": most}
        if not width:
            wanted, asked["low"] = _WALK, max(low, high - _LATEST)
        elif width <= _MOST_SPANS:
            # Whole spans: the index is asked for a few of them by name.
            wanted, asked["low"] = _SPANNED, max(low, (last - width + 1) * SPAN)
            asked["spans"] = list(range(asked["low"] // SPAN, last + 1))
        else:
            wanted, asked["low"] = _WHOLE, low
        found = list(reads.execute(wanted, asked).scalars())
        if found:
            yield found
        if len(found) == most:
            high, seen, most = found[-1], seen + most, _STEP
        else:
            high, width = asked["low"], width * _GROWTH or _FIRST_SPANS


def _for_postgresql(sought: Sought, marks: Sequence[Sequence[str]]) -> str:
    """As a `tsquery` is written; A are words, B stems, C marks."""
    parts = [
        "(" + " | ".join([f"'{word}':A", *(f"'{stem}':B" for stem in sorted(stems))]) + ")"
        for word, stems in sought.words
    ]
    parts += ["(" + " <-> ".join(f"'{word}':A" for word in phrase) + ")" for phrase in sought.phrases]
    parts += ["(" + " | ".join(f"'{mark}':C" for mark in each) + ")" for each in marks]
    return " & ".join(parts)
