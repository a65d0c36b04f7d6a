"""How a database is copied while others write, put in place, emptied and checked: SQLite, PostgreSQL."""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Protocol

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

PATIENCE_MS = 30_000


class StoreFailed(Exception):
    """The database could not be copied or put in place; the text says why in one line."""


class Store(Protocol):
    """One database and what its copy is called."""

    kind: str
    copy_name: str

    def is_empty(self) -> bool: ...
    def revision(self) -> str | None: ...
    def size(self) -> int: ...
    def version(self) -> str: ...
    def fault(self) -> str | None: ...
    def copy(self, path: Path) -> None: ...


def store_of(database_url: str) -> SqliteStore | PostgresStore:
    """The store behind SQLAlchemy's URL."""
    if database_url.startswith("sqlite"):
        return SqliteStore(Path(database_url.removeprefix("sqlite:///").partition("?")[0]))
    return PostgresStore(database_url.replace("postgresql+psycopg://", "postgresql://", 1))


class SqliteStore:
    """A SQLite file."""

    kind, copy_name = "sqlite", "database.sqlite"

    def __init__(self, path: Path) -> None:
        self.path = path

    def is_empty(self) -> bool:
        """True without a single table."""
        if not self.path.exists() or self.path.stat().st_size == 0:
            return True
        return not self._ask("SELECT 1 FROM sqlite_master WHERE type = 'table' LIMIT 1")

    def revision(self) -> str | None:
        """The migration that it stands at; None for a database of no version."""
        if not self.path.exists():
            return None
        if not self._ask("SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'"):
            return None
        found = self._ask("SELECT version_num FROM alembic_version")
        return str(found[0][0]) if found else None

    def size(self) -> int:
        """Bytes on the disk, with what waits to be written into it."""
        files = [self.path.with_name(self.path.name + end) for end in ("", "-wal")]
        return sum(file.stat().st_size for file in files if file.exists())

    def version(self) -> str:
        """The library's name and version."""
        return f"SQLite {sqlite3.sqlite_version}"

    def fault(self) -> str | None:
        """What SQLite finds wrong in the file; None when it is whole."""
        try:
            first = str(self._ask("PRAGMA integrity_check(1)")[0][0])
            if first != "ok":
                return first
            lost = self._ask("PRAGMA foreign_key_check")
        except sqlite3.DatabaseError as error:
            return str(error)
        return f"rows of {lost[0][0]} point to nothing" if lost else None

    def copy(self, path: Path) -> None:
        """Write what is committed now into a new file. Writers are not held up, and nothing of what was
        deleted before is in the copy."""
        with self._opened() as connection:
            connection.execute("VACUUM INTO ?", [str(path)])

    def put(self, copy: Path) -> None:
        """Take the place of the file; nobody may have it open. What the old one still had beside it goes."""
        for end in ("-wal", "-shm", "-journal"):
            self.path.with_name(self.path.name + end).unlink(missing_ok=True)
        try:
            os.replace(copy, self.path)
        except OSError as error:
            if error.errno != errno.EXDEV:
                raise
            near = self.path.with_name(f".{self.path.name}.part")  # the database lies on another disk
            shutil.copyfile(copy, near)
            os.replace(near, self.path)

    def _ask(self, sql: str) -> list[tuple[object, ...]]:
        with self._opened() as connection:
            return connection.execute(sql).fetchall()

    @contextlib.contextmanager
    def _opened(self) -> Iterator[sqlite3.Connection]:
        connection = sqlite3.connect(self.path, timeout=PATIENCE_MS / 1000, isolation_level=None)
        try:
            yield connection
        finally:
            connection.close()


class PostgresStore:
    """A PostgreSQL database, copied by PostgreSQL's own programs."""

    kind, copy_name = "postgresql", "database.pgdump"

    def __init__(self, url: str) -> None:
        self._url = url

    def is_empty(self) -> bool:
        """True without a single table of ours."""
        return not self._ask("SELECT 1 FROM pg_tables WHERE schemaname = 'public' LIMIT 1")

    def revision(self) -> str | None:
        """The migration that it stands at; None for a database of no version."""
        if not self._ask("SELECT 1 FROM pg_tables WHERE tablename = 'alembic_version'"):
            return None
        found = self._ask("SELECT version_num FROM alembic_version")
        return str(found[0][0]) if found else None

    def size(self) -> int:
        """Bytes on the server's disk."""
        return int(str(self._ask("SELECT pg_database_size(current_database())")[0][0]))

    def version(self) -> str:
        """The server's name and version."""
        return f"PostgreSQL {self._ask('SHOW server_version')[0][0]}"

    def fault(self) -> str | None:
        """None when every table can be read; PostgreSQL checks the rest by itself."""
        try:
            tables = self._ask("SELECT quote_ident(tablename) FROM pg_tables WHERE schemaname = 'public'")
            for (table,) in tables:
                self._ask(f"SELECT count(*) FROM public.{table}")  # noqa: S608 - quoted by the server
        except psycopg.Error as error:
            return " ".join(str(error).split())
        return None

    def copy(self, path: Path) -> None:
        """Write what is committed now into a new file, by pg_dump."""
        self._run("pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={path}")

    def check(self, copy: Path) -> None:
        """Raises StoreFailed where pg_restore cannot read the copy."""
        _run("pg_restore", "--list", str(copy))

    def put(self, copy: Path) -> None:
        """Fill an empty database from a copy: all of it or nothing."""
        self._run(
            "pg_restore", "--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction",
            "--schema=public", str(copy),
        )  # fmt: skip

    def empty(self) -> None:
        """Take everything out of the database."""
        with psycopg.connect(self._url) as connection:
            connection.execute("DROP SCHEMA public CASCADE")
            connection.execute("CREATE SCHEMA public")

    def _ask(self, sql: str) -> list[tuple[object, ...]]:
        with psycopg.connect(self._url, connect_timeout=10) as connection:
            return connection.execute(sql.encode()).fetchall()

    def _run(self, program: str, *arguments: str) -> None:
        place = conninfo_to_dict(self._url)
        password = place.pop("password", None)
        # Everybody on the machine can read a command line; nobody else's eyes reach our environment.
        secret = {"PGPASSWORD": str(password)} if password else {}
        _run(program, "--no-password", f"--dbname={make_conninfo('', **place)}", *arguments, secret=secret)


def _run(program: str, *arguments: str, secret: Mapping[str, str] | None = None) -> None:
    found = shutil.which(program)
    if found is None:
        raise StoreFailed(f"{program} was not found; install PostgreSQL's client programs")
    done = subprocess.run(  # noqa: S603 - a program of PostgreSQL's, with our own arguments
        [found, *arguments], env={**os.environ, **(secret or {})}, capture_output=True, text=True,
        errors="replace", check=False,
    )  # fmt: skip
    if done.returncode != 0:
        said = " ".join(done.stderr.split()) or f"it ended with {done.returncode}"
        raise StoreFailed(f"{program} failed: {said[:400]}")
