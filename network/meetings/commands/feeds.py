"""How a person gets the secret address of her calendar, another one, and none any more."""

from __future__ import annotations

from sqlalchemy.exc import IntegrityError

from models.meetings import CalendarFeed
from network.kernel import runtime
from network.kernel.actor import Actor
from network.kernel.ids import digest, new_secret
from network.kernel.ledger import Decision, done_again, note_decision
from network.kernel.policy import is_system, require
from network.kernel.transaction import command, session
from network.meetings.policy import may_have_calendar_feed

PATH = "/api/v1/calendar/{secret}.ics"


@command
def make_calendar_feed(actor: Actor) -> str:
    """Give the actor a secret address for her calendar and tell it, once: it is stored hashed. An address
    that she had before leads nowhere from now on. Refused to nobody who is signed in."""
    require(may_have_calendar_feed(actor))
    secret, now = new_secret(), runtime.current().clock.now()
    row = session().get(CalendarFeed, actor.id, with_for_update=True)
    if row is None:
        made = CalendarFeed(user_id=actor.id, secret_hash=digest(secret), created_at=now)
        try:
            with session().begin_nested():
                session().add(made)
        except IntegrityError:
            # Two windows at the same moment: the address that was told last is the one that counts.
            row = session().get_one(CalendarFeed, actor.id, with_for_update=True)
    if row is not None:
        note_decision("feed", actor.id, row.secret_hash)
        row.secret_hash, row.created_at = digest(secret), now
    return runtime.current().settings.base_url + PATH.format(secret=secret)


@command
def revoke_calendar_feed(actor: Actor) -> None:
    """Take the actor's secret address back: it leads nowhere from now on. Without one nothing happens."""
    require(may_have_calendar_feed(actor))
    _drop(actor.id)


@command
def end_calendar_feed(actor: Actor, user_id: str) -> None:
    """Take back the address of somebody whose account was closed. Refused to all but the system."""
    require(is_system(actor, None))
    _drop(user_id)


def _drop(user_id: str) -> None:
    row = session().get(CalendarFeed, user_id, with_for_update=True)
    if row is not None:
        note_decision("feed", user_id, row.secret_hash)
        session().delete(row)


@done_again("feed")
def _without_feed(decided: Decision) -> None:
    row = session().get(CalendarFeed, decided.user_id, with_for_update=True)
    if row is not None and row.secret_hash == decided.about:
        session().delete(row)
