"""Who is reminded and when: whoever said yes or maybe, a day and an hour before, each at most once."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from models.meetings import Meeting, MeetingReminder
from network.kernel import runtime
from network.kernel.actor import Actor, system_actor
from network.kernel.jobs import job
from network.kernel.policy import require
from network.kernel.tidying import forget, in_steps, tidies
from network.kernel.transaction import command, session, unit_of_work
from network.meetings.commands.notifying import REMINDER, as_param, post_to
from network.meetings.policy import may_remind
from network.meetings.queries.agenda import meetings_between
from network.meetings.queries.meetings import exceptions_of, with_exceptions
from network.meetings.queries.replies import replies_to
from network.meetings.rules.occurrences import Occurrence, occurrences_between
from network.meetings.rules.states import CANCELLED, COMING, DAY, HOUR, PLANNED, REMINDED_BEFORE

KEPT_AFTER = timedelta(days=30)
"""Long enough that no late run reminds of the same beginning twice."""


@job("meetings.remind", every_minutes=5)
def remind_of_meetings() -> int:
    """Promise the reminders that are due; how many. Running it twice changes nothing more; a run that was
    missed is made up for as long as the meeting has not begun. Of the two kinds only the nearer one is sent
    when both are due."""
    with unit_of_work():
        ids = _soon()  # read first: most series have no date today, and writing keeps others waiting
    return sum(_remind(system_actor("meetings.remind"), meeting_id) for meeting_id in ids)


@job("meetings.forget_reminders", every_minutes=24 * 60)
def forget_reminders() -> int:
    """Forget which reminders of past meetings were sent; how many."""
    return in_steps(lambda: _forget(system_actor("meetings.forget_reminders")))


@command
def _remind(actor: Actor, meeting_id: str) -> int:
    require(may_remind(actor))
    meeting = session().get(Meeting, meeting_id)
    if meeting is None or meeting.state == CANCELLED:
        return 0
    now = runtime.current().clock.now()
    exceptions = exceptions_of([meeting_id])[meeting_id]
    soon = occurrences_between(meeting, exceptions, now, now + REMINDED_BEFORE[DAY] + timedelta(seconds=1))
    return sum(_remind_of(date, now) for date in soon if date.state == PLANNED and date.starts_at > now)


def _remind_of(date: Occurrence, now: datetime) -> int:
    kind = HOUR if date.starts_at - REMINDED_BEFORE[HOUR] <= now else DAY
    due = date.starts_at - REMINDED_BEFORE[kind]
    if due > now:
        return 0
    # Who said it after that moment has just read when it is.
    people = {
        given.user_id for given in replies_to(date) if given.reply in COMING and given.replied_at <= due
    }
    fresh = _not_yet_reminded(date, kind, people, now)
    post_to(
        fresh,
        REMINDER,
        meeting_id=date.meeting.id,
        key=date.key,
        before=kind,
        starts_at=as_param(date.starts_at),
    )
    return len(fresh)


def _not_yet_reminded(date: Occurrence, kind: str, people: Iterable[str], now: datetime) -> set[str]:
    """Those for whom this run wrote the one row that there may be: in two processes at once, one of them."""
    rows = [
        {
            "meeting_id": date.meeting.id, "starts_at": date.starts_at, "user_id": user_id, "kind": kind,
            "promised_at": now,
        }
        for user_id in sorted(people)
    ]  # fmt: skip
    if not rows:
        return set()
    made: Any = sqlite_insert if runtime.current().database.is_sqlite else postgresql_insert
    written = made(MeetingReminder).values(rows).on_conflict_do_nothing().returning(MeetingReminder.user_id)
    return set(session().scalars(written))


def _soon() -> list[str]:
    """The meetings that have a date within the day."""
    now = runtime.current().clock.now()
    last = now + REMINDED_BEFORE[DAY] + timedelta(seconds=1)
    wanted = meetings_between(select(Meeting), now, last).where(Meeting.state == PLANNED)
    return [
        meeting.id
        for meeting, exceptions in with_exceptions(wanted.order_by(Meeting.id))
        if any(date.starts_at > now for date in occurrences_between(meeting, exceptions, now, last))
    ]


@tidies
@command
def _forget(actor: Actor) -> int:
    """Delete who was reminded of what 30 days after the meeting, at most a thousand; how many. Refused to
    everybody but the system."""
    require(may_remind(actor))
    return forget(
        actor, MeetingReminder, MeetingReminder.starts_at < runtime.current().clock.now() - KEPT_AFTER
    )
