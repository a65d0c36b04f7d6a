"""Documents a network stands on, their versions and clauses, and who accepted the rules."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, Integer, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Id, UtcDateTime


class Agreement(Base):
    """A document with a stable id; what it says stands in its versions."""

    __tablename__ = "agreements"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    network_id: Mapped[str] = mapped_column(Id, ForeignKey("networks.id"), index=True)
    kind: Mapped[str] = mapped_column(String(25))
    title: Mapped[str] = mapped_column(String(200))
    language: Mapped[str] = mapped_column(String(35))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class AgreementVersion(Base):
    """One numbered version; at most one of a document is in force."""

    __tablename__ = "agreement_versions"
    __table_args__ = (
        UniqueConstraint("agreement_id", "number"),
        Index(
            "uq_agreement_versions_in_force",
            "agreement_id",
            unique=True,
            sqlite_where=text("state = 'in_force'"),
            postgresql_where=text("state = 'in_force'"),
        ),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    agreement_id: Mapped[str] = mapped_column(Id, ForeignKey("agreements.id"))
    number: Mapped[int] = mapped_column(Integer)
    state: Mapped[str] = mapped_column(String(15))
    builtin: Mapped[str | None] = mapped_column(String(40))
    text_hash: Mapped[str] = mapped_column(String(64))
    in_force_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_by: Mapped[str] = mapped_column(Id)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column(Integer)


class Clause(Base):
    """One clause of one version; `clause_id` is the same across versions."""

    __tablename__ = "clauses"

    version_id: Mapped[str] = mapped_column(Id, ForeignKey("agreement_versions.id"), primary_key=True)
    clause_id: Mapped[str] = mapped_column(Id, primary_key=True)
    position: Mapped[int] = mapped_column(Integer)
    heading: Mapped[str] = mapped_column(String(200))
    text: Mapped[str] = mapped_column(Text)
    short: Mapped[str | None] = mapped_column(String(200))
    hash: Mapped[str] = mapped_column(String(64))


class RulesAcceptance(Base):
    """Who accepted which version of the communication rules, and when; append-only."""

    __tablename__ = "rules_acceptances"
    __table_args__ = (UniqueConstraint("version_id", "user_id"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    version_id: Mapped[str] = mapped_column(Id, ForeignKey("agreement_versions.id"))
    user_id: Mapped[str] = mapped_column(Id, ForeignKey("users.id"), index=True)
    language: Mapped[str] = mapped_column(String(35))
    accepted_at: Mapped[datetime] = mapped_column(UtcDateTime)
