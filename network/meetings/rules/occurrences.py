"""The single dates of a meeting as they are: as its series has them, moved, changed, cancelled one by one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from models.meetings import Meeting, MeetingException
from network.meetings.rules.series import series_of
from network.meetings.rules.states import CANCELLED
from network.meetings.rules.zones import key_of, moment_of_key

Exceptions = Mapping[str, MeetingException]
"""What differs from the series, by the name of the date."""


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One date of a meeting. `key` names it within the series by its planned beginning; it is empty for a
    meeting that does not repeat. `planned_at` is where the series put it, `starts_at` when it is."""

    meeting: Meeting
    key: str
    planned_at: datetime
    starts_at: datetime
    duration_minutes: int
    title: str
    about: str
    place: str | None
    link: str | None
    state: str
    reason: str | None

    @property
    def ends_at(self) -> datetime:
        """When it is over."""
        return self.starts_at + timedelta(minutes=self.duration_minutes)

    @property
    def is_moved(self) -> bool:
        """True when it is not where the series put it."""
        return self.starts_at != self.planned_at

    @property
    def sorts_by(self) -> tuple[datetime, str, str]:
        """The order of an agenda: unique, by time first."""
        return self.starts_at, self.meeting.id, self.key


def occurrences_between(
    meeting: Meeting, exceptions: Exceptions, first: datetime, last: datetime
) -> Iterator[Occurrence]:
    """The dates of a meeting that are not over at `first` and begin before `last`, in no certain order;
    cancelled ones are among them."""
    series = series_of(meeting)
    before = timedelta(minutes=meeting.duration_minutes)
    for start in series.between(first - before + timedelta(microseconds=1), last):
        key = key_of(start) if meeting.recurrence else ""
        if key not in exceptions:
            yield _as_planned(meeting, key, start)
    for key, exception in exceptions.items():
        planned_at = moment_of_key(key)
        if planned_at is None:
            continue
        found = _as_changed(meeting, key, planned_at, exception)
        if found.ends_at > first and found.starts_at < last:
            yield found


def occurrence_named(meeting: Meeting, exceptions: Exceptions, key: str) -> Occurrence | None:
    """One date by its name; None when the series has none of that name. The empty name is the date of a
    meeting that does not repeat."""
    if not meeting.recurrence:
        return _as_planned(meeting, "", meeting.starts_at) if key in ("", key_of(meeting.starts_at)) else None
    planned_at = moment_of_key(key)
    if planned_at is None or series_of(meeting).number_of(planned_at) is None:
        return None
    if key in exceptions:
        return _as_changed(meeting, key, planned_at, exceptions[key])
    return _as_planned(meeting, key, planned_at)


def in_order(found: Iterable[Occurrence]) -> list[Occurrence]:
    """Dates of several meetings as an agenda has them."""
    return sorted(found, key=lambda one: one.sorts_by)


def end_of_all(meeting: Meeting, exceptions: Exceptions) -> datetime | None:
    """When the last date of a meeting is over; None when it repeats without an end."""
    last = series_of(meeting).last
    if last is None:
        return None
    ends = [last + timedelta(minutes=meeting.duration_minutes)]
    for key, exception in exceptions.items():
        planned_at = moment_of_key(key)
        if planned_at is not None:
            ends.append(_as_changed(meeting, key, planned_at, exception).ends_at)
    return max(ends)


def _as_planned(meeting: Meeting, key: str, start: datetime) -> Occurrence:
    return Occurrence(
        meeting, key, start, start, meeting.duration_minutes, meeting.title, meeting.about, meeting.place,
        meeting.link, meeting.state, meeting.reason,
    )  # fmt: skip


def _as_changed(meeting: Meeting, key: str, planned_at: datetime, other: MeetingException) -> Occurrence:
    cancelled = CANCELLED if meeting.state == CANCELLED else other.state
    return Occurrence(
        meeting, key, planned_at,
        other.starts_at or planned_at,
        other.duration_minutes or meeting.duration_minutes,
        other.title or meeting.title,
        meeting.about if other.about is None else other.about,
        meeting.place if other.place is None else other.place or None,
        meeting.link if other.link is None else other.link or None,
        cancelled,
        other.reason or meeting.reason,
    )  # fmt: skip
