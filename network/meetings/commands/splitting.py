"""What becomes of a series' dates when it is moved: those that have begun keep their time in a meeting of
their own, the coming ones keep their answers."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy import delete, select, update

from models.meetings import Meeting, MeetingAttendance, MeetingException, MeetingReply
from network.kernel import runtime
from network.kernel.ids import new_id
from network.kernel.transaction import session
from network.meetings.queries.meetings import exceptions_of
from network.meetings.rules.occurrences import end_of_all
from network.meetings.rules.recurrence import fitted, stored_recurrence, write_recurrence
from network.meetings.rules.series import Series, series_of
from network.meetings.rules.states import CANCELLED
from network.meetings.rules.zones import key_of, local_time, moment_of_key

BY_DATE = (MeetingException, MeetingReply, MeetingAttendance)


def begun(series: Series, now: datetime) -> int:
    """How many dates were planned to have begun by now."""
    return series.before(now)


def split_off_past(meeting: Meeting) -> Meeting | None:
    """Put the dates of a series that have begun into a meeting of their own, which ends with them, and let
    the series begin with the next one. Returns the new row, None when nothing has begun yet."""
    series, now = series_of(meeting), runtime.current().clock.now()
    if meeting.recurrence is None:
        return None
    number = max(begun(series, now), _moved_before(meeting, series, now))
    if number == 0:
        return None
    rule, beginning = stored_recurrence(meeting.recurrence), series.start(number)
    past = Meeting(
        id=new_id(), network_id=meeting.network_id, title=meeting.title, about=meeting.about,
        kind=meeting.kind, starts_at=meeting.starts_at, time_zone=meeting.time_zone,
        duration_minutes=meeting.duration_minutes,
        recurrence=write_recurrence(replace(rule, count=number, until=None), series.first),
        ends_at=None, place=meeting.place, link=meeting.link, state=meeting.state, reason=meeting.reason,
        created_by=meeting.created_by, created_at=meeting.created_at, changed_at=now, version=1,
    )  # fmt: skip
    session().add(past)
    session().flush()
    _copy_standing_replies(meeting, past)
    for table in BY_DATE:
        session().execute(
            update(table)
            .where(
                table.meeting_id == meeting.id, table.occurrence != "", table.occurrence < key_of(beginning)
            )
            .values(meeting_id=past.id)
        )
    _forget_what_was_read()
    past.ends_at = end_of_all(past, exceptions_of([past.id])[past.id])
    left = None if rule.count is None else rule.count - number
    first = local_time(beginning, meeting.time_zone)
    meeting.starts_at = beginning
    meeting.recurrence = write_recurrence(fitted(replace(rule, count=left), first), first)
    session().flush()
    return past


def rename_dates(meeting: Meeting, before: Series, after: Series) -> None:
    """Let what was said about the n-th date hold for the n-th date of the moved series; what was moved one by
    one is where the series is now. Where there is no such date any more, it is forgotten."""
    names: dict[str, str | None] = {}
    for table in BY_DATE:
        wanted = select(table.occurrence).where(table.meeting_id == meeting.id, table.occurrence != "")
        names.update((key, _new_name(key, before, after)) for key in session().scalars(wanted))
    _forget_moves(meeting)
    # First to names that nothing has, so that no two dates meet on the way.
    for number, (old, new) in enumerate(sorted(names.items())):
        for table in BY_DATE:
            rows = (table.meeting_id == meeting.id, table.occurrence == old)
            if new is None:
                session().execute(delete(table).where(*rows))
            else:
                session().execute(update(table).where(*rows).values(occurrence=f"#{number}"))
    for number, (_old, new) in enumerate(sorted(names.items())):
        for table in BY_DATE:
            rows = (table.meeting_id == meeting.id, table.occurrence == f"#{number}")
            session().execute(update(table).where(*rows).values(occurrence=new))
    _forget_what_was_read()


def _moved_before(meeting: Meeting, series: Series, now: datetime) -> int:
    """How many dates there are up to the last one that was moved to where it has begun by now."""
    early = session().scalars(
        select(MeetingException.occurrence).where(
            MeetingException.meeting_id == meeting.id, MeetingException.starts_at <= now
        )
    )
    planned = [moment for key in early if (moment := moment_of_key(key)) is not None]
    return max((1 + series.before(moment) for moment in planned), default=0)


def _new_name(key: str, before: Series, after: Series) -> str | None:
    planned_at = moment_of_key(key)
    number = None if planned_at is None else before.number_of(planned_at)
    if number is None or before.rule is None or after.rule is None:
        return None
    if (before.rule.frequency, before.rule.interval) != (after.rule.frequency, after.rule.interval):
        return None
    if after.count is not None and number >= after.count:
        return None
    return key_of(after.start(number))


def _forget_moves(meeting: Meeting) -> None:
    session().execute(
        update(MeetingException)
        .where(MeetingException.meeting_id == meeting.id)
        .values(starts_at=None, duration_minutes=None)
    )
    kept = (MeetingException.title, MeetingException.about, MeetingException.place, MeetingException.link)
    session().execute(
        delete(MeetingException).where(
            MeetingException.meeting_id == meeting.id, MeetingException.state != CANCELLED,
            *(column.is_(None) for column in kept),
        )
    )  # fmt: skip


def _copy_standing_replies(meeting: Meeting, past: Meeting) -> None:
    """Who had said yes to all dates had said it to the past ones too."""
    wanted = select(MeetingReply).where(MeetingReply.meeting_id == meeting.id, MeetingReply.occurrence == "")
    for row in session().scalars(wanted).all():
        session().add(
            MeetingReply(
                meeting_id=past.id, occurrence="", user_id=row.user_id, reply=row.reply,
                replied_at=row.replied_at,
            )
        )  # fmt: skip
    session().flush()


def _forget_what_was_read() -> None:
    """Rows were changed beside the session: what it read of them is another now."""
    for row in list(session().identity_map.values()):
        if isinstance(row, BY_DATE):
            session().expunge(row)
