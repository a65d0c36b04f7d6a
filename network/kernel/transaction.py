"""One command, one transaction: a command opens it, a command called by a command joins it, facts follow.

A surface opens a unit of work for each request; what it reads is rolled back at the end, so that it cannot
write. Only a function decorated with `command` commits, and only after it asked `require` for permission.
What the actor may is judged by what is true in the command's own transaction, not by what was read before it
(A4).
"""

from __future__ import annotations

import functools
import sqlite3
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, ParamSpec, TypeVar

import structlog
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import Session

from network.kernel import runtime
from network.kernel.actor import Actor
from network.kernel.database import begin_for_writing, hold_person, one_patience
from network.kernel.errors import DatabaseBusy, StorageFull
from network.kernel.failures import count_failure

log = structlog.get_logger("transaction")

TRIES = 4
"""Of a command that collides with others; after that the database counts as busy."""

P = ParamSpec("P")
R = TypeVar("R")


@dataclass
class UnitOfWork:
    """What one request, socket event or job reads and writes. `asking` is the running command's person twice:
    as the surface handed her over, and as she stands in this transaction."""

    session: Session
    writing: bool = False
    checked: bool = False
    asking: tuple[Actor, Actor] | None = None
    known: dict[Hashable, Any] = field(default_factory=dict)
    before_commit: list[Callable[[], None]] = field(default_factory=list)
    after_commit: list[Callable[[], object]] = field(default_factory=list)


class Collision(DatabaseBusy):
    """The database ended this transaction, so that another one could go on."""


class UncheckedCommit(RuntimeError):
    """A command reached its commit without asking `require`: an error of the programme."""


_unit: ContextVar[UnitOfWork | None] = ContextVar("unit_of_work", default=None)


@contextmanager
def unit_of_work() -> Iterator[UnitOfWork]:
    """Open a unit of work for the block, or join the one that is open; reading is rolled back at its end."""
    existing = _unit.get()
    if existing is not None:
        yield existing
        return
    unit = UnitOfWork(runtime.current().database.session())
    token = _unit.set(unit)
    try:
        yield unit
    finally:
        _unit.reset(token)
        unit.session.rollback()
        unit.session.close()


def session() -> Session:
    """The session of the open unit of work; an error of the programme outside of one."""
    unit = _unit.get()
    if unit is None:
        raise RuntimeError("no unit of work is open")
    return unit.session


def once(key: Hashable, ask: Callable[[], R]) -> R:
    """What `ask` returns, asked once for all that this unit of work reads; within a command always anew, and
    after one as well. Outside of a unit of work it is just asked."""
    unit = _unit.get()
    if unit is None or unit.writing:
        return ask()
    if key not in unit.known:
        unit.known[key] = ask()
    found: R = unit.known[key]
    return found


def let_go() -> None:
    """Give the connection back until the next statement: before waiting for somebody outside, such as a
    request's body that trickles in. Nothing within a command."""
    unit = _unit.get()
    if unit is not None and not unit.writing:
        unit.known.clear()
        unit.session.rollback()


def note_checked() -> None:
    """`require` was asked; called by `network.kernel.policy` only."""
    unit = _unit.get()
    if unit is not None:
        unit.checked = True


def before_commit(action: Callable[[], None]) -> None:
    """Run `action` as the last of this command's transaction: for what everybody writes, so that nobody has
    to wait for it longer than needed, nor in a ring."""
    unit = _unit.get()
    if unit is None or not unit.writing:
        raise RuntimeError("only a command can put something off until its commit")
    unit.before_commit.append(action)


def after_commit(action: Callable[[], object]) -> None:
    """Run `action` once the transaction of this command is committed; never when it is rolled back."""
    unit = _unit.get()
    if unit is None or not unit.writing:
        raise RuntimeError("only a command can put something off until its commit")
    unit.after_commit.append(action)


@contextmanager
def attempt() -> Iterator[None]:
    """Within a command: what the block did is taken back when it raises, in the database and of what it put
    off until the commit; the command itself may go on."""
    unit = _unit.get()
    if unit is None or not unit.writing:
        raise RuntimeError("only a command can attempt something")
    before, after = len(unit.before_commit), len(unit.after_commit)
    try:
        with unit.session.begin_nested():
            yield
            unit.session.flush()
    except BaseException:
        del unit.before_commit[before:], unit.after_commit[after:]
        raise


def add_once(row: object) -> bool:
    """Within a command: insert a row of which there can be one. False when somebody else wrote hers at the
    same moment, in a second tab or from another device; that one stands then, and can be read."""
    try:
        with session().begin_nested():
            session().add(row)
            session().flush()
    except IntegrityError:
        return False
    return True


def command(function: Callable[P, R]) -> Callable[P, R]:
    """Make a function a command: all or nothing, refused without a `require`, joined when nested.

    A person who is its first argument is looked up again as the transaction begins, and the command gets her
    as she stands now: what was taken from her since the surface looked her up is gone (A4), and so is it for
    every command that this one calls with her. Jobs and nobody are handed through. On PostgreSQL, which locks
    rows instead of the database, what is taken while a command already runs counts from the next one on; who
    asks is not erased before it ends, and what comes after she is refused.

    Actions put off until the commit all run, each by itself; a failure among them is logged and counted, and
    the caller gets the result, which stands.

    Of two commands that wait for each other PostgreSQL ends one; it begins again from the start, unseen. So a
    command does nothing that cannot be done twice but what its transaction takes back.

    Raises Unauthenticated when the person's session, token or account ended meanwhile, DatabaseBusy when the
    database does not take the write in time, StorageFull when the disk is full.
    """

    @functools.wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        unit = _unit.get()
        if unit is not None and unit.writing:
            joined: R = _as_asking(unit, function, args, kwargs)
            unit.session.flush()  # what follows in the same transaction sees it
            return joined
        with unit_of_work() as opened:
            result, actions = _commit_in_the_end(opened, function, args, kwargs)
        for action in actions:
            try:
                action()
            except Exception:
                log.exception("after_commit_failed", command=function.__qualname__)
                count_failure("after_commit")
        return result

    return run


def _commit_in_the_end(
    unit: UnitOfWork, function: Callable[..., R], args: tuple[object, ...], kwargs: dict[str, object]
) -> tuple[R, list[Callable[[], object]]]:
    with one_patience():
        for tries_left in reversed(range(TRIES)):
            try:
                # What was read so far belongs to an older snapshot; the write must see what is there now.
                unit.session.rollback()
                unit.known.clear()
                with runtime.current().database.turn_to_write() as waited:
                    return _commit(unit, waited, function, args, kwargs)
            except Collision:
                if not tries_left:
                    raise
                log.info("command_begins_again", command=function.__qualname__)
    raise AssertionError("the last try returned or raised")


def _commit(
    unit: UnitOfWork,
    waited: float,
    function: Callable[..., R],
    args: tuple[object, ...],
    kwargs: dict[str, object],
) -> tuple[R, list[Callable[[], object]]]:
    work = unit.session
    unit.writing, unit.checked, unit.asking = True, False, None
    unit.before_commit, unit.after_commit = [], []
    try:
        begin_for_writing(work, waited)
        actor = args[0] if args else kwargs.get("actor")
        if isinstance(actor, Actor) and actor.is_person:
            hold_person(work, actor.user_id or "")
            unit.asking = (actor, runtime.current().look_again(actor))
        result: R = _as_asking(unit, function, args, kwargs)
        work.flush()
        for action in unit.before_commit:
            action()
        if not unit.checked:
            raise UncheckedCommit(function.__qualname__)
        work.commit()
        return result, unit.after_commit
    except OperationalError as error:
        work.rollback()
        raise _plain(error) from error
    except BaseException:
        work.rollback()
        raise
    finally:
        unit.writing = False


def _as_asking(
    unit: UnitOfWork, function: Callable[..., R], args: tuple[object, ...], kwargs: dict[str, object]
) -> R:
    """Call with the person as she stands in this transaction. One that the command itself looked up since,
    after it gave her a role, is a later look and stays."""
    if unit.asking is not None:
        before, now = unit.asking
        if args and args[0] is before:
            args = (now, *args[1:])
        elif kwargs.get("actor") is before:
            kwargs = {**kwargs, "actor": now}
    return function(*args, **kwargs)


def _plain(error: OperationalError) -> Exception:
    cause = error.orig
    if isinstance(cause, sqlite3.OperationalError):
        name = getattr(cause, "sqlite_errorname", "")
        if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
            return DatabaseBusy()
        if name.startswith(("SQLITE_FULL", "SQLITE_IOERR")):
            return StorageFull()
    state = getattr(cause, "sqlstate", None) or ""
    if state in ("53100",):
        return StorageFull()
    if state in ("40001", "40P01"):
        return Collision()
    if state in ("55P03", "57014", "57P01", "57P03", "08006", "08001", "08003"):
        return DatabaseBusy()
    return error
