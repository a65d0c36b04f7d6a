"""When somebody is reminded of what ends: each time once, however long nobody looked."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, timedelta

BEFORE_THE_END = timedelta(hours=24)
"""So long before a decision closes, whoever has not spoken is reminded, once."""

BEFORE_SIGNING_ENDS = (timedelta(days=7), timedelta(days=1))
"""When whoever was asked and has not signed is reminded: a first and a second time; a newcomer, who has
thirty days, the first time alone."""

DAYS_BEFORE = (60, 30, 7)
"""Reminders of the review and of the end of what is in force (state-machines, B4)."""

LATEST = timedelta(days=30)
"""A day to look again, the end of a term or of somebody's time to sign that is longer past is not told any
more."""


def is_soon(opened_at: datetime, closes_at: datetime, now: datetime) -> bool:
    """True in the last day of a decision that was open before that day: who was asked yesterday knows."""
    begins = closes_at - BEFORE_THE_END
    return opened_at < begins <= now < closes_at


def signing_reminder(requested_at: datetime, ends_at: datetime, now: datetime) -> int | None:
    """Which reminder to sign is due, 1 or 2, the later one where both are; None where neither is. One whose
    moment lay before the request never is; one that was missed is due when the time itself is over, too: who
    reads only hears it, and can still sign."""
    if now - ends_at > LATEST:
        return None
    come = [
        number
        for number, before in enumerate(BEFORE_SIGNING_ENDS, start=1)
        if requested_at < ends_at - before <= now
    ]
    return max(come, default=None)


def reminder_due(day: date, since: date, today: date, sent: Collection[int]) -> int | None:
    """Which of the reminders before `day`, of something that holds since `since`, is due today: the latest
    whose day has come, however many were missed meanwhile; the last one still when the day itself is over.
    None when it was sent, when none has come yet, or when the day is over too long."""
    if today - day > LATEST:
        return None
    come = [
        days for days in DAYS_BEFORE if (day - today).days <= days and day - timedelta(days=days) >= since
    ]
    due = min(come, default=None)
    return None if due is None or any(days <= due for days in sent) else due
