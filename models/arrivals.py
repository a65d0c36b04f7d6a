"""What helps a newcomer in: who greets, who greets whom, what she put off."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Id, UtcDateTime


class Buddy(Base):
    """A member who greets newcomers of a network: by her own wish, or because the meta-mentor named her."""

    __tablename__ = "buddies"

    network_id: Mapped[str] = mapped_column(Id, ForeignKey("networks.id"), primary_key=True)
    user_id: Mapped[str] = mapped_column(Id, ForeignKey("users.id"), primary_key=True, index=True)
    named_by: Mapped[str | None] = mapped_column(Id, ForeignKey("users.id"))
    since: Mapped[datetime] = mapped_column(UtcDateTime)


class BuddyPair(Base):
    """A newcomer and her buddy, for a time; one for each membership. Over at `ends_at`, or before."""

    __tablename__ = "buddy_pairs"
    __table_args__ = (
        Index("ix_buddy_pairs_buddy_id_ends_at", "buddy_id", "ends_at"),
        Index("ix_buddy_pairs_newcomer_id_ends_at", "newcomer_id", "ends_at"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    network_id: Mapped[str] = mapped_column(Id, ForeignKey("networks.id"))
    membership_id: Mapped[str] = mapped_column(Id, ForeignKey("memberships.id"), unique=True)
    newcomer_id: Mapped[str] = mapped_column(Id, ForeignKey("users.id"))
    buddy_id: Mapped[str] = mapped_column(Id, ForeignKey("users.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    greeted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column(Integer)


class Arrival(Base):
    """What somebody put off on her way into a network: steps by their keys with blanks between, and since
    when she does not want to see the list of her first days any more."""

    __tablename__ = "arrivals"

    user_id: Mapped[str] = mapped_column(Id, ForeignKey("users.id"), primary_key=True)
    network_id: Mapped[str] = mapped_column(Id, ForeignKey("networks.id"), primary_key=True)
    put_off: Mapped[str] = mapped_column(String(200))
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
