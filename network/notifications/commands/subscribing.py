"""Turning notices on in a browser, choosing how much they say, and turning them off."""

from __future__ import annotations

from sqlalchemy import delete, func, or_, select
from sqlalchemy.exc import IntegrityError

from models.notifications import PushSending, PushSubscription
from models.people import UserSession
from network import people
from network.kernel import runtime
from network.kernel.actor import Actor
from network.kernel.errors import Conflict, FieldFault, Invalid, NotFound, Unauthenticated
from network.kernel.ids import digest, new_id, same_secret
from network.kernel.ledger import Decision, done_again, note_decision
from network.kernel.policy import require
from network.kernel.transaction import command, session
from network.kernel.translation import mark as _
from network.notifications.policy import may_keep_notices, may_notify, may_subscribe
from network.notifications.queries.push import PushDeviceView, push_services, show_device
from network.notifications.rules.push import (
    DEVICES,
    PushOnSharedDevice,
    PushUnavailable,
    TooManyPushDevices,
    check_subscription,
)


@command
def subscribe_to_push(
    actor: Actor, endpoint: str, public_key: str, auth_secret: str, *, brief: bool = False
) -> PushDeviceView:
    """Show notices in the browser of this session from now on: one subscription for each session, and each
    browser belongs to whoever said so last in it. `endpoint` and keys are what its push manager gave. Raises
    Unauthenticated, SessionRequired, PushUnavailable, PushOnSharedDevice, TooManyPushDevices, Invalid for an
    address that is not of a known push service (A18)."""
    require(may_subscribe(actor))
    services = push_services()
    if not services:
        raise PushUnavailable()
    check_subscription(endpoint, public_key, auth_secret, services)
    me = actor.user_id or ""
    people.lock_user(me)
    here = session().get(UserSession, actor.session_id, populate_existing=True)
    if here is None or here.ended_at is not None:
        raise Unauthenticated()
    if here.shared_device:
        raise PushOnSharedDevice()
    _make_room(me, here.id, endpoint, auth_secret)
    made = PushSubscription(
        id=new_id(), user_id=me, session_id=here.id, endpoint=endpoint, endpoint_hash=digest(endpoint),
        public_key=public_key, auth_secret=auth_secret, brief=brief,
        created_at=runtime.current().clock.now(),
    )  # fmt: skip
    try:
        with session().begin_nested():
            session().add(made)
    except IntegrityError:
        raise Conflict() from None  # somebody else said so in the same browser at the same moment
    return show_device(actor, made.id)


def _make_room(me: str, session_id: str, endpoint: str, auth_secret: str) -> None:
    """What was said in this session or this browser before is over."""
    same = or_(PushSubscription.session_id == session_id, PushSubscription.endpoint_hash == digest(endpoint))
    for row in session().scalars(select(PushSubscription).where(same).order_by(PushSubscription.id)):
        if row.user_id != me and not same_secret(row.auth_secret, auth_secret):
            # Whoever sits in that browser knows its secret.
            raise Invalid({"endpoint": FieldFault.of(_("This is no key of a browser."))})
        drop_subscription(row.id)
    mine = select(func.count()).select_from(PushSubscription).where(PushSubscription.user_id == me)
    if session().execute(mine).scalar_one() >= DEVICES:
        raise TooManyPushDevices(n=DEVICES)


@command
def choose_push_words(actor: Actor, subscription_id: str, brief: bool) -> PushDeviceView:
    """Have notices in one of one's own browsers say only that something waits, or where and what for. Raises
    Unauthenticated, NotFound."""
    require(may_keep_notices(actor))
    _own(actor, subscription_id).brief = brief
    session().flush()
    return show_device(actor, subscription_id)


@command
def unsubscribe_from_push(actor: Actor, subscription_id: str) -> None:
    """Show no more notices in one of one's own browsers; no backup brings that back. Raises Unauthenticated,
    NotFound."""
    require(may_keep_notices(actor))
    row = _own(actor, subscription_id)
    note_decision("push", row.user_id, row.id, "off")
    drop_subscription(row.id)


@command
def end_push_of_session(actor: Actor, session_id: str) -> None:
    """A session ended: its browser is told nothing more. Refused to everybody but the system."""
    require(may_notify(actor))
    of_it = select(PushSubscription.id).where(PushSubscription.session_id == session_id)
    for subscription_id in session().scalars(of_it).all():
        drop_subscription(subscription_id)


def drop_subscription(subscription_id: str) -> None:
    """Within a command: a subscription goes, with what is on its way to it."""
    session().flush()
    for gone in (
        delete(PushSending).where(PushSending.subscription_id == subscription_id),
        delete(PushSubscription).where(PushSubscription.id == subscription_id),
    ):
        session().execute(gone)


def _own(actor: Actor, subscription_id: str) -> PushSubscription:
    mine = select(PushSubscription).where(
        PushSubscription.id == subscription_id, PushSubscription.user_id == actor.user_id
    )
    row = session().scalars(mine.with_for_update()).one_or_none()
    if row is None:
        raise NotFound()
    return row


@done_again("push")
def _without_push(decided: Decision) -> None:
    mine = select(PushSubscription.id).where(
        PushSubscription.id == decided.about, PushSubscription.user_id == decided.user_id
    )
    for subscription_id in session().scalars(mine).all():
        drop_subscription(subscription_id)
