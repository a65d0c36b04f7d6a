"""Meetings as calendars read them (RFC 5545): one as a file, and a person's own under her secret address."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, Timezone, vRecur
from sqlalchemy import select

from models.meetings import CalendarFeed, Meeting
from network import membership, people
from network.kernel import runtime
from network.kernel.actor import Actor
from network.kernel.errors import NotFound
from network.kernel.ids import digest
from network.kernel.policy import require
from network.kernel.transaction import session
from network.kernel.translation import mark as _
from network.kernel.translation import translate
from network.meetings.policy import may_have_calendar_feed, meetings_in_feed
from network.meetings.queries.agenda import meetings_between
from network.meetings.queries.meetings import exceptions_of, meeting_row, with_exceptions
from network.meetings.rules.occurrences import Exceptions, Occurrence, occurrence_named
from network.meetings.rules.series import series_of
from network.meetings.rules.states import CANCELLED
from network.meetings.rules.zones import comes_twice, moment_of_key

PRODUCT = "-//mentorNET//meetings//EN"
KEPT_IN_FEED = timedelta(days=91)
ZONE_AHEAD = timedelta(days=5 * 366)
"""So far ahead a file says when the clocks are changed; whoever subscribed gets the next years in time."""
REFRESH = timedelta(hours=4)


def meeting_calendar(actor: Actor, meeting_id: str) -> bytes:
    """One meeting, with all its dates, as a calendar file. Raises NotFound where it is not open to the
    actor."""
    meeting = meeting_row(actor, meeting_id)
    return _calendar([(meeting, exceptions_of([meeting.id])[meeting.id])], actor.language, name=None)


def feed_calendar(secret: str) -> bytes:
    """The meetings of the networks to which the owner of a secret address belongs at this moment, from three
    months ago on. Raises NotFound for an address that is unknown or was taken back and for a closed
    account."""
    actor = _owner(secret)
    require(may_have_calendar_feed(actor))
    wanted = meetings_in_feed(actor).order_by(Meeting.id)
    since = runtime.current().clock.now() - KEPT_IN_FEED
    found = with_exceptions(meetings_between(wanted, since, since + timedelta(days=4000)))
    name = translate(actor.language, _("mentorNET meetings"))
    return _calendar(found, actor.language, name=name)


def feed_since(actor: Actor) -> datetime | None:
    """Since when the actor has a secret calendar address; None when she has none."""
    row = session().get(CalendarFeed, actor.user_id) if actor.user_id else None
    return None if row is None else row.created_at


def _owner(secret: str) -> Actor:
    wanted = select(CalendarFeed.user_id).where(CalendarFeed.secret_hash == digest(secret))
    user_id = session().scalar(wanted)
    user = None if user_id is None else people.user_row(user_id)
    if user is None or user.state != "active":
        raise NotFound()
    return membership.with_standings(
        Actor(
            kind="person", user_id=user.id, name=user.display_name, language=user.language,
            time_zone=user.time_zone, token_scopes=frozenset({"read"}),
        )
    )  # fmt: skip


def _calendar(found: Sequence[tuple[Meeting, Exceptions]], language: str, name: str | None) -> bytes:
    made = Calendar()
    made.add("prodid", PRODUCT)
    made.add("version", "2.0")
    made.add("calscale", "GREGORIAN")
    if name is not None:
        made.add("name", name)
        made.add("x-wr-calname", name)
        made.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
        made.add("x-published-ttl", REFRESH)
    events = [event for meeting, exceptions in found for event in _events(meeting, exceptions, language)]
    for zone in _zones(found):
        made.add_component(zone)
    for event in events:
        made.add_component(event)
    return bytes(made.to_ical())


def _events(meeting: Meeting, exceptions: Exceptions, language: str) -> Iterable[Event]:
    main = occurrence_named(meeting, {}, "") if not meeting.recurrence else None
    if main is not None:
        yield _event(main, language)
        return
    series = series_of(meeting)
    event = _event(_whole(meeting), language)
    event.add("rrule", vRecur.from_ical(meeting.recurrence or ""))
    changed = []
    for key, exception in sorted(exceptions.items()):
        planned_at = moment_of_key(key)
        if planned_at is None or series.number_of(planned_at) is None:
            continue
        if exception.state == CANCELLED:
            event.add("exdate", _local(planned_at, meeting.time_zone))
        else:
            changed.append((key, planned_at))
    yield event
    for key, planned_at in changed:
        one = occurrence_named(meeting, exceptions, key)
        if one is not None:
            single = _event(one, language)
            single.add("recurrence-id", _local(planned_at, meeting.time_zone))
            yield single


def _whole(meeting: Meeting) -> Occurrence:
    return Occurrence(
        meeting, "", meeting.starts_at, meeting.starts_at, meeting.duration_minutes, meeting.title,
        meeting.about, meeting.place, meeting.link, meeting.state, meeting.reason,
    )  # fmt: skip


def _event(one: Occurrence, language: str) -> Event:
    meeting, base = one.meeting, runtime.current().settings.base_url
    event = Event()
    event.add("uid", f"{meeting.id}@{urlsplit(base).hostname or 'localhost'}")
    event.add("dtstamp", meeting.changed_at)
    event.add("last-modified", meeting.changed_at)
    event.add("created", meeting.created_at)
    event.add("sequence", meeting.version - 1)
    begins = _local(one.starts_at, meeting.time_zone)
    event.add("dtstart", begins)
    if comes_twice(one.ends_at, meeting.time_zone):
        event.add("duration", timedelta(minutes=one.duration_minutes))
    else:
        # What the widest circle of programs understands; in the form of the beginning.
        event.add("dtend", one.ends_at.astimezone(begins.tzinfo))
    event.add("summary", one.title)
    event.add("status", "CANCELLED" if one.state == CANCELLED else "CONFIRMED")
    event.add("url", f"{base}/meetings/{meeting.id}")
    said = [one.about] if one.about else []
    if one.link:
        said.append(translate(language, _("Video: %(link)s"), {"link": one.link}))
    if one.place or one.link:
        event.add("location", one.place or one.link)
    if said:
        event.add("description", "\n\n".join(said))
    return event


def _local(moment: datetime, time_zone: str) -> datetime:
    """The time of day in the meeting's zone; in UTC where a time of day alone would mean another moment."""
    if time_zone == "UTC" or comes_twice(moment, time_zone):
        return moment.astimezone(UTC)
    return moment.astimezone(ZoneInfo(time_zone))


def _zones(found: Sequence[tuple[Meeting, Exceptions]]) -> list[Timezone]:
    first: dict[str, int] = {}
    for meeting, _exceptions in found:
        if meeting.time_zone != "UTC":
            first[meeting.time_zone] = min(first.get(meeting.time_zone, 9999), meeting.starts_at.year)
    last = (runtime.current().clock.now() + ZONE_AHEAD).year
    return [_zone(name, year - 1, max(last, year + 5)) for name, year in sorted(first.items())]


@lru_cache(maxsize=256)
def _zone(name: str, first_year: int, last_year: int) -> Timezone:
    return Timezone.from_tzid(name, first_date=date(first_year, 1, 1), last_date=date(last_year, 12, 31))
