"""Founding institutions, who acts for them, and who was asked to."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, Integer, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Id, UtcDateTime


class Organisation(Base):
    """An institution that founds networks and runs courses; the operator verifies it before it may invite.
    `asked_at` is when it began to wait for that, last time; `answer` what its contacts said to a refusal;
    `time_zone` that of who entered it. By what the operator can tell who it is: `website`, which all see;
    `register_entry` and `contact_note`, which its contacts and the operator see."""

    __tablename__ = "organisations"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    country: Mapped[str] = mapped_column(String(2))
    time_zone: Mapped[str] = mapped_column(String(64))
    website: Mapped[str | None] = mapped_column(String(300))
    register_entry: Mapped[str | None] = mapped_column(String(200))
    contact_note: Mapped[str | None] = mapped_column(String(500))
    state: Mapped[str] = mapped_column(String(10), index=True)
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    answer: Mapped[str | None] = mapped_column(Text)
    decided_reason: Mapped[str | None] = mapped_column(Text)
    decided_by: Mapped[str | None] = mapped_column(Id)
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_by: Mapped[str] = mapped_column(Id)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column(Integer)


class Steward(Base):
    """A person who acts for an organisation; a row that ended stays as the record of who did."""

    __tablename__ = "stewards"
    __table_args__ = (
        Index(
            "uq_stewards_running",
            "organisation_id",
            "user_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    organisation_id: Mapped[str] = mapped_column(Id, ForeignKey("organisations.id"))
    user_id: Mapped[str] = mapped_column(Id, ForeignKey("users.id"), index=True)
    since: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class StewardInvitation(Base):
    """Somebody was asked by mail to act for an organisation; single use, bound to the address. The link's
    secret is derived from the server's key and kept as a digest."""

    __tablename__ = "steward_invitations"
    __table_args__ = (
        Index("ix_steward_invitations_organisation_id_id", "organisation_id", "id"),
        Index("ix_steward_invitations_invited_by_created_at", "invited_by", "created_at"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    organisation_id: Mapped[str] = mapped_column(Id, ForeignKey("organisations.id"))
    email: Mapped[str] = mapped_column(String(320))
    address: Mapped[str] = mapped_column(String(320), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    language: Mapped[str] = mapped_column(String(35))
    invited_by: Mapped[str] = mapped_column(Id)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
