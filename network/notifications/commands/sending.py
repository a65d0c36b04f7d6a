"""Sending what concerns somebody by mail: a little later, so that who is there reads it first; after the
quiet hours; what came meanwhile in one letter."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, select, update

from models.notifications import Notice, NoticeSending
from network import people
from network.kernel import outbox, runtime
from network.kernel.actor import Actor, system_actor
from network.kernel.jobs import job
from network.kernel.policy import require
from network.kernel.transaction import command, session, unit_of_work
from network.notifications.policy import may_notify
from network.notifications.queries.affairs import AffairView, waiting_affairs
from network.notifications.queries.notices import waiting_notices
from network.notifications.queries.readers import affair_networks, heard_networks, reader_of
from network.notifications.queries.settings import times_of
from network.notifications.rules.affairs import AFFAIRS, IN_ANY_CASE, asked_for
from network.notifications.rules.kinds import AFFAIR, AFFAIR_OF_HERS, AT_ONCE, MAIL
from network.notifications.rules.times import end_of_quiet

PEOPLE_AT_ONCE = 500
TOO_LATE = timedelta(days=1)
"""What should have left longer ago does not leave any more: the bell and the digest tell it."""


@job("notifications.send", every_minutes=1)
def send_notices() -> int:
    """Promise the letters that are due, one for each person; how many."""
    actor = system_actor("notifications.send")
    return sum(send_to(actor, user_id) for user_id in people_due(MAIL))


@command
def send_to(actor: Actor, user_id: str) -> int:
    """Promise somebody a letter about all messages that are due, and one about each affair of a network, or
    put them off until her quiet hours are over; how many letters. Each notice is in one letter at the most,
    also when two jobs do this at once or one dies; of several that ask for the same, one leaves. Refused to
    everybody but the system."""
    require(may_notify(actor))
    ids = claim_unless_quiet(MAIL, user_id)
    reader = reader_of(user_id) if ids else None
    if reader is None:
        return 0
    letters = 0
    if waiting_notices(reader, heard_networks(reader), ids):
        outbox.post(AT_ONCE, reader.email or "", reader.language, user_id=user_id, notice_ids=ids)
        letters += 1
    first: dict[tuple[str, str], AffairView] = {}
    for affair in waiting_affairs(reader, affair_networks(reader), ids):
        first.setdefault((asked_for(affair["kind"]), affair["entity_id"]), affair)
    for affair in first.values():
        kind = AFFAIR_OF_HERS if affair["kind"] in IN_ANY_CASE else AFFAIR
        outbox.post(kind, reader.email or "", reader.language, user_id=user_id, notice_id=affair["id"])
        letters += 1
    return letters


def people_due(channel: str) -> Sequence[str]:
    """Whom something is due to by a channel; some of them where they are many."""
    now = runtime.current().clock.now()
    due = select(Notice.user_id).join(NoticeSending, NoticeSending.notice_id == Notice.id)
    due = due.where(
        NoticeSending.channel == channel, NoticeSending.settled_at.is_(None), NoticeSending.due_at <= now
    )
    with unit_of_work():
        return session().scalars(due.distinct().order_by(Notice.user_id).limit(PEOPLE_AT_ONCE)).all()


def claim_unless_quiet(channel: str, user_id: str) -> list[str]:
    """Within a command: claim what is due to somebody by a channel, or put it off until her quiet hours are
    over; the ids of the notices that may leave now."""
    person, now = people.lock_user(user_id), runtime.current().clock.now()
    if person is None:
        return []
    quiet = end_of_quiet(times_of([user_id])[user_id], person.time_zone, now)
    if quiet is not None:
        put_off(channel, user_id, now, quiet)
        return []
    return claim(channel, user_id, now)


def put_off(channel: str, user_id: str, now: datetime, until: datetime) -> None:
    """Within a command: what is due by a channel is due at another time."""
    late = update(NoticeSending).where(*_due(channel, user_id, now)).values(due_at=until)
    session().execute(late.execution_options(synchronize_session=False))


def claim(channel: str, user_id: str, now: datetime) -> list[str]:
    """Within a command: what is due by a channel is settled from now on, whatever becomes of it; the ids of
    those notices that are not too late. A letter about an affair never is: what it says is what holds when it
    leaves."""
    taken = update(NoticeSending).where(*_due(channel, user_id, now)).values(settled_at=now)
    taken = taken.returning(NoticeSending.notice_id, NoticeSending.due_at)
    rows = session().execute(taken.execution_options(synchronize_session=False)).all()
    late = [row.notice_id for row in rows if row.due_at <= now - TOO_LATE]
    kept = {row.notice_id for row in rows} - set(late)
    if late and channel == MAIL:
        affairs = select(Notice.id).where(Notice.id.in_(late), Notice.kind.in_(AFFAIRS))
        kept |= set(session().scalars(affairs))
    return sorted(kept)


def _due(channel: str, user_id: str, now: datetime) -> tuple[ColumnElement[bool], ...]:
    mine = select(Notice.id).where(Notice.user_id == user_id)
    return (
        NoticeSending.notice_id.in_(mine), NoticeSending.channel == channel,
        NoticeSending.settled_at.is_(None), NoticeSending.due_at <= now,
    )  # fmt: skip
