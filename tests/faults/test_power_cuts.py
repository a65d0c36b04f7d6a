"""The server is killed in the middle of writing, again and again, while everybody goes on sending (B1)."""

from __future__ import annotations

import random
import threading
from pathlib import Path
from typing import Any

import pytest

from tests.faults.conftest import Soaked
from tests.faults.senders import Sender, acknowledged_by
from tests.faults.town import Town, Trouble, town_on
from tests.live_server import wait_for

SENDERS = 8
WAYS = ("http", "socket")


def cut_the_power(town: Town, rounds: int, seed: int) -> dict[str, Any]:
    """Kill the server at a random moment of writing and start it again, so many times."""
    server, chance = town.server(), random.Random(seed)
    trouble, stop = Trouble(), threading.Event()
    server.start()
    senders = [
        Sender(town.person(n), town.topic, WAYS[n % 2], trouble, stop, seed=seed + n).start()
        for n in range(SENDERS)
    ]
    between = 0
    try:
        for _ in range(rounds):
            before = [len(sender.acknowledged) for sender in senders]
            wait_for(
                "Messages of each sender",
                lambda b=before: all(  # type: ignore[misc]
                    s.failure or len(s.acknowledged) > n for s, n in zip(senders, b, strict=True)
                ),
            )
            stop.wait(chance.uniform(0.05, 1.5))  # the moment of the cut is what the test is about
            server.kill()
            between += sum(sender.waiting is not None for sender in senders)
            server.start()
    finally:
        stop.set()
        for sender in senders:
            sender.join()
    for sender in senders:
        if sender.waiting is not None:
            assert sender.send(sender.waiting), "what nobody answered can be sent again"
        some = next(iter(sender.acknowledged))
        assert sender.send(some)
        sender.person.close()
    server.stop()
    assert trouble.statuses == []
    counted = town.check(acknowledged_by(senders))
    resent = sum(sender.resent for sender in senders)
    return {"rounds": rounds, **counted, "cut off unanswered": between, "sent again": resent}


def test_b1_what_was_acknowledged_survives_the_power_cut(town: Town) -> None:
    counted = cut_the_power(town, rounds=2, seed=1)
    assert counted["acknowledged"] >= 2 * SENDERS


@pytest.mark.soak
@pytest.mark.timeout(900)
@pytest.mark.parametrize(("kind", "rounds"), [("sqlite", 50), ("postgresql", 20)])
def test_b1_many_power_cuts(
    kind: str, rounds: int, request: pytest.FixtureRequest, tmp_path: Path, soaked: Soaked
) -> None:
    with town_on(kind, request, tmp_path) as town:
        soaked(cut_the_power(town, rounds, seed=100))
