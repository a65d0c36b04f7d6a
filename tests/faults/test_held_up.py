"""Somebody else holds the database, or the disk is full, while everybody writes: what comes late comes, what
cannot be kept is not acknowledged, and all is well as soon as the cause is gone (B5, B6).

On SQLite in a few seconds, with pages and uploads: tests/journeys/test_busy_and_full.py.
"""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, text

from tests.faults.conftest import Soaked
from tests.faults.ears import percentile
from tests.faults.senders import Sender, acknowledged_by
from tests.faults.town import Answer, Person, Town, Trouble, town_on
from tests.journeys.test_busy_and_full import no_room_on_the_disk, somebody_holds
from tests.live_server import wait_for


@contextmanager
def held(town: Town) -> Iterator[None]:
    """Another process has the database to itself (SQLite), or the tables of messages and counters."""
    if town.url.startswith("sqlite"):
        with somebody_holds(Path(town.url.removeprefix("sqlite:///"))):
            yield
        return
    engine = create_engine(town.url)
    with engine.begin() as connection:
        connection.execute(text("LOCK TABLE messages, scope_heads IN EXCLUSIVE MODE"))
        yield
    engine.dispose()


def send(person: Person, topic: str, key: str) -> tuple[Answer, float]:
    """A message over HTTP, and how long its answer took."""
    began = time.monotonic()
    answer = person.ask("POST", f"/topics/{topic}/messages", {"body": key, "client_msg_id": key})
    return answer, time.monotonic() - began


def hold_the_database(town: Town, short: float, long: float, waits: int, slack: float) -> dict[str, Any]:
    """Hold it for a short time, in which everybody waits, and for one that is longer than they do. `slack`:
    seconds on top of what the server waits, for two busy cores."""
    server = town.server(DATABASE_WAIT_SECONDS=str(waits))
    server.start()
    people = [town.person(n) for n in range(4)]
    for person in people:
        assert send(person, town.topic, str(uuid.uuid4()))[0].status == 201
    told: dict[str, Any] = {}
    with ThreadPoolExecutor(len(people)) as pool:

        def all_send(keys: list[str]) -> list[tuple[Answer, float]]:
            return list(pool.map(send, people, [town.topic] * len(people), keys))

        with held(town):
            began = time.monotonic()
            late = pool.submit(all_send, [str(uuid.uuid4()) for _ in people[:-1]])
            threading.Event().wait(short)
            assert not late.done()
        assert {answer.status for answer, _ in late.result()} == {201}, "late, and all of them"
        told[f"after {short:g} s all late, longest s"] = max(took for _, took in late.result())

        refused: list[tuple[Answer, float]] = []
        with held(town):
            began = time.monotonic()
            while time.monotonic() - began < long:
                keys = [str(uuid.uuid4()) for _ in people]
                found = all_send(keys)
                assert {answer.status for answer, _ in found} == {503}
                assert all(1 <= int(answer.retry_after or 0) <= 6 for answer, _ in found)
                refused += found
                said = people[0].call(
                    "message.send", {"topic_id": town.topic, "body": "x", "client_msg_id": keys[0]}
                )
                assert (said["ok"], said["retryable"]) == (False, True), said
                assert people[1].ask("GET", f"/topics/{town.topic}/messages").status == 200, "reading goes on"
        told[f"held {long:g} s: refused with 503"] = len(refused)
        told["longest until refused, s"] = max(took for _, took in refused)
        began = time.monotonic()
        again = all_send(keys)
        told["well again after, s"] = time.monotonic() - began
        assert {answer.status for answer, _ in again} == {201}, "the first time that it is there"
    assert told["longest until refused, s"] <= waits + slack
    assert told["well again after, s"] <= 1 + slack
    assert town.one("SELECT count(*) FROM messages") == 3 * len(people) - 1
    server.stop()
    return told | town.check({})


@pytest.mark.parametrize("town", ["postgresql"], indirect=True)
def test_b5_a_locked_table_makes_late_then_busy(town: Town) -> None:
    hold_the_database(town, short=0.4, long=0.5, waits=1, slack=5)


@pytest.mark.soak
@pytest.mark.timeout(200)
@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_b5_locked_for_three_and_for_twenty_seconds(
    kind: str, request: pytest.FixtureRequest, tmp_path: Path, soaked: Soaked
) -> None:
    with town_on(kind, request, tmp_path) as town:
        soaked(hold_the_database(town, short=3, long=20, waits=5, slack=1))


@pytest.mark.soak
@pytest.mark.timeout(200)
def test_b6_full_for_ten_seconds_under_load(
    request: pytest.FixtureRequest, tmp_path: Path, soaked: Soaked
) -> None:
    with town_on("sqlite", request, tmp_path) as town:
        server, stop = town.server(), threading.Event()
        server.start()
        trouble = Trouble(allowed=frozenset({507}))
        senders = [
            Sender(town.person(n), town.topic, ("http", "socket")[n % 2], trouble, stop, 0.05, seed=n).start()
            for n in range(8)
        ]
        reader = town.person(7)
        stop.wait(3)
        with no_room_on_the_disk(server):
            stop.wait(1)  # what was on its way is answered
            before = [len(sender.acknowledged) for sender in senders]
            began, reads = time.monotonic(), []
            while time.monotonic() - began < 10:
                asked = time.monotonic()
                assert reader.ask("GET", f"/topics/{town.topic}/messages").status == 200
                reads.append(time.monotonic() - asked)
                stop.wait(0.1)
            assert [len(sender.acknowledged) for sender in senders] == before, "nothing was acknowledged"
        began = time.monotonic()
        wait_for(
            "All senders",
            lambda: all(s.failure or len(s.acknowledged) > n for s, n in zip(senders, before, strict=True)),
        )
        well = time.monotonic() - began
        stop.wait(2)
        stop.set()
        for sender in senders:
            sender.join()
        assert trouble.statuses == []
        counted = town.check(acknowledged_by(senders))
        server.stop()
    soaked({
        "full, s": 10, "reads meanwhile": len(reads), "read p95, s": percentile(reads, 0.95),
        "all write again after, s": well, **counted,
    })  # fmt: skip
