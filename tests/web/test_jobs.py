"""Jobs: letters leave at once, a failing job stops nobody, the audit trail's end is told outside."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest
from sqlalchemy import text

from network.kernel import audit, outbox
from network.kernel import jobs as registry
from network.kernel.actor import system_actor
from network.kernel.ids import new_id
from network.kernel.outbox import Letter, composes, post
from network.kernel.policy import is_system, require
from network.kernel.runtime import Runtime
from network.kernel.transaction import command, session, unit_of_work
from tests.running import LetterBox
from web import jobs


@pytest.fixture(autouse=True)
def _registered() -> Iterator[None]:
    composes("test_letter")(lambda _language, params: Letter(f"No {params['n']}", ["Hello."]))
    known = dict(registry._jobs)
    yield
    registry._jobs.clear()
    registry._jobs.update(known)
    outbox._composers.pop("test_letter", None)
    outbox._wakers.clear()


@command
def promise(count: int) -> None:
    require(is_system(system_actor("test"), None))
    for number in range(count):
        post("test_letter", "mina@mail.example", "en", n=number)


@command
def note(action: str) -> None:
    require(is_system(system_actor("test"), None))
    audit.append(system_actor("test"), action, "thing", new_id())


@command
def tamper(statement: str) -> None:
    require(is_system(system_actor("test"), None))
    session().execute(text(statement))


def until(happened: Callable[[], bool], seconds: float = 2.0) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if happened():
            return True
        time.sleep(0.01)
    return False


@pytest.fixture
def workers(live: Runtime) -> Iterator[Any]:
    huey = jobs.create_huey(live.settings)  # type: ignore[arg-type]
    jobs.register(huey)
    consumer = huey.create_consumer(workers=2, periodic=False, initial_delay=0.05, max_delay=0.5)
    for _, thread in consumer.worker_threads:
        thread.start()
    yield consumer
    consumer.stop(graceful=False)
    for _, thread in consumer.worker_threads:
        thread.join(5)
    huey.storage.close()


def test_a_letter_leaves_within_two_seconds_of_its_promise(
    live: Runtime, letterbox: LetterBox, workers: Any
) -> None:
    jobs.wake_on_post(live.settings)  # type: ignore[arg-type]
    promise(3)
    assert until(lambda: len(letterbox.letters) == 3)
    assert sorted(str(letter["Subject"]) for letter in letterbox.letters) == ["No 0", "No 1", "No 2"]


def test_many_promises_ask_once(live: Runtime) -> None:
    jobs.wake_on_post(live.settings)  # type: ignore[arg-type]
    promise(50)
    promise(1)
    huey = jobs.create_huey(live.settings)  # type: ignore[arg-type]
    assert huey.pending_count() == 1
    huey.storage.close()


def test_a_failing_job_is_named_and_stops_nobody(live: Runtime, letterbox: LetterBox) -> None:
    ran: list[str] = []
    registry._jobs.clear()

    @registry.job("a.fails", every_minutes=60)
    def fails() -> None:
        raise ValueError("broken")

    @registry.job("b.works", every_minutes=60)
    def works() -> None:
        ran.append("b")

    promise(1)
    assert jobs.run_once() == ["a.fails"]
    assert ran == ["b"]
    assert len(letterbox.letters) == 1


def test_every_rhythm_becomes_a_schedule(live: Runtime) -> None:
    for minutes in (1, 5, 60, 360, 1440, 10080):
        registry.job(f"test.{minutes}", every_minutes=minutes)(lambda: None)
    huey = jobs.create_huey(live.settings)  # type: ignore[arg-type]
    jobs.register(huey)
    names = {task.__name__ for task in huey._registry._periodic_tasks}
    assert {f"test.{minutes}" for minutes in (1, 5, 60, 360, 1440, 10080)} <= names
    assert "send_letters_late" in names
    huey.storage.close()


def test_the_age_of_the_last_run_is_known(live: Runtime) -> None:
    assert jobs.seconds_since_beat() is None
    jobs.run_once()
    age = jobs.seconds_since_beat()
    assert age is not None
    assert 0 <= age < 60


def head_file(live: Runtime) -> Path:
    return Path(live.settings.data_dir) / jobs.AUDIT_HEAD


def test_a25_the_end_of_the_trail_is_told_outside_the_database(live: Runtime) -> None:
    jobs.run_once()
    assert not head_file(live).exists(), "nothing was done yet"
    note("one")
    note("two")
    jobs.run_once()
    said = orjson.loads(head_file(live).read_bytes())
    with unit_of_work():
        assert (said["seq"], said["chain"]) == audit.current_head()
        assert jobs.published_head(head_file(live).parent) == audit.current_head()
        assert audit.verify(jobs.published_head(head_file(live).parent)) is None


def test_a25_a_trail_that_was_cut_off_is_not_covered_up(live: Runtime) -> None:
    for action in ("one", "two", "three"):
        note(action)
    jobs.run_once()
    before = head_file(live).read_bytes()
    tamper("DELETE FROM audit_trail WHERE seq = 3")
    tamper("UPDATE audit_head SET seq = 2, chain = (SELECT chain FROM audit_trail WHERE seq = 2)")
    with unit_of_work():
        assert audit.verify() is None, "from within, nothing is to be seen"
    jobs.run_once()
    assert head_file(live).read_bytes() == before
    with unit_of_work():
        assert audit.verify(jobs.published_head(head_file(live).parent)) == 3


def test_a_damaged_head_is_said_to_be_damaged(live: Runtime) -> None:
    head_file(live).write_text('{"seq": ')
    with pytest.raises(ValueError, match=r"audit-head\.json cannot be read"):
        jobs.published_head(head_file(live).parent)
    assert jobs.run_once() == ["audit.publish_head"]
