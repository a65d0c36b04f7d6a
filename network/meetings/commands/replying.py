"""How people say whether they come, and the host who was there."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from models.meetings import Meeting, MeetingAttendance, MeetingReply
from models.membership import Membership
from network.kernel import runtime
from network.kernel.actor import Actor
from network.kernel.errors import FieldFault, Invalid
from network.kernel.events import record
from network.kernel.policy import require
from network.kernel.transaction import command, session
from network.kernel.translation import mark as _
from network.meetings.events import AttendanceRecorded, MeetingReplied
from network.meetings.policy import may_record_attendance, may_reply
from network.meetings.queries.meetings import (
    MeetingView,
    current_date,
    exceptions_of,
    latest_begun,
    meeting_row,
    shown,
)
from network.meetings.rules.occurrences import Occurrence, occurrence_named
from network.meetings.rules.states import CANCELLED, REPLIES, MeetingAhead, MeetingCalledOff, MeetingOver
from network.meetings.rules.zones import key_of

MOST_PEOPLE = 500


@command
def reply_to_meeting(
    actor: Actor, meeting_id: str, reply: str, occurrence: datetime | None = None
) -> MeetingView:
    """Say `yes`, `maybe` or `no`: to the meeting, of a series to all dates that have no answer of one's own;
    or with `occurrence`, the planned beginning of one, to that date. The same answer again changes nothing.
    Raises NotFound, Forbidden to who is no active member, MeetingCalledOff, MeetingOver, Invalid. Records
    MeetingReplied."""
    meeting = meeting_row(actor, meeting_id)
    require(may_reply(actor, meeting))
    if reply not in REPLIES:
        choices = ", ".join(REPLIES)
        raise Invalid({"reply": FieldFault.of(_("This must be one of: %(choices)s."), choices=choices)})
    # Many may answer at once, but not while somebody moves the dates that they answer to.
    session().refresh(meeting, with_for_update={"read": True})
    date, now = _date(meeting, occurrence), runtime.current().clock.now()
    if date.state == CANCELLED:
        raise MeetingCalledOff()
    if date.ends_at <= now:
        raise MeetingOver()
    key = "" if occurrence is None else date.key
    if _set(meeting, key, actor.id, reply, now):
        record(
            MeetingReplied(
                scope=f"network:{meeting.network_id}", entity_id=meeting.id, entity_version=meeting.version,
                occurrence=key or None,
            )
        )  # fmt: skip
    return shown(actor, [meeting])[0]


@command
def record_attendance(
    actor: Actor, meeting_id: str, user_ids: Sequence[str], occurrence: datetime | None = None
) -> MeetingView:
    """Write down who was there, in place of what was written down before; of a series at the date
    `occurrence`, else at the last one that has begun. Raises NotFound, Forbidden to who may not change the
    meeting, MeetingAhead before it begins, MeetingCalledOff, Invalid for who never was a member. Records
    AttendanceRecorded."""
    meeting = meeting_row(actor, meeting_id)
    require(may_record_attendance(actor, meeting))
    session().refresh(meeting, with_for_update=True)
    now = runtime.current().clock.now()
    date = _date(meeting, occurrence) if occurrence or not meeting.recurrence else latest_begun(meeting, now)
    if date is None or date.starts_at > now:
        raise MeetingAhead()
    if date.state == CANCELLED:
        raise MeetingCalledOff()
    people = set(user_ids)
    there = (MeetingAttendance.meeting_id == meeting.id, MeetingAttendance.occurrence == date.key)
    before = session().scalars(select(MeetingAttendance.user_id).where(*there)).all()
    _check_were_members(meeting.network_id, people, before)
    session().execute(delete(MeetingAttendance).where(*there))
    session().add_all(
        MeetingAttendance(
            meeting_id=meeting.id, occurrence=date.key, user_id=user_id, recorded_by=actor.id, recorded_at=now
        )
        for user_id in sorted(people)
    )
    session().flush()
    record(
        AttendanceRecorded(
            scope=f"network:{meeting.network_id}", entity_id=meeting.id, entity_version=meeting.version,
            occurrence=date.key or None,
        )
    )  # fmt: skip
    return shown(actor, [meeting])[0]


def _date(meeting: Meeting, occurrence: datetime | None) -> Occurrence:
    exceptions = exceptions_of([meeting.id])[meeting.id]
    if occurrence is None:
        return current_date(meeting, exceptions)
    found = None if occurrence.microsecond else occurrence_named(meeting, exceptions, key_of(occurrence))
    if found is None:
        raise Invalid({"occurrence": FieldFault.of(_("The series has no such date."))})
    return found


def _set(meeting: Meeting, key: str, user_id: str, reply: str, now: datetime) -> bool:
    """Keep the answer; False when it was the same already."""
    row_key = (meeting.id, key, user_id)
    row = session().get(MeetingReply, row_key, with_for_update=True)
    if row is None:
        made = MeetingReply(
            meeting_id=meeting.id, occurrence=key, user_id=user_id, reply=reply, replied_at=now
        )
        try:
            with session().begin_nested():
                session().add(made)
            return True
        except IntegrityError:
            # Two taps at the same moment: the later one counts.
            row = session().get_one(MeetingReply, row_key, with_for_update=True)
    if row.reply == reply:
        return False
    row.reply, row.replied_at = reply, now
    session().flush()
    return True


def _check_were_members(network_id: str, wanted: Collection[str], before: Collection[str]) -> None:
    if len(wanted) > MOST_PEOPLE:
        raise Invalid({"user_ids": FieldFault.of(_("At most %(n)s people, please."), n=MOST_PEOPLE)})
    members = select(Membership.user_id).where(
        Membership.network_id == network_id, Membership.user_id.in_(wanted),
        Membership.state.in_(("active", "paused")),
    )  # fmt: skip
    if not set(wanted) <= {*before, *session().scalars(members)}:
        raise Invalid({"user_ids": FieldFault.of(_("Only members of the network can have been there."))})
