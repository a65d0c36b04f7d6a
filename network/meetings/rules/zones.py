"""At which moment a time of day is: also on the two days of a year on which the clocks are changed.

A time that the clocks skip in spring counts as if they had not been put forward yet: 02:30 in Berlin is then
03:30. A time that comes twice in autumn is the first of the two. This is what RFC 5545 (3.3.5) says, so every
calendar that takes our files reads them alike.
"""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

KEY_FORMAT = "%Y%m%dT%H%M%SZ"
EARLIEST_YEAR, LATEST_YEAR = 1970, 9000
"""No date is looked for outside of them: what a computer's calendar can hold ends at 9999."""


def local_time(moment: datetime, time_zone: str) -> datetime:
    """What the clock on the wall shows there: a time without a zone."""
    return moment.astimezone(ZoneInfo(time_zone)).replace(tzinfo=None, fold=0)


def moment_of(local: datetime, time_zone: str) -> datetime:
    """The moment, in UTC, at which the clock on the wall shows `local` there, by the rule above."""
    return local.replace(tzinfo=ZoneInfo(time_zone), fold=0).astimezone(UTC)


def comes_twice(moment: datetime, time_zone: str) -> bool:
    """True for a moment in the second pass of an hour that the clocks run through twice: a time of day alone
    would mean the first."""
    return moment_of(local_time(moment, time_zone), time_zone) != moment


def same_clock(moment: datetime, time_zone: str, other: str) -> bool:
    """True when the clocks of both zones show the same at that moment."""
    return local_time(moment, time_zone) == local_time(moment, other)


def key_of(moment: datetime) -> str:
    """How a date of a series is named: its planned beginning in UTC, to the second."""
    return moment.astimezone(UTC).strftime(KEY_FORMAT)


def moment_of_key(key: str) -> datetime | None:
    """The planned beginning that a name stands for; None when it is no such name."""
    try:
        moment = datetime.strptime(key, KEY_FORMAT).replace(tzinfo=UTC)
    except ValueError:
        return None
    return moment if key_of(moment) == key and EARLIEST_YEAR <= moment.year <= LATEST_YEAR else None
