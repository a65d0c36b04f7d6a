"""Runs of the course, the people on their lists, and lists that are being taken in."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Boolean, Date, ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Id, UtcDateTime


class CourseSession(Base):
    """One run of a course; `contact_ground` says why its graduates may be written to."""

    __tablename__ = "course_sessions"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    organisation_id: Mapped[str] = mapped_column(Id, ForeignKey("organisations.id"), index=True)
    title: Mapped[str] = mapped_column(String(200))
    platform: Mapped[str] = mapped_column(String(60))
    language: Mapped[str] = mapped_column(String(35))
    starts_on: Mapped[date] = mapped_column(Date)
    ends_on: Mapped[date] = mapped_column(Date)
    contact_ground: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column(Integer)


class Completion(Base):
    """One person on a course's list. `address` is the normal form of `email`, unique within the session."""

    __tablename__ = "completions"
    __table_args__ = (
        UniqueConstraint("course_session_id", "address"),
        Index("ix_completions_course_session_id_id", "course_session_id", "id"),
        Index("ix_completions_address", "address"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    course_session_id: Mapped[str] = mapped_column(Id, ForeignKey("course_sessions.id"))
    name: Mapped[str] = mapped_column(String(200))
    email: Mapped[str] = mapped_column(String(320))
    address: Mapped[str] = mapped_column(String(320))
    completed: Mapped[bool] = mapped_column(Boolean)
    completed_on: Mapped[date | None] = mapped_column(Date)
    state: Mapped[str] = mapped_column(String(15))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)


class UploadedList(Base):
    """A list between its preview and its end, bound to the steward who chose it: its bytes lie in a file,
    here stands how far it was taken in. Gone after a day."""

    __tablename__ = "uploaded_lists"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    course_session_id: Mapped[str] = mapped_column(Id, ForeignKey("course_sessions.id"), index=True)
    user_id: Mapped[str] = mapped_column(Id, ForeignKey("users.id"))
    file_name: Mapped[str] = mapped_column(String(200))
    mapping: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    date_order: Mapped[str | None] = mapped_column(String(15))
    total: Mapped[int] = mapped_column(Integer)
    done: Mapped[int] = mapped_column(Integer)
    created: Mapped[int] = mapped_column(Integer)
    updated: Mapped[int] = mapped_column(Integer)
    unchanged: Mapped[int] = mapped_column(Integer)
    rejected: Mapped[int] = mapped_column(Integer)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
