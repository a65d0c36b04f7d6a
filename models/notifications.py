"""What somebody is told of beside the conversations: notices, how each was sent, when digests come."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Boolean, ForeignKey, Index, Integer, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Id, UtcDateTime


class Notice(Base):
    """Something that concerns one person: once for each person and event (state-machines, D 16). `event`
    names what happened, `entity_id` the message or meeting; what is shown is read from there each time, so
    that nothing of it is kept here. It counts as read as well where its message was read."""

    __tablename__ = "notices"
    __table_args__ = (
        UniqueConstraint("user_id", "event"),
        Index("ix_notices_user_id_id", "user_id", "id"),
        Index(
            "ix_notices_unread",
            "user_id",
            sqlite_where=text("read_at IS NULL"),
            postgresql_where=text("read_at IS NULL"),
        ),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    user_id: Mapped[str] = mapped_column(Id, ForeignKey("users.id"))
    event: Mapped[str] = mapped_column(String(80))
    kind: Mapped[str] = mapped_column(String(20))
    network_id: Mapped[str] = mapped_column(Id)
    entity_id: Mapped[str] = mapped_column(Id, index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    read_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class NoticeSending(Base):
    """A notice on its way by one channel, beside the bell: once for each channel. `settled_at` is set in the
    transaction that promises the letter, or when there is no longer a reason for one."""

    __tablename__ = "notice_sendings"
    __table_args__ = (
        Index(
            "ix_notice_sendings_due",
            "channel",
            "due_at",
            sqlite_where=text("settled_at IS NULL"),
            postgresql_where=text("settled_at IS NULL"),
        ),
    )

    notice_id: Mapped[str] = mapped_column(Id, ForeignKey("notices.id"), primary_key=True)
    channel: Mapped[str] = mapped_column(String(10), primary_key=True)
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class NoticeSettings(Base):
    """When somebody wants to be left in peace, and when her digest comes: hours of the day where she is,
    weekdays from 0 for Monday. Without a row the defaults hold."""

    __tablename__ = "notice_settings"

    user_id: Mapped[str] = mapped_column(Id, ForeignKey("users.id"), primary_key=True)
    quiet: Mapped[bool] = mapped_column(Boolean)
    quiet_from: Mapped[int] = mapped_column(Integer)
    quiet_until: Mapped[int] = mapped_column(Integer)
    mail_weekday: Mapped[int] = mapped_column(Integer)
    mail_hour: Mapped[int] = mapped_column(Integer)


class DigestPlan(Base):
    """When somebody's next digest is due, and when the last one was."""

    __tablename__ = "digest_plans"

    user_id: Mapped[str] = mapped_column(Id, ForeignKey("users.id"), primary_key=True)
    next_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    last_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class NoticeProgress(Base):
    """Up to which time the log of facts was looked through for notices; one row."""

    __tablename__ = "notice_progress"

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    seen_until: Mapped[datetime] = mapped_column(UtcDateTime)


class PushSubscription(Base):
    """A browser in which somebody wants notices shown, also when no page of ours is open there: where its
    maker takes them, and the keys with which they are sealed for it. It is good for as long as the session in
    which she turned it on. `brief`: it says only that something waits."""

    __tablename__ = "push_subscriptions"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    user_id: Mapped[str] = mapped_column(Id, ForeignKey("users.id"), index=True)
    session_id: Mapped[str] = mapped_column(Id, unique=True)
    endpoint: Mapped[str] = mapped_column(String(1000))
    endpoint_hash: Mapped[str] = mapped_column(String(64), unique=True)
    public_key: Mapped[str] = mapped_column(String(100))
    auth_secret: Mapped[str] = mapped_column(String(40))
    brief: Mapped[bool] = mapped_column(Boolean)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class PushSending(Base):
    """Notices on their way to one browser, in one push. `taken_at` is set while a worker has it; the row goes
    with its end, whatever that is."""

    __tablename__ = "push_sendings"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    subscription_id: Mapped[str] = mapped_column(Id, ForeignKey("push_subscriptions.id"), index=True)
    notice_ids: Mapped[list[Any]] = mapped_column(JSON)
    attempts: Mapped[int] = mapped_column(Integer)
    next_attempt_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    taken_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class HandledMail(Base):
    """An answer that came by mail, so that it is posted or refused once. `key` tells it from all others;
    `outcome` is `posted` or why it was refused; `words` are kept of what was refused alone, until the letter
    that brings them back has left."""

    __tablename__ = "handled_mails"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    user_id: Mapped[str] = mapped_column(Id, ForeignKey("users.id"), index=True)
    message_id: Mapped[str] = mapped_column(Id)
    outcome: Mapped[str] = mapped_column(String(40))
    words: Mapped[str | None] = mapped_column(Text)
    handled_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
