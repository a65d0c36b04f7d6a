"""Hiding a meeting, and showing it again, within a command of moderation that asked who may. It is in no list
and no calendar meanwhile, nobody is reminded of it, and what people answered stays."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from models.meetings import Meeting
from network.kernel.actor import Actor, system_actor
from network.kernel.audit import append
from network.kernel.errors import NotFound
from network.kernel.events import record
from network.kernel.jobs import job
from network.kernel.policy import require
from network.kernel.transaction import command, session
from network.kernel.veils import lapsed_now, later
from network.meetings.events import MeetingRestored, MeetingVeiled
from network.meetings.policy import may_remind

AT_ONCE = 100


def veil_meeting(actor: Actor, meeting_id: str, until: datetime) -> None:
    """Hide a meeting, all dates of a series, until a moment; of two veils the later end counts. Raises
    NotFound. Fact: MeetingVeiled. In the audit trail."""
    meeting = _locked(meeting_id)
    before = meeting.veiled_until
    meeting.veiled_until = later(before, until)
    meeting.version += 1
    _note(actor, "meeting.veil", meeting, before)
    _tell(MeetingVeiled, meeting)


def unveil_meeting(actor: Actor, meeting_id: str) -> None:
    """Show a hidden meeting again at once; where no veil lies nothing changes. Raises NotFound. Fact:
    MeetingRestored. In the audit trail."""
    meeting = _locked(meeting_id)
    if meeting.veiled_until is None:
        return
    before, meeting.veiled_until = meeting.veiled_until, None
    meeting.version += 1
    _note(actor, "meeting.unveil", meeting, before)
    _tell(MeetingRestored, meeting)


@job("meetings.lapse_veils", every_minutes=1)
def tell_lapsed_veils() -> int:
    """Tell open pages of veils that ended by the clock; how many. What is read is right without it."""
    told = 0
    while some := tell_some_lapsed(system_actor("meetings.lapse_veils")):
        told += some
    return told


@command
def tell_some_lapsed(actor: Actor) -> int:
    """Tell of some veils over meetings that ended by the clock; how many. Fact: MeetingRestored for each.
    Refused to everybody but the system."""
    require(may_remind(actor))
    over = select(Meeting).where(lapsed_now(Meeting.veiled_until)).order_by(Meeting.id).limit(AT_ONCE)
    rows = session().scalars(over.with_for_update().execution_options(populate_existing=True)).all()
    for meeting in rows:
        meeting.veiled_until = None
        meeting.version += 1
    for meeting in sorted(rows, key=lambda row: row.network_id):
        _tell(MeetingRestored, meeting)
    return len(rows)


def _locked(meeting_id: str) -> Meeting:
    wanted = select(Meeting).where(Meeting.id == meeting_id).with_for_update()
    row = session().scalars(wanted.execution_options(populate_existing=True)).one_or_none()
    if row is None:
        raise NotFound()
    return row


def _tell(fact: type[MeetingVeiled] | type[MeetingRestored], meeting: Meeting) -> None:
    session().flush()
    record(fact(scope=f"network:{meeting.network_id}", entity_id=meeting.id, entity_version=meeting.version))


def _note(actor: Actor, action: str, meeting: Meeting, before: datetime | None) -> None:
    after = meeting.veiled_until
    append(
        actor, action, "meeting", meeting.id, network_id=meeting.network_id,
        before={"veiled_until": None if before is None else before.isoformat()},
        after={
            "veiled_until": None if after is None else after.isoformat(), "version": meeting.version,
        },
    )  # fmt: skip
