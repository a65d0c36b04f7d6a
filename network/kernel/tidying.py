"""What is forgotten when its time is over: in small steps, so that nobody waits, and with a trace of it.

Periods are settings (trust.md, D.3). Every tidying may run twice and may be late.
"""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from datetime import timedelta

from sqlalchemy import ColumnElement, and_, delete, inspect, select, tuple_

from models.base import Base
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

Step = Callable[[Actor], int]
"""Forgets at most AT_ONCE rows of a table, or of several, and tells how many of that with most."""

_steps: list[Step] = []
_rehearsed: ContextVar[dict[str, int] | None] = ContextVar("rehearsed", default=None)


def tidies(step: Step) -> Step:
    """Register a step of tidying, so that a rehearsal takes it as well as the job."""
    _steps.append(step)
    return step


def in_steps(step: Callable[[], int]) -> int:
    """Call `step`, which forgets at most AT_ONCE rows of a table and tells how many, until nothing is left;
    how many they were together."""
    forgotten = 0
    while True:
        some = step()
        forgotten += some
        if some < AT_ONCE:
            return forgotten


def forget(actor: Actor, table: type[Base], over: ColumnElement[bool]) -> int:
    """Within a command that asked who may: delete at most AT_ONCE rows for which `over` holds, and leave a
    trace; how many."""
    key = inspect(table).primary_key
    some = select(*key).where(over).limit(AT_ONCE)
    gone = session().execute(delete(table).where(tuple_(*key).in_(some)).returning(key[0]))
    number = len(gone.all())
    note_forgotten(actor, table.__tablename__, number)
    return number


def note_forgotten(actor: Actor, table: str, number: int) -> None:
    """Leave a trace of what was forgotten within the running command: a row in the audit trail, none where
    there was nothing to forget."""
    counted = _rehearsed.get()
    if counted is not None:
        counted[table] = counted.get(table, 0) + number
    if number:
        append(actor, "data.forgotten", "job", actor.id, after={table: number})


def tidy_everything(actor: Actor) -> None:
    """Take every step now, as the nightly jobs do, in transactions of their own. Refused to everybody but the
    system."""
    for step in _steps:
        in_steps(lambda step=step: step(actor))  # type: ignore[misc]
    runtime.current().database.empty_journal()


class _Rehearsed(Exception):
    """Ends a rehearsal, and with it everything that it did."""


def rehearse() -> dict[str, int]:
    """How many rows of each table are due to be forgotten, without forgetting any: every step is taken in one
    transaction that is rolled back."""
    counted: dict[str, int] = {}
    token = _rehearsed.set(counted)
    try:
        _take_all_steps(system_actor("rehearsal"))
    except _Rehearsed:
        pass
    finally:
        _rehearsed.reset(token)
    return {table: number for table, number in sorted(counted.items()) if number}


@command
def _take_all_steps(actor: Actor) -> None:
    require(is_system(actor, None))
    for step in _steps:
        in_steps(lambda step=step: step(actor))  # type: ignore[misc]
    raise _Rehearsed()


@job("kernel.tidy", every_minutes=24 * 60)
def tidy() -> int:
    """Forget settled letters and kept answers whose time is over; how many. What was deleted since yesterday,
    by whomever, is gone from the database's journal as well after that."""
    actor = system_actor("kernel.tidy")
    forgotten = in_steps(lambda: forget_letters(actor)) + in_steps(lambda: forget_answers(actor))
    runtime.current().database.empty_journal()
    return forgotten


@tidies
@command
def forget_letters(actor: Actor) -> int:
    """Delete letters that were settled two weeks ago, the address with them; their words were never kept. At
    most AT_ONCE, how many. Refused to everybody but the system."""
    require(is_system(actor, None))
    kept = timedelta(days=runtime.current().settings.settled_mails_kept_days)
    before = runtime.current().clock.now() - kept
    return forget(actor, OutboxMail, and_(OutboxMail.state != "waiting", OutboxMail.settled_at <= before))


@tidies
@command
def forget_answers(actor: Actor) -> int:
    """Delete first answers to requests with an `Idempotency-Key` after a week; from then on the key is new
    again. At most AT_ONCE, how many. Refused to everybody but the system."""
    require(is_system(actor, None))
    kept = timedelta(days=runtime.current().settings.answers_kept_days)
    return forget(actor, IdempotencyKey, IdempotencyKey.created_at <= runtime.current().clock.now() - kept)
