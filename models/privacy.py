"""Who asked for what is stored about her, and who asked to be erased."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Boolean, ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Id, UtcDateTime


class ExportRequest(Base):
    """One person may fetch her archive, once, within a day. The archive itself is never stored."""

    __tablename__ = "export_requests"

    user_id: Mapped[str] = mapped_column(Id, ForeignKey("users.id"), primary_key=True)
    requested_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class Erasure(Base):
    """Somebody wants to be erased: her account is off, and at `erases_at` it is done. The secret of the link
    that takes it back is derived from the server's key and stored hashed."""

    __tablename__ = "erasures"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    user_id: Mapped[str] = mapped_column(Id, ForeignKey("users.id"), unique=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    remove_texts: Mapped[bool] = mapped_column(Boolean)
    requested_at: Mapped[datetime] = mapped_column(UtcDateTime)
    erases_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class ConsentRow(Base):
    """Somebody agreed to something of her own free will, or took it back: in which words, when and how. The
    database refuses to change a row (migrations/versions/0009_consents.py)."""

    __tablename__ = "consents"
    __table_args__ = (Index("ix_consents_user_id_at", "user_id", "at"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    user_id: Mapped[str] = mapped_column(Id, ForeignKey("users.id"))
    purpose: Mapped[str] = mapped_column(String(30))
    given: Mapped[bool] = mapped_column(Boolean)
    text_version: Mapped[int] = mapped_column(Integer)
    text_hash: Mapped[str] = mapped_column(String(64))
    language: Mapped[str] = mapped_column(String(35))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    how: Mapped[str] = mapped_column(String(15))


class Objection(Base):
    """Somebody says that her situation speaks against one of the purposes that rest on our interest; the
    operator answers with a reason. At `reminded_at` the operator was told that the month is over."""

    __tablename__ = "objections"
    __table_args__ = (Index("ix_objections_answered_at_id", "answered_at", "id"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    user_id: Mapped[str] = mapped_column(Id, ForeignKey("users.id"), index=True)
    purpose: Mapped[str] = mapped_column(String(30))
    reason: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    outcome: Mapped[str | None] = mapped_column(String(10))
    answer: Mapped[str | None] = mapped_column(Text)
    answered_by: Mapped[str | None] = mapped_column(Id, ForeignKey("users.id"))
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    reminded_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column(Integer)
