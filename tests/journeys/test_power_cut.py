"""The server dies in the middle of writing: what it acknowledged is there, once and in order."""

from __future__ import annotations

import threading

import pytest

from tests.journeys.writers import check, writers_in_the_cafe
from tests.live_server import LiveServer, wait_for

BEFORE_THE_CUT = 20
"""Acknowledged messages of a round, at least, before the power goes."""


def cut_the_power(server: LiveServer, rounds: int) -> None:
    server.start()
    writers, room = writers_in_the_cafe(server)
    for _ in range(rounds):
        before = sum(len(writer.acknowledged) for writer in writers)
        cut = threading.Event()
        threads = [threading.Thread(target=writer.write_until, args=[cut]) for writer in writers]
        for thread in threads:
            thread.start()
        wait_for(
            "Enough messages",
            lambda wanted=before + BEFORE_THE_CUT: sum(len(w.acknowledged) for w in writers) >= wanted,  # type: ignore[misc]
        )
        server.kill()
        cut.set()
        for thread in threads:
            thread.join()
        server.start()
        for writer in writers:
            for client_msg_id in writer.unanswered:
                assert writer.post(client_msg_id) in (200, 201)
            writer.unanswered.clear()
            some = next(iter(writer.acknowledged))
            first = writer.acknowledged[some]
            assert writer.post(some) == 200, "sent once more, it is the same message"
            assert writer.acknowledged[some]["id"] == first["id"]
    check(server, writers, room)


def test_what_was_acknowledged_survives_the_power_cut(own_server: LiveServer) -> None:
    cut_the_power(own_server, rounds=2)


@pytest.mark.soak
@pytest.mark.timeout(900)
def test_many_power_cuts(own_server: LiveServer) -> None:
    cut_the_power(own_server, rounds=25)
