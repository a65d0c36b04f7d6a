"""Keeps a connection to PostgreSQL from one test to the next."""

from __future__ import annotations

from typing import Any

import psycopg

_lines: dict[str, KeptLine] = {}
"""By database, the line that waits for the next test."""


class KeptLine(psycopg.Connection):
    """A connection that is put aside when a test closes it: a new one is a new process of the server, which
    reads again what tables there are and how each statement is best answered."""

    def close(self) -> None:
        if self.closed or not _fresh(self) or _lines.setdefault(self.info.dbname, self) is not self:
            super().close()


def line_to(**options: Any) -> psycopg.Connection:
    """Connect with psycopg's options, or give the line to the same database that was put aside."""
    kept = _lines.pop(str(options.get("dbname")), None)
    if kept is not None and _fresh(kept):
        return kept
    if kept is not None:
        psycopg.Connection.close(kept)
    return KeptLine.connect(**options)


def _fresh(line: psycopg.Connection) -> bool:
    """Whether it could be made as if it were new."""
    try:
        line.rollback()
        line.autocommit = True
        line.execute("RESET ALL")
        line.autocommit = False
    except psycopg.Error:
        return False
    return True


def waiting_for(database: str) -> list[int]:
    """The server's processes whose lines wait for the next test in a database."""
    return [_lines[database].info.backend_pid] if database in _lines else []


def end_line(database: str) -> None:
    """End the line that waits, because its database goes."""
    if database in _lines:
        psycopg.Connection.close(_lines.pop(database))
