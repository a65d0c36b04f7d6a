"""The log of facts: gap-free `seq` per scope, ids and codes only, no personal text."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Id, UtcDateTime

BigKey = BigInteger().with_variant(Integer, "sqlite")


class Event(Base):
    """One fact in one scope. Rows are never changed: what a client is shown is rendered when it is sent."""

    __tablename__ = "event_log"
    __table_args__ = (UniqueConstraint("scope", "seq"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(BigKey, primary_key=True, autoincrement=True)
    scope: Mapped[str] = mapped_column(String(80))
    seq: Mapped[int] = mapped_column(BigInteger)
    type: Mapped[str] = mapped_column(String(60))
    entity_type: Mapped[str] = mapped_column(String(40))
    entity_id: Mapped[str] = mapped_column(Id)
    entity_version: Mapped[int] = mapped_column(Integer)
    codes: Mapped[dict[str, Any]] = mapped_column(JSON)
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class ScopeHead(Base):
    """The counter row of a scope; it is locked while its next `seq` is taken, so the log has no holes."""

    __tablename__ = "scope_heads"

    scope: Mapped[str] = mapped_column(String(80), primary_key=True)
    head_seq: Mapped[int] = mapped_column(BigInteger)
    epoch: Mapped[str] = mapped_column(String(36))


class Consequence(Base):
    """A subscriber that has still to be woken for a fact; the row goes when that has happened. `error` is the
    kind of the last failure."""

    __tablename__ = "consequences"

    id: Mapped[int] = mapped_column(BigKey, primary_key=True, autoincrement=True)
    event_id: Mapped[int] = mapped_column(BigKey)
    subscriber: Mapped[str] = mapped_column(String(200))
    attempts: Mapped[int] = mapped_column(Integer)
    next_attempt_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    error: Mapped[str | None] = mapped_column(Text)
