"""Statements that run with every message: compiled once, and on SQLite handed to the driver as they are.

SQLAlchemy's way from a compiled statement to its row took seven times as long as SQLite itself (37 and 5 µs
of CPU, both measured alone), and a message that is posted runs seven statements. What is left out here
is only that way: types, transaction, listeners and errors stay those of the connection. PostgreSQL's driver
takes most of the time there, so that nothing would be won: it goes the usual way.
"""

from __future__ import annotations

import sqlite3
from collections import namedtuple
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, Dialect
from sqlalchemy.types import TypeEngine

from network.kernel.database import on_driver
from network.kernel.transaction import session

_Process = Callable[[Any], Any]


class Prepared:
    """One statement, to be run in the open unit of work; for an INSERT without a Python-side default, of the
    columns `named`. Nothing that is not written yet is flushed before it."""

    def __init__(self, statement: Any, named: Iterable[str] | None = None) -> None:
        self._statement, self._named = statement, list(named) if named is not None else None
        self._on_sqlite: _OnSqlite | None = None

    def rows(self, values: dict[str, Any]) -> Sequence[Any]:
        """The rows that it returns, all of them; their columns by place or by name."""
        connection = session().connection()
        if connection.dialect.name != "sqlite":
            return connection.execute(self._statement, values).all()
        return self._compiled(connection).rows(connection, values)

    def one_or_none(self, values: dict[str, Any]) -> Any:
        """The row that it returns, of which there is one at most; None where there is none."""
        found = self.rows(values)
        if len(found) > 1:
            raise RuntimeError("more than one row where one was expected")
        return found[0] if found else None

    def run(self, values: dict[str, Any]) -> None:
        """Run it for what it does."""
        connection = session().connection()
        if connection.dialect.name != "sqlite":
            connection.execute(self._statement, values)
        else:
            self._compiled(connection).execute(connection, values)

    def _compiled(self, connection: Connection) -> _OnSqlite:
        if self._on_sqlite is None:
            self._on_sqlite = _OnSqlite(self._statement, self._named, connection.dialect)
        return self._on_sqlite


class _OnSqlite:
    def __init__(self, statement: Any, named: list[str] | None, dialect: Dialect) -> None:
        compiled = statement.compile(dialect=dialect, column_keys=named)
        if compiled.insert_prefetch or compiled.update_prefetch:
            raise TypeError("a prepared statement names every column that has a default in Python")
        self._text = str(compiled)
        self._constants = {name: value for name, value in compiled.params.items() if value is not None}
        self._wanted: list[tuple[str, _Process | None]] = [
            (name, _of(compiled.binds[name].type, dialect).bind_processor(dialect))
            for name in compiled.positiontup
        ]
        columns = list(statement.exported_columns)
        self._row: Any = namedtuple("_row", [str(column.key) for column in columns], rename=True)  # type: ignore[misc]
        self._read: list[_Process | None] = [
            _of(column.type, dialect).result_processor(dialect, None) for column in columns
        ]

    def execute(self, connection: Connection, values: dict[str, Any]) -> sqlite3.Cursor:
        """Run it on the connection's own cursor, heard by whoever listens to statements."""
        given = {**self._constants, **values}
        bound = [
            given[name] if as_stored is None else as_stored(given[name]) for name, as_stored in self._wanted
        ]
        return on_driver(connection, self._text, bound)

    def rows(self, connection: Connection, values: dict[str, Any]) -> list[Any]:
        """What it finds."""
        make = self._row._make
        return [
            make(
                [
                    value if as_is is None else as_is(value)
                    for as_is, value in zip(self._read, row, strict=True)
                ]
            )
            for row in self.execute(connection, values)
        ]


def _of(kind: TypeEngine[Any], dialect: Dialect) -> TypeEngine[Any]:
    return kind.dialect_impl(dialect)
