"""The engine: SQLite tuned so that what is acknowledged survives a power cut, or PostgreSQL."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext
from contextvars import ContextVar
from dataclasses import dataclass
from functools import partial
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session, sessionmaker

from network.kernel.turns import Turns

BUSY_SECONDS = 5.0
_MOMENT = 0.2
_FAILED = 3  # libpq's PQTRANS_INERROR
_AT_ONCE = nullcontext(0.0)
_AT_LEAST = 0.25  # so long a lock is waited for by who has waited, or computed, for very long already

# Not a lock of her row: two commands of hers that change it would wait for each other.
_WITH_OTHERS = text("SELECT pg_advisory_xact_lock_shared(hashtextextended(:user_id, 0))")
_ALONE = text("SELECT pg_advisory_xact_lock(hashtextextended(:user_id, 0))")

_writing: ContextVar[float | None] = ContextVar("begin_for_writing", default=None)


@dataclass(slots=True)
class _Waited:
    """How long the statements of one command took that took a moment or more."""

    seconds: float = 0.0
    began: float = 0.0


_waited: ContextVar[_Waited | None] = ContextVar("one_patience", default=None)


class Database:
    """An engine and its sessions. `url` is SQLAlchemy's; a write waits `wait_seconds` for others, then it is
    refused as busy (trust.md, B5)."""

    def __init__(
        self, url: str, *, echo: bool = False, pool_size: int = 10, wait_seconds: float = BUSY_SECONDS
    ) -> None:
        self.url = url
        self.is_sqlite = url.startswith("sqlite")
        self._wait_seconds, self._turns = wait_seconds, Turns()
        # Parameters are what people wrote: no error and no log may quote them.
        # The connection that came back last is taken next: of what it read its memory still holds most.
        options: dict[str, Any] = {"echo": echo, "hide_parameters": True, "pool_use_lifo": True}
        if self.is_sqlite:
            options["connect_args"] = {"timeout": wait_seconds, "check_same_thread": False}
            options["pool_size"], options["max_overflow"] = pool_size, 100
        else:
            options |= {"pool_size": pool_size, "max_overflow": 20, "pool_pre_ping": True}
        self.engine: Engine = create_engine(url, **options)
        if self.is_sqlite:
            event.listen(self.engine, "connect", partial(_tune_sqlite, wait_seconds))
            event.listen(self.engine, "begin", partial(_begin_sqlite, wait_seconds))
        else:
            event.listen(self.engine, "connect", partial(_tune_postgresql, wait_seconds))
            event.listen(self.engine, "before_cursor_execute", partial(_before_statement, wait_seconds))
            event.listen(self.engine, "after_cursor_execute", _after_statement)
        self._sessions = sessionmaker(self.engine, expire_on_commit=False, autoflush=False)

    def session(self) -> Session:
        """A new session; transactions are opened by `network.kernel.transaction` alone."""
        return self._sessions()

    def turn_to_write(self) -> AbstractContextManager[float]:
        """For the block, in which a transaction writes: be SQLite's only writer of this process, first come,
        first served. Other processes are met at SQLite's own lock, which is asked for again and again and
        knows no order. Gives how many seconds were waited. PostgreSQL has many writers: nobody waits here.

        Asked for with no connection in hand and not within such a block. Raises DatabaseBusy when others take
        too long.
        """
        return self._turns.turn(self._wait_seconds) if self.is_sqlite else _AT_ONCE

    def empty_journal(self) -> None:
        """Bring what was written into SQLite's one file and empty the journal beside it, in which older
        versions of rows still stand. Whoever reads or writes just now is not made to wait: then another time.
        """
        if self.is_sqlite:
            with closing(sqlite3.connect(str(self.engine.url.database), timeout=_MOMENT)) as connection:
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        """Give all connections back."""
        self.engine.dispose()


def begin_for_writing(session: Session, waited: float = 0.0) -> None:
    """Open the session's transaction so that no other writer can come between reading and writing: SQLite
    takes its write lock at once (`BEGIN IMMEDIATE`); PostgreSQL locks rows as they are touched. Who `waited`
    so many seconds for her turn does not wait as long for other processes."""
    token = _writing.set(waited)
    try:
        session.connection()
    finally:
        _writing.reset(token)


@contextmanager
def one_patience() -> Iterator[None]:
    """Within the block PostgreSQL waits for all locks together as long as for one: who got the first after
    almost all of that time does not wait as long for the second. SQLite has one lock only."""
    token = _waited.set(_Waited())
    try:
        yield
    finally:
        _waited.reset(token)


def on_driver(connection: Connection, text: str, values: Sequence[Any] = ()) -> sqlite3.Cursor:
    """Run a statement on SQLite's own cursor, in the connection's transaction: what runs with every message
    spares itself SQLAlchemy's way there, which takes longer than the statement. Who listens to statements
    hears it; an error is SQLAlchemy's and quotes no parameters."""
    line: Any = connection.connection.driver_connection
    cursor: sqlite3.Cursor = line.cursor()
    for hear in connection.engine.dispatch.before_cursor_execute:
        hear(connection, cursor, text, values, None, False)
    try:
        return cursor.execute(text, values)
    except sqlite3.Error as error:
        raise DBAPIError.instance(text, None, error, sqlite3.Error, hide_parameters=True) from error


def hold_person(session: Session, user_id: str, *, alone: bool = False) -> None:
    """Within a transaction that writes: nobody erases this person before it ends; `alone`, to erase her,
    waits for what she does just now. SQLite has one writer; in PostgreSQL what she writes at this moment
    would stay behind, for nobody sees it before its commit."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(_ALONE if alone else _WITH_OTHERS, {"user_id": user_id})


def _tune_sqlite(wait_seconds: float, connection: sqlite3.Connection, _record: Any) -> None:
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        f"busy_timeout={int(wait_seconds * 1000)}",
        "foreign_keys=ON",
        "secure_delete=ON",  # what is deleted is overwritten, not only taken out of the lists
        "cache_size=-16384",
        "temp_store=MEMORY",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _tune_postgresql(wait_seconds: float, connection: Any, _record: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SET lock_timeout = {int(wait_seconds * 1000)}")
    connection.commit()


def _before_statement(wait_seconds: float, _connection: Connection, cursor: Any, *_statement: Any) -> None:
    waited = _waited.get()
    if waited is not None:
        line = cursor.connection
        # What failed takes nothing before it was rolled back to its savepoint.
        if waited.seconds and line.info.transaction_status != _FAILED:
            left = max(wait_seconds - waited.seconds, min(_AT_LEAST, wait_seconds))
            with line.cursor() as own:  # the statement's own may be one that reads from the server in parts
                own.execute(f"SET LOCAL lock_timeout = {int(left * 1000)}")
        waited.began = time.monotonic()


def _after_statement(*_statement: Any) -> None:
    waited = _waited.get()
    if waited is not None:
        spent = time.monotonic() - waited.began
        if spent > _MOMENT:
            waited.seconds += spent


def _begin_sqlite(wait_seconds: float, connection: Connection) -> None:
    waited = _writing.get()
    if waited is None:
        on_driver(connection, "BEGIN")
    elif waited <= _MOMENT:
        on_driver(connection, "BEGIN IMMEDIATE")
    else:
        line: Any = connection.connection.driver_connection
        _wait_at_most(line, max(wait_seconds - waited, min(_AT_LEAST, wait_seconds)))
        try:
            on_driver(connection, "BEGIN IMMEDIATE")
        finally:
            _wait_at_most(line, wait_seconds)


def _wait_at_most(line: sqlite3.Connection, seconds: float) -> None:
    line.execute(f"PRAGMA busy_timeout={int(seconds * 1000)}").close()
