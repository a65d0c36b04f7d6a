"""Documents a network stands on, their versions and clauses, and who accepted the rules."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import (
    JSON,
    Boolean,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
    false,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Id, UtcDateTime


class Agreement(Base):
    """A document with a stable id; what it says stands in its versions. `organisation_id` is the other side
    of an affiliation agreement."""

    __tablename__ = "agreements"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    network_id: Mapped[str] = mapped_column(Id, ForeignKey("networks.id"), index=True)
    kind: Mapped[str] = mapped_column(String(25))
    title: Mapped[str] = mapped_column(String(200))
    language: Mapped[str] = mapped_column(String(35))
    organisation_id: Mapped[str | None] = mapped_column(Id, ForeignKey("organisations.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class AgreementVersion(Base):
    """One numbered version; at most one of a document is in force. The rule for coming into force is fixed
    with the draft: which share of the asked members and which organisations sign. `is_correction` marks a
    small correction, which comes into force unless a signer wants to talk about it; `read_only_after` how
    many days a member who has not signed still writes in the rooms that it binds (None: always)."""

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
    based_on: Mapped[str | None] = mapped_column(Id)
    base_hash: Mapped[str | None] = mapped_column(String(64))
    template: Mapped[str | None] = mapped_column(String(40))
    is_correction: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    silence: Mapped[str] = mapped_column(String(10), default="never", server_default="never")
    activation_members: Mapped[str] = mapped_column(String(15), default="0/1", server_default="0/1")
    activation_organisations: Mapped[list[str]] = mapped_column(JSON, default=list, server_default="[]")
    read_only_after: Mapped[int | None] = mapped_column(Integer)
    amendments_open: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    deliberation_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    signing_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    valid_until: Mapped[date | None] = mapped_column(Date)
    review_on: Mapped[date | None] = mapped_column(Date)
    frozen_by_meta_mentor: Mapped[str | None] = mapped_column(Id)
    frozen_by_steward: Mapped[str | None] = mapped_column(Id)
    opened_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    frozen_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    signing_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    in_force_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    end_reason: Mapped[str | None] = mapped_column(Text)
    created_by: Mapped[str] = mapped_column(Id)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column(Integer)


class VersionDrafter(Base):
    """Who writes a version together with who began it."""

    __tablename__ = "version_drafters"

    version_id: Mapped[str] = mapped_column(Id, ForeignKey("agreement_versions.id"), primary_key=True)
    user_id: Mapped[str] = mapped_column(Id, ForeignKey("users.id"), primary_key=True, index=True)


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


class SignatureRequest(Base):
    """Who is asked to sign a version, and which version she signed last. `party` is the person, or the
    organisation where somebody signs for it."""

    __tablename__ = "signature_requests"

    version_id: Mapped[str] = mapped_column(Id, ForeignKey("agreement_versions.id"), primary_key=True)
    capacity: Mapped[str] = mapped_column(String(15), primary_key=True)
    party: Mapped[str] = mapped_column(Id, primary_key=True, index=True)
    signed_before: Mapped[str | None] = mapped_column(Id)
    requested_at: Mapped[datetime] = mapped_column(UtcDateTime)
    due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    first_reminder_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    second_reminder_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Signature(Base):
    """A signature, a declination or a withdrawal; append-only. The name as at signing lies under the person's
    own key (`SignatureKey`); of who signed, the number stays."""

    __tablename__ = "signatures"
    __table_args__ = (
        UniqueConstraint(
            "version_id", "user_id", "capacity", "organisation_id", "state", name="uq_signatures_once"
        ),
        Index("ix_signatures_version_id_id", "version_id", "id"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    version_id: Mapped[str] = mapped_column(Id, ForeignKey("agreement_versions.id"))
    user_id: Mapped[str] = mapped_column(Id, ForeignKey("users.id"), index=True)
    capacity: Mapped[str] = mapped_column(String(15))
    organisation_id: Mapped[str] = mapped_column(String(36))
    state: Mapped[str] = mapped_column(String(10))
    text_hash: Mapped[str] = mapped_column(String(64))
    sealed_name: Mapped[bytes] = mapped_column(LargeBinary)
    organisation_name: Mapped[str | None] = mapped_column(String(200))
    means: Mapped[str] = mapped_column(String(15))
    reason: Mapped[str | None] = mapped_column(Text)
    signed_at: Mapped[datetime] = mapped_column(UtcDateTime)


class SignatureKey(Base):
    """The key under which a person's names in signatures lie; destroyed at the end of their keeping."""

    __tablename__ = "signature_keys"

    user_id: Mapped[str] = mapped_column(Id, ForeignKey("users.id"), primary_key=True)
    key: Mapped[bytes] = mapped_column(LargeBinary)


class Amendment(Base):
    """Another wording of one clause, proposed while the version is talked about."""

    __tablename__ = "amendments"
    __table_args__ = (Index("ix_amendments_version_id_id", "version_id", "id"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    version_id: Mapped[str] = mapped_column(Id, ForeignKey("agreement_versions.id"))
    clause_id: Mapped[str] = mapped_column(Id)
    clause_hash: Mapped[str] = mapped_column(String(64))
    before: Mapped[str] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(20))
    submitted_by: Mapped[str] = mapped_column(Id, ForeignKey("users.id"), index=True)
    accepted_text: Mapped[str | None] = mapped_column(Text)
    answer: Mapped[str | None] = mapped_column(Text)
    answered_by: Mapped[str | None] = mapped_column(Id)
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decision_id: Mapped[str | None] = mapped_column(Id, ForeignKey("decisions.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column(Integer)


class AmendmentSponsor(Base):
    """Who stands behind an amendment besides its author."""

    __tablename__ = "amendment_sponsors"

    amendment_id: Mapped[str] = mapped_column(Id, ForeignKey("amendments.id"), primary_key=True)
    user_id: Mapped[str] = mapped_column(Id, ForeignKey("users.id"), primary_key=True, index=True)
    since: Mapped[datetime] = mapped_column(UtcDateTime)


class ClauseComment(Base):
    """What somebody says about one clause while the version is talked about."""

    __tablename__ = "clause_comments"
    __table_args__ = (Index("ix_clause_comments_version_id_id", "version_id", "id"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    version_id: Mapped[str] = mapped_column(Id, ForeignKey("agreement_versions.id"))
    clause_id: Mapped[str] = mapped_column(Id)
    clause_hash: Mapped[str] = mapped_column(String(64))
    user_id: Mapped[str] = mapped_column(Id, ForeignKey("users.id"), index=True)
    body: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    deleted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class IssuedDocument(Base):
    """A printed form of a version that was handed out: anyone can ask whether it is one of ours."""

    __tablename__ = "issued_documents"

    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    version_id: Mapped[str] = mapped_column(Id, ForeignKey("agreement_versions.id"), index=True)
    text_hash: Mapped[str] = mapped_column(String(64))
    issued_at: Mapped[datetime] = mapped_column(UtcDateTime)


class AgreementReminder(Base):
    """That a reminder of a version's review or end was sent, so that it is sent once."""

    __tablename__ = "agreement_reminders"

    version_id: Mapped[str] = mapped_column(Id, ForeignKey("agreement_versions.id"), primary_key=True)
    occasion: Mapped[str] = mapped_column(String(10), primary_key=True)
    days: Mapped[int] = mapped_column(Integer, primary_key=True)
    day: Mapped[date] = mapped_column(Date, primary_key=True)
    sent_at: Mapped[datetime] = mapped_column(UtcDateTime)
