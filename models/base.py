"""What every table shares: naming of constraints, the types of ids and times, the folded form of words."""

from __future__ import annotations

import unicodedata
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import DateTime, MetaData, String
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import TypeDecorator, TypeEngine

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}

Id = String(36)
"""UUIDv7 as text: the form in which every client sees it, so that the hot paths convert nothing."""

LONGEST_FOLDED = 200

# Letters that Unicode does not take apart, as people without that keyboard type them.
_PLAIN = str.maketrans({
    "ł": "l", "ø": "o", "đ": "d", "ð": "d", "ħ": "h", "ı": "i", "ŧ": "t", "æ": "ae", "œ": "oe", "þ": "th",
})  # fmt: skip


def fold(text: str) -> str:
    """Words as they are searched and sorted: without accents, case and the final forms of letters, so that
    `lodz` finds Łódź, `istanbul` finds İSTANBUL and `νικοσ` finds Νίκος; at most 200 characters."""
    parted = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(sign for sign in parted if not unicodedata.combining(sign))
    return " ".join(bare.translate(_PLAIN).casefold().split())[:LONGEST_FOLDED]


class UtcDateTime(TypeDecorator[datetime]):
    """An aware time in UTC. SQLite holds it as RFC 3339 text of fixed width, which sorts and prints as it is;
    PostgreSQL holds a timestamp with time zone. A naive time is refused."""

    impl = String(27)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name == "postgresql":
            return dialect.type_descriptor(DateTime(timezone=True))
        return dialect.type_descriptor(String(27))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone cannot be stored")
        utc = value.astimezone(UTC)
        if dialect.name == "postgresql":
            return utc
        return f"{utc.replace(tzinfo=None).isoformat(timespec='microseconds')}Z"

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if isinstance(value, datetime):
            return value.astimezone(UTC)
        return datetime.fromisoformat(value)


class Base(DeclarativeBase):
    """The one declarative base; `models/__init__.py` loads every table into its metadata."""

    metadata = MetaData(naming_convention=NAMING)
