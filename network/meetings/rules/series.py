"""On which days a series falls: each date is found by its number, without counting those before it."""

from __future__ import annotations

import calendar
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from models.meetings import Meeting
from network.meetings.rules.recurrence import LAST, Recurrence, stored_recurrence
from network.meetings.rules.zones import LATEST_YEAR, local_time, moment_of


@dataclass(frozen=True, slots=True)
class Series:
    """The planned beginnings of a meeting: one, or those of a rule, at the same time of day in its zone
    whatever the clocks do."""

    starts_at: datetime
    first: datetime
    time_zone: str
    rule: Recurrence | None

    @property
    def count(self) -> int | None:
        """How many dates there are; None for a series without an end."""
        if self.rule is None:
            return 1
        if self.rule.count is not None:
            return self.rule.count
        if self.rule.until is None:
            return None
        return self._first_number_from(self.rule.until + timedelta(microseconds=1))

    @property
    def last(self) -> datetime | None:
        """The last beginning; None for a series without an end."""
        count = self.count
        return None if count is None else self.start(max(0, count - 1))

    def start(self, number: int) -> datetime:
        """The beginning with that number, counted from 0."""
        if number == 0 or self.rule is None:
            return self.starts_at
        return moment_of(self._local(number), self.time_zone)

    def between(self, first: datetime, last: datetime) -> Iterator[datetime]:
        """The beginnings from `first` on and before `last`, in order."""
        count, number = self.count, self.before(first)
        while count is None or number < count:
            found = self.start(number)
            if found >= last or found.year > LATEST_YEAR:
                return
            yield found
            number += 1

    def before(self, moment: datetime) -> int:
        """How many dates begin before a moment."""
        number, count = self._first_number_from(moment), self.count
        return number if count is None else min(number, count)

    def number_of(self, start: datetime) -> int | None:
        """Which number a beginning has; None when none of the series is then."""
        number, count = self._first_number_from(start), self.count
        if (count is not None and number >= count) or self.start(number) != start:
            return None
        return number

    def _first_number_from(self, moment: datetime) -> int:
        if moment <= self.starts_at:
            return 0
        if self.rule is None:
            return 1
        number = max(1, self._guess(moment) - 1)
        while self.start(number) < moment:
            number += 1
        return number

    def _guess(self, moment: datetime) -> int:
        local = local_time(moment, self.time_zone)
        if self.rule is None or self.rule.frequency == "weekly":
            weeks = 1 if self.rule is None else self.rule.interval
            return (local.date() - self.first.date()).days // (7 * weeks)
        months = (local.year - self.first.year) * 12 + local.month - self.first.month
        return months // self.rule.interval

    def _local(self, number: int) -> datetime:
        rule = self.rule
        if rule is None or rule.frequency == "weekly":
            return self.first + timedelta(weeks=number * (rule.interval if rule else 1))
        month = self.first.month - 1 + number * rule.interval
        year, month = self.first.year + month // 12, month % 12 + 1
        day = _day_of_weekday(year, month, self.first.weekday(), rule.nth or LAST)
        return self.first.replace(year=year, month=month, day=day)


def series_of(meeting: Meeting) -> Series:
    """The planned beginnings of a meeting."""
    rule = None if meeting.recurrence is None else stored_recurrence(meeting.recurrence)
    return make_series(meeting.starts_at, meeting.time_zone, rule)


def make_series(starts_at: datetime, time_zone: str, rule: Recurrence | None) -> Series:
    """The planned beginnings of a meeting to be."""
    return Series(starts_at, local_time(starts_at, time_zone), time_zone, rule)


def _day_of_weekday(year: int, month: int, weekday: int, nth: int) -> int:
    """The day of a month on which its nth such weekday falls; -1 is the last."""
    first_weekday, days = calendar.monthrange(year, month)
    first = (weekday - first_weekday) % 7 + 1
    if nth == LAST:
        return first + (days - first) // 7 * 7
    return first + 7 * (nth - 1)
