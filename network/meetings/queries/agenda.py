"""What happens when: the dates of a network in the order of time, and the next one."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TypedDict

from sqlalchemy import Select, and_, or_, select

from models.meetings import Meeting, MeetingException
from network import networks
from network.kernel import runtime
from network.kernel.actor import Actor
from network.kernel.errors import FieldFault, Invalid
from network.kernel.paging import MAX_LIMIT, PageOf, PageRequest
from network.kernel.policy import require
from network.kernel.translation import mark as _
from network.meetings.policy import may_see_meetings, visible_meetings
from network.meetings.queries.meetings import next_date_of, with_exceptions
from network.meetings.queries.replies import RepliesView, answers_to
from network.meetings.rules.occurrences import Occurrence, in_order, occurrences_between
from network.meetings.rules.states import CANCELLED, PLANNED
from network.meetings.rules.zones import key_of, moment_of_key

LONGEST, FURTHEST = timedelta(days=366), timedelta(days=30 * 366)
_CURSOR = re.compile(r"(\d{8}T\d{6}Z)\.([0-9a-f-]{36})\.(\d{8}T\d{6}Z)?\Z")


class DateView(TypedDict):
    """One date of a meeting. `occurrence` names it within a series by its planned beginning and is null for
    a meeting that does not repeat; `starts_at` is when it is."""

    meeting_id: str
    network_id: str
    occurrence: datetime | None
    key: str
    title: str
    about: str
    kind: str
    starts_at: datetime
    ends_at: datetime
    time_zone: str
    duration_minutes: int
    place: str | None
    link: str | None
    state: str
    reason: str | None
    moved: bool
    replies: RepliesView
    my_reply: str | None
    attended: int | None


class WhenView(TypedDict):
    """When the next get-together is, for who is not in yet: neither place nor link nor what it is about."""

    starts_at: datetime
    ends_at: datetime
    time_zone: str
    duration_minutes: int


def list_agenda(
    actor: Actor,
    network_id: str,
    request: PageRequest,
    first: datetime | None = None,
    last: datetime | None = None,
) -> PageOf[DateView]:
    """The dates of a network that are not over at `first` (now) and begin before `last` (a year later), in
    the order of time, cancelled ones among them. Three statements, however many dates there are. Raises
    NotFound where the network is not visible, Forbidden where its meetings are not, Invalid for more than a
    year or a cursor that is none."""
    network = networks.visible_network_row(actor, network_id)
    require(may_see_meetings(actor, network))
    first, last = _span(first, last)
    dates = in_order(_dates(visible_meetings(actor).where(Meeting.network_id == network.id), first, last))
    after = None if request.cursor is None else _opened(request.cursor)
    if after is not None:
        dates = [date for date in dates if (key_of(date.starts_at), *date.sorts_by[1:]) > after]
    limit = min(max(request.limit, 1), MAX_LIMIT)
    following = _sealed(dates[limit - 1]) if len(dates) > limit else None
    return PageOf(show_dates(actor, network.id, dates[:limit]), following)


def list_past_dates(actor: Actor, network_id: str, most: int) -> list[DateView]:
    """The dates of the last year that are over and were not cancelled, the latest first. Raises NotFound,
    Forbidden."""
    network = networks.visible_network_row(actor, network_id)
    require(may_see_meetings(actor, network))
    now = runtime.current().clock.now()
    found = _dates(visible_meetings(actor).where(Meeting.network_id == network.id), now - LONGEST, now)
    over = [date for date in in_order(found) if date.ends_at <= now and date.state == PLANNED]
    return show_dates(actor, network.id, over[-most:][::-1])


def next_meeting(actor: Actor, network_id: str) -> DateView | None:
    """The next date of a network that is neither over nor cancelled; None when none is planned or the
    meetings are not open to the actor."""
    if not may_see_meetings(actor, network_id):
        return None
    date = _next_date(network_id)
    return None if date is None else show_dates(actor, network_id, [date])[0]


def next_date(network_id: str) -> WhenView | None:
    """When the network meets next, for who holds an invitation to it: the surface has opened that before it
    asks. None when nothing is planned."""
    date = _next_date(network_id)
    if date is None:
        return None
    return {
        "starts_at": date.starts_at, "ends_at": date.ends_at, "time_zone": date.meeting.time_zone,
        "duration_minutes": date.duration_minutes,
    }  # fmt: skip


def show_dates(actor: Actor, network_id: str, dates: Sequence[Occurrence]) -> list[DateView]:
    """Dates of one network as the actor sees them."""
    answers = answers_to(network_id, dates, actor)
    return [
        {
            "meeting_id": date.meeting.id, "network_id": network_id, "occurrence": moment_of_key(date.key),
            "key": date.key, "title": date.title, "about": date.about, "kind": date.meeting.kind,
            "starts_at": date.starts_at, "ends_at": date.ends_at, "time_zone": date.meeting.time_zone,
            "duration_minutes": date.duration_minutes, "place": date.place, "link": date.link,
            "state": date.state, "reason": date.reason, "moved": date.is_moved,
            "replies": answers.counts(date), "my_reply": answers.mine(date),
            "attended": answers.attended(date),
        }
        for date in dates
    ]  # fmt: skip


def meetings_between(wanted: Select[Meeting], first: datetime, last: datetime) -> Select[Meeting]:
    """Those of the meetings that may have a date in a span of time: a moved date can be before its series
    begins."""
    moved_here = select(MeetingException.meeting_id).where(
        MeetingException.starts_at.is_not(None), MeetingException.starts_at < last
    )
    return wanted.where(
        or_(Meeting.ends_at.is_(None), Meeting.ends_at > first),
        or_(Meeting.starts_at < last, and_(Meeting.recurrence.is_not(None), Meeting.id.in_(moved_here))),
    )


def _span(first: datetime | None, last: datetime | None) -> tuple[datetime, datetime]:
    now = runtime.current().clock.now()
    first = first or now
    if not now - FURTHEST < first < now + FURTHEST:
        raise Invalid({"from": FieldFault.of(_("This is too far away."))})
    last = last or first + LONGEST
    if not first <= last <= first + LONGEST:
        raise Invalid({"to": FieldFault.of(_("At most a year at once, please."))})
    return first, last


def _dates(wanted: Select[Meeting], first: datetime, last: datetime) -> list[Occurrence]:
    found = with_exceptions(meetings_between(wanted, first, last))
    return [date for row, exceptions in found for date in occurrences_between(row, exceptions, first, last)]


def _next_date(network_id: str) -> Occurrence | None:
    now = runtime.current().clock.now()
    found = with_exceptions(
        select(Meeting).where(
            Meeting.network_id == network_id, Meeting.state != CANCELLED,
            or_(Meeting.ends_at.is_(None), Meeting.ends_at > now),
        )
    )  # fmt: skip
    coming = (next_date_of(row, exceptions, now) for row, exceptions in found)
    return min((date for date in coming if date is not None), key=lambda one: one.sorts_by, default=None)


def _sealed(date: Occurrence) -> str:
    return f"{key_of(date.starts_at)}.{date.meeting.id}.{date.key}"


def _opened(cursor: str) -> tuple[str, str, str]:
    found = _CURSOR.match(cursor)
    if found is None:
        raise Invalid({"cursor": FieldFault.of(_("This list cannot be continued from there."))})
    return found[1], found[2], found[3] or ""
