"""The communities."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Id, UtcDateTime


class Network(Base):
    """A community of mentors. `size` says how it was founded (small or full) and with which features on;
    `features` holds only what differs from that."""

    __tablename__ = "networks"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    purpose: Mapped[str] = mapped_column(Text)
    organisation_id: Mapped[str] = mapped_column(Id, ForeignKey("organisations.id"), index=True)
    course_session_id: Mapped[str | None] = mapped_column(Id, ForeignKey("course_sessions.id"), index=True)
    parent_id: Mapped[str | None] = mapped_column(Id, ForeignKey("networks.id"), index=True)
    languages: Mapped[list[str]] = mapped_column(JSON)
    country: Mapped[str] = mapped_column(String(2))
    visibility: Mapped[str] = mapped_column(String(10), index=True)
    phase: Mapped[str] = mapped_column(String(15))
    phase_since: Mapped[datetime] = mapped_column(UtcDateTime)
    overlay: Mapped[str | None] = mapped_column(String(10))
    size: Mapped[str] = mapped_column(String(5))
    features: Mapped[dict[str, bool]] = mapped_column(JSON)
    rules_version_id: Mapped[str | None] = mapped_column(Id)
    created_by: Mapped[str] = mapped_column(Id)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column(Integer)
