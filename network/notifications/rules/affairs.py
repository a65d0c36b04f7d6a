"""Of what its members settle a network tells whom: the kinds of such notices, which of them come in any case,
and how long before an end somebody is reminded."""

from __future__ import annotations

from datetime import date, timedelta

OPENED, SOON, CLOSED, CANCELLED = "decision_opened", "decision_soon", "decision_closed", "decision_cancelled"
NEXT_ROUND, CONCERNED, REVIEW = "next_round", "person_concerned", "outcome_review"
OBJECTED, INTEGRATED = "objection_raised", "integration_offered"
DELIBERATION, FROZEN, ANSWERED, OUTDATED = (
    "deliberation", "version_frozen", "amendment_answered", "amendment_outdated",
)  # fmt: skip
SIGN, SIGN_SOON, ACCEDE = "sign_requested", "sign_soon", "accede"
AGREEMENT_REVIEW, AGREEMENT_END = "agreement_review", "agreement_end"

OF_DECISIONS = (OPENED, SOON, CLOSED, CANCELLED, NEXT_ROUND, CONCERNED, REVIEW, OBJECTED, INTEGRATED)
OF_VERSIONS = (DELIBERATION, FROZEN, SIGN, SIGN_SOON, ACCEDE, AGREEMENT_REVIEW, AGREEMENT_END)
OF_AMENDMENTS = (ANSWERED, OUTDATED)
AFFAIRS = (*OF_DECISIONS, *OF_VERSIONS, *OF_AMENDMENTS)

TO_ANSWER = frozenset({OPENED, SOON, NEXT_ROUND})
TO_SIGN = frozenset({SIGN, SIGN_SOON, ACCEDE})

IN_ANY_CASE = frozenset({CONCERNED, SIGN, SIGN_SOON, ACCEDE})
"""What is about herself or asks for her signature: also where she hears nothing else of the network, and
without a choice to do without such letters."""

BEFORE_THE_END = timedelta(hours=24)
"""So long before a decision closes, whoever has not spoken is reminded, once."""

BEFORE_SIGNING_ENDS = (timedelta(days=7), timedelta(days=1))
"""When whoever was asked and has not signed is reminded: a first and a second time."""

ACCESSION_REMINDER = timedelta(days=7)
"""So long before her time is over a newcomer who has not signed is reminded, once."""

DAYS_BEFORE = (60, 30, 7)
"""Reminders of the review and of the end of what is in force (state-machines, B4)."""


def reminder_due(day: date, today: date, sent: frozenset[int] = frozenset()) -> int | None:
    """Which of the reminders before `day` is due today: the latest whose day has come, however many were
    missed meanwhile; None when it was sent, when none has come yet, or the day itself is over."""
    if today > day:
        return None
    come = [days for days in DAYS_BEFORE if (day - today).days <= days]
    due = min(come, default=None)
    return None if due is None or any(days <= due for days in sent) else due
