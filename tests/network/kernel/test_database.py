"""How the database is opened: how long a write waits, and that what is deleted is gone."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from network.kernel.database import Database
from network.kernel.errors import DatabaseBusy
from network.kernel.policy import ALLOWED, require
from network.kernel.runtime import Runtime
from network.kernel.transaction import command, session, unit_of_work
from tests.network.kernel.facts import light_lamp
from tests.running import running


def test_b5_a_write_waits_as_long_as_the_setting_says(database_url: str, tmp_path: Path) -> None:
    with running(database_url, tmp_path, database_wait_seconds=1) as live:
        light_lamp("room:a")
        with live.database.engine.connect() as holder:
            if live.database.is_sqlite:
                holder.exec_driver_sql("ROLLBACK")
                holder.exec_driver_sql("BEGIN EXCLUSIVE")
            else:
                holder.exec_driver_sql("LOCK TABLE scope_heads IN ACCESS EXCLUSIVE MODE")
            began = time.monotonic()
            with pytest.raises(DatabaseBusy):
                light_lamp("room:a")
            assert 0.9 < time.monotonic() - began < 3
        assert light_lamp("room:a") == 2, "the number of who was refused is given out again"


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_b5_all_locks_together_are_waited_for_as_long_as_one(database_url: str, tmp_path: Path) -> None:
    """In a queue for two of them a write would wait twice as long; the server is asked how much is left."""
    left: list[str] = []

    @command
    def slowly() -> None:
        require(ALLOWED)
        for seconds in (0, 0.4, 0.8, 0):
            session().execute(text(f"SELECT pg_sleep({seconds})"))
            left.append(session().execute(text("SHOW lock_timeout")).scalar_one())

    with running(database_url, tmp_path, database_wait_seconds=1):
        slowly()
        assert left[0] == "1s"
        assert 250 <= int(left[1].removesuffix("ms")) <= 600
        assert left[2:] == ["250ms", "250ms"], (
            "whoever only computes for long still gets a lock that is free soon"
        )
        left.clear()
        slowly()
        assert left[0] == "1s", "the next one has all of it again"


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_b5_after_a_slow_statement_all_others_work_as_before(database_url: str, tmp_path: Path) -> None:
    """What reads in parts from the server, and what failed within a savepoint."""
    numbers = text("SELECT * FROM generate_series(1, 1000)")

    @command
    def slowly() -> int:
        require(ALLOWED)
        session().execute(text("SELECT pg_sleep(0.25)"))
        with pytest.raises(IntegrityError), session().begin_nested():
            session().execute(text("INSERT INTO scope_heads SELECT * FROM scope_heads"))
        return len(session().execute(numbers, execution_options={"yield_per": 200}).all())

    with running(database_url, tmp_path, database_wait_seconds=1):
        light_lamp("room:a")
        assert slowly() == 1000


def test_who_reads_does_not_wait_for_who_writes(live: Runtime) -> None:
    light_lamp("room:a")
    with live.database.engine.connect() as holder:
        holder.execute(text("DELETE FROM scope_heads"))
        began = time.monotonic()
        with unit_of_work() as unit:
            assert unit.session.execute(text("SELECT count(*) FROM scope_heads")).scalar_one() == 1
        assert time.monotonic() - began < 1


def test_the_journal_is_emptied_when_nobody_reads(database_url: str, tmp_path: Path) -> None:
    with running(database_url, tmp_path) as live:
        light_lamp("room:a")
        journal = tmp_path / "test.db-wal"
        assert journal.exists() is live.database.is_sqlite
        with unit_of_work() as unit:
            unit.session.execute(text("SELECT 1 FROM scope_heads"))
            began = time.monotonic()
            live.database.empty_journal()
            assert time.monotonic() - began < 2, "who reads is not waited for"
        live.database.empty_journal()
        assert not live.database.is_sqlite or journal.stat().st_size == 0


def test_sqlite_as_the_product_opens_it_waits_for_the_disk(tmp_path: Path) -> None:
    """Tests do without (tests/databases.py), so this is said here."""
    database = Database(f"sqlite:///{tmp_path}/own.db")
    with database.engine.connect() as connection:
        said = {
            pragma: connection.exec_driver_sql(f"PRAGMA {pragma}").scalar_one()
            for pragma in ("journal_mode", "synchronous", "foreign_keys", "secure_delete")
        }
    database.close()
    assert said == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "secure_delete": 1}
