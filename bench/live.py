"""The live channel beside Node's own Socket.IO, beside raw SQLite, and into a full room of the product."""

from __future__ import annotations

import itertools
import os
import sqlite3
import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, closing
from http.client import HTTPConnection
from operator import truediv
from statistics import median
from typing import Any
from urllib.request import urlopen

import orjson

from bench.measuring import Figure, wall_of
from bench.recorded import Again, record
from bench.servers import NODE, PYTHON, cpu_seconds, free_port, load, memory_kb, serving, threads
from bench.world import TOKEN, World, world
from config import ROOT
from network import people
from network.discussions import post_message
from network.kernel.actor import Actor
from network.kernel.transaction import unit_of_work
from realtime.connection import Connection
from realtime.discussions import EVENTS
from realtime.transport import Codec

ROUNDS = 3
FLOODED = {500: 200, 1000: 120}  # messages into a room of so many connections
AHEAD = 4  # messages that are on their way at once in a flood
PACED, TIMES = {"messages": 40, "rate": 10, "probes": 25}, 3
TEXT = "x" * 120
SERVERS = {
    "ours": lambda port: [PYTHON, "-m", "tests.realtime.alone", str(port), "lines"],
    "node": lambda port: [NODE, "--expose-gc", ROOT / "bench" / "node" / "peer.mjs", str(port)],
}
FIRST = 40  # connections that come and go before anything is measured
REST = 1.5  # seconds until a server has tidied up after starting, or after so many who came
SENDS, TURNS = 60, 20
"""One turn after the other; of each turn counts the twentieth part that went fastest, or of all turns the
fastest: the machine may have others to work for, and a send goes through many hands."""
ROOM = 500
ORIGIN = "http://localhost"
PAGES_PER_SECOND = 20


def run() -> list[Figure]:
    """Broadcasts, then what it takes to send, then the whole way."""
    return [*broadcasts(), *sending(), *whole_way()]


# ---------------------------------------------------------------- broadcasts


def broadcasts() -> list[Figure]:
    """A flood into 500 and 1000 connections, and ten messages a second into 500."""
    figures: list[Figure] = []
    for connections, messages in FLOODED.items():
        best: dict[str, dict[str, float]] = {name: {} for name in SERVERS}
        for _ in range(ROUNDS):
            for name, command in SERVERS.items():
                measured = _broadcast(command(port := free_port()), port, connections, messages)
                for what, value in measured.items():
                    best[name][what] = min(value, best[name].get(what, float("inf")))
        figures += _beside(connections, best["ours"], best["node"])
    return figures


def _broadcast(command: list[Any], port: int, connections: int, messages: int) -> dict[str, float]:
    place = {
        "port": port, "connections": connections, "headers": {}, "join": '420["join","r"]',
        "say": f'42["say",{{"room":"r","text":"MOMENT{TEXT}"}}]',
    }  # fmt: skip
    with serving(command, port) as server:
        with load({**place, "connections": FIRST}) as readers:
            readers.ask({"messages": 10, "ahead": AHEAD})
        empty = _held(server, port)
        with load(place) as readers:
            measured = {"kB": (_held(server, port) - empty) / connections}
            readers.ask({"messages": 10, "ahead": AHEAD})
            told, cpu = _costing(server, lambda: readers.ask({"messages": messages, "ahead": AHEAD}))
            measured |= {"flood cpu": cpu, "flood ms": told["seconds"] / told["deliveries"] * 1e6}
            if connections == min(FLOODED):
                paced = [_costing(server, lambda: readers.ask(PACED)) for _ in range(TIMES)]
                measured["paced cpu"] = min(cpu for _, cpu in paced)
                measured["paced p99"] = min(told["delivery_p99"] for told, _ in paced)
                measured["paced last"] = min(told["last_p5"] for told, _ in paced)
            measured["threads"] = threads(server)
    return measured


def _held(server: int, port: int) -> int:
    time.sleep(REST)
    with urlopen(f"http://127.0.0.1:{port}/healthz") as answer:  # lets Node tidy up first
        answer.read()
    return memory_kb(server)


def _costing(server: int, ask: Callable[[], dict[str, Any]]) -> tuple[dict[str, Any], float]:
    before = cpu_seconds(server)
    told = ask()
    return told, (cpu_seconds(server) - before) * 1e6 / told["deliveries"]


def _beside(connections: int, ours: dict[str, float], node: dict[str, float]) -> list[Figure]:
    flood = f"flood into {connections}"
    rows = [
        (f"{flood}: CPU per 1000 deliveries", "flood cpu", 0.6, "ms"),
        (f"{flood}: time per 1000 deliveries", "flood ms", 1 / 1.5, "ms"),
        (f"{connections} connections: memory of each", "kB", 1.0, "kB"),
    ]
    if "paced cpu" in ours:
        rows += [
            (f"10 a second into {connections}: CPU per 1000 deliveries", "paced cpu", 1.25, "ms"),
            (f"10 a second into {connections}: p99", "paced p99", 0.5, "ms"),
            (f"10 a second into {connections}: the last has it, undisturbed", "paced last", 0.5, "ms"),
        ]
    figures = [
        Figure(
            f"{name}, of Node's",
            ours[key] / node[key],
            "×",
            ratio,
            f"{ours[key]:.2f} and {node[key]:.2f} {unit}",
        )
        for name, key, ratio, unit in rows
    ]
    return [*figures, Figure(f"{connections} connections: threads", ours["threads"], "", 150)]


# ---------------------------------------------------------------- sending


def sending() -> list[Figure]:
    """Sends that nobody hears, beside their own statements alone, one after the other: within the process,
    from a connection that has a few on their way, and from one that waits for each acknowledgement. The last
    measures mostly how long a message travels between three processes that sleep meanwhile: the goal is a
    rate, so that it has none."""
    with world(1_000) as place:
        raw = _raw(place)
        inside = _inside(place)
        port = free_port()
        took: dict[str, list[float]] = {what: [] for what in ("raw", "raw all", "inside", "few", "one")}
        with _product(place, port), load(_talk(place, port, 1, heard=False)) as sender:
            for ahead in (1, AHEAD):
                sender.ask({"messages": 20, "ahead": ahead})
            for _ in range(TURNS):
                for what, call in (("raw", raw), ("inside", inside)):
                    turn = sorted(wall_of(call) * 1000 for _ in range(SENDS))
                    took[what].append(turn[SENDS // 20])
                    if call is raw:
                        took["raw all"].append(sum(turn) / SENDS)
                took["few"].append(sender.ask({"messages": SENDS, "ahead": AHEAD})["seconds"] * 1000 / SENDS)
                took["one"].append(sender.ask({"messages": SENDS, "ahead": 1})["ack_p5"])
    of_turns = {
        "inside": median(map(truediv, took["inside"], took["raw"])),
        "few": min(took["few"]) / min(took["raw all"]),
        "one": median(map(truediv, took["one"], took["raw"])),
    }
    name = "a send nobody hears, of its statements in raw SQLite"
    return [
        Figure(f"{name}: in the process", of_turns["inside"], "×", 1 / 0.3, _rates(took, "inside", "raw")),
        Figure(
            f"{name}: {AHEAD} on their way", of_turns["few"], "×", 1 / 0.3, _rates(took, "few", "raw all")
        ),
        Figure(f"{name}: waiting for each", of_turns["one"], "×", None, _rates(took, "one", "raw")),
    ]


def _rates(took: dict[str, list[float]], what: str, peer: str) -> str:
    ours, theirs = (1000 / min(took[name]) for name in (what, peer))
    return f"{ours:.0f} and {theirs:.0f} a second in the best turn, load {os.getloadavg()[0]:.1f}"


_numbers = itertools.count()


def _sign_in() -> Any:
    with unit_of_work():
        actor = people.find_session(TOKEN)
        assert actor is not None
        return actor


def _inside(place: World) -> Callable[[], object]:
    """What the server does with one `message.send` that came in, up to the text of its acknowledgement."""
    actor, event, live = _sign_in(), EVENTS["message.send"], place.app.extensions["live"]
    line = Connection("s", "e", actor.user_id, ("cookie", TOKEN), 0.0, 0.0, session_id=actor.session_id)

    def send() -> str:
        said = {"topic_id": place.topic_id, "body": f"Danke! {TEXT}"}
        said["client_msg_id"] = f"inside-{next(_numbers)}"
        sender = line.to_be_looked_up()
        assert sender is not None
        return Codec.dumps({"ok": True, **event.handle(live, line, sender, said)})

    return send


def _raw(place: World) -> Callable[[], object]:
    """The same statements, the look at the session and the membership among them, with parameters made
    before, on a connection of their own that waits for the disk as the product's does."""

    def post() -> object:
        actor = Actor("person", user_id=place.user_id, session_id=place.session_id)
        return post_message(actor, place.topic_id, f"Danke! {TEXT}", f"bench-{next(_numbers)}")

    again = Again(record(post, lambda: None))
    file = place.runtime.settings.data_dir / "mentornet.db"
    line = sqlite3.connect(file, isolation_level=None, timeout=30)
    for pragma in ("synchronous=FULL", "foreign_keys=ON", "cache_size=-16384"):
        line.execute(f"PRAGMA {pragma}")
    cursor = line.cursor()

    def raw() -> None:
        cursor.execute("BEGIN IMMEDIATE")
        again.post(cursor)
        cursor.execute("COMMIT")

    return raw


# ---------------------------------------------------------------- the whole way


def whole_way() -> list[Figure]:
    """From a sender through the database to 500 who are connected: as fast as it goes, and ten a second
    beside twenty page reads a second."""
    rates, paced = [], []
    port = free_port()
    with (
        world(1_000) as place,
        _product(place, port) as server,
        load(_talk(place, port, ROOM)) as readers,
    ):
        readers.ask({"messages": 20, "ahead": AHEAD})
        for _ in range(ROUNDS):
            told = readers.ask({"messages": 150, "ahead": AHEAD})
            rates.append(150 / told["seconds"])
        for _ in range(ROUNDS):
            with Pages(place, port):
                paced.append(readers.ask({"messages": 60, "rate": 10}))
        held = threads(server)
    best = {what: min(told[what] for told in paced) for what in ("ack_p95", "delivery_p95")}
    beside, rate = f"beside {PAGES_PER_SECOND} pages a second", max(rates)
    return [
        Figure("time of a message into a room of 500", 1000 / rate, "ms", 1000 / 60, f"{rate:.0f} a second"),
        Figure("10 a second into 500: ack p95", best["ack_p95"], "ms", 150, beside),
        Figure("10 a second into 500: delivery p95", best["delivery_p95"], "ms", 500, beside),
        Figure("threads of the product with 500 connected", held, "", 150),
    ]  # fmt: skip


def _product(place: World, port: int) -> AbstractContextManager[int]:
    return serving(
        [PYTHON, ROOT / "wsgi.py", "serve", "--no-jobs"], port, PORT=str(port), **{
            "MENTORNET_DATA_DIR": str(place.runtime.settings.data_dir), "MENTORNET_BASE_URL": ORIGIN,
            "MENTORNET_RATE_LIMITS": "off", "MENTORNET_LOG_LEVEL": "ERROR",
        },
    )  # fmt: skip


def _talk(place: World, port: int, connections: int, *, heard: bool = True) -> dict[str, Any]:
    said = {"topic_id": place.topic_id, "body": f"MOMENT {TEXT}", "client_msg_id": "NUMBER"}
    scopes = {f"room:{place.room_id}" if heard else f"user:{place.user_id}": {"seq": 1_000}}
    return {
        "port": port, "connections": connections, "acknowledged": True, "unheard": not heard,
        "refused": '"ok":false',
        "headers": {"Cookie": f"mentornet_session={TOKEN}", "Origin": ORIGIN},
        "join": f"420{orjson.dumps(['subscribe', {'scopes': scopes}]).decode()}",
        "say": f"421{orjson.dumps(['message.send', said]).decode()}",
    }  # fmt: skip


class Pages:
    """Somebody who reads so many pages a second, as far as they come."""

    def __init__(self, place: World, port: int) -> None:
        self._path, self._port, self._stopping = f"/talk/t/{place.topic_id}", port, threading.Event()
        self._thread = threading.Thread(target=self._read)
        self.statuses: set[int] = set()

    def __enter__(self) -> Pages:
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._stopping.set()
        self._thread.join()
        assert self.statuses == {200}, self.statuses

    def _read(self) -> None:
        headers = {"Cookie": f"mentornet_session={TOKEN}", "Host": "localhost"}
        began, read = time.monotonic(), 0
        with closing(HTTPConnection("127.0.0.1", self._port, timeout=30)) as line:
            while not self._stopping.wait(max(0, began + read / PAGES_PER_SECOND - time.monotonic())):
                line.request("GET", self._path, headers=headers)
                answer = line.getresponse()
                answer.read()
                self.statuses.add(answer.status)
                read += 1
