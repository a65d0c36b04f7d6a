"""One command, one transaction."""

from __future__ import annotations

import sqlite3
import threading

import pytest
from sqlalchemy import func, select

from models.event_log import Event
from network.kernel import events
from network.kernel.errors import DatabaseBusy, Forbidden
from network.kernel.failures import counted_failures
from network.kernel.policy import ALLOWED, Verdict, require
from network.kernel.runtime import Runtime
from network.kernel.transaction import UncheckedCommit, after_commit, command, session, unit_of_work
from tests.network.kernel.facts import LampLit, light_lamp


def count_events() -> int:
    with unit_of_work():
        return session().execute(select(func.count()).select_from(Event)).scalar_one()


def test_a_failed_command_leaves_nothing_behind(live: Runtime) -> None:
    light_lamp("room:a")
    with pytest.raises(RuntimeError, match="bulb"):
        light_lamp("room:a", fail=True)
    assert count_events() == 1
    assert light_lamp("room:a") == 2, "the number that was rolled back is given out again: no hole"


def test_a_commit_without_require_is_refused(live: Runtime) -> None:
    @command
    def forgetful() -> None:
        events.record(LampLit(scope="room:a", entity_id="x"))

    with pytest.raises(UncheckedCommit, match="forgetful"):
        forgetful()
    assert count_events() == 0


def test_a_nested_command_joins_and_fails_with_the_whole(live: Runtime) -> None:
    @command
    def outer(fail: bool) -> None:
        require(ALLOWED)
        light_lamp("room:a")
        light_lamp("room:b")
        if fail:
            raise RuntimeError("no")

    with pytest.raises(RuntimeError):
        outer(fail=True)
    assert count_events() == 0
    outer(fail=False)
    assert count_events() == 2


def test_reading_cannot_write(live: Runtime) -> None:
    light_lamp("room:a")
    with unit_of_work():
        session().execute(Event.__table__.delete())
    assert count_events() == 1


def test_after_commit_runs_only_when_it_is_committed(live: Runtime) -> None:
    done: list[str] = []

    @command
    def act(name: str, fail: bool) -> None:
        require(ALLOWED)
        after_commit(lambda: done.append(name))
        if fail:
            raise RuntimeError("no")

    with pytest.raises(RuntimeError):
        act("first", fail=True)
    act("second", fail=False)
    assert done == ["second"]
    with pytest.raises(RuntimeError, match="only a command"):
        after_commit(lambda: None)


def test_after_commit_all_run_and_each_failure_is_counted(live: Runtime) -> None:
    done: list[str] = []

    def fail() -> None:
        done.append("failed")
        raise RuntimeError("after the commit")

    @command
    def act() -> str:
        require(ALLOWED)
        for action in (fail, lambda: done.append("between"), fail, lambda: done.append("last")):
            after_commit(action)
        light_lamp("room:a")
        return "result"

    before = counted_failures().get("after_commit", 0)
    assert act() == "result", "what is committed is answered"
    assert done == ["failed", "between", "failed", "last"]
    assert counted_failures()["after_commit"] == before + 2
    assert count_events() == 1


def test_a_refusal_raises_and_writes_nothing(live: Runtime) -> None:
    @command
    def act() -> None:
        require(Verdict(Forbidden))
        events.record(LampLit(scope="room:a", entity_id="x"))

    with pytest.raises(Forbidden):
        act()
    assert count_events() == 0


def test_a_command_sees_what_others_committed_since_the_request_began(live: Runtime) -> None:
    with unit_of_work():
        assert session().execute(select(func.count()).select_from(Event)).scalar_one() == 0
        other = threading.Thread(target=light_lamp, args=("room:a",))
        other.start()
        other.join()
        assert light_lamp("room:a") == 2


def test_a_locked_database_is_busy_not_broken(live: Runtime, monkeypatch: pytest.MonkeyPatch) -> None:
    if not live.database.is_sqlite:
        with live.database.engine.connect() as holder:
            light_lamp("room:a")
            holder.exec_driver_sql("LOCK TABLE scope_heads IN ACCESS EXCLUSIVE MODE")

            @command
            def impatient() -> None:
                require(ALLOWED)
                session().connection().exec_driver_sql("SET LOCAL lock_timeout = '50ms'")
                light_lamp("room:a")

            with pytest.raises(DatabaseBusy):
                impatient()
        assert light_lamp("room:a") == 2
        return
    path = live.database.engine.url.database
    assert path is not None
    light_lamp("room:a")
    with unit_of_work():
        session().connection().exec_driver_sql("PRAGMA busy_timeout=50")
    holder_of_file = sqlite3.connect(path, isolation_level=None)
    holder_of_file.execute("BEGIN EXCLUSIVE")
    try:
        with pytest.raises(DatabaseBusy):
            light_lamp("room:a")
    finally:
        holder_of_file.execute("ROLLBACK")
        holder_of_file.close()
    assert light_lamp("room:a") == 2
