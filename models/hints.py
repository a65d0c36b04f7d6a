"""What a network asks its authors about before they post, and first messages that somebody looks at
before."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, Boolean, ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Id, UtcDateTime


class HintList(Base):
    """What a network looks for beside what is looked for everywhere: `words` and `patterns` are `[{text,
    note}]`. With `holds_first` a newcomer's first message waits until somebody looked at it."""

    __tablename__ = "hint_lists"

    network_id: Mapped[str] = mapped_column(Id, ForeignKey("networks.id"), primary_key=True)
    words: Mapped[list[dict[str, str]]] = mapped_column(JSON)
    patterns: Mapped[list[dict[str, str]]] = mapped_column(JSON)
    holds_first: Mapped[bool] = mapped_column(Boolean)
    changed_by: Mapped[str] = mapped_column(Id)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column(Integer)


class HeldMessage(Base):
    """A newcomer's message that only she and those who look after the rooms see, until one of them lets it
    through or `until` comes. It is none of the room's messages before: it has no number, and nobody is told.
    Under the same id it becomes one. With a `title` it opens the topic `topic_id`, which is not there yet."""

    __tablename__ = "held_messages"
    __table_args__ = (
        UniqueConstraint("author_id", "client_msg_id"),
        Index("ix_held_messages_network_id_until", "network_id", "until"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    network_id: Mapped[str] = mapped_column(Id, ForeignKey("networks.id"))
    room_id: Mapped[str] = mapped_column(Id, ForeignKey("rooms.id"))
    topic_id: Mapped[str] = mapped_column(Id)
    title: Mapped[str | None] = mapped_column(String(200))
    author_id: Mapped[str] = mapped_column(Id, ForeignKey("users.id"))
    body: Mapped[str] = mapped_column(Text)
    client_msg_id: Mapped[str] = mapped_column(String(64))
    content_digest: Mapped[str] = mapped_column(String(64))
    reply_to: Mapped[str | None] = mapped_column(Id)
    language: Mapped[str | None] = mapped_column(String(35))
    translation: Mapped[str | None] = mapped_column(String(120))
    held_at: Mapped[datetime] = mapped_column(UtcDateTime)
    until: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
