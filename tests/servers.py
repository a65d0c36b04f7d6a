"""Decides where the tests get a PostgreSQL and a Redis (Valkey) server of their own.

The binaries come from Python packages. A guard process starts each server when it is first asked for and
ends it when the process that started the guard is gone, be it killed; all workers of a test run share one
guard. Nothing listens to other people: PostgreSQL has a socket in a private folder, Valkey loopback only.
"""

from __future__ import annotations

import atexit
import itertools
import json
import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from tests.lines import end_line, waiting_for

GUARD = "MENTORNET_TEST_SERVERS"  # where the guard of this test run listens
_serial = itertools.count(1)


class ServerUnavailable(Exception):
    """A server could not be started; the text says what it said."""


class Guard:
    """The process that owns the servers; they end with `stop`, or when this process does."""

    def __init__(self) -> None:
        program = Path(__file__).with_name("server_guard.py")
        self._process = subprocess.Popen(
            [sys.executable, str(program)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,  # Ctrl-C is for the tests; the guard sees that they ended
        )
        assert self._process.stdout is not None
        self.address = self._process.stdout.readline().strip()
        self._process.stdout.close()
        if not self.address:
            raise ServerUnavailable("The guard of the test servers did not start.")

    @property
    def process_id(self) -> int:
        return self._process.pid

    def ask(self, server: str) -> dict[str, str]:
        return _ask(self.address, server)

    def stop(self) -> None:
        if self._process.stdin and not self._process.stdin.closed:
            self._process.stdin.close()
            self._process.wait(20)


def _ask(address: str, server: str) -> dict[str, str]:
    with socket.socket(socket.AF_UNIX) as line:
        line.settimeout(60)
        line.connect(address)
        line.sendall(server.encode() + b"\n")
        answer: dict[str, str] = json.loads(b"".join(iter(lambda: line.recv(65536), b"")))
    if "error" in answer:
        raise ServerUnavailable(answer["error"])
    return answer


_own_guard: list[Guard] = []


def _shared(server: str) -> dict[str, str]:
    """Ask the guard of this test run, or one of our own when we are the whole run."""
    if GUARD not in os.environ:
        _own_guard.append(Guard())
        os.environ[GUARD] = _own_guard[0].address
        atexit.register(_stop_own_guard)
    return _ask(os.environ[GUARD], server)


def _stop_own_guard() -> None:
    while _own_guard:
        os.environ.pop(GUARD, None)
        _own_guard.pop().stop()


def pytest_configure(config: pytest.Config) -> None:
    """Start the guard before xdist starts its workers, so that they all ask the same one."""
    is_worker = hasattr(config, "workerinput")
    if not is_worker and getattr(config.option, "numprocesses", None) and GUARD not in os.environ:
        _own_guard.append(Guard())
        os.environ[GUARD] = _own_guard[0].address


def pytest_unconfigure(config: pytest.Config) -> None:
    del config
    while _kept:
        _kept.popitem()[1].close()
    _stop_own_guard()


# ---------------------------------------------------------------- what tests and benchmarks ask for


@contextmanager
def postgres_server(*, durable: bool = False) -> Iterator[str]:
    """Give the address of an empty database on a server of its own, gone at the end.

    `durable` keeps what a real server does for safety (fsync): for benchmarks and power cuts.
    """
    guard = Guard()
    try:
        yield _address(guard.ask("postgres-durable" if durable else "postgres"), "postgres")
    finally:
        guard.stop()


@contextmanager
def redis_server() -> Iterator[str]:
    """Give the address of a Valkey server of its own, gone at the end."""
    guard = Guard()
    try:
        yield guard.ask("redis")["url"]
    finally:
        guard.stop()


@contextmanager
def postgres_database(template: str | None = None) -> Iterator[str]:
    """Give the address of a fresh database on the test run's server, dropped at the end.

    Empty, or a copy of what `postgres_template` has prepared, which costs no migrations.
    """
    server = _shared("postgres")
    name = f"test_{os.getpid()}_{next(_serial)}"
    with _administration(server) as connection:
        connection.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy").format(
                sql.Identifier(name), sql.Identifier(template or "template0")
            )
        )
    try:
        yield _address(server, name)
    finally:
        end_line(name)
        with _administration(server) as connection:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


SHAPE = """
SELECT count(*), coalesce(sum(hashtext(c.relname || c.relkind::text || c.relhastriggers::text)), 0)
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = 'public'
"""
"""What tests must leave as it was for the next one: tables, indexes, triggers."""

ALONE = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> ALL(%s)
"""


class KeptDatabase:
    """A copy of a template that holds no row, emptied after each test. The connection that does it stays
    open, so that the server keeps at hand what it knows of the tables and how to empty them."""

    def __init__(self, server: dict[str, str], template: str) -> None:
        self.name, self._server = f"kept_{os.getpid()}_{next(_serial)}", server
        with _administration(server) as connection:
            connection.execute(
                sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy").format(
                    sql.Identifier(self.name), sql.Identifier(template)
                )
            )
        self._line = _connect(server, self.name)
        self._shape = self._line.execute(SHAPE).fetchone()
        tables = self._line.execute("SELECT relname FROM pg_stat_user_tables").fetchall()
        counters = self._line.execute("SELECT relname FROM pg_statio_user_sequences").fetchall()
        steps = [sql.SQL("DELETE FROM {}").format(sql.Identifier(table)) for (table,) in tables]
        steps += [sql.SQL("ALTER SEQUENCE {} RESTART").format(sql.Identifier(one)) for (one,) in counters]
        # No trigger is asked: neither what foreign keys nor what append-only tables would refuse.
        self._line.execute("SET session_replication_role = replica")
        self._line.execute(
            sql.SQL("CREATE FUNCTION pg_temp.empty_tables() RETURNS void LANGUAGE plpgsql AS {}").format(
                sql.Literal(f"BEGIN {sql.SQL('; ').join(steps).as_string(self._line)}; END")
            )
        )

    def clean(self) -> bool:
        """Empty all tables; False when the test changed more than rows."""
        try:
            self._line.execute(ALONE, [[self._line.info.backend_pid, *waiting_for(self.name)]])
            if self._line.execute(SHAPE).fetchone() != self._shape:
                return False
            self._line.execute("SELECT pg_temp.empty_tables()")
        except psycopg.OperationalError:  # the test ended our connection, too
            return False
        return True

    def close(self) -> None:
        end_line(self.name)
        self._line.close()

    def drop(self) -> None:
        self.close()
        with _administration(self._server) as connection:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(self.name)))


_kept: dict[str, KeptDatabase] = {}
"""Of each template, the emptied copy that waits for this process's next test."""


@contextmanager
def cleaned_postgres_database(template: str) -> Iterator[str]:
    """Give the address of a database like `template`, which holds no row. Emptying the one of the test
    before takes a fraction of the time of copying the template again."""
    server = _shared("postgres")
    kept = _kept.pop(template, None) or KeptDatabase(server, template)
    try:
        yield _address(server, kept.name)
    finally:
        if kept.clean():
            _kept[template] = kept
        else:
            kept.drop()


def postgres_template(name: str, fill: Callable[[str], None]) -> str:
    """Have `fill(address)` prepare a database once per test run; give the name for `postgres_database`.

    `fill` must close its connections. The first worker to come prepares, the others wait for it.
    """
    server = _shared("postgres")
    with _administration(server) as connection:
        connection.execute("SELECT pg_advisory_lock(hashtext(%s))", [name])
        if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone() is None:
            unfinished = f"{name}_unfinished"
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(unfinished)))
            connection.execute(
                sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(unfinished))
            )
            fill(_address(server, unfinished))
            connection.execute(
                sql.SQL("ALTER DATABASE {} RENAME TO {}").format(
                    sql.Identifier(unfinished), sql.Identifier(name)
                )
            )
    return name


@contextmanager
def redis_database() -> Iterator[str]:
    """Give the address of an empty database on the test run's Valkey server, emptied at the end.

    Channels are not kept apart by databases: whoever publishes uses names of its own.
    """
    server = _shared("redis")
    worker = os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")
    yield f"{server['url']}/{worker}"
    with socket.create_connection((server["host"], int(server["port"])), timeout=10) as line:
        line.sendall(f"SELECT {worker}\r\nFLUSHDB\r\n".encode())
        assert line.makefile().readline() == "+OK\n"


@pytest.fixture
def redis_url() -> Iterator[str]:
    """The address of an empty Valkey database."""
    with redis_database() as url:
        yield url


@contextmanager
def _administration(server: dict[str, str], database: str = "postgres") -> Iterator[psycopg.Connection]:
    connection = _connect(server, database)
    try:
        yield connection
    finally:
        connection.close()


def _connect(server: dict[str, str], database: str) -> psycopg.Connection:
    return psycopg.connect(
        host=server["folder"], user="postgres", dbname=database, autocommit=True, connect_timeout=10
    )


def _address(server: dict[str, str], database: str) -> str:
    return f"postgresql+psycopg://postgres@/{database}?host={server['folder']}"
