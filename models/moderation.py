"""Moderation: reports, cases, who is a party, what was decided, measures, appeals, who looked at what."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Boolean, ForeignKey, Index, Integer, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Id, UtcDateTime

OPEN_CASES = "state NOT IN ('decided', 'closed')"


def _only(where: str) -> dict[str, Any]:
    return {"unique": True, "sqlite_where": text(where), "postgresql_where": text(where)}


class Case(Base):
    """The handling of one target; while it is open there is no second one. `about_id` is whom a measure would
    concern. `level` is how far up the route it stands: 0 meta-mentors, 1 the founding organisation, 2 the
    parent network's, 3 the platform. A question stops the clock (`paused_seconds` adds up) until
    `asked_until`. `revision` is the target's version in the last snapshot."""

    __tablename__ = "cases"
    __table_args__ = (
        Index("uq_cases_open", "network_id", "target_type", "target_id", **_only(OPEN_CASES)),
        Index("ix_cases_queue", "network_id", "state", "id"),
        Index("ix_cases_target", "target_type", "target_id"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    network_id: Mapped[str] = mapped_column(Id, ForeignKey("networks.id"))
    target_type: Mapped[str] = mapped_column(String(10))
    target_id: Mapped[str] = mapped_column(Id)
    about_id: Mapped[str | None] = mapped_column(Id, ForeignKey("users.id"), index=True)
    state: Mapped[str] = mapped_column(String(15))
    level: Mapped[int] = mapped_column(Integer)
    severity: Mapped[int] = mapped_column(Integer)
    own_initiative: Mapped[bool] = mapped_column(Boolean)
    revision: Mapped[int] = mapped_column(Integer)
    opened_by: Mapped[str | None] = mapped_column(Id)
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    reported_at: Mapped[datetime] = mapped_column(UtcDateTime)
    escalated_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    assignee_id: Mapped[str | None] = mapped_column(Id, ForeignKey("users.id"), index=True)
    claimed_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    asked_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    paused_seconds: Mapped[int] = mapped_column(Integer, default=0, server_default=text("0"))
    veil_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    veil_by: Mapped[str | None] = mapped_column(Id)
    veil_rule_id: Mapped[str | None] = mapped_column(Id)
    veil_reason: Mapped[str | None] = mapped_column(Text)
    veiled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    reopened_because: Mapped[str | None] = mapped_column(Text)
    handed_over_because: Mapped[str | None] = mapped_column(Text)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    forgotten_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column(Integer)


class Report(Base):
    """Somebody told of a problem with a target. `reporter_id` is empty where it was somebody without an
    account (`outside_notices`). `rule_id` is a clause of `rules_version_id`, in force when it was posted."""

    __tablename__ = "reports"
    __table_args__ = (
        Index("uq_reports_running", "case_id", "reporter_id", **_only("state IN ('submitted', 'attached')")),
        Index("ix_reports_reporter_id_id", "reporter_id", "id"),
        Index("ix_reports_case_id_id", "case_id", "id"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    network_id: Mapped[str] = mapped_column(Id, ForeignKey("networks.id"))
    case_id: Mapped[str | None] = mapped_column(Id, ForeignKey("cases.id"))
    snapshot_id: Mapped[str | None] = mapped_column(Id, ForeignKey("report_snapshots.id"))
    target_type: Mapped[str] = mapped_column(String(10))
    target_id: Mapped[str] = mapped_column(Id)
    reporter_id: Mapped[str | None] = mapped_column(Id, ForeignKey("users.id"))
    rules_version_id: Mapped[str | None] = mapped_column(Id)
    rule_id: Mapped[str | None] = mapped_column(Id)
    reason: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(10))
    answer: Mapped[str | None] = mapped_column(String(10))
    invalid_reason: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column(Integer)


class ReportSnapshot(Base):
    """A target as it was when somebody reported it: nothing that happens to it later changes this row.
    `content` holds what belongs to its kind (title, place, files with digests, names of fields)."""

    __tablename__ = "report_snapshots"
    __table_args__ = (Index("ix_report_snapshots_case_id_id", "case_id", "id"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    case_id: Mapped[str] = mapped_column(Id, ForeignKey("cases.id"))
    body: Mapped[str] = mapped_column(Text)
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    language: Mapped[str | None] = mapped_column(String(35))
    revision: Mapped[int] = mapped_column(Integer)
    author_id: Mapped[str | None] = mapped_column(Id, ForeignKey("users.id"), index=True)
    rules_version_id: Mapped[str | None] = mapped_column(Id)
    posted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    taken_at: Mapped[datetime] = mapped_column(UtcDateTime)


class CaseParty(Base):
    """Somebody who is a party to a matter, and why: `author`, `reporter`, `named`, `imposer`, `seconder`,
    `inviter`, `same_organisation`. Nobody who stands here sees the case as one who handles it."""

    __tablename__ = "case_parties"
    __table_args__ = (Index("ix_case_parties_user_id_case_id", "user_id", "case_id"),)

    case_id: Mapped[str] = mapped_column(Id, ForeignKey("cases.id"), primary_key=True)
    user_id: Mapped[str] = mapped_column(Id, ForeignKey("users.id"), primary_key=True)
    role: Mapped[str] = mapped_column(String(20), primary_key=True)
    since: Mapped[datetime] = mapped_column(UtcDateTime)


class CaseQuestion(Base):
    """What who handles a case asked a party, and her answer."""

    __tablename__ = "case_questions"
    __table_args__ = (Index("ix_case_questions_case_id_id", "case_id", "id"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    case_id: Mapped[str] = mapped_column(Id, ForeignKey("cases.id"))
    asked_id: Mapped[str] = mapped_column(Id, ForeignKey("users.id"), index=True)
    asked_as: Mapped[str] = mapped_column(String(10))
    asked_by: Mapped[str] = mapped_column(Id)
    question: Mapped[str] = mapped_column(Text)
    answer: Mapped[str | None] = mapped_column(Text)
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    until: Mapped[datetime] = mapped_column(UtcDateTime)
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class CaseDecision(Base):
    """What was decided in a case, and why: the statement of reasons. Until `sent_at` nobody was told, and who
    decided can take it back (`undone_at`). `changed` tells that the target was another by then."""

    __tablename__ = "case_decisions"
    __table_args__ = (Index("ix_case_decisions_case_id_id", "case_id", "id"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    case_id: Mapped[str] = mapped_column(Id, ForeignKey("cases.id"))
    snapshot_id: Mapped[str | None] = mapped_column(Id, ForeignKey("report_snapshots.id"))
    outcome: Mapped[str] = mapped_column(String(15))
    rule_id: Mapped[str | None] = mapped_column(Id)
    rules_version_id: Mapped[str | None] = mapped_column(Id)
    facts: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text)
    language: Mapped[str] = mapped_column(String(35))
    basis: Mapped[str] = mapped_column(String(15))
    decided_by: Mapped[str] = mapped_column(Id, ForeignKey("users.id"), index=True)
    acting_role: Mapped[str] = mapped_column(String(15))
    decided_at: Mapped[datetime] = mapped_column(UtcDateTime)
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    send_from: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    undone_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Sanction(Base):
    """A measure against a person's content or her membership. `scope_type` is `message`, `topic`, `user`,
    `file`, `meeting` or `network`. A proposed one waits for a second person until `second_until`. `counts` is
    False once it was overturned. `previous_id` is the one that it replaces, milder, after an appeal."""

    __tablename__ = "sanctions"
    __table_args__ = (
        Index("ix_sanctions_user_id_id", "user_id", "id"),
        Index("ix_sanctions_network_id_id", "network_id", "id"),
        Index("ix_sanctions_case_id", "case_id"),
        Index("ix_sanctions_due", "state", "ends_at"),
        Index("ix_sanctions_scope", "scope_type", "scope_id"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    case_id: Mapped[str] = mapped_column(Id, ForeignKey("cases.id"))
    decision_id: Mapped[str] = mapped_column(Id, ForeignKey("case_decisions.id"))
    network_id: Mapped[str] = mapped_column(Id, ForeignKey("networks.id"))
    user_id: Mapped[str] = mapped_column(Id, ForeignKey("users.id"))
    kind: Mapped[str] = mapped_column(String(20))
    scope_type: Mapped[str] = mapped_column(String(10))
    scope_id: Mapped[str] = mapped_column(Id)
    state: Mapped[str] = mapped_column(String(12))
    counts: Mapped[bool] = mapped_column(Boolean)
    imposed_by: Mapped[str] = mapped_column(Id, ForeignKey("users.id"), index=True)
    seconded_by: Mapped[str | None] = mapped_column(Id, ForeignKey("users.id"), index=True)
    second_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    starts_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ends_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    appeal_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    told_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_by: Mapped[str | None] = mapped_column(Id)
    end_reason: Mapped[str | None] = mapped_column(Text)
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    previous_id: Mapped[str | None] = mapped_column(Id, ForeignKey("sanctions.id"), unique=True)
    decision_needed_id: Mapped[str | None] = mapped_column(Id, ForeignKey("decisions.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column(Integer)


class Appeal(Base):
    """The person asks to look again, once for each measure. `level` as of a case. Of two reviewers the first
    one's word stands in `appeal_reviews` until the second agrees."""

    __tablename__ = "appeals"
    __table_args__ = (
        UniqueConstraint("sanction_id"),
        Index("ix_appeals_network_id_state_id", "network_id", "state", "id"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    sanction_id: Mapped[str] = mapped_column(Id, ForeignKey("sanctions.id"))
    network_id: Mapped[str] = mapped_column(Id, ForeignKey("networks.id"))
    user_id: Mapped[str] = mapped_column(Id, ForeignKey("users.id"), index=True)
    text: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(15))
    level: Mapped[int] = mapped_column(Integer)
    submitted_at: Mapped[datetime] = mapped_column(UtcDateTime)
    due_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    overdue_told_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    reply: Mapped[str | None] = mapped_column(Text)
    milder: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    acting_role: Mapped[str | None] = mapped_column(String(15))
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column(Integer)


class AppealReview(Base):
    """What one reviewer of an appeal said: once each."""

    __tablename__ = "appeal_reviews"

    appeal_id: Mapped[str] = mapped_column(Id, ForeignKey("appeals.id"), primary_key=True)
    reviewer_id: Mapped[str] = mapped_column(Id, ForeignKey("users.id"), primary_key=True, index=True)
    acting_role: Mapped[str] = mapped_column(String(15))
    outcome: Mapped[str] = mapped_column(String(12))
    reply: Mapped[str] = mapped_column(Text)
    milder: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    settled: Mapped[bool] = mapped_column(Boolean)


class CaseLook(Base):
    """Somebody who handles a matter looked at what `author_id` wrote: she may ask who, in which role, and
    when. Only grows."""

    __tablename__ = "case_looks"
    __table_args__ = (
        Index("ix_case_looks_author_id_at", "author_id", "at"),
        Index("ix_case_looks_case_id_looker_id", "case_id", "looker_id"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    case_id: Mapped[str] = mapped_column(Id, ForeignKey("cases.id"))
    network_id: Mapped[str] = mapped_column(Id, ForeignKey("networks.id"))
    looker_id: Mapped[str] = mapped_column(Id, ForeignKey("users.id"), index=True)
    acting_role: Mapped[str] = mapped_column(String(15))
    author_id: Mapped[str] = mapped_column(Id, ForeignKey("users.id"))
    what: Mapped[str] = mapped_column(String(20))
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class OutsideNotice(Base):
    """A notice by somebody without an account (DSA, Article 16); without a report the operator handles it."""

    __tablename__ = "outside_notices"
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    report_id: Mapped[str | None] = mapped_column(Id, ForeignKey("reports.id"), unique=True)
    url: Mapped[str] = mapped_column(String(2000))
    why: Mapped[str] = mapped_column(Text)
    name: Mapped[str | None] = mapped_column(String(200))
    email: Mapped[str | None] = mapped_column(String(320))
    address: Mapped[str | None] = mapped_column(String(320), index=True)
    language: Mapped[str] = mapped_column(String(35))
    state: Mapped[str] = mapped_column(String(10))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    answer: Mapped[str | None] = mapped_column(Text)
    version: Mapped[int] = mapped_column(Integer)


class ReportingPause(Base):
    """Whose reports were unfounded again and again: warned, then not heard until then (DSA, Article 23)."""

    __tablename__ = "reporting_pauses"

    network_id: Mapped[str] = mapped_column(Id, ForeignKey("networks.id"), primary_key=True)
    user_id: Mapped[str] = mapped_column(Id, ForeignKey("users.id"), primary_key=True, index=True)
    warned_at: Mapped[datetime] = mapped_column(UtcDateTime)
    until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    reason: Mapped[str] = mapped_column(Text)
    by_id: Mapped[str] = mapped_column(Id)
