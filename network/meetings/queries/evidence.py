"""What the roadmap counts as its evidence: meetings held, and meetings that repeat."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from models.meetings import Meeting
from network.kernel import runtime
from network.kernel.transaction import session
from network.meetings.queries.meetings import attendance_counts, exceptions_of, next_date_of
from network.meetings.queries.replies import tallies
from network.meetings.rules.occurrences import Occurrence, occurrences_between
from network.meetings.rules.states import CANCELLED, ENOUGH_FOR_HELD, PLANNED


@dataclass(frozen=True, slots=True)
class MeetingCounts:
    """How many dates were held, and how many meetings repeat and go on."""

    held: int
    rhythms: int


def count_meetings(network_id: str) -> MeetingCounts:
    """The evidence of the roadmap's steps `first_meeting` and `rhythm_set`. A date was held when it is over,
    was not cancelled, and somebody was written down as having been there or two had said yes. A rhythm is a
    series with a date still to come. Six statements at the most."""
    now = runtime.current().clock.now()
    rows = session().scalars(
        select(Meeting).where(Meeting.network_id == network_id, Meeting.state != CANCELLED)
    ).all()  # fmt: skip
    if not rows:
        return MeetingCounts(0, 0)
    exceptions = exceptions_of(row.id for row in rows)
    over = [
        date
        for row in rows
        for date in occurrences_between(row, exceptions[row.id], _beginning(row), now)
        if date.ends_at <= now and date.state == PLANNED
    ]
    rhythms = sum(
        row.recurrence is not None and next_date_of(row, exceptions[row.id], now) is not None for row in rows
    )
    return MeetingCounts(_held(network_id, over), rhythms)


def _held(network_id: str, over: list[Occurrence]) -> int:
    if not over:
        return 0
    counted, were_there = tallies(network_id, over), attendance_counts(over)
    return sum(
        (date.meeting.id, date.key) in were_there or counted.of(date)["yes"] >= ENOUGH_FOR_HELD
        for date in over
    )


def _beginning(row: Meeting) -> datetime:
    return min(row.starts_at, row.created_at)
