"""What the roadmap counts as its evidence: meetings held, and meetings that repeat."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from models.meetings import Meeting
from network.kernel import runtime
from network.meetings.queries.meetings import next_date_of, with_exceptions
from network.meetings.queries.replies import answers_to
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
    series with a date still to come. Two statements."""
    now = runtime.current().clock.now()
    found = with_exceptions(
        select(Meeting).where(Meeting.network_id == network_id, Meeting.state != CANCELLED)
    )
    over = [
        date
        for row, exceptions in found
        for date in occurrences_between(row, exceptions, _beginning(row), now)
        if date.ends_at <= now and date.state == PLANNED
    ]
    rhythms = sum(
        row.recurrence is not None and next_date_of(row, exceptions, now) is not None
        for row, exceptions in found
    )
    return MeetingCounts(_held(network_id, over), rhythms)


def _held(network_id: str, over: list[Occurrence]) -> int:
    if not over:
        return 0
    answers = answers_to(network_id, over)
    return sum(
        bool(answers.attended(date)) or answers.counts(date)["yes"] >= ENOUGH_FOR_HELD for date in over
    )


def _beginning(row: Meeting) -> datetime:
    return min(row.starts_at, row.created_at)
