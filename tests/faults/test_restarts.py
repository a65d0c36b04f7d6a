"""A restart in the middle of a conversation: everybody comes back and has missed nothing (B2, B15)."""

from __future__ import annotations

import threading
import time
from pathlib import Path
from typing import Any

import pytest

from tests.faults.conftest import Soaked
from tests.faults.ears import Ear
from tests.faults.senders import Sender, acknowledged_by
from tests.faults.town import Town, Trouble, town_on
from tests.live_server import wait_for

GRACE = 10.0
"""Seconds: told to stop, it is gone by then (trust, B15)."""


def head_of(town: Town) -> int:
    """The number of what was said last."""
    found = town.rows("SELECT head_seq FROM scope_heads WHERE scope = :s", s=town.scope)
    return int(found[0][0]) if found else 0


def restart(town: Town, listeners: int, jitter: float, seconds: float) -> dict[str, Any]:
    """Stop it, and later kill it, while `listeners` listen and four people say 20 things a second."""
    server, trouble, stop = town.server(), Trouble(), threading.Event()
    server.start()
    number = len(town.actors)
    ears = [
        Ear(town.person(n % number), town.scope, trouble, stop, jitter, seed=n).start()
        for n in range(listeners)
    ]
    senders = [
        Sender(town.person(n), town.topic, ("http", "socket")[n % 2], trouble, stop, pause=0.2, seed=n)
        for n in range(4)
    ]
    told: dict[str, Any] = {"clients": listeners}
    try:
        for ear in ears:
            assert ear.listening.wait(60)
        for sender in senders:
            sender.start()
        for name, end in (("SIGTERM", server.stop), ("SIGKILL", server.kill)):
            stop.wait(seconds)
            began = time.monotonic()
            end()
            if name == "SIGTERM":
                told["gone after SIGTERM, s"] = time.monotonic() - began
                assert told["gone after SIGTERM, s"] <= GRACE
                assert server.ended_well()
            server.start()
            left = head_of(town)  # all of it, and at least one word more
            head = wait_for("A word", lambda n=left: now if (now := head_of(town)) > n else 0)  # type: ignore[misc]
            wait_for("Everybody", lambda h=head: all(e.failure or e.reached(h) for e in ears))  # type: ignore[misc]
            back = max(ear.reached(head) or 0.0 for ear in ears)
            told[f"all caught up after {name}, s"] = max(0.0, back - began)
        stop.wait(seconds)
    finally:
        stop.set()
        for sender in senders:
            if sender.is_running:
                sender.join()
        head = head_of(town)
        for ear in ears:
            ear.join()
    late = [ear for ear in ears if ear.last < head]
    for ear in late:  # told to stop before the last word came: it asks once more, as a page does
        ear.stop = threading.Event()
        ear.start()
        wait_for("The last word", lambda e=ear: e.failure or e.last >= head)  # type: ignore[misc]
        ear.stop.set()
        ear.join()
    server.stop()
    assert trouble.statuses == []
    assert {tuple(ear.seqs) for ear in ears} == {tuple(range(1, head + 1))}, "all hold the same, without hole"
    assert all(ear.away >= 2 for ear in ears), "everybody's line broke both times"
    return told | town.check(acknowledged_by(senders)) | {"told": sum(len(ear.seqs) for ear in ears)}


@pytest.mark.parametrize("town", ["sqlite"], indirect=True)
def test_b2_a_restart_leaves_no_hole(town: Town) -> None:
    restart(town, listeners=12, jitter=0.3, seconds=0.3)


@pytest.mark.soak
@pytest.mark.timeout(400)
@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_b2_two_hundred_come_back(
    kind: str, request: pytest.FixtureRequest, tmp_path: Path, soaked: Soaked
) -> None:
    with town_on(kind, request, tmp_path, people=20) as town:
        told = restart(town, listeners=200, jitter=5.0, seconds=15)
    soaked(told)
    assert told["all caught up after SIGTERM, s"] <= 15
    assert told["all caught up after SIGKILL, s"] <= 30
