"""Jobs: letters leave at once, a failing job stops nobody, the audit trail's end is told outside."""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest
from sqlalchemy import text

from config import Settings
from network import discussions, notifications
from network.kernel import audit, outbox
from network.kernel import jobs as registry
from network.kernel.actor import system_actor
from network.kernel.ids import new_id
from network.kernel.outbox import Letter, composes, post
from network.kernel.policy import is_system, require
from network.kernel.runtime import Runtime
from network.kernel.transaction import command, session, unit_of_work
from tests.factories.discussions import make_community, make_room, make_topic
from tests.live_server import wait_for
from tests.running import HandClock, LetterBox
from web import delivery, jobs


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
    wait_for("the third letter", lambda: len(letterbox.letters) == 3, 2.0)
    assert sorted(str(letter["Subject"]) for letter in letterbox.letters) == ["No 0", "No 1", "No 2"]


def test_many_promises_ask_once(live: Runtime) -> None:
    jobs.wake_on_post(live.settings)  # type: ignore[arg-type]
    promise(50)
    promise(1)
    huey = jobs.create_huey(live.settings)  # type: ignore[arg-type]
    assert huey.pending_count() == 1
    huey.storage.close()


def test_b3_a_redis_that_takes_connections_and_says_nothing_keeps_nobody_waiting(
    live: Runtime, tmp_path: Path
) -> None:
    """Its machine hangs, or the way to it: who commits goes on, and the minute's look finds the letter."""
    wakers = list(outbox._wakers)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"redis://127.0.0.1:{silent.getsockname()[1]}/0"
        jobs.wake_on_post(Settings(data_dir=tmp_path, redis_url=url))
        began = time.monotonic()
        outbox._wake()
        assert time.monotonic() - began < 4  # by itself it would be five
    outbox._wakers[:] = wakers
    while jobs._listening:
        jobs._listening.pop()()


def test_what_is_said_is_looked_at_a_second_later_once(live: Runtime) -> None:
    jobs.wake_on_post(live.settings)  # type: ignore[arg-type]
    circle = make_community()
    ann, bob = circle.member(), circle.member()
    topic = make_topic(make_room(circle.network), ann)
    said = discussions.post_message(ann, topic.id, "Hello", "1").message["id"]
    discussions.post_message(bob, topic.id, "Hello too", "2", said)
    huey = jobs.create_huey(live.settings)  # type: ignore[arg-type]
    jobs.register(huey)
    [look] = huey.scheduled()
    huey.execute(look, look.eta)
    huey.storage.close()
    with unit_of_work():
        assert [each["kind"] for each in notifications.list_notices(ann).items] == ["reply"]


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


@pytest.fixture
def some_jobs(live: Runtime) -> None:
    registry._jobs.clear()
    for minutes in (1, 60, 1440):
        registry.job(f"every.{minutes}", every_minutes=minutes)(lambda: None)


def test_each_job_runs_when_its_time_has_come(some_jobs: None, clock: HandClock) -> None:
    assert jobs.run_due() == ["every.1", "every.1440", "every.60"]
    assert jobs.run_due() == []
    for minute in range(1, 121):
        clock.forward(seconds=59.9)  # no minute of a busy machine is exact
        assert jobs.run_due() == (["every.1", "every.60"] if minute % 60 == 0 else ["every.1"]), minute
    clock.forward(hours=22)
    assert "every.1440" in jobs.run_due()


def test_a_machine_that_was_off_and_a_clock_that_was_moved_make_jobs_late_at_most(
    some_jobs: None, clock: HandClock
) -> None:
    jobs.run_due()
    clock.forward(days=40)
    assert len(jobs.run_due()) == 3
    assert jobs.run_due() == []
    clock.forward(days=-40)
    assert len(jobs.run_due()) == 3, "what was planned for a time that is far away again"
    assert jobs.run_due() == []


def test_what_failed_is_tried_again_soon(live: Runtime, clock: HandClock) -> None:
    registry._jobs.clear()

    @registry.job("fails", every_minutes=1440)
    def fails() -> None:
        raise ValueError("broken")

    assert jobs.run_due() == ["fails"]
    clock.forward(minutes=10)
    assert jobs.run_due() == []
    clock.forward(minutes=5)
    assert jobs.run_due() == ["fails"]


def test_one_round_at_a_time(live: Runtime) -> None:
    registry._jobs.clear()
    inner: list[list[str]] = []
    registry.job("long", every_minutes=1)(lambda: inner.append(jobs.run_due()))
    assert jobs.run_due() == ["long"]
    assert inner == [[]]


def test_doing_all_once_counts_and_a_damaged_plan_harms_nobody(some_jobs: None, live: Runtime) -> None:
    plan = live.settings.data_dir / "jobs" / jobs.PLAN
    for damage in ("", "[]", '{"every.1": 7}', "{"):
        jobs.run_once()
        assert jobs.run_due() == []
        plan.write_text(damage)
        assert len(jobs.run_due()) == 3
    plan.unlink()
    plan.mkdir()  # cannot be written
    assert len(jobs.run_due()) == 3


def test_the_schedule_looks_every_minute(live: Runtime) -> None:
    huey = jobs.create_huey(live.settings)  # type: ignore[arg-type]
    jobs.register(huey)
    names = {task.__name__ for task in huey._registry._periodic_tasks}
    assert names == {"run_due", "send_letters_late"}
    huey.storage.close()


def test_letters_in_files_go_with_their_time(live: Runtime, clock: HandClock) -> None:
    folder = live.settings.data_dir / "outbox"
    deliver = delivery.file_delivery(folder)
    for address in ("old@mail.example", "new@mail.example"):
        deliver(outbox.as_message(Letter("Hello", ["Hello."]), address, "en"))
        clock.forward(days=20)
    (folder / ".1-x.eml.part").write_bytes(b"cut of")
    os.utime(folder / ".1-x.eml.part", (0, 0))
    assert jobs.run_once() == []
    (kept,) = folder.iterdir()
    assert b"new@mail.example" in kept.read_bytes()
    clock.forward(days=14)
    jobs.forget_mail_files()
    assert len(list(folder.iterdir())) == 1
    clock.forward(days=2)
    jobs.forget_mail_files()
    assert list(folder.iterdir()) == []


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
