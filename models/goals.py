"""Common aims of a network."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Date, ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Id, UtcDateTime


class Goal(Base):
    """A common aim: proposed, adopted, closed; with a date on which it is looked at again. `percent` is how
    far its last note of progress saw it."""

    __tablename__ = "goals"
    __table_args__ = (Index("ix_goals_network_id_state", "network_id", "state"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    network_id: Mapped[str] = mapped_column(Id, ForeignKey("networks.id"))
    title: Mapped[str] = mapped_column(String(200))
    why: Mapped[str] = mapped_column(Text)
    review_on: Mapped[date | None] = mapped_column(Date)
    state: Mapped[str] = mapped_column(String(10))
    proposed_by: Mapped[str] = mapped_column(Id)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    adopted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    percent: Mapped[int | None] = mapped_column(Integer)
    outcome: Mapped[str | None] = mapped_column(String(10))
    closing_sentence: Mapped[str | None] = mapped_column(Text)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column(Integer)


class GoalSupport(Base):
    """A member stands behind a goal."""

    __tablename__ = "goal_supports"

    goal_id: Mapped[str] = mapped_column(Id, ForeignKey("goals.id"), primary_key=True)
    user_id: Mapped[str] = mapped_column(Id, ForeignKey("users.id"), primary_key=True, index=True)
    since: Mapped[datetime] = mapped_column(UtcDateTime)


class GoalProgress(Base):
    """What a member noted about the way to a goal."""

    __tablename__ = "goal_progress"
    __table_args__ = (Index("ix_goal_progress_goal_id_noted_at", "goal_id", "noted_at", "id"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    goal_id: Mapped[str] = mapped_column(Id, ForeignKey("goals.id"))
    user_id: Mapped[str] = mapped_column(Id, ForeignKey("users.id"), index=True)
    percent: Mapped[int | None] = mapped_column(Integer)
    note: Mapped[str] = mapped_column(Text)
    noted_at: Mapped[datetime] = mapped_column(UtcDateTime)
