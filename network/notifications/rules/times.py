"""When somebody is left in peace, and when her digest comes: by the clock where she is, across every change
of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from network.kernel.errors import FieldFault, Invalid
from network.kernel.translation import mark as _

FORTNIGHT = timedelta(days=14)
"""So long after somebody joined a network her digest comes every day (experience.md, Notifications)."""


@dataclass(frozen=True, slots=True)
class Times:
    """Hours of the day where somebody is, from 0 to 23; weekdays from 0 for Monday."""

    quiet: bool = True
    quiet_from: int = 21
    quiet_until: int = 8
    mail_weekday: int = 6
    mail_hour: int = 18


def check_times(times: Times) -> Times:
    """The times as they are, or Invalid."""
    faults = {
        field: FieldFault.of(_("Please choose a full hour from 0 to 23."))
        for field, hour in (
            ("from", times.quiet_from), ("until", times.quiet_until), ("hour", times.mail_hour),
        )
        if not 0 <= hour <= 23
    }  # fmt: skip
    if not 0 <= times.mail_weekday <= 6:
        faults["weekday"] = FieldFault.of(_("Please choose a day of the week."))
    if times.quiet_from == times.quiet_until:
        faults["until"] = FieldFault.of(_("Please choose an end that is not the beginning."))
    if faults:
        raise Invalid(faults)
    return times


def end_of_quiet(times: Times, zone: str, now: datetime) -> datetime | None:
    """When the quiet hours end in which `now` lies; None outside of them."""
    if not times.quiet:
        return None
    local = now.astimezone(ZoneInfo(zone))
    over_midnight = times.quiet_from > times.quiet_until
    evening = over_midnight and local.hour >= times.quiet_from
    inside = evening or (local.hour < times.quiet_until and (over_midnight or local.hour >= times.quiet_from))
    if not inside:
        return None
    ends = _at(local.date() + timedelta(days=1 if evening else 0), times.quiet_until, zone)
    # An hour that comes twice ends with its second coming.
    return ends if ends > now else ends + timedelta(hours=1)


def next_quiet(times: Times, zone: str, now: datetime) -> datetime | None:
    """When quiet hours begin after `now`; None for who has none."""
    if not times.quiet:
        return None
    today = now.astimezone(ZoneInfo(zone)).date()
    moments = (_at(today + timedelta(days=days), times.quiet_from, zone) for days in range(3))
    return next(moment for moment in moments if moment > now)


def next_digest(times: Times, zone: str, after: datetime, *, daily: bool) -> datetime:
    """The first moment after `after` at which a digest comes: at its hour on its day, or every day; not
    within quiet hours, but at their end."""
    first = after.astimezone(ZoneInfo(zone)).date() - timedelta(days=1)
    for days in range(10):
        day = first + timedelta(days=days)
        if daily or day.weekday() == times.mail_weekday:
            moment = _at(day, times.mail_hour, zone)
            moment = end_of_quiet(times, zone, moment) or moment
            if moment > after:
                return moment
    raise AssertionError("every week has each of its days")


def _at(day: date, hour: int, zone: str) -> datetime:
    # An hour that is left out in spring is the one after it; of one that comes twice in autumn, the first.
    return datetime.combine(day, time(hour), ZoneInfo(zone)).astimezone(UTC)
