"""One date of a meeting as its page shows it: when and where, who comes, and for the host who was there."""

from __future__ import annotations

from datetime import datetime
from typing import TypedDict

from network.kernel import runtime
from network.kernel.actor import Actor
from network.kernel.errors import FieldFault, Invalid, NotFound
from network.kernel.policy import require
from network.kernel.translation import mark as _
from network.meetings.policy import may_record_attendance
from network.meetings.queries.agenda import LONGEST, DateView, show_dates
from network.meetings.queries.meetings import (
    MeetingView,
    attendees,
    current_date,
    exceptions_of,
    latest_begun,
    meeting_row,
    shown,
)
from network.meetings.queries.replies import who_comes
from network.meetings.rules.occurrences import Occurrence, in_order, occurrence_named, occurrences_between
from network.meetings.rules.recurrence import read_recurrence
from network.meetings.rules.series import make_series
from network.meetings.rules.zones import key_of, local_time, moment_of_key
from network.people import PersonView

MOST_FACES = 200
MOST_DATES = 6


class DatePage(TypedDict):
    """A date with its meeting, the people behind the answers, and the following dates of a series."""

    meeting: MeetingView
    date: DateView
    people: dict[str, list[PersonView]]
    following: list[DateView]
    is_host: bool


class AttendanceView(TypedDict):
    """Who was there at a date; `occurrence` is null for a meeting that does not repeat."""

    occurrence: datetime | None
    people: list[PersonView]


def starts_of(first: datetime, time_zone: str, recurrence: str | None, before: datetime) -> list[datetime]:
    """The beginnings of a meeting that is not put down yet, up to a moment. Raises Invalid for a rule that
    does not fit."""
    rule = read_recurrence(recurrence, local_time(first, time_zone), time_zone) if recurrence else None
    return list(make_series(first, time_zone, rule).between(first, before))


def get_date(actor: Actor, meeting_id: str, key: str | None = None) -> DatePage:
    """One date by its name in the series; without a name the one that matters now. Raises NotFound where the
    meeting is not open to the actor or has no such date."""
    meeting = meeting_row(actor, meeting_id)
    exceptions = exceptions_of([meeting.id])[meeting.id]
    date = occurrence_named(meeting, exceptions, key) if key else current_date(meeting, exceptions)
    if date is None:
        raise NotFound()
    following: list[Occurrence] = []
    if meeting.recurrence:
        now = runtime.current().clock.now()
        found = in_order(occurrences_between(meeting, exceptions, now, now + LONGEST))
        following = [one for one in found if one.key != date.key][:MOST_DATES]
    views = show_dates(actor, meeting.network_id, [date, *following])
    return {
        "meeting": shown(actor, [meeting])[0], "date": views[0], "people": who_comes(date, MOST_FACES),
        "following": views[1:], "is_host": bool(may_record_attendance(actor, meeting)),
    }  # fmt: skip


def get_attendance(actor: Actor, meeting_id: str, occurrence: datetime | None = None) -> AttendanceView:
    """Who was there, for who may write it down: at a date of a series, else at the last one that has begun.
    Raises NotFound, Forbidden, Invalid for a date that the series does not have."""
    meeting = meeting_row(actor, meeting_id)
    require(may_record_attendance(actor, meeting))
    exceptions = exceptions_of([meeting.id])[meeting.id]
    if occurrence is not None:
        date = None if occurrence.microsecond else occurrence_named(meeting, exceptions, key_of(occurrence))
        if date is None:
            raise Invalid({"occurrence": FieldFault.of(_("The series has no such date."))})
    else:
        date = latest_begun(meeting, runtime.current().clock.now())
    if date is None:
        return {"occurrence": None, "people": []}
    return {"occurrence": moment_of_key(date.key), "people": attendees(date)}
