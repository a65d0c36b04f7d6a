"""Who has not been here for long is asked, later offered a pause, and let go after a year (B8)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, exists, func, or_, select
from sqlalchemy.orm import aliased

from models.discussions import Message
from models.event_log import Event
from models.membership import Appointment, Membership
from models.people import ApiToken, KnownDevice, User, UserSession
from network.kernel import runtime
from network.kernel.actor import Actor, system_actor
from network.kernel.events import record
from network.kernel.jobs import job
from network.kernel.outbox import post
from network.kernel.policy import require
from network.kernel.transaction import command, session, unit_of_work
from network.membership.commands.belonging import lapse_member, locked_membership
from network.membership.events import MemberMissed
from network.membership.policy import may_miss_members
from network.membership.queries.memberships import running_on

ASKED, OFFERED, LAPSED = "asked", "pause_offered", "lapsed"
SCOPES_AT_ONCE = 500

Told = tuple[str, datetime]
"""What somebody was last told about her absence, and when."""


class _Absent(NamedTuple):
    """A membership whose holder has not been here for long, and when she was last seen."""

    id: str
    user_id: str
    seen: datetime


def step_due(told: Told | None, seen: datetime, now: datetime) -> str | None:
    """What comes next for somebody who was last seen at `seen`: each step once, each as long after the one
    before as the periods lie apart, and all over again when she came back meanwhile. Source: contract,
    inactivity; B8: only after two notices."""
    settings = runtime.current().settings
    asked, offered, lapsed = (
        timedelta(days=days)
        for days in (settings.absence_asked_days, settings.absence_pause_days, settings.absence_lapsed_days)
    )
    if told is None or told[1] <= seen:
        return ASKED if now - seen >= asked else None
    if told[0] == ASKED:
        return OFFERED if now - told[1] >= offered - asked else None
    return LAPSED if told[0] == OFFERED and now - told[1] >= lapsed - offered else None


@job("memberships.absences", every_minutes=24 * 60)
def miss_members() -> int:
    """Ask, offer a pause to, or let go whoever has not been here for long; how many. Left alone are who has
    a role, pauses, is suspended, uses a program, and everybody as long as nobody at all comes (a network
    that sleeps). Running it twice changes nothing more."""
    with unit_of_work():
        absent = _absent()
        told = _told({row.user_id for row in absent})
        now = runtime.current().clock.now()
        due = [row.id for row in absent if step_due(told.get(row.id), row.seen, now) is not None]
    return sum(miss_member(system_actor("memberships.absences"), one) for one in due)


@command
def miss_member(actor: Actor, membership_id: str) -> int:
    """Take the step that is due for one member, if it still is; 1 when it was taken. Facts: MemberMissed to
    her alone; or MembershipChanged and AccessEnded. Refused to everybody but the system."""
    require(may_miss_members(actor))
    membership = locked_membership(membership_id)
    found = _absent(Membership.id == membership_id)
    if not found:
        return 0
    told = _told({membership.user_id}).get(membership_id)
    step = step_due(told, found[0].seen, runtime.current().clock.now())
    if step is None:
        return 0
    if step == LAPSED:
        lapse_member(actor, membership)
    else:
        record(
            MemberMissed(
                scope=f"user:{membership.user_id}", entity_id=membership.id,
                entity_version=membership.version, network_id=membership.network_id, step=step,
            )
        )  # fmt: skip
    person = session().get_one(User, membership.user_id)
    if person.email is not None:
        post("member_missed", person.email, person.language, membership_id=membership.id, step=step)
    return 1


def _absent(*further: ColumnElement[bool]) -> Sequence[_Absent]:
    now = runtime.current().clock.now()
    since = now - timedelta(days=runtime.current().settings.absence_asked_days)
    other = aliased(Membership)
    comes = (
        exists()
        .where(UserSession.last_used_at > since, UserSession.user_id == other.user_id)
        .where(other.network_id == Membership.network_id, other.state == "active")
    )
    holds = exists().where(Appointment.membership_id == Membership.id, running_on(now.date()))
    automatic = exists().where(ApiToken.user_id == Membership.user_id, ApiToken.revoked_at.is_(None))
    last_session = _newest(UserSession.last_used_at, UserSession.user_id)
    last_sign_in = _newest(KnownDevice.last_used_at, KnownDevice.user_id)
    last_words = _newest(Message.created_at, Message.author_id)
    rows = session().execute(
        select(Membership.id, Membership.user_id, Membership.since, last_session, last_sign_in, last_words)
        .join(User, User.id == Membership.user_id)
        .where(Membership.state == "active", Membership.since <= since, *further)
        .where(User.state == "active", User.frozen_at.is_(None))
        .where(or_(Membership.suspended_until.is_(None), Membership.suspended_until <= now))
        .where(or_(last_session.is_(None), last_session <= since))
        .where(or_(last_sign_in.is_(None), last_sign_in <= since))
        .where(or_(last_words.is_(None), last_words <= since))
        .where(~holds, ~automatic, comes)
        .order_by(Membership.id)
    )
    return [_Absent(row[0], row[1], max(moment for moment in row[2:] if moment is not None)) for row in rows]


def _newest(moment: Any, whose: Any) -> Any:
    return select(func.max(moment)).where(whose == Membership.user_id).correlate(Membership).scalar_subquery()


def _told(user_ids: set[str]) -> Mapping[str, Told]:
    """By membership what its holder was last told about her absence. The log of facts is the memory of it."""
    scopes, found = sorted(f"user:{user_id}" for user_id in user_ids), {}
    for first in range(0, len(scopes), SCOPES_AT_ONCE):
        rows = session().execute(
            select(Event.entity_id, Event.codes, Event.at)
            .where(Event.scope.in_(scopes[first : first + SCOPES_AT_ONCE]), Event.type == MemberMissed.kind)
            .order_by(Event.scope, Event.seq)
        )
        found.update({row[0]: (str(row[1]["step"]), row[2]) for row in rows})
    return found
