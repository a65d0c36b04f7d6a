"""Belonging: memberships, appointments, invitations, applications."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Date, ForeignKey, Index, Integer, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Id, UtcDateTime

RUNNING_STATES = ("invited", "applied", "accepted", "active", "paused")
"""The states in which a person has one membership of a network and no second one."""

RUNNING = f"state IN {RUNNING_STATES}"


class Membership(Base):
    """A person in a network. Rejoining makes a new row; `suspended_until` lies over the state."""

    __tablename__ = "memberships"
    __table_args__ = (
        Index(
            "uq_memberships_running",
            "network_id",
            "user_id",
            unique=True,
            sqlite_where=text(RUNNING),
            postgresql_where=text(RUNNING),
        ),
        Index("ix_memberships_network_id_state_id", "network_id", "state", "id"),
        Index("ix_memberships_network_id_state_user_id", "network_id", "state", "user_id"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    network_id: Mapped[str] = mapped_column(Id, ForeignKey("networks.id"))
    user_id: Mapped[str] = mapped_column(Id, ForeignKey("users.id"), index=True)
    state: Mapped[str] = mapped_column(String(10))
    origin: Mapped[str] = mapped_column(String(15))
    invited_by: Mapped[str | None] = mapped_column(Id)
    since: Mapped[datetime] = mapped_column(UtcDateTime)
    paused_until: Mapped[date | None] = mapped_column(Date)
    suspended_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    rules_version_id: Mapped[str | None] = mapped_column(Id)
    rules_accepted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column(Integer)


class Appointment(Base):
    """A role given for a time: who, as staff or volunteer, by whom, from when to when."""

    __tablename__ = "appointments"
    __table_args__ = (
        Index("ix_appointments_network_id_ended_at", "network_id", "ended_at"),
        Index(
            "uq_appointments_running",
            "membership_id",
            "role",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    network_id: Mapped[str] = mapped_column(Id, ForeignKey("networks.id"))
    membership_id: Mapped[str] = mapped_column(Id, ForeignKey("memberships.id"))
    user_id: Mapped[str] = mapped_column(Id, ForeignKey("users.id"), index=True)
    role: Mapped[str] = mapped_column(String(25))
    capacity: Mapped[str] = mapped_column(String(10))
    appointed_by: Mapped[str] = mapped_column(Id)
    starts_at: Mapped[datetime] = mapped_column(UtcDateTime)
    until: Mapped[date | None] = mapped_column(Date)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_reason: Mapped[str | None] = mapped_column(String(20))
    version: Mapped[int] = mapped_column(Integer)


class Invitation(Base):
    """A personal way in, bound to one address and used once. The link's secret is stored hashed. `resends`
    counts how often somebody sent it again in the day that began at `resends_since`. While `sent_at` is empty
    its letter waits for the organisation's verification. `undelivered_at` is when that letter was given up;
    the wished ones are what the holder of the link would like to be written to, and how often she said so."""

    __tablename__ = "invitations"
    __table_args__ = (
        Index(
            "uq_invitations_open",
            "network_id",
            "address",
            unique=True,
            sqlite_where=text("state = 'open'"),
            postgresql_where=text("state = 'open'"),
        ),
        Index("ix_invitations_network_id_id", "network_id", "id"),
        Index(
            "ix_invitations_waiting",
            "network_id",
            sqlite_where=text("sent_at IS NULL"),
            postgresql_where=text("sent_at IS NULL"),
        ),
        Index("ix_invitations_invited_by_created_at", "invited_by", "created_at"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    network_id: Mapped[str] = mapped_column(Id, ForeignKey("networks.id"))
    completion_id: Mapped[str | None] = mapped_column(Id, ForeignKey("completions.id"), index=True)
    email: Mapped[str | None] = mapped_column(String(320))
    address: Mapped[str] = mapped_column(String(320))
    name: Mapped[str | None] = mapped_column(String(200))
    language: Mapped[str] = mapped_column(String(35))
    origin: Mapped[str] = mapped_column(String(15))
    message: Mapped[str | None] = mapped_column(Text)
    invited_by: Mapped[str] = mapped_column(Id, ForeignKey("users.id"))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    renewals: Mapped[int] = mapped_column(Integer)
    resends: Mapped[int] = mapped_column(Integer)
    resends_since: Mapped[datetime | None] = mapped_column(UtcDateTime)
    state: Mapped[str] = mapped_column(String(10))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    undelivered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    wished_email: Mapped[str | None] = mapped_column(String(320))
    wished_name: Mapped[str | None] = mapped_column(String(200))
    wishes: Mapped[int] = mapped_column(Integer)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    membership_id: Mapped[str | None] = mapped_column(Id, ForeignKey("memberships.id"))
    version: Mapped[int] = mapped_column(Integer)


class Application(Base):
    """A person asks to join; decided by the meta-mentor or the organisation, with a reason."""

    __tablename__ = "applications"
    __table_args__ = (Index("ix_applications_network_id_state", "network_id", "state"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    network_id: Mapped[str] = mapped_column(Id, ForeignKey("networks.id"))
    membership_id: Mapped[str] = mapped_column(Id, ForeignKey("memberships.id"), unique=True)
    user_id: Mapped[str] = mapped_column(Id, ForeignKey("users.id"), index=True)
    experience: Mapped[str] = mapped_column(Text)
    statement: Mapped[str] = mapped_column(Text)
    referees: Mapped[str | None] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(10))
    decided_by: Mapped[str | None] = mapped_column(Id)
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    reason: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column(Integer)


class ApplicationMessage(Base):
    """What the applicant and those who decide say to each other while she waits; nobody else reads it."""

    __tablename__ = "application_messages"
    __table_args__ = (Index("ix_application_messages_application_id_id", "application_id", "id"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    application_id: Mapped[str] = mapped_column(Id, ForeignKey("applications.id"))
    author_id: Mapped[str] = mapped_column(Id, ForeignKey("users.id"), index=True)
    body: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Poster(Base):
    """The open link of a network, for a poster: one at a time. Its secret is derived and stored hashed.
    `sent` counts the letters that it sent in the day that began at `sent_since`."""

    __tablename__ = "posters"

    network_id: Mapped[str] = mapped_column(Id, ForeignKey("networks.id"), primary_key=True)
    code_hash: Mapped[str] = mapped_column(String(64), unique=True)
    renewals: Mapped[int] = mapped_column(Integer)
    hung_by: Mapped[str] = mapped_column(Id, ForeignKey("users.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    sent: Mapped[int] = mapped_column(Integer)
    sent_since: Mapped[datetime | None] = mapped_column(UtcDateTime)
