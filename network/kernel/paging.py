"""Pages of a list: by key, never by offset, so that no page costs more than the first."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import orjson
from sqlalchemy import ColumnElement, Select, tuple_

from network.kernel.errors import FieldFault, Invalid
from network.kernel.transaction import session
from network.kernel.translation import mark as _

T = TypeVar("T")
DEFAULT_LIMIT = 50
MAX_LIMIT = 200


@dataclass(frozen=True, slots=True)
class PageOf(Generic[T]):
    """One page: what is on it, and the cursor of the next or None."""

    items: list[T]
    next: str | None


@dataclass(frozen=True, slots=True)
class PageRequest:
    """Which page is wanted: how many at the most, after which cursor."""

    limit: int = DEFAULT_LIMIT
    cursor: str | None = None


def page(
    query: Select[Any],
    keys: Sequence[ColumnElement[Any]],
    request: PageRequest,
    show: Callable[[Any], T],
    *,
    descending: bool = False,
    scalar: bool = True,
) -> PageOf[T]:
    """Run `query` in the order of `keys` (unique together; text or whole numbers) and show one page. The
    cursor holds the last row's keys. Raises Invalid for a cursor that is none."""
    order = [key.desc() if descending else key.asc() for key in keys]
    if request.cursor is not None:
        last = open_cursor(request.cursor, len(keys))
        left = tuple_(*keys)
        query = query.where(left < tuple_(*last) if descending else left > tuple_(*last))
    limit = min(max(request.limit, 1), MAX_LIMIT)
    marked = query.add_columns(*[key.label(f"page_key_{n}") for n, key in enumerate(keys)])
    rows = session().execute(marked.order_by(*order).limit(limit + 1)).all()
    following = None
    if len(rows) > limit:
        rows = rows[:limit]
        following = seal_cursor(list(rows[-1][-len(keys) :]))
    width = len(keys)
    return PageOf([show(row[0] if scalar else row[:-width]) for row in rows], following)


def seal_cursor(values: list[Any]) -> str:
    """Where a list goes on, as a text that clients hand back: text and whole numbers."""
    return base64.urlsafe_b64encode(orjson.dumps(values)).rstrip(b"=").decode()


def open_cursor(cursor: str, width: int) -> list[Any]:
    """What `seal_cursor` sealed: `width` texts and whole numbers. Raises Invalid for what is no cursor."""
    fault = Invalid({"cursor": FieldFault.of(_("This list cannot be continued from there."))})
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        values = orjson.loads(base64.urlsafe_b64decode(padded.encode("ascii")))
    except (ValueError, binascii.Error, UnicodeEncodeError):
        raise fault from None
    if not isinstance(values, list) or len(values) != width:
        raise fault
    if not all(isinstance(value, str | int) and not isinstance(value, bool) for value in values):
        raise fault
    if any(isinstance(value, str) and "\x00" in value for value in values):
        raise fault
    return values
