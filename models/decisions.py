"""What a network settles together: decisions, who takes part, what they said, objections, what came of it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Boolean, Date, ForeignKey, Index, Integer, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Id, UtcDateTime


class Decision(Base):
    """One question, from its draft to what came of it. `quorum` and `threshold` are fractions as text. An
    anonymous one links stance and person by `ballot_key` while it is open; the key goes at closing. `result`
    is computed once. `effect_state` tells whether the effect was brought about or refused, and why."""

    __tablename__ = "decisions"
    __table_args__ = (
        Index("ix_decisions_network_id_id", "network_id", "id"),
        Index("ix_decisions_due", "state", "closes_at"),
        Index("ix_decisions_effect_id", "effect_id"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    network_id: Mapped[str] = mapped_column(Id, ForeignKey("networks.id"))
    kind: Mapped[str] = mapped_column(String(15))
    question: Mapped[str] = mapped_column(String(500))
    explanation: Mapped[str] = mapped_column(Text)
    language: Mapped[str] = mapped_column(String(35))
    state: Mapped[str] = mapped_column(String(20))
    topic_id: Mapped[str | None] = mapped_column(Id, index=True)
    meeting_id: Mapped[str | None] = mapped_column(Id, index=True)
    opens_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closes_at: Mapped[datetime] = mapped_column(UtcDateTime)
    opened_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    quorum: Mapped[str] = mapped_column(String(15))
    threshold: Mapped[str] = mapped_column(String(15))
    anonymous: Mapped[bool] = mapped_column(Boolean)
    hidden_until_closed: Mapped[bool] = mapped_column(Boolean)
    silence: Mapped[str] = mapped_column(String(10))
    effect_type: Mapped[str | None] = mapped_column(String(25))
    effect_id: Mapped[str | None] = mapped_column(Id)
    effect_value: Mapped[Any | None] = mapped_column(JSON)
    effect_state: Mapped[str | None] = mapped_column(String(10))
    effect_code: Mapped[str | None] = mapped_column(String(60))
    previous_id: Mapped[str | None] = mapped_column(Id, ForeignKey("decisions.id"), unique=True)
    round: Mapped[int] = mapped_column(Integer)
    proposed_by: Mapped[str] = mapped_column(Id, index=True)
    concerned_user_id: Mapped[str | None] = mapped_column(Id, index=True)
    concerned_told_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    statement: Mapped[str | None] = mapped_column(Text)
    raised_at: Mapped[datetime] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    electorate_count: Mapped[int | None] = mapped_column(Integer)
    ballot_key: Mapped[str | None] = mapped_column(String(64))
    result: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    cancel_reason: Mapped[str | None] = mapped_column(Text)
    outcome: Mapped[str | None] = mapped_column(Text)
    outcome_by: Mapped[str | None] = mapped_column(Id)
    outcome_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    responsible_id: Mapped[str | None] = mapped_column(Id, index=True)
    review_on: Mapped[date | None] = mapped_column(Date)
    version: Mapped[int] = mapped_column(Integer)


class DecisionOption(Base):
    """One answer that can be chosen; in an election the candidate's membership."""

    __tablename__ = "decision_options"
    __table_args__ = (UniqueConstraint("decision_id", "position"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    decision_id: Mapped[str] = mapped_column(Id, ForeignKey("decisions.id"))
    position: Mapped[int] = mapped_column(Integer)
    text: Mapped[str] = mapped_column(String(300))
    membership_id: Mapped[str | None] = mapped_column(Id, index=True)


class Elector(Base):
    """Who may take part, fixed at the opening; from `voided_at`, when she left, her stance counts no more."""

    __tablename__ = "electors"

    decision_id: Mapped[str] = mapped_column(Id, ForeignKey("decisions.id"), primary_key=True)
    user_id: Mapped[str] = mapped_column(Id, ForeignKey("users.id"), primary_key=True, index=True)
    voided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    reminded_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Stance(Base):
    """What an elector said, as long as it is her last word; what she said before stays as history. `voter` is
    her number, or in an anonymous decision a digest of it by which nobody is found after the closing."""

    __tablename__ = "stances"
    __table_args__ = (
        Index(
            "uq_stances_last",
            "decision_id",
            "voter",
            unique=True,
            sqlite_where=text("replaced_at IS NULL"),
            postgresql_where=text("replaced_at IS NULL"),
        ),
        Index("ix_stances_voter", "voter"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    decision_id: Mapped[str] = mapped_column(Id, ForeignKey("decisions.id"))
    voter: Mapped[str] = mapped_column(String(64))
    stance: Mapped[str | None] = mapped_column(String(15))
    option_ids: Mapped[list[str]] = mapped_column(JSON)
    reason: Mapped[str | None] = mapped_column(Text)
    said_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    replaced_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class DecisionObjection(Base):
    """Why somebody cannot go along, what would change it, and how it was met. `voter` as in her stance."""

    __tablename__ = "decision_objections"
    __table_args__ = (Index("ix_decision_objections_decision_id_id", "decision_id", "id"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    decision_id: Mapped[str] = mapped_column(Id, ForeignKey("decisions.id"))
    voter: Mapped[str] = mapped_column(String(64), index=True)
    reason: Mapped[str] = mapped_column(Text)
    would_change: Mapped[str | None] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(20))
    answer: Mapped[str | None] = mapped_column(Text)
    answered_by: Mapped[str | None] = mapped_column(Id)
    raised_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column(Integer)


class DecisionChange(Base):
    """What was changed after the opening, visible to all: a later end, a typing error in the question."""

    __tablename__ = "decision_changes"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    decision_id: Mapped[str] = mapped_column(Id, ForeignKey("decisions.id"), index=True)
    field: Mapped[str] = mapped_column(String(15))
    before: Mapped[str] = mapped_column(Text)
    after: Mapped[str] = mapped_column(Text)
    changed_by: Mapped[str] = mapped_column(Id)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Attendee(Base):
    """Who was present when a decision was taken on a call, and whether she consented there."""

    __tablename__ = "decision_attendees"

    decision_id: Mapped[str] = mapped_column(Id, ForeignKey("decisions.id"), primary_key=True)
    user_id: Mapped[str] = mapped_column(Id, ForeignKey("users.id"), primary_key=True, index=True)
    consented: Mapped[bool] = mapped_column(Boolean)
