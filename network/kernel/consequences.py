"""What follows from a fact elsewhere: promised in the fact's own transaction, brought about after it, once.

A subscriber that fails, or a process that dies between the commit and the subscriber, loses nothing: the
promise stays in the database until it is kept. Each is kept in one transaction with the end of the promise,
so that what a subscriber orders from commands happens exactly once.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any, TypeVar

import structlog
from sqlalchemy import insert, select

from models.event_log import Consequence, Event
from network.kernel import runtime
from network.kernel.failures import count_failure
from network.kernel.jobs import job
from network.kernel.transaction import after_commit, command, note_checked, session

log = structlog.get_logger("events")

F = TypeVar("F")

SOON = timedelta(minutes=1)  # the process that made the fact keeps its promise before the job looks
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=30), timedelta(hours=6)
AT_ONCE = 500

_subscribers: dict[type[Any], dict[str, Callable[[Any], None]]] = {}
_ADD = insert(Consequence).returning(Consequence.id)


def subscribe(kind: type[F]) -> Callable[[Callable[[F], None]], Callable[[F], None]]:
    """Wake a function after the commit of every fact of that class, once, with the fact as the log has it.
    Where it fails nobody else notices: it is logged, counted and tried again, at last every six hours, until
    it succeeds. In which order the consequences of several facts come about is not said."""

    def decorate(function: Callable[[F], None]) -> Callable[[F], None]:
        _subscribers.setdefault(kind, {})[f"{function.__module__}.{function.__qualname__}"] = function
        return function

    return decorate


def promise(facts: Sequence[tuple[type[Any], int]]) -> None:
    """Within a command: promise what follows from facts, each named by its class and its row in the log."""
    due = runtime.current().clock.now() + SOON
    rows = [
        {"event_id": event_id, "subscriber": name, "attempts": 0, "next_attempt_at": due, "error": None}
        for kind, event_id in facts
        for name in _subscribers.get(kind, ())
    ]
    if rows:
        for promised in sorted(session().connection().execute(_ADD, rows).scalars()):
            after_commit(functools.partial(_keep, promised))


@job("events.keep_promises", every_minutes=1)
def keep_promises() -> int:
    """Bring about what did not come about at once and is due; how much did now."""
    due = select(Consequence.id).where(Consequence.next_attempt_at <= runtime.current().clock.now())
    waiting = session().scalars(due.order_by(Consequence.id).limit(AT_ONCE)).all()
    return sum(_keep(promised) for promised in waiting)


def _keep(promised: int) -> bool:
    try:
        _bring_about(promised)
    except Exception as error:
        log.exception("subscriber_failed", consequence=promised)
        count_failure("subscriber")
        _put_off(promised, type(error).__name__)
        return False
    return True


@command
def _bring_about(promised: int) -> None:
    note_checked()  # the system itself keeps what it promised; the subscriber's commands ask for themselves
    wanted = select(Consequence).where(Consequence.id == promised)
    row = session().scalars(wanted.with_for_update(skip_locked=True)).one_or_none()
    if row is None:
        return  # kept meanwhile, or somebody is at it
    event = session().get_one(Event, row.event_id)
    kind = next(known for known in _subscribers if known.kind == event.type)
    fact = kind(
        scope=event.scope, entity_id=event.entity_id, entity_version=event.entity_version, **event.codes
    )
    subscriber = _subscribers[kind][row.subscriber]
    session().delete(row)
    session().flush()
    subscriber(fact)


@command
def _put_off(promised: int, error: str) -> None:
    note_checked()  # as above
    row = session().get(Consequence, promised, with_for_update=True, populate_existing=True)
    if row is not None:
        row.attempts += 1
        row.error = error
        wait = min(FIRST_WAIT * 4 ** min(row.attempts - 1, 10), LONGEST_WAIT)
        row.next_attempt_at = runtime.current().clock.now() + wait
