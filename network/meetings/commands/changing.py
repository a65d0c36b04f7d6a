"""How a planned meeting is moved, changed or cancelled: all of it or one date of a series.

What has already begun stays as it was: before a series is moved or cancelled, its past dates become a meeting
of their own, with the answers and with who was there.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from models.meetings import Meeting, MeetingException
from network.kernel import runtime
from network.kernel.actor import Actor
from network.kernel.audit import append
from network.kernel.errors import FieldFault, Invalid
from network.kernel.events import record
from network.kernel.policy import require
from network.kernel.transaction import command, session
from network.kernel.transitions import check_version, transition
from network.kernel.translation import mark as _
from network.meetings.commands.notifying import tell_cancelled, tell_changed
from network.meetings.commands.planning import timing
from network.meetings.commands.splitting import begun, rename_dates, split_off_past
from network.meetings.events import MeetingCancelled, MeetingChanged
from network.meetings.policy import may_change_meeting
from network.meetings.queries.meetings import MeetingView, exceptions_of, meeting_row, shown
from network.meetings.queries.replies import coming_people
from network.meetings.rules.fields import check_fields, check_reason
from network.meetings.rules.occurrences import Exceptions, Occurrence, end_of_all, occurrence_named
from network.meetings.rules.recurrence import fitted, read_recurrence, stored_recurrence, write_recurrence
from network.meetings.rules.series import Series, series_of
from network.meetings.rules.states import CANCELLED, MEETING, PLANNED, MeetingCalledOff, MeetingOver
from network.meetings.rules.zones import key_of, local_time

TIMING = frozenset({"starts_at", "time_zone", "duration_minutes", "recurrence"})
OF_ONE_DATE = frozenset({"starts_at", "duration_minutes", "title", "about", "place", "link"})
MOMENT = timedelta(microseconds=1)
WORTH_A_LETTER = frozenset({"starts_at", "time_zone", "duration_minutes", "recurrence", "place", "link"})


@command
def change_meeting(
    actor: Actor, meeting_id: str, *, expected_version: int, occurrence: datetime | None = None, **values: Any
) -> MeetingView:
    """Change a meeting, of a series all dates that have not begun; or with `occurrence`, the planned
    beginning of one, that date alone. Who said yes or maybe gets a letter when time or place changes. Raises
    NotFound, Forbidden, VersionConflict, MeetingCalledOff, MeetingOver, Invalid by field. Records
    MeetingChanged."""
    meeting = _locked(actor, meeting_id, expected_version)
    if meeting.state == CANCELLED:
        raise MeetingCalledOff()
    key = _key_of(meeting, occurrence)
    changed = _change_date(meeting, key, values) if key else _change_all(meeting, values)
    if not changed:
        return shown(actor, [meeting])[0]
    _touch(meeting)
    record(
        MeetingChanged(
            scope=f"network:{meeting.network_id}", entity_id=meeting.id, entity_version=meeting.version,
            occurrence=key or None,
        )
    )  # fmt: skip
    if changed & WORTH_A_LETTER:
        tell_changed(actor, meeting, _date(meeting, key) if key else None)
    return shown(actor, [meeting])[0]


@command
def cancel_meeting(
    actor: Actor,
    meeting_id: str,
    *,
    expected_version: int,
    reason: str = "",
    occurrence: datetime | None = None,
) -> MeetingView:
    """Cancel a meeting, of a series all dates that have not begun; or with `occurrence` that date alone. Who
    said yes or maybe gets a letter. Raises NotFound, Forbidden, VersionConflict, MeetingOver,
    MeetingCalledOff, InvalidTransition, Invalid. Records MeetingCancelled."""
    meeting = _locked(actor, meeting_id, expected_version)
    key, why = _key_of(meeting, occurrence), check_reason(reason)
    role = _role(actor, meeting)
    if key:
        date = _ahead(_date(meeting, key))
        people = coming_people(meeting, date, date.starts_at)
        exception = _exception(meeting, key)
        exception.state, exception.reason = CANCELLED, why or None
        append(
            actor, "meeting.date_cancellation", "meeting", meeting.id, network_id=meeting.network_id,
            acting_role=role, after={"occurrence": key, "version": meeting.version + 1},
        )  # fmt: skip
        _touch(meeting)
    else:
        if meeting.state == PLANNED:
            _check_ahead(meeting)
            split_off_past(meeting)
        date = None
        people = coming_people(meeting, None, runtime.current().clock.now())
        transition(
            MEETING, meeting, "cancellation", actor, expected_version=meeting.version,
            show=lambda row: shown(actor, [row])[0], network_id=meeting.network_id, acting_role=role,
        )  # fmt: skip
        meeting.reason, meeting.changed_at = why or None, runtime.current().clock.now()
    session().flush()
    record(
        MeetingCancelled(
            scope=f"network:{meeting.network_id}", entity_id=meeting.id, entity_version=meeting.version,
            occurrence=key or None,
        )
    )  # fmt: skip
    tell_cancelled(actor, meeting, date, people)
    return shown(actor, [meeting])[0]


def _change_all(meeting: Meeting, values: Mapping[str, Any]) -> set[str]:
    now = runtime.current().clock.now()
    values = dict(values)
    recurrence = values.pop("recurrence", meeting.recurrence) or None
    clean = _checked(values, meeting.starts_at, now)
    differs = {name for name, value in clean.items() if value != getattr(meeting, name)}
    if not _says_the_same(meeting, recurrence):
        differs.add("recurrence")
    if differs & TIMING:
        _check_ahead(meeting)
        split_off_past(meeting)
        before = series_of(meeting)
        starts_at, zone = clean.get("starts_at", meeting.starts_at), clean.get("time_zone", meeting.time_zone)
        if "recurrence" not in differs and meeting.recurrence is not None:
            first = local_time(starts_at, zone)
            recurrence = write_recurrence(fitted(stored_recurrence(meeting.recurrence), first), first)
        starts_at, rule = timing(starts_at, zone, recurrence, repeats=meeting.recurrence is not None)
        meeting.starts_at, meeting.time_zone, meeting.recurrence = starts_at, zone, rule
        if {"starts_at", "time_zone", "recurrence"} & differs:
            rename_dates(meeting, before, series_of(meeting))
    for name, value in clean.items():
        if name not in ("starts_at", "time_zone"):
            setattr(meeting, name, value)
    session().flush()
    return differs


def _change_date(meeting: Meeting, key: str, values: Mapping[str, Any]) -> set[str]:
    foreign = {name: FieldFault.of(_("Only the whole series can change this.")) for name in values
               if name not in OF_ONE_DATE}  # fmt: skip
    if foreign:
        raise Invalid(foreign)
    date, now = _ahead(_date(meeting, key)), runtime.current().clock.now()
    clean = _checked(values, date.starts_at, now)
    differs = {name for name, value in clean.items() if value != getattr(date, name)}
    if differs:
        exception = _exception(meeting, key)
        for name in differs:
            value = clean[name]
            setattr(exception, name, "" if value is None else value)
        session().flush()
    return differs


def _checked(values: Mapping[str, Any], starts_at: datetime, now: datetime) -> dict[str, Any]:
    """The values in their form; what is moved is moved to what is to come."""
    wanted = {name: value for name, value in values.items() if name != "starts_at" or value != starts_at}
    clean = check_fields(wanted, now)
    if clean.get("starts_at", now + MOMENT) <= now:
        raise Invalid({"starts_at": FieldFault.of(_("Please choose a time that is still to come."))})
    return clean


def _says_the_same(meeting: Meeting, recurrence: str | None) -> bool:
    if recurrence is None or meeting.recurrence is None or recurrence == meeting.recurrence:
        return recurrence == meeting.recurrence
    first = local_time(meeting.starts_at, meeting.time_zone)
    try:
        rule = read_recurrence(recurrence, first, meeting.time_zone)
    except Invalid:
        return False  # it may fit to where the meeting is moved
    return write_recurrence(rule, first) == meeting.recurrence


def _locked(actor: Actor, meeting_id: str, expected_version: int) -> Meeting:
    meeting = meeting_row(actor, meeting_id)
    require(may_change_meeting(actor, meeting))
    session().refresh(meeting, with_for_update=True)
    check_version(meeting, expected_version, lambda row: shown(actor, [row])[0])
    return meeting


def _key_of(meeting: Meeting, occurrence: datetime | None) -> str:
    if occurrence is None or not meeting.recurrence:
        if occurrence is not None and occurrence != meeting.starts_at:
            raise _no_such_date()
        return ""
    key = key_of(occurrence)
    if occurrence.microsecond or occurrence_named(meeting, {}, key) is None:
        raise _no_such_date()
    return key


def _no_such_date() -> Invalid:
    return Invalid({"occurrence": FieldFault.of(_("The series has no such date."))})


def _date(meeting: Meeting, key: str) -> Occurrence:
    found = occurrence_named(meeting, _exceptions(meeting), key)
    if found is None:
        raise _no_such_date()
    return found


def _exceptions(meeting: Meeting) -> Exceptions:
    session().flush()
    return exceptions_of([meeting.id])[meeting.id]


def _exception(meeting: Meeting, key: str) -> MeetingException:
    found = session().get(MeetingException, (meeting.id, key))
    if found is None:
        found = MeetingException(meeting_id=meeting.id, occurrence=key, state=PLANNED)
        session().add(found)
    return found


def _ahead(date: Occurrence) -> Occurrence:
    if date.state == CANCELLED:
        raise MeetingCalledOff()
    if date.starts_at <= runtime.current().clock.now():
        raise MeetingOver()
    return date


def _check_ahead(meeting: Meeting) -> None:
    """Raise MeetingOver when every date has begun."""
    series: Series = series_of(meeting)
    if series.count is not None and begun(series, runtime.current().clock.now()) >= series.count:
        raise MeetingOver()


def _touch(meeting: Meeting) -> None:
    meeting.version += 1
    meeting.changed_at = runtime.current().clock.now()
    meeting.ends_at = end_of_all(meeting, _exceptions(meeting))
    session().flush()


def _role(actor: Actor, meeting: Meeting) -> str:
    roles = ("meta_mentor", "deputy", "steward")
    return next((role for role in roles if actor.has_role(meeting.network_id, role)), "mentor")
