"""The shapes in which reports and cases are shown."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypedDict

from network.moderation.queries.case_measures import CaseMeasure


class TargetView(TypedDict):
    """What a report or a case is about."""

    type: str
    id: str


class SnapshotView(TypedDict):
    """A target as it was when somebody reported it. `body` is None where content is not shown (lists).
    `content` carries what belongs to its kind: title, place, files with digests."""

    id: str
    body: str | None
    content: Mapping[str, Any]
    language: str | None
    revision: int
    rules_version_id: str | None
    author: Mapping[str, Any] | None
    posted_at: datetime | None
    taken_at: datetime


class CaseView(TypedDict):
    """A case as everybody sees who handles it. `state` is that by the clock. `due_at` is when it should be
    decided; what a party was asked about does not count."""

    id: str
    network_id: str
    target: TargetView
    snapshot: SnapshotView | None
    reports_count: int
    sanctions: list[CaseMeasure]
    state: str
    level: int
    severity: int
    own_initiative: bool
    assignee: Mapping[str, Any] | None
    claimed_until: datetime | None
    asked_until: datetime | None
    veiled_until: datetime | None
    changed_since: bool
    opened_at: datetime
    reported_at: datetime
    due_at: datetime
    decided_at: datetime | None
    closed_at: datetime | None
    version: int


class OwnCaseView(CaseView):
    """A case as one of those sees it who handle it, with the steps that she could take now."""

    mine: bool
    next_steps: list[str]


class ReportView(TypedDict):
    """A report as its reporter sees it, and nothing more after its answer."""

    id: str
    network_id: str
    target: TargetView
    rule_id: str | None
    reason: str
    state: str
    answer: str | None
    created_at: datetime
    answered_at: datetime | None
    version: int


class CaseReportView(TypedDict):
    """A report as who handles its case sees it; `reporter` is None where she has no account; `rule` is the
    short form of the rule that she named. `earlier` counts what came of what she reported before."""

    id: str
    reporter: Mapping[str, Any] | None
    rule_id: str | None
    rule: str | None
    rules_version_id: str | None
    reason: str
    state: str
    created_at: datetime
    version: int
    earlier: Mapping[str, int]


class QuestionView(TypedDict):
    """What somebody was asked in a case, and what she answered."""

    id: str
    case_id: str
    asked_as: str
    question: str
    answer: str | None
    asked_at: datetime
    until: datetime
    answered_at: datetime | None


class CaseDetailView(OwnCaseView):
    """A case with its content, for one who handles it. `body_now` is what the thing says by now where that is
    something else, None where it is gone (`is_gone`)."""

    body_now: str | None
    is_gone: bool
    reports: list[CaseReportView]
    questions: list[QuestionView]
    earlier_snapshots: list[str]
    veil_rule_id: str | None
    veil_reason: str | None
    reopened_because: str | None
    handed_over_because: str | None
