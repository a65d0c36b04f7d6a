"""Three hundred people connected for minutes, and one who floods: what everybody else waits, and what the
server grows (B13, A6); two hundred times an account's session ends under twenty requests at once (A4)."""

from __future__ import annotations

import contextlib
import os
import random
import threading
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import linear_regression
from typing import Any

import pytest

from network.discussions import open_room, open_topic
from tests.faults.conftest import Soaked
from tests.faults.ears import Ear, percentile
from tests.faults.senders import Sender, acknowledged_by
from tests.faults.town import NOBODY_THERE, Person, Town, Trouble, town_on
from tests.live_server import LiveServer

PAGE = os.sysconf("SC_PAGE_SIZE")
ROOMS, LISTENERS, MINUTES = 8, 300, 10
WARM = 7
"""Minutes after which a server has what it keeps at hand, above all SQLite's pages for each connection: what
it grows from then on is looked at."""

GOALS = {"ack p95, s": 0.15, "ack p99, s": 0.4, "delivery p95, s": 0.5, "REST p95, s": 0.2}
"""Those of trust.md, B13, for a machine of two cores that has nothing else to do. This one may be busy: they
are told, not asserted. That nothing is lost, refused or grows is asserted."""


def resident(server: LiveServer) -> float:
    """MiB that all processes of a server hold themselves."""
    pages = 0
    for process_id in server.processes():
        with contextlib.suppress(OSError):
            held = Path(f"/proc/{process_id}/statm").read_text().split()
            pages += int(held[1]) - int(held[2])
    return pages * PAGE / 2**20


def read_all_the_time(
    person: Person, paths: list[str], stop: threading.Event, found: list[tuple[int, float]]
) -> None:
    """Ten requests a second."""
    chance = random.Random(1)
    while not stop.wait(0.1):
        began = time.monotonic()
        answer = person.ask("GET", chance.choice(paths))
        found.append((answer.status, time.monotonic() - began))


def more_rooms(town: Town) -> list[tuple[str, str]]:
    """Room and topic, eight times."""
    made = [(town.room, town.topic)]
    meta, network = town.actors[0], town.community.network.id
    for number in range(ROOMS - 1):
        room = open_room(meta, network, f"Room {number}", "", "open")["id"]
        made.append((room, open_topic(meta, room, "Topic", "Hello", f"topic-{number}").topic["id"]))
    return made


@pytest.mark.soak
@pytest.mark.timeout(60 * MINUTES + 240)
def test_b13_load_is_held(request: pytest.FixtureRequest, tmp_path: Path, soaked: Soaked) -> None:
    with town_on("sqlite", request, tmp_path, people=30) as town:
        server, trouble, stop = town.server(), Trouble(), threading.Event()
        places = town.in_its_runtime(more_rooms)
        server.start()
        ears = [
            Ear(town.person(n % 30), f"room:{places[n % ROOMS][0]}", trouble, stop, seed=n).start()
            for n in range(LISTENERS)
        ]
        assert all(ear.listening.wait(60) for ear in ears)
        senders = [
            Sender(
                town.person(n), places[n % ROOMS][1], ("http", "socket")[n % 2], trouble, stop, 0.8, seed=n
            )
            for n in range(8)
        ]
        reads: list[tuple[int, float]] = []
        network = town.community.network.id
        paths = [f"/topics/{topic}/messages" for _, topic in places]
        paths += [f"/networks/{network}/{what}" for what in ("rooms", "unread", "memberships", "goals")]
        readers = [
            threading.Thread(target=read_all_the_time, args=[town.person(20 + n), paths, stop, reads])
            for n in range(2)
        ]
        for one in (*senders, *readers):
            one.start()
        held = []
        for _ in range(MINUTES * 6):
            stop.wait(10)
            held.append(resident(server))
        stop.set()
        for thread in readers:
            thread.join()
        for sender in senders:
            sender.join()
        for ear in ears:
            ear.join()
        server.stop()
        counted = town.check(
            {k: v for s in senders if s.topic == town.topic for k, v in s.acknowledged.items()}
        )
    told: dict[str, Any] = {
        "minutes": MINUTES,
        "connected": LISTENERS,
        "messages": len(acknowledged_by(senders)),
    }
    acks = [took for sender in senders for _, took in sender.times]
    said_at = {
        (sender.topic, said["seq"]): at for sender in senders
        for said, (at, _) in zip(sender.acknowledged.values(), sender.times, strict=True)
    }  # fmt: skip
    topic_of = {f"room:{room}": topic for room, topic in places}
    delays = [
        max(0.0, at - said_at[key]) for ear in ears for seq, at in zip(ear.seqs, ear.at, strict=True)
        if (key := (topic_of[ear.scope], seq)) in said_at
    ]  # fmt: skip
    warm = held[WARM * 6 :]
    told |= {
        "ack p95, s": percentile(acks, 0.95), "ack p99, s": percentile(acks, 0.99),
        "delivery p95, s": percentile(delays, 0.95) if delays else 0.0,
        "REST requests": len(reads), "REST p95, s": percentile([took for _, took in reads], 0.95),
    }  # fmt: skip
    told["goals of time held"] = ", ".join(
        f"{name.removesuffix(', s')} {'yes' if told[name] <= most else 'no'}" for name, most in GOALS.items()
    )
    told["MiB at the end"] = held[-1]
    told["MiB a minute once warm"] = linear_regression(range(len(warm)), warm).slope * 6
    soaked(told | {"lost": counted["lost"], "holes": counted["holes"]})
    assert trouble.statuses == []
    assert {status for status, _ in reads} == {200}
    assert all(ear.seqs == list(range(1, ear.last + 1)) and ear.away == 0 for ear in ears)
    assert told["MiB a minute once warm"] <= 1.0


def flood(person: Person, stop: threading.Event) -> int:
    """Two thousand events a second as far as the line takes them; a new line when it is closed."""
    sent = 0
    while not stop.is_set():
        with contextlib.suppress(*NOBODY_THERE):
            line = person.open_line()
            while not stop.is_set():
                for _ in range(20):
                    line.send('42["unsubscribe",{"scopes":[]}]')
                sent += 20
                stop.wait(0.01)
    return sent


def p95(person: Person, topic: str) -> float:
    """How long forty sends take until they are acknowledged, twice a second."""
    took = []
    for _ in range(40):
        began = time.monotonic()
        key = str(uuid.uuid4())
        assert person.call("message.send", {"topic_id": topic, "body": "x", "client_msg_id": key})["ok"]
        took.append(time.monotonic() - began)
        threading.Event().wait(0.25)
    return percentile(took, 0.95)


@pytest.mark.soak
@pytest.mark.timeout(200)
def test_a6_a_flood_of_ten_seconds(request: pytest.FixtureRequest, tmp_path: Path, soaked: Soaked) -> None:
    """Best of three, as all timings are."""
    with town_on("sqlite", request, tmp_path) as town:
        limits = {"SENDS_PER_MINUTE": "100000", "SENDS_BURST": "100000", "HANDSHAKES_PER_MINUTE": "100000"}
        server = town.server(RATE_LIMITS="on", **limits)
        server.start()
        tries: list[dict[str, float]] = []
        for number in range(3):
            calm = p95(town.person(0), town.topic)
            before, stop = resident(server), threading.Event()
            with ThreadPoolExecutor(1) as pool:
                sent = pool.submit(flood, town.person(1 + number), stop)
                stormy = p95(town.person(0), town.topic)
                stop.set()
            grown = resident(server) - before
            tries.append({"calm": calm, "stormy": stormy, "sent": sent.result(), "grown": grown})
            if stormy <= 2 * calm:
                break
        server.stop()
    best = min(tries, key=lambda one: one["stormy"] / one["calm"])
    soaked({
        "tries": len(tries), "p95 without, s": best["calm"], "p95 in the flood, s": best["stormy"],
        "events sent": sum(one["sent"] for one in tries), "MiB grown": max(one["grown"] for one in tries),
    })  # fmt: skip
    assert best["stormy"] <= max(2 * best["calm"], 0.05)
    assert max(one["grown"] for one in tries) <= 30


@pytest.mark.soak
@pytest.mark.timeout(400)
@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a4_a_session_ends_under_twenty_requests(
    kind: str, request: pytest.FixtureRequest, tmp_path: Path, soaked: Soaked
) -> None:
    trials, parallel = 200, 20
    with town_on(kind, request, tmp_path, people=trials) as town, ThreadPoolExecutor(parallel) as pool:
        server = town.server()
        server.start()
        after, answered = [], []
        for number in range(trials):
            ended = threading.Event()
            gate = threading.Barrier(parallel + 1)
            mine = [town.person(number) for _ in range(parallel)]

            def hammer(
                person: Person, gate: threading.Barrier = gate, ended: threading.Event = ended
            ) -> list[int]:
                gate.wait()
                found = []
                for _ in range(3):
                    late = ended.is_set()
                    status = person.ask("GET", "/me").status
                    answered.append(status)
                    if late:
                        found.append(status)
                person.close()
                return found

            asked = [pool.submit(hammer, person) for person in mine]
            leaver = town.person(number)
            leaver.ask("GET", "/session")
            gate.wait()
            assert leaver.ask("DELETE", "/session").status == 204
            ended.set()
            after += [status for one in asked for status in one.result()]
            after.append(leaver.ask("GET", "/me").status)
            leaver.close()
        server.stop()
    soaked({"trials": trials, "requests": len(answered), "answered afterwards": len(after),
            "afterwards not 401": sum(status != 401 for status in after)})  # fmt: skip
    assert set(answered) <= {200, 401}
    assert set(after) == {401}
