"""The record of the way: passages from phase to phase, and sentences where only people can know."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Boolean, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Id, UtcDateTime


class PhaseChange(Base):
    """One passage through a gate, with every step's evidence as it was at that moment."""

    __tablename__ = "phase_changes"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    network_id: Mapped[str] = mapped_column(Id, ForeignKey("networks.id"), index=True)
    from_phase: Mapped[str] = mapped_column(String(15))
    to_phase: Mapped[str] = mapped_column(String(15))
    reason: Mapped[str] = mapped_column(Text)
    changed_by: Mapped[str] = mapped_column(Id)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    evidence: Mapped[dict[str, Any]] = mapped_column(JSON)


class StepNote(Base):
    """A sentence recorded for a step, or the record that the network does without it."""

    __tablename__ = "step_notes"

    network_id: Mapped[str] = mapped_column(Id, ForeignKey("networks.id"), primary_key=True)
    key: Mapped[str] = mapped_column(String(40), primary_key=True)
    sentence: Mapped[str | None] = mapped_column(Text)
    waived: Mapped[bool] = mapped_column(Boolean)
    noted_by: Mapped[str] = mapped_column(Id)
    noted_at: Mapped[datetime] = mapped_column(UtcDateTime)


class FoundingDraft(Base):
    """What somebody typed so far of a network that she wants to found for an organisation; gone with the
    founding."""

    __tablename__ = "founding_drafts"

    user_id: Mapped[str] = mapped_column(Id, ForeignKey("users.id"), primary_key=True)
    organisation_id: Mapped[str] = mapped_column(Id, ForeignKey("organisations.id"), primary_key=True)
    fields: Mapped[dict[str, Any]] = mapped_column(JSON)
    saved_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
