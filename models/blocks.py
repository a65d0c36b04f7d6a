"""Whom somebody does not want to meet, and whether she takes direct messages at all."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Boolean, ForeignKey, true
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Id, UtcDateTime


class Block(Base):
    """A person blocked another one, who is never told."""

    __tablename__ = "blocks"

    user_id: Mapped[str] = mapped_column(Id, ForeignKey("users.id"), primary_key=True)
    blocked_id: Mapped[str] = mapped_column(Id, ForeignKey("users.id"), primary_key=True, index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class ContactChoice(Base):
    """Whether others may write to a person directly, see that she is writing, and that she is there; without
    a row they may."""

    __tablename__ = "contact_choices"

    user_id: Mapped[str] = mapped_column(Id, ForeignKey("users.id"), primary_key=True)
    direct_messages: Mapped[bool] = mapped_column(Boolean)
    tells_typing: Mapped[bool] = mapped_column(Boolean, default=True, server_default=true())
    tells_presence: Mapped[bool] = mapped_column(Boolean, default=True, server_default=true())
