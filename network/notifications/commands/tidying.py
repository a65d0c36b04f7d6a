"""What somebody was told of is forgotten after three months, her browsers when their sessions are over."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import delete, select

from models.notifications import Notice, NoticeSending, PushSubscription
from models.people import UserSession
from network.kernel import runtime
from network.kernel.actor import Actor, system_actor
from network.kernel.jobs import job
from network.kernel.policy import require
from network.kernel.tidying import AT_ONCE, in_steps, note_forgotten, tidies
from network.kernel.transaction import command, session
from network.notifications.commands.subscribing import drop_subscription
from network.notifications.policy import may_notify
from network.notifications.queries.push import is_live


@job("notifications.tidy", every_minutes=24 * 60)
def tidy() -> int:
    """Forget notices whose time is over; how many."""
    return in_steps(lambda: forget_notices(system_actor("notifications.tidy")))


@tidies
@command
def forget_notices(actor: Actor) -> int:
    """Delete notices after 90 days, with how they were sent; at most a thousand, how many. Refused to
    everybody but the system."""
    require(may_notify(actor))
    kept = timedelta(days=runtime.current().settings.notices_kept_days)
    over = select(Notice.id).where(Notice.created_at <= runtime.current().clock.now() - kept)
    ids = session().scalars(over.order_by(Notice.id).limit(AT_ONCE)).all()
    session().execute(delete(NoticeSending).where(NoticeSending.notice_id.in_(ids)))
    session().execute(delete(Notice).where(Notice.id.in_(ids)))
    note_forgotten(actor, "notices", len(ids))
    return len(ids)


@job("notifications.tidy_push", every_minutes=60)
def tidy_push() -> int:
    """Forget browsers whose sessions are over; how many."""
    return in_steps(lambda: forget_push(system_actor("notifications.tidy_push")))


@tidies
@command
def forget_push(actor: Actor) -> int:
    """Delete subscriptions of browsers whose session ended or ran out; at most a thousand, how many. Refused
    to everybody but the system."""
    require(may_notify(actor))
    live = select(PushSubscription.id).join(UserSession, is_live())
    over = select(PushSubscription.id).where(PushSubscription.id.not_in(live)).order_by(PushSubscription.id)
    ids = session().scalars(over.limit(AT_ONCE)).all()
    for subscription_id in ids:
        drop_subscription(subscription_id)
    note_forgotten(actor, "push_subscriptions", len(ids))
    return len(ids)
