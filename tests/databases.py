"""Databases for tests: opened as the product opens them, without what here only costs time."""

from __future__ import annotations

import sqlite3
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import Dialect

from network.kernel.database import BUSY_SECONDS, Database
from tests.lines import line_to

_dialects: dict[str, Dialect] = {}
"""For each kind of database what SQLAlchemy found out about it."""

_statements: dict[str, dict[Any, Any]] = {"sqlite": {}, "postgresql": {}}
"""The SQL text of the statements that were executed, which SQLAlchemy keeps for each dialect. They hold no
values and no connection; threads may share them, as the threads of one engine do."""


def open_database(url: str, wait_seconds: float = BUSY_SECONDS) -> Database:
    """A database over `url` with an engine of its own. Statements are compiled once per worker; SQLite does
    not wait for the disk, as the tests' PostgreSQL does not either: nobody pulls this machine's plug."""
    database = Database(url, wait_seconds=wait_seconds)
    engine, kind = database.engine, database.engine.dialect.name
    if not database.is_sqlite:  # asked of the dialect that the engine was made with
        event.listen(engine, "do_connect", lambda _dialect, _record, _args, options: line_to(**options))
    if kind in _dialects:
        engine.dialect = _dialects[kind]
    else:
        # The first connection is the one that it finds out by.
        event.listen(engine, "connect", lambda *_: _dialects.setdefault(kind, engine.dialect))
    engine.update_execution_options(compiled_cache=_statements[kind])
    if database.is_sqlite:
        event.listen(engine, "connect", _let_the_disk_be)
    return database


def _let_the_disk_be(connection: sqlite3.Connection, _record: Any) -> None:
    connection.execute("PRAGMA synchronous=OFF").close()
