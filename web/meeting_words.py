"""What the pages say of a meeting's time: on a tile, here and there, how it repeats, who comes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any

from babel.dates import get_day_names, get_timezone_location
from flask_babel import format_date, format_time, get_locale, get_timezone, ngettext
from flask_babel import gettext as _

from network import meetings
from web.forms.meetings import FORTNIGHTLY, KIND_NAMES, MONTHLY, MONTHLY_LAST, ONCE, WEEKLY
from web.languages import choose_time_zone

DURATIONS = (30, 45, 60, 90, 120, 180, 240, 480)
LAST = -1


def tile(moment: datetime) -> tuple[str, str, str, str]:
    """Weekday, day, month and machine time, where the reader is: for the tile of a date."""
    local = moment.astimezone(get_timezone())
    shapes = ("EEE", "d", "MMM")
    weekday, day, month = (str(format_date(local.date(), shape, rebase=False)) for shape in shapes)
    return weekday.rstrip("."), day, month, local.isoformat(timespec="minutes")


def month_of(moment: datetime) -> str:
    """The month that a date stands under."""
    return str(format_date(moment.astimezone(get_timezone()).date(), "MMMM y", rebase=False))


def by_month(dates: Sequence[Mapping[str, Any]]) -> list[tuple[str, list[Mapping[str, Any]]]]:
    """The dates under their months, in the order in which they come."""
    return [
        (month, list(group)) for month, group in groupby(dates, key=lambda date: month_of(date["starts_at"]))
    ]


def span(starts_at: datetime, ends_at: datetime) -> str:
    """From when to when, where the reader is."""
    return _("%(start)s to %(end)s", start=format_time(starts_at, "short"), end=format_time(ends_at, "short"))


def there(when: Mapping[str, Any]) -> str:
    """What the clock shows where the meeting is, when that is another time than the reader's; else empty."""
    zone = when["time_zone"]
    if _same_time(when):
        return ""
    start, end = (meetings.local_time(when[name], zone) for name in ("starts_at", "ends_at"))
    shown = _on_day(when, start, _("%(start)s to %(end)s", start=_plain_time(start), end=_plain_time(end)))
    return _("where you are (%(place)s time: %(span)s)", place=place_name(zone), span=shown)


def in_full(when: Mapping[str, Any]) -> str:
    """Day and time by the clock there; whose clock that is, unless the reader's shows the same."""
    start, end = (meetings.local_time(when[name], when["time_zone"]) for name in ("starts_at", "ends_at"))
    shown = _("%(start)s to %(end)s", start=_plain_time(start), end=_plain_time(end))
    said = f"{_long_day(start.date())}, {shown}"
    if choose_time_zone() is not None and _same_time(when):
        return said
    return said + " " + _("(%(place)s time)", place=place_name(when["time_zone"]))


def place_name(zone: str) -> str:
    """The city that a time zone is named after."""
    found = get_timezone_location(zone, locale=get_locale(), return_city=True)
    return str(found.rpartition("/")[2])


def repeats(rule: str | None, starts_at: datetime, zone: str) -> str:
    """How a meeting repeats, in words; empty when it does not."""
    if rule is None:
        return ""
    said, first = meetings.stored_recurrence(rule), meetings.local_time(starts_at, zone)
    weekday = str(get_day_names("wide", locale=get_locale())[first.weekday()])
    if said.frequency == "weekly":
        words = ngettext("every week", "every %(num)s weeks", said.interval)
    else:
        which = {
            1: _("on the first %(day)s", day=weekday), 2: _("on the second %(day)s", day=weekday),
            3: _("on the third %(day)s", day=weekday), 4: _("on the fourth %(day)s", day=weekday),
            LAST: _("on the last %(day)s", day=weekday),
        }[said.nth or LAST]  # fmt: skip
        words = ngettext("every month", "every %(num)s months", said.interval) + " " + which
    if said.count is not None:
        return ngettext("%(rule)s, once", "%(rule)s, %(num)s times", said.count, rule=words)
    if said.until is not None:
        last = meetings.local_time(said.until, zone).date()
        return _("%(rule)s, until %(day)s", rule=words, day=_long_day(last))
    return words


def repeats_choice(rule: str | None, zone: str) -> tuple[str, date | None]:
    """What the form shows for a rule: its choice and the last day; a rule that it has no word for stands for
    itself."""
    if rule is None:
        return ONCE, None
    said = meetings.stored_recurrence(rule)
    until = None if said.until is None else meetings.local_time(said.until, zone).date()
    if said.count is None:
        if said.frequency == "weekly" and said.interval <= 2:
            return (WEEKLY, FORTNIGHTLY)[said.interval - 1], until
        if said.frequency == "monthly" and said.interval == 1:
            return (MONTHLY_LAST if said.nth == LAST else MONTHLY), until
    return rule, None


def durations(current: int | None = None) -> list[tuple[int, str]]:
    """How long a meeting may take, as the form offers it."""
    known = sorted({*DURATIONS, *([current] if current else [])})
    return [(minutes, duration(minutes)) for minutes in known]


def duration(minutes: int) -> str:
    """So many hours and minutes."""
    hours, rest = divmod(minutes, 60)
    if not rest and hours:
        return ngettext("%(num)s hour", "%(num)s hours", hours)
    if not hours:
        return ngettext("%(num)s minute", "%(num)s minutes", rest)
    return _("%(hours)s:%(minutes)s hours", hours=hours, minutes=f"{rest:02d}")


def kinds(current: str | None = None) -> list[tuple[str, str]]:
    """What kinds of meeting the form offers, and what another program called this one."""
    known = [(kind, str(name)) for kind, name in KIND_NAMES.items()]
    return known if current is None or current in KIND_NAMES else [*known, (current, _("Meeting"))]


def evening_next_week(now: datetime, zone: str) -> datetime:
    """The usual evening: the same weekday next week at six, by the clock there."""
    return (meetings.local_time(now, zone) + timedelta(days=7)).replace(
        hour=18, minute=0, second=0, microsecond=0
    )


def answer_words(reply: str | None) -> str:
    """One's own answer, as a list shows it."""
    return {"yes": _("You come"), "maybe": _("You may come"), "no": _("You do not come")}.get(reply or "", "")


def _same_time(when: Mapping[str, Any]) -> bool:
    zone, here = when["time_zone"], str(get_timezone())
    return all(meetings.same_clock(when[name], zone, here) for name in ("starts_at", "ends_at"))


def _on_day(when: Mapping[str, Any], local: datetime, shown: str) -> str:
    here = when["starts_at"].astimezone(get_timezone()).date()
    return shown if here == local.date() else f"{_long_day(local.date())}, {shown}"


def _plain_time(local: datetime) -> str:
    return str(format_time(local, "short", rebase=False))


def _long_day(day: date) -> str:
    shape = "EEEE, d. MMMM" if str(get_locale()).startswith("de") else "EEEE, d MMMM"
    return str(format_date(day, shape, rebase=False))
