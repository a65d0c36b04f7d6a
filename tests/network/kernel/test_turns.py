"""Who of one process writes next on SQLite: whoever came first, and whatever becomes of who has the turn."""

from __future__ import annotations

import signal
import sqlite3
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from network.kernel.database import begin_for_writing
from network.kernel.errors import DatabaseBusy
from network.kernel.policy import ALLOWED, require
from network.kernel.runtime import Runtime, install
from network.kernel.transaction import UncheckedCommit, after_commit, command, session, unit_of_work
from network.kernel.turns import Turns
from tests.databases import open_database
from tests.live_server import wait_for
from tests.network.kernel.facts import light_lamp
from tests.running import running

sqlite_only = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@contextmanager
def patient(url: str, data_dir: Path, seconds: float) -> Iterator[Runtime]:
    """A runtime whose writers wait for so long; the setting knows whole seconds only."""
    with running(url, data_dir) as live:
        changed = replace(live, database=open_database(url, seconds))
        install(changed)
        yield changed
        changed.database.close()


@contextmanager
def in_line(turns: Turns, *works: Callable[[], Any]) -> Iterator[list[threading.Thread]]:
    """Somebody has the turn until the block ends; each of `works` waits for it, in this order."""
    threads = [threading.Thread(target=work, daemon=True) for work in works]
    with turns.turn(1):
        for number, thread in enumerate(threads, start=1):
            thread.start()
            wait_for("the next in line", lambda number=number: len(turns._waiting) == number)  # type: ignore[misc]
        yield threads


@command
def fail(error: BaseException) -> None:
    """Have the turn, and end with an error."""
    require(ALLOWED)
    light_lamp("room:a")
    raise error


@sqlite_only
def test_first_come_first_served(live: Runtime) -> None:
    served: list[int] = []

    @command
    def write(number: int) -> None:
        require(ALLOWED)
        served.append(number)

    turns = live.database._turns
    with in_line(turns, *(lambda n=n: write(n) for n in range(6))) as threads:  # type: ignore[misc]
        assert served == []
    for thread in threads:
        thread.join()
    assert served == list(range(6))


@sqlite_only
def test_of_many_who_write_all_the_time_nobody_is_refused(database_url: str, tmp_path: Path) -> None:
    """By SQLite's own lock alone one of eight waits for longer than this in nearly every run."""
    writers, each = 8, 150
    gate = threading.Barrier(writers)

    def write(_number: int) -> list[int]:
        gate.wait()
        return [light_lamp("room:a") for _ in range(each)]

    with patient(database_url, tmp_path, 0.3), ThreadPoolExecutor(writers) as pool:
        written = list(pool.map(write, range(writers)))
    assert sorted(seq for mine in written for seq in mine) == list(range(1, writers * each + 1))


@sqlite_only
def test_b5_while_another_process_writes_all_in_line_are_refused(database_url: str, tmp_path: Path) -> None:
    with patient(database_url, tmp_path, 0.5) as live:
        light_lamp("room:a")
        path = str(live.database.engine.url.database)
        with ThreadPoolExecutor(4) as pool, closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("BEGIN EXCLUSIVE")
            asked = [pool.submit(light_lamp, "room:a") for _ in range(4)]
            assert [type(one.exception()) for one in asked] == [DatabaseBusy] * 4
            other.execute("ROLLBACK")
        assert light_lamp("room:a") == 2


@sqlite_only
def test_b5_who_waited_for_her_turn_waits_less_for_other_processes(database_url: str, tmp_path: Path) -> None:
    with patient(database_url, tmp_path, 2):
        for waited, said in ((0.1, []), (1.5, [500, 2000]), (9.0, [250, 2000])):
            with unit_of_work():
                line: Any = session().connection().connection.driver_connection
                session().rollback()
                seen: list[str] = []
                line.set_trace_callback(seen.append)
                begin_for_writing(session(), waited)
                line.set_trace_callback(None)
            *before, begun = [one for one in seen if "busy_timeout" not in one]
            assert (before, begun) == ([], "BEGIN IMMEDIATE")
            assert [int(one.partition("=")[2]) for one in seen if "busy_timeout" in one] == said


@sqlite_only
def test_whatever_happens_the_turn_goes_on(live: Runtime) -> None:
    class Torn(BaseException):
        """No Exception: what ends a thread."""

    for error in (RuntimeError("no"), Torn()):
        with pytest.raises(type(error)):
            fail(error)
    with pytest.raises(UncheckedCommit):
        command(lambda: None)()
    with ThreadPoolExecutor(1) as pool:
        assert isinstance(pool.submit(fail, SystemExit()).exception(), SystemExit)

    def torn(*_: object) -> None:
        raise Torn

    for moment in ("begin", "commit"):
        event.listen(live.database.engine, moment, torn)
        with pytest.raises(Torn):
            light_lamp("room:a")
        event.remove(live.database.engine, moment, torn)
    assert light_lamp("room:a") == 1, "the turn is free, and nothing of all that stands"


@sqlite_only
def test_what_comes_after_a_commit_can_write(live: Runtime) -> None:
    @command
    def act() -> None:
        require(ALLOWED)
        after_commit(lambda: light_lamp("room:a"))

    act()
    assert light_lamp("room:a") == 2


def test_who_leaves_the_line_holds_up_nobody() -> None:
    turns, served = Turns(), list[str]()

    def waits() -> None:
        with turns.turn(60) as waited:
            served.append("patient" if waited else "at once")

    def impatient() -> None:
        with pytest.raises(DatabaseBusy), turns.turn(0.01):
            served.append("impatient")

    with in_line(turns, waits) as (last,):
        impatient()
        assert len(turns._waiting) == 1
    last.join()
    with turns.turn(0):
        pass
    assert served == ["patient"]


def test_a_signal_while_waiting_leaves_the_line() -> None:
    class Told(BaseException):
        """What the signal's handler raises."""

    def tell(*_: object) -> None:
        raise Told

    turns, main = Turns(), threading.main_thread().ident
    assert main == threading.get_ident()
    free, taken = threading.Event(), threading.Event()

    def hold_and_signal() -> None:
        with turns.turn(1):
            taken.set()
            wait_for("somebody in line", lambda: len(turns._waiting) == 1)
            signal.pthread_kill(main, signal.SIGUSR1)
            free.wait(10)

    before = signal.signal(signal.SIGUSR1, tell)
    holder = threading.Thread(target=hold_and_signal, daemon=True)
    try:
        holder.start()
        taken.wait(10)
        with pytest.raises(Told), turns.turn(10):
            pass
    finally:
        signal.signal(signal.SIGUSR1, before)
    assert not turns._waiting
    free.set()
    holder.join()
    with turns.turn(0) as waited:
        assert waited == 0


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_on_postgresql_nobody_waits_for_a_turn(live: Runtime) -> None:
    with ThreadPoolExecutor(1) as pool:

        @command
        def meanwhile() -> int:
            require(ALLOWED)
            return pool.submit(light_lamp, "room:a").result(timeout=10)

        assert meanwhile() == 1
