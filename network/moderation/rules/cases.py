"""Which steps lead from one state of a report or a case to the next, and how long each may take
(state-machines, B1). What ends by the clock ends here, whoever looks first."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Protocol

from network.kernel.errors import Conflict, Forbidden
from network.kernel.transitions import Machine
from network.kernel.translation import mark as _

SUBMITTED, ATTACHED, ANSWERED, WITHDRAWN, INVALID = (
    "submitted", "attached", "answered", "withdrawn", "invalid",
)  # fmt: skip
REPORT_STATES = (SUBMITTED, ATTACHED, ANSWERED, WITHDRAWN, INVALID)
RUNNING_REPORTS = (SUBMITTED, ATTACHED)
ACTED, NOT_ACTED = "acted", "not_acted"

REPORT = Machine(
    "report",
    {
        "attaching": {SUBMITTED: ATTACHED},
        "answering": {SUBMITTED: ANSWERED, ATTACHED: ANSWERED},
        "withdrawal": {SUBMITTED: WITHDRAWN, ATTACHED: WITHDRAWN},
        "rejecting": {SUBMITTED: INVALID, ATTACHED: INVALID},
    },
)

NEW, IN_REVIEW, AWAITING_INFO, DECIDED, CLOSED = "new", "in_review", "awaiting_info", "decided", "closed"
CASE_STATES = (NEW, IN_REVIEW, AWAITING_INFO, DECIDED, CLOSED)
OPEN_STATES = (NEW, IN_REVIEW, AWAITING_INFO)
OVER_STATES = (DECIDED, CLOSED)

CASE = Machine(
    "case",
    {
        "claim": {NEW: IN_REVIEW, IN_REVIEW: IN_REVIEW},
        "claim_lapsing": {IN_REVIEW: NEW},
        "question": {IN_REVIEW: AWAITING_INFO},
        "answer": {AWAITING_INFO: IN_REVIEW},
        "question_lapsing": {AWAITING_INFO: IN_REVIEW},
        "further_report": {state: state for state in CASE_STATES},
        "returning": {DECIDED: NEW, CLOSED: NEW},
        "veil": {NEW: NEW, IN_REVIEW: IN_REVIEW},
        "escalation": {state: state for state in OPEN_STATES},
        "decision": {IN_REVIEW: DECIDED},
        "undoing": {DECIDED: IN_REVIEW},
        "closing": {DECIDED: CLOSED},
        "reopening": {CLOSED: IN_REVIEW},
        "emptying": {NEW: CLOSED, IN_REVIEW: CLOSED, AWAITING_INFO: CLOSED},
    },
)
"""`undoing` takes a decision back of which nobody was told; `emptying` ends a case whose last report was
withdrawn or invalid."""

HOSTS, FOUNDERS, PARENTS, OPERATORS = 0, 1, 2, 3
LEVELS = (HOSTS, FOUNDERS, PARENTS, OPERATORS)
"""The route: meta-mentors and deputies; stewards of the founding organisation; stewards of the parent
network's organisation; who runs the platform."""

TARGETS = ("message", "topic", "user", "file", "meeting")
PARTY_ROLES = ("author", "reporter", "named", "imposer", "seconder", "inviter", "same_organisation")

CLAIM_LASTS = timedelta(hours=72)
VEIL_LASTS = timedelta(hours=72)
QUESTION_LASTS = timedelta(days=7)
DELETED_REPORTABLE = timedelta(days=30)
FIRST_ACTION = timedelta(hours=48)
DECISION_DUE = timedelta(days=7)
VEIL_AFTER = 3
"""So many people who report independently of each other hide a thing for a short time (B1)."""
UNFOUNDED_WARNING, UNFOUNDED_PAUSE = 3, 5
"""So many unfounded reports within `UNFOUNDED_WITHIN` bring a warning, so many a pause (DSA, Article 23)."""
UNFOUNDED_WITHIN = timedelta(days=90)
REPORTING_PAUSED_FOR = timedelta(days=30)
NEIGHBOURS = 2

SEVERITIES = (0, 1, 2)
"""0: nothing presses. 1: several people told of it, or it is about a person. 2: it is hidden meanwhile, or
late."""

MOST_REASON, MOST_QUESTION, MOST_ANSWER = 4000, 2000, 4000


class CaseClaimed(Conflict):
    """Somebody else is at it, until `claimed_until`."""

    code = "case_claimed"
    message = _("Somebody else is looking after this case.")


class NotYours(Forbidden):
    """Only who has the case goes on with it."""

    code = "not_assignee"
    message = _("Take the case first.")


class NowhereToHandOver(Conflict):
    """It is at the end of the route already."""

    code = "no_higher_level"
    message = _("There is nobody above to whom this case could go.")


class NothingNew(Conflict):
    """What was decided comes back only with something new."""

    code = "nothing_new"
    message = _("Please say what is new.")


class QuestionOver(Conflict):
    """It was answered already, or its time is over."""

    code = "question_over"
    message = _("This question is closed. Nothing more can be added.")


class ReportingPaused(Forbidden):
    """Many of her reports were unfounded; until `until` no more are taken."""

    code = "reporting_paused"
    message = _("You cannot report anything for now, because several of your reports were unfounded.")


class Clocked(Protocol):
    """What of a case ends by the clock."""

    state: str
    claimed_until: datetime | None
    asked_until: datetime | None
    reported_at: datetime
    paused_seconds: int


def state_now(case: Clocked, now: datetime) -> str:
    """The state by the clock: an unanswered question ends, a claim lapses. A claim does not run while
    somebody is asked; `claimed_until` already counts that."""
    state = case.state
    if state == AWAITING_INFO and case.asked_until is not None and case.asked_until <= now:
        state = IN_REVIEW
    if state == IN_REVIEW and case.claimed_until is not None and case.claimed_until <= now:
        state = NEW
    return state


def is_claimed(case: Clocked, now: datetime) -> bool:
    """Somebody has it at this moment."""
    claimed = case.claimed_until is not None and case.claimed_until > now
    return claimed and state_now(case, now) in (IN_REVIEW, AWAITING_INFO)


def due_at(case: Clocked) -> datetime:
    """When it should be decided; the time in which a party was asked does not count."""
    waited = timedelta(seconds=case.paused_seconds)
    return case.reported_at + DECISION_DUE + waited


def is_veiled(veil_until: datetime | None, now: datetime) -> bool:
    """An interim veil lies on it."""
    return veil_until is not None and veil_until > now


def unfounded_follows(number: int) -> str | None:
    """What so many unfounded reports bring: None, `warning` or `pause`."""
    if number >= UNFOUNDED_PAUSE:
        return "pause"
    return "warning" if number >= UNFOUNDED_WARNING else None
