"""Letters that are promised by a committed transaction and not yet sent."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Id, UtcDateTime


class OutboxMail(Base):
    """One letter to one address. `kind` names what it says; `params` holds ids, never a text or a secret:
    words, links and codes are put together when the letter leaves. Settled (sent, dropped, failed) it is kept
    for some days only. Of letters that are due, those with a smaller `turn` go first."""

    __tablename__ = "outbox_mails"
    __table_args__ = (
        Index("ix_outbox_mails_due", "state", "turn", "next_attempt_at"),
        Index("ix_outbox_mails_settled_at", "settled_at"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    kind: Mapped[str] = mapped_column(String(60))
    address: Mapped[str] = mapped_column(String(320))
    language: Mapped[str] = mapped_column(String(35))
    params: Mapped[dict[str, Any]] = mapped_column(JSON)
    state: Mapped[str] = mapped_column(String(10))
    attempts: Mapped[int] = mapped_column(Integer)
    turn: Mapped[int] = mapped_column(Integer, default=1, server_default="1")
    next_attempt_at: Mapped[datetime] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    error: Mapped[str | None] = mapped_column(Text)
