"""What moderation hides is hidden until a moment: everybody who reads asks the clock, so that a veil ends
when its time is over, whatever jobs run (state-machines, A/B 2)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, or_

from models.base import UtcDateTime
from network.kernel import runtime

FOREVER = datetime(9999, 1, 1, tzinfo=UTC)
"""Until somebody takes the veil away."""


def is_veiled(until: datetime | None, now: datetime | None = None) -> bool:
    """True while a veil lies over what has this `veiled_until`."""
    return until is not None and until > (now or runtime.current().clock.now())


def later(until: datetime | None, other: datetime) -> datetime:
    """Of two veils the one that ends later counts."""
    return other if until is None else max(until, other)


def veiled_now(column: Any) -> ColumnElement[bool]:
    """`is_veiled` as SQL; the clock is asked when the statement runs, however long ago it was made."""
    return and_(column.is_not(None), column > _now())


def unveiled_now(column: Any) -> ColumnElement[bool]:
    """The opposite of `veiled_now`, which knows no NULL."""
    return or_(column.is_(None), column <= _now())


def lapsed_now(column: Any) -> ColumnElement[bool]:
    """Where a veil ended by the clock and nobody was told yet."""
    return and_(column.is_not(None), column <= _now())


def _now() -> Any:
    return bindparam(
        "veils_now", unique=True, type_=UtcDateTime(), callable_=lambda: runtime.current().clock.now()
    )
