"""How a meeting comes about: a member proposes it, or the founding organisation the first one."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from models.meetings import Meeting
from network import networks
from network.kernel import runtime
from network.kernel.actor import Actor
from network.kernel.errors import FieldFault, Invalid
from network.kernel.events import record
from network.kernel.ids import new_id
from network.kernel.policy import require
from network.kernel.transaction import command, session
from network.kernel.translation import mark as _
from network.meetings.events import MeetingPlanned
from network.meetings.policy import may_plan_first_meeting, may_plan_meeting
from network.meetings.queries.meetings import MeetingView, shown
from network.meetings.rules.fields import check_fields
from network.meetings.rules.occurrences import end_of_all
from network.meetings.rules.recurrence import read_recurrence, write_recurrence
from network.meetings.rules.series import make_series
from network.meetings.rules.states import PLANNED
from network.meetings.rules.zones import local_time, moment_of


@command
def plan_meeting(
    actor: Actor,
    network_id: str,
    *,
    title: str,
    kind: str,
    starts_at: datetime,
    time_zone: str,
    duration_minutes: int,
    recurrence: str | None = None,
    about: str = "",
    place: str | None = None,
    link: str | None = None,
) -> MeetingView:
    """Put a meeting on a network's agenda: one that begins at `starts_at`, or with `recurrence`, an RRULE, a
    series that keeps its time of day in `time_zone` whatever the clocks do. May be up to a day ago, for what
    was not planned. Raises NotFound where the network is not visible, Forbidden to who is no active member,
    RulesNotAccepted, Invalid by field. Records MeetingPlanned."""
    network = networks.visible_network_row(actor, network_id)
    require(may_plan_meeting(actor, network.id))
    return _set_down(
        actor, network.id, recurrence, title=title, kind=kind, starts_at=starts_at, time_zone=time_zone,
        duration_minutes=duration_minutes, about=about, place=place, link=link,
    )  # fmt: skip


@command
def plan_first_meeting(
    actor: Actor,
    network_id: str,
    *,
    title: str,
    starts_at: datetime,
    time_zone: str,
    duration_minutes: int = 60,
    place: str | None = None,
    link: str | None = None,
) -> MeetingView:
    """Give a network that is being founded the date of its first get-together (N31). Refused to everybody
    but the founding organisation; Invalid by field. Records MeetingPlanned."""
    require(may_plan_first_meeting(actor, networks.network_row(network_id)))
    return _set_down(
        actor, network_id, None, title=title, kind="get_together", starts_at=starts_at, time_zone=time_zone,
        duration_minutes=duration_minutes, about="", place=place, link=link,
    )  # fmt: skip


def timing(
    starts_at: datetime, time_zone: str, recurrence: str | None, *, repeats: bool = False
) -> tuple[datetime, str | None]:
    """Beginning and rule in the form in which they are stored. A series is a time of day, so its beginning is
    what that time of day means on the first date; a rule for one date alone is none, unless it `repeats`
    already. Raises Invalid under `recurrence`."""
    if not recurrence:
        return starts_at, None
    try:
        first = local_time(starts_at, time_zone)
    except OverflowError:
        raise Invalid({"starts_at": FieldFault.of(_("This is not a date that we can read."))}) from None
    rule = read_recurrence(recurrence, first, time_zone)
    begins = moment_of(first, time_zone)
    if not repeats and make_series(begins, time_zone, rule).count == 1:
        return starts_at, None
    return begins, write_recurrence(rule, first)


def _set_down(actor: Actor, network_id: str, recurrence: str | None, **values: Any) -> MeetingView:
    now = runtime.current().clock.now()
    clean = check_fields(values, now)
    clean["starts_at"], rule = timing(clean["starts_at"], clean["time_zone"], recurrence)
    meeting = Meeting(
        id=new_id(), network_id=network_id, **clean, recurrence=rule, ends_at=None, state=PLANNED,
        reason=None, created_by=actor.id, created_at=now, changed_at=now, version=1,
    )  # fmt: skip
    meeting.ends_at = end_of_all(meeting, {})
    session().add(meeting)
    session().flush()
    record(MeetingPlanned(scope=f"network:{network_id}", entity_id=meeting.id))
    return shown(actor, [meeting])[0]
