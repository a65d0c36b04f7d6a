"""By which words messages are found. Everything here is made from messages and can be made again."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import DDL, BigInteger, ForeignKey, Integer, event
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Id, UtcDateTime


class MessageWords(Base):
    """A message that can be found. `number` grows as messages come in: found is the latest first. Its words
    stand beside it under the same number, in the form in which its kind of database looks through them."""

    __tablename__ = "message_words"

    number: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True)
    message_id: Mapped[str] = mapped_column(Id, ForeignKey("messages.id", ondelete="CASCADE"), unique=True)
    room_id: Mapped[str] = mapped_column(Id)
    author_id: Mapped[str] = mapped_column(Id)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


BESIDE = "message_index"
"""The table that only the database itself understands, and on SQLite those with which it keeps it."""

SPAN = 8_192
"""Numbers that PostgreSQL's index keeps together under a name: so many messages are looked through alone."""

_FOR_SQLITE = (
    # The words come folded and parted by blanks, so that nothing is left to the tokenizer.
    f"CREATE VIRTUAL TABLE {BESIDE} USING fts5(words, stems, marks, tokenize='ascii')",
    "CREATE TRIGGER message_words_gone AFTER DELETE ON message_words "
    "BEGIN DELETE FROM message_index WHERE rowid = old.number; END",
)
_FOR_POSTGRESQL = (
    f"CREATE TABLE {BESIDE} (number BIGINT PRIMARY KEY REFERENCES message_words (number) ON DELETE CASCADE, "
    f"terms TSVECTOR NOT NULL)",
    f"CREATE INDEX ix_{BESIDE}_terms ON {BESIDE} USING gin (terms, (ARRAY[number / {SPAN}]))",
)


def statements_for(dialect: str) -> tuple[str, ...]:
    """What makes the table of words on one kind of database, beside `message_words`."""
    return _FOR_SQLITE if dialect == "sqlite" else _FOR_POSTGRESQL


def _also(moment: str, dialect: str, statement: str) -> None:
    made: Any = DDL(statement)  # type: ignore[no-untyped-call]
    event.listen(MessageWords.__table__, moment, made.execute_if(dialect=dialect))


for _dialect in ("sqlite", "postgresql"):
    for _statement in statements_for(_dialect):
        _also("after_create", _dialect, _statement)
    _also("before_drop", _dialect, f"DROP TABLE IF EXISTS {BESIDE}")
