"""Meetings: one or a series, what differs on single dates, who comes and who was there, reminders, feeds."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Id, UtcDateTime

OccurrenceKey = String(16)
"""Which date of a series: its planned beginning, `20261201T173000Z`; empty for the meeting as a whole."""


class Meeting(Base):
    """A meeting, or with `recurrence` (an RRULE) a series that begins with it. The time of day is that of
    `time_zone`; `ends_at` is when the last date of all is over, NULL for a series without an end."""

    __tablename__ = "meetings"
    __table_args__ = (Index("ix_meetings_network_id_starts_at", "network_id", "starts_at"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    network_id: Mapped[str] = mapped_column(Id, ForeignKey("networks.id"))
    title: Mapped[str] = mapped_column(String(200))
    about: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(String(30))
    starts_at: Mapped[datetime] = mapped_column(UtcDateTime)
    time_zone: Mapped[str] = mapped_column(String(60))
    duration_minutes: Mapped[int] = mapped_column(Integer)
    recurrence: Mapped[str | None] = mapped_column(String(120))
    ends_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    place: Mapped[str | None] = mapped_column(String(300))
    link: Mapped[str | None] = mapped_column(String(500))
    state: Mapped[str] = mapped_column(String(10))
    reason: Mapped[str | None] = mapped_column(Text)
    created_by: Mapped[str] = mapped_column(Id, index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column(Integer)


class MeetingException(Base):
    """One date of a series that is not like the others: moved, changed or cancelled. NULL means as in the
    series; an empty place or link means none."""

    __tablename__ = "meeting_exceptions"

    meeting_id: Mapped[str] = mapped_column(Id, ForeignKey("meetings.id"), primary_key=True)
    occurrence: Mapped[str] = mapped_column(OccurrenceKey, primary_key=True)
    starts_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    duration_minutes: Mapped[int | None] = mapped_column(Integer)
    title: Mapped[str | None] = mapped_column(String(200))
    about: Mapped[str | None] = mapped_column(Text)
    place: Mapped[str | None] = mapped_column(String(300))
    link: Mapped[str | None] = mapped_column(String(500))
    state: Mapped[str] = mapped_column(String(10))
    reason: Mapped[str | None] = mapped_column(Text)


class MeetingReply(Base):
    """Whether somebody comes: to one date, or to all of them that have no answer of their own."""

    __tablename__ = "meeting_replies"

    meeting_id: Mapped[str] = mapped_column(Id, ForeignKey("meetings.id"), primary_key=True)
    occurrence: Mapped[str] = mapped_column(OccurrenceKey, primary_key=True)
    user_id: Mapped[str] = mapped_column(Id, ForeignKey("users.id"), primary_key=True, index=True)
    reply: Mapped[str] = mapped_column(String(5))
    replied_at: Mapped[datetime] = mapped_column(UtcDateTime)


class MeetingAttendance(Base):
    """Somebody was there, as the host wrote down."""

    __tablename__ = "meeting_attendances"

    meeting_id: Mapped[str] = mapped_column(Id, ForeignKey("meetings.id"), primary_key=True)
    occurrence: Mapped[str] = mapped_column(OccurrenceKey, primary_key=True)
    user_id: Mapped[str] = mapped_column(Id, ForeignKey("users.id"), primary_key=True, index=True)
    recorded_by: Mapped[str] = mapped_column(Id)
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)


class MeetingReminder(Base):
    """A reminder that was promised: of each kind at most one to a person for a beginning of a meeting."""

    __tablename__ = "meeting_reminders"

    meeting_id: Mapped[str] = mapped_column(Id, ForeignKey("meetings.id"), primary_key=True)
    starts_at: Mapped[datetime] = mapped_column(UtcDateTime, primary_key=True)
    user_id: Mapped[str] = mapped_column(Id, ForeignKey("users.id"), primary_key=True, index=True)
    kind: Mapped[str] = mapped_column(String(5), primary_key=True)
    promised_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class CalendarFeed(Base):
    """The secret address under which a person's own calendar finds her meetings; stored hashed, one each."""

    __tablename__ = "calendar_feeds"

    user_id: Mapped[str] = mapped_column(Id, ForeignKey("users.id"), primary_key=True)
    secret_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
