"""What is forgotten when its time is over: in small steps, so that nobody waits, and with a trace of it.

Periods are settings (trust.md, D.3). Every tidying may run twice and may be late.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta

from sqlalchemy import and_, delete, select, tuple_

from models.idempotency import IdempotencyKey
from models.outbox import OutboxMail
from network.kernel import runtime
from network.kernel.actor import Actor, system_actor
from network.kernel.audit import append
from network.kernel.jobs import job
from network.kernel.policy import is_system, require
from network.kernel.transaction import command, session

AT_ONCE = 1000
"""Rows of one step: a writer who comes in between waits for milliseconds."""


def in_steps(step: Callable[[], int]) -> int:
    """Call `step`, which forgets at most AT_ONCE rows and tells how many, until nothing is left; how many
    they were together."""
    forgotten = 0
    while True:
        some = step()
        forgotten += some
        if some < AT_ONCE:
            return forgotten


def note_forgotten(actor: Actor, counts: Mapping[str, int]) -> None:
    """Leave a trace of what was forgotten, table by table, within the running command: a row in the audit
    trail, none where there was nothing to forget."""
    some = {table: number for table, number in counts.items() if number}
    if some:
        append(actor, "data.forgotten", "job", actor.id, after=some)


@job("kernel.tidy", every_minutes=24 * 60)
def tidy() -> dict[str, int]:
    """Forget settled letters and kept answers whose time is over; how many of each."""
    actor = system_actor("kernel.tidy")
    return {
        "outbox_mails": in_steps(lambda: forget_letters(actor)),
        "idempotency_keys": in_steps(lambda: forget_answers(actor)),
    }


@command
def forget_letters(actor: Actor) -> int:
    """Delete letters that were settled two weeks ago, the address with them; at most AT_ONCE, how many.
    Their words were never kept. Refused to everybody but the system."""
    require(is_system(actor, None))
    before = runtime.current().clock.now() - timedelta(
        days=runtime.current().settings.settled_mails_kept_days
    )
    over = and_(OutboxMail.state != "waiting", OutboxMail.settled_at <= before)
    some = select(OutboxMail.id).where(over).order_by(OutboxMail.settled_at).limit(AT_ONCE)
    gone = session().execute(delete(OutboxMail).where(OutboxMail.id.in_(some)).returning(OutboxMail.id))
    number = len(gone.all())
    note_forgotten(actor, {"outbox_mails": number})
    return number


@command
def forget_answers(actor: Actor) -> int:
    """Delete first answers to requests with an `Idempotency-Key` after a week; from then on the key is new
    again. At most AT_ONCE, how many. Refused to everybody but the system."""
    require(is_system(actor, None))
    before = runtime.current().clock.now() - timedelta(days=runtime.current().settings.answers_kept_days)
    own = tuple_(IdempotencyKey.user_id, IdempotencyKey.key)
    some = (
        select(IdempotencyKey.user_id, IdempotencyKey.key)
        .where(IdempotencyKey.created_at <= before)
        .order_by(IdempotencyKey.created_at)
        .limit(AT_ONCE)
    )
    gone = session().execute(delete(IdempotencyKey).where(own.in_(some)).returning(IdempotencyKey.key))
    number = len(gone.all())
    note_forgotten(actor, {"idempotency_keys": number})
    return number
