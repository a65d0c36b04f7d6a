"""Worries about somebody's safety, who was told and who looked; and professionals whom one can call."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Boolean, Date, ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Id, UtcDateTime


class Concern(Base):
    """That somebody worries about somebody's safety, and how far it is: no word of it stands here. Since
    `waiting_since` it holds something that nobody read, while its state says so. On `review_at` it is
    deleted, unless somebody wrote down why it is still needed."""

    __tablename__ = "concerns"
    __table_args__ = (
        Index("ix_concerns_network_id_id", "network_id", "id"),
        Index("ix_concerns_raised_by_id", "raised_by", "id"),
        Index("ix_concerns_state_waiting_since", "state", "waiting_since"),
        Index("ix_concerns_review_at", "review_at"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    network_id: Mapped[str] = mapped_column(Id, ForeignKey("networks.id"))
    raised_by: Mapped[str] = mapped_column(Id, ForeignKey("users.id"))
    danger: Mapped[bool] = mapped_column(Boolean)
    raised_at: Mapped[datetime] = mapped_column(UtcDateTime)
    state: Mapped[str] = mapped_column(String(10))
    waiting_since: Mapped[datetime] = mapped_column(UtcDateTime)
    first_seen_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    overdue_told_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    review_told_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    review_at: Mapped[datetime] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column(Integer)


class ConcernAccount(Base):
    """What who raised it says, first and later, in her own words; never changed."""

    __tablename__ = "concern_accounts"
    __table_args__ = (Index("ix_concern_accounts_concern_id_id", "concern_id", "id"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    concern_id: Mapped[str] = mapped_column(Id, ForeignKey("concerns.id"))
    author_id: Mapped[str] = mapped_column(Id, ForeignKey("users.id"), index=True)
    body: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class ConcernNote(Base):
    """What the safeguarding lead or deputy did, or whom they told; never changed."""

    __tablename__ = "concern_notes"
    __table_args__ = (Index("ix_concern_notes_concern_id_id", "concern_id", "id"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    concern_id: Mapped[str] = mapped_column(Id, ForeignKey("concerns.id"))
    author_id: Mapped[str] = mapped_column(Id, ForeignKey("users.id"))
    kind: Mapped[str] = mapped_column(String(10))
    body: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class ConcernName(Base):
    """Somebody whom a concern is about: an account, who from then on cannot find it anywhere, or a name as it
    was typed; never changed."""

    __tablename__ = "concern_names"
    __table_args__ = (Index("ix_concern_names_concern_id_user_id", "concern_id", "user_id"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    concern_id: Mapped[str] = mapped_column(Id, ForeignKey("concerns.id"))
    user_id: Mapped[str | None] = mapped_column(Id, ForeignKey("users.id"), index=True)
    name: Mapped[str] = mapped_column(String(200))
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class ConcernTold(Base):
    """Whom this program wrote to about a concern, in which role and why; never changed."""

    __tablename__ = "concern_told"
    __table_args__ = (Index("ix_concern_told_concern_id_id", "concern_id", "id"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    concern_id: Mapped[str] = mapped_column(Id, ForeignKey("concerns.id"))
    user_id: Mapped[str] = mapped_column(Id, ForeignKey("users.id"))
    role: Mapped[str] = mapped_column(String(25))
    why: Mapped[str] = mapped_column(String(10))
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class ConcernLook(Base):
    """That the safeguarding lead or deputy read a concern; never changed."""

    __tablename__ = "concern_looks"
    __table_args__ = (Index("ix_concern_looks_concern_id_id", "concern_id", "id"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    concern_id: Mapped[str] = mapped_column(Id, ForeignKey("concerns.id"))
    user_id: Mapped[str] = mapped_column(Id, ForeignKey("users.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class ProfessionalContact(Base):
    """Whom one can call in a country, as who runs the platform keeps it. `checked_on` is empty until somebody
    looked whether it is right."""

    __tablename__ = "professional_contacts"
    __table_args__ = (Index("ix_professional_contacts_country_id", "country", "id"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    country: Mapped[str] = mapped_column(String(2))
    kind: Mapped[str] = mapped_column(String(15))
    name: Mapped[str] = mapped_column(String(200))
    phone: Mapped[str] = mapped_column(String(40))
    url: Mapped[str] = mapped_column(String(500))
    hours: Mapped[str] = mapped_column(String(200))
    checked_on: Mapped[date | None] = mapped_column(Date)
    version: Mapped[int] = mapped_column(Integer)
