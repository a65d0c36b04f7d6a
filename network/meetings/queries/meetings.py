"""What can be seen of a meeting: one, the list of a network, and the row behind them for commands."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, TypedDict

from sqlalchemy import Select, or_, select

from models.meetings import Meeting, MeetingAttendance, MeetingException
from network import networks, people
from network.kernel import runtime
from network.kernel.actor import Actor
from network.kernel.errors import NotFound
from network.kernel.events import renders
from network.kernel.paging import PageOf, PageRequest, page
from network.kernel.policy import require
from network.kernel.transaction import session
from network.meetings.policy import may_see_meetings, visible_meetings
from network.meetings.queries.replies import RepliesView, answers_to
from network.meetings.rules.occurrences import Exceptions, Occurrence, occurrence_named
from network.meetings.rules.series import series_of
from network.meetings.rules.states import CANCELLED
from network.meetings.rules.zones import key_of, moment_of_key
from network.people import PersonView


class MeetingView(TypedDict):
    """A meeting as the contract has it, and more. Of a series `starts_at` is the first date, and `replies`,
    `my_reply` and `attended` are about the date `at`: the next one that is not cancelled, else the last.
    `my_reply` is left out of events: it differs by viewer."""

    id: str
    network_id: str
    title: str
    about: str
    kind: str
    starts_at: datetime
    time_zone: str
    duration_minutes: int
    recurrence: str | None
    place: str | None
    link: str | None
    state: str
    reason: str | None
    at: datetime
    occurrence: datetime | None
    replies: RepliesView
    my_reply: str | None
    attended: int | None
    proposed_by: PersonView
    created_at: datetime
    version: int


def get_meeting(actor: Actor, meeting_id: str) -> MeetingView:
    """One meeting. Raises NotFound where it is not open to the actor."""
    return shown(actor, [meeting_row(actor, meeting_id)])[0]


def list_meetings(
    actor: Actor, network_id: str, request: PageRequest, when: str | None = None
) -> PageOf[MeetingView]:
    """The meetings of a network, a series once, in the order of being proposed; `when` picks those that are
    `coming` or `past`. Raises NotFound where the network is not visible, Forbidden where its meetings are
    not."""
    network = networks.visible_network_row(actor, network_id)
    require(may_see_meetings(actor, network))
    wanted = visible_meetings(actor).where(Meeting.network_id == network.id)
    now = runtime.current().clock.now()
    if when == "coming":
        wanted = wanted.where(or_(Meeting.ends_at.is_(None), Meeting.ends_at > now))
    elif when == "past":
        wanted = wanted.where(Meeting.ends_at <= now)
    rows = page(wanted, [Meeting.id.expression], request, lambda row: row)
    return PageOf(shown(actor, rows.items), rows.next)


def meeting_row(actor: Actor, meeting_id: str) -> Meeting:
    """The row of one meeting, the only door to it. Raises NotFound."""
    row = session().scalars(visible_meetings(actor).where(Meeting.id == meeting_id)).one_or_none()
    if row is None:
        raise NotFound()
    return row


def exceptions_of(meeting_ids: Iterable[str]) -> Mapping[str, dict[str, MeetingException]]:
    """What differs on single dates, by meeting and date: one statement."""
    found: dict[str, dict[str, MeetingException]] = defaultdict(dict)
    wanted = select(MeetingException).where(MeetingException.meeting_id.in_(sorted(set(meeting_ids))))
    for row in session().scalars(wanted):
        found[row.meeting_id][row.occurrence] = row
    return found


def with_exceptions(wanted: Select[Meeting]) -> list[tuple[Meeting, Exceptions]]:
    """Meetings with what differs on single dates: one statement."""
    found: dict[str, tuple[Meeting, dict[str, MeetingException]]] = {}
    both = wanted.add_columns(MeetingException).outerjoin(
        MeetingException, MeetingException.meeting_id == Meeting.id
    )
    for meeting, exception in session().execute(both):
        exceptions = found.setdefault(meeting.id, (meeting, {}))[1]
        if exception is not None:
            exceptions[exception.occurrence] = exception
    return list(found.values())


def current_date(meeting: Meeting, exceptions: Exceptions) -> Occurrence:
    """The date that matters now: the next one that is neither over nor cancelled, else the last."""
    now = runtime.current().clock.now()
    if not meeting.recurrence:
        return _named(meeting, {}, "")
    coming = next_date_of(meeting, exceptions, now)
    if coming is not None:
        return coming
    series = series_of(meeting)
    last = series.last or series.start(max(0, series.before(now) - 1))
    return _named(meeting, exceptions, key_of(last))


def next_date_of(meeting: Meeting, exceptions: Exceptions, now: datetime) -> Occurrence | None:
    """The next date that is neither over nor cancelled; None when there is none."""
    if meeting.state == CANCELLED:
        return None
    series = series_of(meeting)
    lasting = timedelta(minutes=meeting.duration_minutes)
    number, count = series.before(now - lasting + timedelta(microseconds=1)), series.count
    found = [
        date
        for key in exceptions
        if (date := occurrence_named(meeting, exceptions, key)) and date.ends_at > now
        and date.state != CANCELLED
    ]  # fmt: skip
    # Every exception passes at most one number, so one of the following is a planned date.
    for ahead in range(number, number + len(exceptions) + 1):
        if count is not None and ahead >= count:
            break
        key = key_of(series.start(ahead)) if meeting.recurrence else ""
        if key not in exceptions:
            found.append(_named(meeting, exceptions, key))
            break
    return min(found, key=lambda one: one.sorts_by, default=None)


def latest_begun(meeting: Meeting, now: datetime) -> Occurrence | None:
    """The last date that has begun and was not cancelled; None when none has."""
    exceptions = exceptions_of([meeting.id])[meeting.id]
    series = series_of(meeting)
    keys = {key for key, other in exceptions.items() if other.starts_at is not None}
    number = series.before(now + timedelta(microseconds=1))
    for behind in range(number - 1, max(-1, number - 2 - len(exceptions)), -1):
        keys.add(key_of(series.start(behind)))
    dates = (occurrence_named(meeting, exceptions, key) for key in keys)
    found = [date for date in dates if date and date.starts_at <= now and date.state != CANCELLED]
    return max(found, key=lambda one: one.sorts_by, default=None)


def attendees(date: Occurrence) -> list[PersonView]:
    """Who was there, as the host wrote it down, by name."""
    wanted = select(MeetingAttendance.user_id).where(
        MeetingAttendance.meeting_id == date.meeting.id, MeetingAttendance.occurrence == date.key
    )
    found = people.people_by_id(session().scalars(wanted))
    return sorted(found.values(), key=lambda person: (person["display_name"].casefold(), person["id"]))


@renders("meeting")
def render_meetings(ids: Sequence[str]) -> Mapping[str, Mapping[str, Any]]:
    """The meetings as events show them: to everybody who may see the network's scope alike."""
    rows = session().scalars(select(Meeting).where(Meeting.id.in_(list(ids)))).all()
    by_network: dict[str, list[Meeting]] = defaultdict(list)
    for row in rows:
        by_network[row.network_id].append(row)
    views = [view for group in by_network.values() for view in shown(None, group)]
    return {view["id"]: {key: value for key, value in view.items() if key != "my_reply"} for view in views}


def shown(viewer: Actor | None, rows: Sequence[Meeting]) -> list[MeetingView]:
    """Rows of one network as views; `viewer` None: as everybody in the network sees them."""
    if not rows:
        return []
    exceptions = exceptions_of(row.id for row in rows)
    dates = [current_date(row, exceptions[row.id]) for row in rows]
    answers = answers_to(rows[0].network_id, dates, viewer)
    persons = people.people_by_id({row.created_by for row in rows})
    return [
        {
            "id": row.id, "network_id": row.network_id, "title": row.title, "about": row.about,
            "kind": row.kind, "starts_at": row.starts_at, "time_zone": row.time_zone,
            "duration_minutes": row.duration_minutes, "recurrence": row.recurrence, "place": row.place,
            "link": row.link, "state": row.state, "reason": row.reason, "at": date.starts_at,
            "occurrence": moment_of_key(date.key), "replies": answers.counts(date),
            "my_reply": answers.mine(date), "attended": answers.attended(date),
            "proposed_by": persons[row.created_by], "created_at": row.created_at, "version": row.version,
        }
        for row, date in zip(rows, dates, strict=True)
    ]  # fmt: skip


def _named(meeting: Meeting, exceptions: Exceptions, key: str) -> Occurrence:
    found = occurrence_named(meeting, exceptions, key)
    if found is None:
        raise LookupError(key)
    return found
