"""Dates, times and names of languages as the reader writes them, by Babel."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from babel import Locale, UnknownLocaleError
from flask import Flask
from flask_babel import format_date, format_datetime, format_time, get_locale, get_timezone, gettext
from markupsafe import Markup

from network.kernel import runtime
from network.people import FORMER_MEMBER


def install(app: Flask) -> None:
    """Make the filters known to the templates: `short_when`, `clock`, `day`, `day_and_time`, `language_name`,
    `country_name`, `iso`, `first_name`."""
    app.jinja_env.filters.update(
        short_when=short_when, clock=clock, day=day, day_and_time=day_and_time, full_day=full_day,
        language_name=language_name, country_name=country_name, iso=iso, first_name=first_name,
    )  # fmt: skip


def short_when(moment: datetime) -> str:
    """As in a list of conversations: the time today, yesterday, the weekday within a week, else the date."""
    local, today = moment.astimezone(get_timezone()), local_today()
    days = (today - local.date()).days
    if days <= 0:
        return clock(moment)
    if days == 1:
        return gettext("yesterday")
    if days < 7:
        return str(format_date(local.date(), "EEE", rebase=False))
    if local.year == today.year:
        return str(format_date(local.date(), day_shape("", "d", "MMM"), rebase=False))
    return str(format_date(local.date(), day_shape("", "d", "MMM y"), rebase=False))


def clock(moment: datetime) -> str:
    """The time of day."""
    return str(format_time(moment, "short"))


def day(when: date | datetime) -> str:
    """`today`, `yesterday`, or weekday and date."""
    local = when.astimezone(get_timezone()).date() if isinstance(when, datetime) else when
    today = local_today()
    if local == today:
        return gettext("Today")
    if local == today - timedelta(days=1):
        return gettext("Yesterday")
    shape = day_shape("EEEE", "d", "MMMM")
    if local.year != today.year:
        shape += " y"
    return str(format_date(local, shape, rebase=False))


def full_day(moment: datetime) -> str:
    """Weekday and date where the reader is."""
    shape = day_shape("EEEE", "d", "MMMM")
    return str(format_date(moment.astimezone(get_timezone()).date(), shape, rebase=False))


def day_and_time(moment: datetime) -> str:
    """Date and time: 12 May 2026, 17:05."""
    return str(format_datetime(moment, day_shape("", "d", "MMM y") + ", HH:mm"))


def day_shape(weekday: str, day: str, month: str) -> str:
    """The parts of a day in the reader's order and with her signs; without a weekday where it is empty."""
    parts = f"{day}. {month}" if _language() == "de" else f"{day} {month}"
    return f"{weekday}, {parts}" if weekday else parts


def iso(moment: datetime) -> str:
    """For the `datetime` attribute."""
    return moment.isoformat().replace("+00:00", "Z")


def language_name(code: str) -> str:
    """`de` → Deutsch, German …, in the reader's language; the code where Babel knows no name."""
    try:
        return Locale.parse(code, sep="-").get_display_name(get_locale()) or code
    except (ValueError, LookupError, UnknownLocaleError):
        return code


def country_name(code: str) -> str:
    """`DE` → Germany, Deutschland … in the reader's language."""
    locale = get_locale()
    return str(locale.territories.get(code.upper(), code)) if locale else code


def first_name(name: str) -> str:
    """How somebody is called in few signs; who is gone keeps both words."""
    return name if name == gettext(FORMER_MEMBER) else name.split()[0]


def local_today() -> date:
    """Today where the reader is."""
    return runtime.current().clock.now().astimezone(get_timezone()).date()


def _language() -> str:
    locale = get_locale()
    return locale.language if locale else "en"


def plain(html: str) -> str:
    """The words of a message's HTML in one line, for a list."""
    return " ".join(Markup(html.replace("<", " <")).striptags().split())  # noqa: S704 - only its text goes on
