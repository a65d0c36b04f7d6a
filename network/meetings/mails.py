"""What the letters about meetings say: a reminder, another time or place, cancelled; each in the reader's
language and with her own time of day beside that of the meeting."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from babel.dates import format_datetime, get_timezone_location
from sqlalchemy import select

from models.meetings import Meeting
from models.networks import Network
from models.people import User
from network import membership
from network.kernel import runtime
from network.kernel.outbox import Letter, composes
from network.kernel.transaction import session
from network.kernel.translation import mark as _
from network.kernel.translation import translate
from network.meetings.queries.meetings import current_date, exceptions_of
from network.meetings.queries.replies import replies_to
from network.meetings.rules.occurrences import Occurrence, occurrence_named
from network.meetings.rules.states import CANCELLED, COMING, DAY
from network.meetings.rules.zones import local_time, same_clock


@dataclass(frozen=True, slots=True)
class _Matter:
    """What a letter is about and who reads it."""

    reader: User
    meeting: Meeting
    date: Occurrence
    network: str


@composes("meeting_reminder", group="reminders")
def compose_reminder(language: str, params: dict[str, Any]) -> Letter | None:
    """It is soon; no letter when it was moved or cancelled, has begun, or the reader no longer comes."""
    matter = _matter(params)
    if matter is None or matter.date.state == CANCELLED:
        return None
    date, now = matter.date, runtime.current().clock.now()
    if date.starts_at != datetime.fromisoformat(params["starts_at"]) or date.starts_at <= now:
        return None
    if not any(g.user_id == matter.reader.id and g.reply in COMING for g in replies_to(date)):
        return None
    words = _words(matter)
    first = _("Soon: %(title)s")
    if params["before"] == DAY:
        is_today = _day(date.starts_at, matter.reader) == _day(now, matter.reader)
        first = _("Today: %(title)s") if is_today else _("Tomorrow: %(title)s")
    return Letter(
        subject=translate(language, first, words),
        paragraphs=[
            translate(language, _("Hello %(name)s,"), words),
            translate(language, _("%(network)s has a meeting: “%(title)s”."), words),
            *_when_and_where(language, matter),
        ],
        action=(translate(language, _("Look at the meeting")), _url(matter)),
        after=[translate(language, _("You said that you come. If you cannot, please say so on the page."))],
    )


@composes("meeting_changed")
def compose_changed(language: str, params: dict[str, Any]) -> Letter | None:
    """Another time or place; no letter when it was cancelled since or is over."""
    matter = _matter(params)
    if matter is None or matter.date.state == CANCELLED:
        return None
    if matter.date.ends_at <= runtime.current().clock.now():
        return None
    words = _words(matter)
    paragraphs = [
        translate(language, _("Hello %(name)s,"), words),
        translate(language, _("Something has changed about the meeting “%(title)s”. Now it is:"), words),
        *_when_and_where(language, matter),
    ]
    if matter.meeting.recurrence and not params["key"]:
        paragraphs.append(translate(language, _("The meeting repeats; this is the next date.")))
    return Letter(
        subject=translate(language, _("Changed: %(title)s"), words),
        paragraphs=paragraphs,
        action=(translate(language, _("Look at the meeting")), _url(matter)),
        after=[translate(language, _("You had said that you come. Does it still suit you?"))],
    )


@composes("meeting_cancelled")
def compose_cancelled(language: str, params: dict[str, Any]) -> Letter | None:
    """It will not be, and why."""
    matter = _matter(params)
    if matter is None or matter.date.state != CANCELLED:
        return None
    words = _words(matter)
    words["when"] = _long(matter.date.starts_at, matter.meeting.time_zone, language)
    series = bool(matter.meeting.recurrence) and not params["key"]
    said = (
        _("The meeting “%(title)s”, which repeats, is cancelled from now on.")
        if series
        else _("The meeting “%(title)s” on %(when)s is cancelled.")
    )
    paragraphs = [translate(language, _("Hello %(name)s,"), words), translate(language, said, words)]
    if matter.date.reason:
        paragraphs.append(translate(language, _("The reason: “%(text)s”"), {"text": matter.date.reason}))
    return Letter(
        subject=translate(language, _("Cancelled: %(title)s"), words),
        paragraphs=paragraphs,
        action=(translate(language, _("Look at the other meetings")), _agenda_url()),
    )


def _matter(params: dict[str, Any]) -> _Matter | None:
    """None when there is no such date any more, or the reader is not an active member any more."""
    meeting, reader = session().get(Meeting, params["meeting_id"]), session().get(User, params["user_id"])
    if meeting is None or reader is None:
        return None
    network = session().get_one(Network, meeting.network_id)
    active = select(User.id).where(User.id == reader.id, User.id.in_(membership.active_user_ids(network.id)))
    if session().scalar(active) is None:
        return None
    exceptions = exceptions_of([meeting.id])[meeting.id]
    key = params["key"]
    date = occurrence_named(meeting, exceptions, key) if key else current_date(meeting, exceptions)
    return None if date is None else _Matter(reader, meeting, date, network.name)


def _words(matter: _Matter) -> dict[str, str]:
    return {"name": matter.reader.display_name, "title": matter.date.title, "network": matter.network}


def _when_and_where(language: str, matter: _Matter) -> list[str]:
    date, zone, own = matter.date, matter.meeting.time_zone, matter.reader.time_zone
    lines = []
    if same_clock(date.starts_at, own, zone) and same_clock(date.ends_at, own, zone):
        lines.append(_span(date, zone, language))
    else:
        words = {"when": _span(date, own, language), "there": _span(date, zone, language)}
        lines.append(translate(language, _("%(when)s, where you are"), words))
        words["place"] = place_name(zone, language)
        lines.append(translate(language, _("%(place)s time: %(there)s"), words))
    if date.place:
        lines.append(translate(language, _("Place: %(place)s"), {"place": date.place}))
    if date.link:
        lines.append(translate(language, _("You find the link to the video on the page.")))
    return lines


def _span(date: Occurrence, zone: str, language: str) -> str:
    ends = local_time(date.ends_at, zone)
    words = {
        "when": _long(date.starts_at, zone, language),
        "end": f"{ends:%H:%M}",
    }
    return translate(language, _("%(when)s to %(end)s"), words)


def _long(moment: datetime, zone: str, language: str) -> str:
    shape = "EEEE, d. MMMM y, HH:mm" if language == "de" else "EEEE, d MMMM y, HH:mm"
    return str(format_datetime(local_time(moment, zone), shape, locale=language))


def place_name(zone: str, language: str) -> str:
    """The city that a time zone is named after, in the reader's words."""
    return str(get_timezone_location(zone, locale=language, return_city=True).rpartition("/")[2])


def _day(moment: datetime, reader: User) -> object:
    return local_time(moment, reader.time_zone).date()


def _url(matter: _Matter) -> str:
    on = f"?on={matter.date.key}" if matter.date.key else ""
    return f"{_base()}/meetings/{matter.meeting.id}{on}"


def _agenda_url() -> str:
    return f"{_base()}/meetings"


def _base() -> str:
    return runtime.current().settings.base_url
