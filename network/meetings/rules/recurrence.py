"""How a meeting may repeat: a part of RFC 5545's RRULE that people say in one breath.

Every week or every second one (up to every eighth), on the weekday of the first meeting; or every month (up
to every sixth) on the first to fourth or the last such weekday. It ends after a number of dates, on a day, or
never.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time
from functools import lru_cache

from network.kernel.errors import FieldFault, Invalid
from network.kernel.translation import mark as _
from network.meetings.rules.zones import KEY_FORMAT, moment_of

WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
LAST = -1
MOST_WEEKS, MOST_MONTHS, MOST_DATES = 8, 6, 500
LONGEST_TEXT = 120

_BYDAY = re.compile(r"(-1|[1-5])?(MO|TU|WE|TH|FR|SA|SU)\Z")
_DAY = re.compile(r"\d{8}\Z")


@dataclass(frozen=True, slots=True)
class Recurrence:
    """`weekly`, or `monthly` on the `nth` weekday (1 to 4, or -1 for the last) of the first date; ended by
    `count` dates, by `until`, the last moment at which a date may begin, or by neither."""

    frequency: str
    interval: int = 1
    nth: int | None = None
    count: int | None = None
    until: datetime | None = None


def read_recurrence(text: str, first: datetime, time_zone: str) -> Recurrence:
    """What an RRULE says of a series whose first date is at `first`, a time of day in `time_zone`. Raises
    Invalid under `recurrence` for what is no such rule or does not fit to the first date."""
    parts = _parts(text)
    frequency = parts.pop("FREQ", "").lower()
    if frequency not in ("weekly", "monthly"):
        raise _fault(_("A meeting can repeat every week or every month."))
    interval = _number(parts.pop("INTERVAL", "1"), MOST_WEEKS if frequency == "weekly" else MOST_MONTHS)
    nth = _weekday(parts.pop("BYDAY", None), frequency, first)
    count, until = parts.pop("COUNT", None), parts.pop("UNTIL", None)
    parts.pop("WKST", None)  # of no weight where there is one weekday only
    if parts or (count is not None and until is not None):
        raise _fault(_("We cannot read this rule."))
    if count is not None:
        return Recurrence(frequency, interval, nth, count=_number(count, MOST_DATES))
    return Recurrence(frequency, interval, nth, until=_end(until, first, time_zone) if until else None)


@lru_cache(maxsize=4096)
def stored_recurrence(text: str) -> Recurrence:
    """The same for a rule in the form in which `write_recurrence` stored it."""
    parts = dict(part.split("=") for part in text.split(";"))
    frequency = parts["FREQ"].lower()
    day = parts.get("BYDAY")
    until = parts.get("UNTIL")
    return Recurrence(
        frequency, int(parts.get("INTERVAL", "1")), int(day[:-2]) if day else None,
        int(parts["COUNT"]) if "COUNT" in parts else None,
        datetime.strptime(until, KEY_FORMAT).replace(tzinfo=UTC) if until else None,
    )  # fmt: skip


def write_recurrence(rule: Recurrence, first: datetime) -> str:
    """The one written form of a rule, for a series that begins at the local time `first`."""
    parts = [f"FREQ={rule.frequency.upper()}"]
    if rule.interval > 1:
        parts.append(f"INTERVAL={rule.interval}")
    if rule.nth is not None:
        parts.append(f"BYDAY={rule.nth}{WEEKDAYS[first.weekday()]}")
    if rule.count is not None:
        parts.append(f"COUNT={rule.count}")
    if rule.until is not None:
        parts.append(f"UNTIL={rule.until.strftime(KEY_FORMAT)}")
    return ";".join(parts)


def fitted(rule: Recurrence, first: datetime) -> Recurrence:
    """The rule for a series that was moved to another first date: on the same of that month's weekdays as
    the new date is. The last one stays the last where the new date is that."""
    if rule.nth is None:
        return rule
    fits = _which(first)
    return replace(rule, nth=rule.nth if rule.nth in fits else fits[0])


def which_of_month(day: datetime) -> tuple[int, ...]:
    """Which of its month's such weekdays a day is: the second, the fourth and also the last …"""
    return _which(day)


def _which(day: datetime) -> tuple[int, ...]:
    number = (day.day - 1) // 7 + 1
    following = day.day + 7
    is_last = following > 28 and not _exists(day.year, day.month, following)
    fits = [number] if number <= 4 else []
    return (*fits, LAST) if is_last else tuple(fits)


def _exists(year: int, month: int, day: int) -> bool:
    try:
        datetime(year, month, day)  # noqa: DTZ001 - a day, not a moment
    except ValueError:
        return False
    return True


def _parts(text: str) -> dict[str, str]:
    said = text.strip().upper().removeprefix("RRULE:")
    if len(said) > LONGEST_TEXT:
        raise _fault(_("We cannot read this rule."))
    pairs = [part.partition("=") for part in said.split(";") if part]
    names = [name for name, _sign, _value in pairs]
    if not pairs or len(set(names)) < len(names) or not all(sign and value for _name, sign, value in pairs):
        raise _fault(_("We cannot read this rule."))
    return {name: value for name, _sign, value in pairs}


def _number(text: str, most: int) -> int:
    if not (text.isascii() and text.isdigit()) or len(text) > 4 or not 1 <= int(text) <= most:
        raise _fault(_("This number must be between 1 and %(most)s."), most=most)
    return int(text)


def _weekday(text: str | None, frequency: str, first: datetime) -> int | None:
    if text is None:
        if frequency == "weekly":
            return None
        raise _fault(_("Say which weekday of the month, for example the second Tuesday."))
    found = _BYDAY.match(text)
    if found is None:
        raise _fault(_("We cannot read this rule."))
    if found[2] != WEEKDAYS[first.weekday()] or (found[1] is None) is (frequency == "monthly"):
        raise _fault(_("The meeting repeats on the weekday on which it begins."))
    if found[1] is None:
        return None
    nth = int(found[1])
    if nth not in _which(first):
        raise _fault(_("The first meeting is on another of that month's weekdays."))
    return nth


def _end(text: str, first: datetime, time_zone: str) -> datetime:
    try:
        if _DAY.match(text):
            day = datetime.strptime(text, "%Y%m%d").date()  # noqa: DTZ007 - a day, not a moment
            until = moment_of(datetime.combine(day, time(23, 59, 59)), time_zone)
        else:
            until = datetime.strptime(text, KEY_FORMAT).replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        raise _fault(_("We cannot read the day on which it ends.")) from None
    if until.year >= 9000 or until < moment_of(first, time_zone):
        raise _fault(_("It must not end before it begins."))
    return until


def _fault(message: str, **params: object) -> Invalid:
    return Invalid({"recurrence": FieldFault.of(message, **params)})
