"""Runs of the course and the people on their lists."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Boolean, Date, ForeignKey, Index, Integer, String, Text, UniqueConstraint
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
