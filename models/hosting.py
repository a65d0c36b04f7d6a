"""Hosting a network: a host's day, her weekly rounds, what she did, who was reminded of a term."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Date, ForeignKey, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Id, UtcDateTime


class HostingDay(Base):
    """The weekday, from 0 for Monday, on which a host has her round; it counts from `since` on."""

    __tablename__ = "hosting_days"

    network_id: Mapped[str] = mapped_column(Id, ForeignKey("networks.id"), primary_key=True)
    user_id: Mapped[str] = mapped_column(Id, ForeignKey("users.id"), primary_key=True, index=True)
    day: Mapped[int] = mapped_column(Integer)
    since: Mapped[date] = mapped_column(Date)


class HostRound(Base):
    """One week of a host, from `day` on, and the keys of the things in it. Of one whose host
    was away then nobody was told. `deputy_id` is who has the week instead of her."""

    __tablename__ = "host_rounds"
    __table_args__ = (
        UniqueConstraint("network_id", "user_id", "day"),
        Index("ix_host_rounds_deputy_id_day", "deputy_id", "day"),
        Index("ix_host_rounds_user_id_day", "user_id", "day"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    network_id: Mapped[str] = mapped_column(Id, ForeignKey("networks.id"))
    user_id: Mapped[str] = mapped_column(Id, ForeignKey("users.id"))
    day: Mapped[date] = mapped_column(Date)
    things: Mapped[list[Any]] = mapped_column(JSON)
    deputy_id: Mapped[str | None] = mapped_column(Id, ForeignKey("users.id"))
    handed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    began_at: Mapped[datetime] = mapped_column(UtcDateTime)
    told_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column(Integer)


class HostDeed(Base):
    """What was done about one thing that waited, once by whomever: `message_id` is what was sent, None where
    it was found not to be needed. What is undone has no row any more. `topic_id` is where the hosts announce.
    """

    __tablename__ = "host_deeds"
    __table_args__ = (
        UniqueConstraint("network_id", "key"),
        Index("ix_host_deeds_user_id_at", "user_id", "at"),
        Index("ix_host_deeds_at", "at"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    network_id: Mapped[str] = mapped_column(Id, ForeignKey("networks.id"))
    key: Mapped[str] = mapped_column(String(120))
    user_id: Mapped[str] = mapped_column(Id, ForeignKey("users.id"))
    message_id: Mapped[str | None] = mapped_column(Id)
    topic_id: Mapped[str | None] = mapped_column(Id)
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class TermReminder(Base):
    """That somebody was reminded, so many days before, of the last day of a role."""

    __tablename__ = "term_reminders"

    appointment_id: Mapped[str] = mapped_column(Id, ForeignKey("appointments.id"), primary_key=True)
    until: Mapped[date] = mapped_column(Date, primary_key=True)
    days: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    promised_at: Mapped[datetime] = mapped_column(UtcDateTime)
