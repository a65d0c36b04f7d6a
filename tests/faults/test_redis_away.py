"""Two processes of one site lose Redis under load: nothing is lost, sends are acknowledged, rights end,
limits hold, and all is as before when it is back (B3, B4, A3).

In a second or two: tests/realtime/test_two_processes.py, tests/web/test_limits.py."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest

from tests.faults.conftest import Soaked
from tests.faults.ears import Ear, percentile
from tests.faults.redis import OwnRedis
from tests.faults.senders import Sender, acknowledged_by
from tests.faults.town import Town, Trouble, town_on
from tests.live_server import LiveServer, wait_for

SWEEP = 60.0
ACK_P95 = 0.5


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[OwnRedis]:
    made = OwnRedis(tmp_path)
    made.start()
    yield made
    made.stop()


def readiness(server: LiveServer) -> tuple[int, list[str]]:
    """What /readyz says: the status, and the parts that are at fault."""
    line = HTTPConnection("127.0.0.1", server.port, timeout=10)
    line.request("GET", "/readyz")
    answer = line.getresponse()
    said = json.loads(answer.read())
    line.close()
    return answer.status, [fault["part"] for fault in said.get("faults", ())]


def wrong_password(server: LiveServer) -> int:
    """The status of a sign-in that fails."""
    line = HTTPConnection("127.0.0.1", server.port, timeout=10)
    body = json.dumps({"email": "nobody@mail.example", "password": "four cold cups"})
    line.request("POST", "/api/v1/session", body, {"Content-Type": "application/json"})
    status = line.getresponse().status
    line.close()
    return status


def lose_redis(town: Town, redis: OwnRedis, seconds: float, pause: float) -> dict[str, Any]:
    """Six people talk at both processes while Redis is away for so long."""
    servers = [town.server(REDIS_URL=redis.url) for _ in range(2)]
    strict = town.server(REDIS_URL=redis.url, RATE_LIMITS="on")
    for server in (*servers, strict):
        server.start()
        wait_for("Readiness", lambda s=server: readiness(s)[0] == 200)  # type: ignore[misc]
    trouble, stop = Trouble(), threading.Event()
    ears = [Ear(town.person(n, servers[n]), town.scope, trouble, stop, 1.0, seed=n).start() for n in (0, 1)]
    leaver, witness = town.person(2, servers[0]), Ear(town.person(2, servers[1]), town.scope, trouble, stop)
    witness.start()
    senders = [
        Sender(town.person(2 + n, servers[n % 2]), town.topic, ("http", "socket")[n // 2 % 2], trouble, stop,
               pause=pause, seed=n).start()
        for n in range(1, 6)
    ]  # fmt: skip
    told: dict[str, Any] = {"processes": 2, "Redis away, s": seconds}
    try:
        for ear in (*ears, witness):
            assert ear.listening.wait(30)
        stop.wait(min(1.0, seconds))
        redis.stop()
        began = time.monotonic()
        for server in servers:
            wait_for("Word of it", lambda s=server: readiness(s) == (503, ["bus"]), 10)  # type: ignore[misc]
        told["/readyz says so after, s"] = time.monotonic() - began
        assert leaver.ask("DELETE", "/session").status == 204
        ended = time.monotonic()
        wait_for("The end of her line", lambda: witness.refused, SWEEP)
        told["a session ended elsewhere is closed after, s"] = time.monotonic() - ended
        statuses = [wrong_password(strict) for _ in range(14)]
        assert set(statuses) == {401, 429}, "neither open to all nor closed to all"
        assert town.person(1, strict).ask("GET", "/me").status == 200
        stop.wait(max(0.0, began + seconds - time.monotonic()))
        redis.start()
        back = time.monotonic()
        for server in servers:
            wait_for("Readiness", lambda s=server: readiness(s)[0] == 200, 65)  # type: ignore[misc]
        told["all well again after, s"] = time.monotonic() - back
        stop.wait(min(1.0, seconds))
    finally:
        stop.set()
        for sender in senders:
            sender.join()
        for ear in (*ears, witness):
            ear.join()
    acknowledged = acknowledged_by(senders)
    meanwhile = [took for sender in senders for at, took in sender.times if began <= at <= back]
    told["acknowledged meanwhile"] = len(meanwhile)
    told["ack p95 meanwhile, s"] = percentile(meanwhile, 0.95)
    said_at = {
        said["seq"]: at for sender in senders
        for said, (at, _) in zip(sender.acknowledged.values(), sender.times, strict=True)
    }  # fmt: skip
    late = [
        at - said_at[seq] for ear in ears for seq, at in zip(ear.seqs, ear.at, strict=True) if seq in said_at
    ]
    if late:
        told["heard in the other process at most so much after the ack, s"] = max(late)
    assert trouble.statuses == []
    assert all(ear.seqs == list(range(1, ear.last + 1)) and ear.away <= 1 for ear in ears)
    assert witness.refused == "signed_out"
    for server in (*servers, strict):
        server.stop()
    return told | town.check(acknowledged)


@pytest.mark.soak
@pytest.mark.timeout(300)
def test_b3_b4_redis_is_away_for_a_minute(
    request: pytest.FixtureRequest, tmp_path: Path, redis: OwnRedis, soaked: Soaked
) -> None:
    folder = tmp_path / "town"
    folder.mkdir()
    with town_on("postgresql", request, folder) as town:
        told = lose_redis(town, redis, seconds=60.0, pause=0.1)
    soaked(told)
    assert told["ack p95 meanwhile, s"] <= ACK_P95
    assert told["all well again after, s"] <= 65
