"""The servers that the tests run on: fresh for each test, shared by a run, and gone with it."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
import redis

from tests.servers import (
    Guard,
    ServerUnavailable,
    cleaned_postgres_database,
    postgres_database,
    postgres_server,
    postgres_template,
    redis_database,
    redis_server,
)

PATIENCE = 20.0  # seconds


def connect(address: str) -> psycopg.Connection:
    return psycopg.connect(address.replace("postgresql+psycopg", "postgresql"))


def tables(address: str) -> list[str]:
    with connect(address) as connection:
        rows = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
    return [name for (name,) in rows]


def test_a_database_is_empty_and_gone_afterwards() -> None:
    with postgres_database() as address:
        with connect(address) as connection:
            connection.execute("CREATE TABLE left_over (id int)")
        assert tables(address) == ["left_over"]
        with postgres_database() as other:
            assert tables(other) == []
    with pytest.raises(psycopg.OperationalError, match="does not exist"):
        connect(address)


def test_a_database_goes_although_somebody_is_still_connected() -> None:
    with postgres_database() as address:
        forgotten = connect(address)
    with pytest.raises(psycopg.OperationalError):
        forgotten.execute("SELECT 1")
    forgotten.close()


def test_a_template_is_filled_once_and_copied_each_time() -> None:
    filled = []

    def fill(address: str) -> None:
        filled.append(address)
        with connect(address) as connection:
            connection.execute("CREATE TABLE prepared (id int)")

    name = f"template_of_{os.getpid()}"
    assert postgres_template(name, fill) == postgres_template(name, fill) == name
    assert len(filled) == 1
    with postgres_database(name) as one, postgres_database(name) as other:
        with connect(one) as connection:
            connection.execute("INSERT INTO prepared VALUES (1)")
        with connect(other) as connection:
            assert connection.execute("SELECT count(*) FROM prepared").fetchone() == (0,)


def test_a_template_that_could_not_be_filled_is_tried_again() -> None:
    def fail(address: str) -> None:
        with connect(address) as connection:
            connection.execute("CREATE TABLE half (id int)")
        raise RuntimeError("half way")

    def fill(address: str) -> None:
        with connect(address) as connection:
            connection.execute("CREATE TABLE whole (id int)")

    name = f"second_try_of_{os.getpid()}"
    with pytest.raises(RuntimeError, match="half way"):
        postgres_template(name, fail)
    with postgres_database(postgres_template(name, fill)) as address:
        assert tables(address) == ["whole"]


LEFT_BEHIND = {
    "INSERT INTO things (name) VALUES ('left')": True,
    "ALTER TABLE things DISABLE TRIGGER ALL; INSERT INTO things (name) VALUES ('left')": True,
    "CREATE TABLE more (id int)": False,
    "DROP TABLE things": False,
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
    " WHERE datname = current_database() AND pid <> pg_backend_pid()": False,
}
"""What a test did, and whether the next one gets the same database, emptied."""


@pytest.mark.parametrize("deed", LEFT_BEHIND)
def test_what_one_test_leaves_the_next_does_not_find(deed: str) -> None:
    def fill(address: str) -> None:
        with connect(address) as connection:
            connection.execute("CREATE TABLE things (id serial, name text)")

    name = postgres_template(f"emptied_of_{os.getpid()}", fill)
    with cleaned_postgres_database(name) as first, connect(first) as connection:
        connection.execute(deed)
    with cleaned_postgres_database(name) as second, connect(second) as connection:
        assert (first == second) is LEFT_BEHIND[deed]
        assert tables(second) == ["things"]
        added = "INSERT INTO things (name) VALUES ('new') RETURNING id"
        assert connection.execute(added).fetchall() == [(1,)]
        assert connection.execute("SELECT count(*) FROM things").fetchone() == (1,)


def test_the_server_folds_and_stems_as_real_ones_do() -> None:
    with postgres_database() as address, connect(address) as connection:
        row = connection.execute("SELECT lower('ÄÖŁ'), to_tsvector('german', 'Häuser')::text").fetchone()
    assert row == ("äöł", "'haus':1")


def test_a_durable_server_keeps_its_promises() -> None:
    with postgres_server(durable=True) as address, connect(address) as connection:
        assert connection.execute("SHOW fsync").fetchone() == ("on",)
        assert connection.execute("SHOW synchronous_commit").fetchone() == ("on",)


def test_a_valkey_database_is_emptied() -> None:
    for _ in range(2):
        with redis_database() as address, redis.Redis.from_url(address) as client:
            assert client.dbsize() == 0
            client.set("left", "over")


def test_a_valkey_server_of_our_own_ends_with_the_block() -> None:
    with redis_server() as address, redis.Redis.from_url(address) as client:
        assert client.ping()
    with redis.Redis.from_url(address) as client, pytest.raises(redis.ConnectionError):
        client.ping()


def test_an_unknown_server_is_refused_with_the_reason() -> None:
    guard = Guard()
    try:
        with pytest.raises(ServerUnavailable, match="no test server called mysql"):
            guard.ask("mysql")
    finally:
        guard.stop()


RUN = """
import sys
from tests.servers import Guard

guard = Guard()
servers = [guard.ask("postgres")["process_id"], guard.ask("redis")["process_id"]]
print(guard.address, guard.process_id, *servers, flush=True)
sys.stdin.read()
"""


@pytest.fixture
def run() -> Iterator[tuple[subprocess.Popen[str], Path, list[int]]]:
    """A test run of another process: itself, the folder of its servers, the guard's and the servers' ids."""
    root = Path(__file__).parents[1]
    process = subprocess.Popen(
        [sys.executable, "-c", RUN], cwd=root, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert process.stdout is not None
    address, *ids = process.stdout.readline().split()
    yield process, Path(address).parent, [int(number) for number in ids]
    process.kill()
    process.communicate()


def ends(process_id: int) -> bool:
    """Wait for the end of a process that need not be our child."""
    try:
        handle = os.pidfd_open(process_id)
    except ProcessLookupError:
        return True
    try:
        return bool(select.select([handle], [], [], PATIENCE)[0])
    finally:
        os.close(handle)


def test_nothing_is_left_of_a_run_that_was_killed(
    run: tuple[subprocess.Popen[str], Path, list[int]],
) -> None:
    process, folder, ids = run
    assert folder.exists()
    process.kill()
    assert [ends(number) for number in ids] == [True, True, True]
    assert not folder.exists()


def test_no_server_outlives_a_guard_that_was_killed(
    run: tuple[subprocess.Popen[str], Path, list[int]],
) -> None:
    _, folder, (guard, *servers) = run
    os.kill(guard, signal.SIGKILL)
    assert [ends(number) for number in servers] == [True, True]
    assert folder.exists()
    Guard().stop()  # the next one clears up
    assert not folder.exists()
