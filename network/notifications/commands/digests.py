"""When somebody's digest comes: on her day at her hour, in her first fortnight every day; each once."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import exists, insert, select

from models.membership import Membership
from models.notifications import DigestPlan
from models.people import User
from network import people
from network.kernel import outbox, runtime
from network.kernel.actor import Actor, system_actor
from network.kernel.jobs import job
from network.kernel.policy import require
from network.kernel.transaction import command, session, unit_of_work
from network.notifications.policy import may_notify
from network.notifications.queries.settings import is_daily, times_of
from network.notifications.rules.kinds import DIGEST
from network.notifications.rules.times import next_digest

PEOPLE_AT_ONCE = 500
WEEK, DAY = timedelta(days=7), timedelta(days=1)


@job("notifications.digests", every_minutes=5)
def send_digests() -> int:
    """Promise the digests that are due; how many. A run that was missed is made up for once."""
    actor, now = system_actor("notifications.digests"), runtime.current().clock.now()
    while plan_digests(actor) == PEOPLE_AT_ONCE:
        pass
    due = select(DigestPlan.user_id).where(DigestPlan.next_at <= now).order_by(DigestPlan.user_id)
    with unit_of_work():
        waiting = session().scalars(due).all()
    return sum(send_digest_to(actor, user_id) for user_id in waiting)


@command
def plan_digests(actor: Actor) -> int:
    """Say for members of whom it was not said yet when their first digest comes; for how many, at most 500.
    Refused to everybody but the system."""
    require(may_notify(actor))
    now = runtime.current().clock.now()
    planned = exists().where(DigestPlan.user_id == User.id)
    member = exists().where(Membership.user_id == User.id, Membership.state == "active")
    wanted = select(User.id, User.time_zone).where(User.state == "active", member, ~planned)
    new = session().execute(
        wanted.order_by(User.id).limit(PEOPLE_AT_ONCE).with_for_update(of=User, key_share=True)
    ).all()  # fmt: skip
    if not new:
        return 0
    ids = [row.id for row in new]
    times, daily = times_of(ids), is_daily(ids, now)
    # Read again: whoever came first in another process has planned some of them by now.
    known = set(session().scalars(select(DigestPlan.user_id).where(DigestPlan.user_id.in_(ids))))
    rows = [
        {
            "user_id": row.id, "last_at": None,
            "next_at": next_digest(times[row.id], row.time_zone, now, daily=row.id in daily),
        }
        for row in new if row.id not in known
    ]  # fmt: skip
    if rows:
        session().execute(insert(DigestPlan), rows)
    return len(new)


@command
def send_digest_to(actor: Actor, user_id: str) -> int:
    """Promise somebody her digest when it is due, and plan the next one in the same transaction: however
    often and wherever this runs, it is promised once. 1 for a letter. It is written when it leaves, and not
    at all when there is nothing to say. Refused to everybody but the system."""
    require(may_notify(actor))
    person = people.lock_user(user_id)
    wanted = select(DigestPlan).where(DigestPlan.user_id == user_id).with_for_update()
    plan = session().scalars(wanted.execution_options(populate_existing=True)).one_or_none()
    now = runtime.current().clock.now()
    if person is None or plan is None or plan.next_at > now:
        return 0
    daily = user_id in is_daily([user_id], now)
    since = plan.last_at or now - (DAY if daily else WEEK)
    plan.last_at = now
    plan.next_at = next_digest(times_of([user_id])[user_id], person.time_zone, now, daily=daily)
    if person.state != "active" or person.email is None:
        return 0
    outbox.post(DIGEST, person.email, person.language, user_id=user_id, since=_as_param(since))
    return 1


def _as_param(moment: datetime) -> str:
    return moment.isoformat()
