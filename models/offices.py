"""The office of a network: whether it has one, whom one reaches there, when, and for what."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Boolean, ForeignKey, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Id, UtcDateTime


class Office(Base):
    """What a network decided about an office. `hours` are `[{weekday, from, to}]` in `time_zone`, the weekday
    from 0 for Monday. `contact` and `substitute` are words: how one reaches it; who stands in, and when."""

    __tablename__ = "offices"

    network_id: Mapped[str] = mapped_column(Id, ForeignKey("networks.id"), primary_key=True)
    exists: Mapped[bool] = mapped_column(Boolean)
    reason: Mapped[str] = mapped_column(Text)
    contact_user_id: Mapped[str | None] = mapped_column(Id, ForeignKey("users.id"), index=True)
    substitute_user_id: Mapped[str | None] = mapped_column(Id, ForeignKey("users.id"), index=True)
    contact: Mapped[str | None] = mapped_column(String(320))
    substitute: Mapped[str | None] = mapped_column(String(320))
    hours: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    time_zone: Mapped[str | None] = mapped_column(String(64))
    tasks: Mapped[str] = mapped_column(Text)
    decision_id: Mapped[str | None] = mapped_column(Id, ForeignKey("decisions.id"))
    decided_by: Mapped[str] = mapped_column(Id)
    decided_at: Mapped[datetime] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column(Integer)
