"""The live channel beside Node's own Socket.IO, and into a full room of the product."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, closing
from http.client import HTTPConnection
from typing import Any
from urllib.request import urlopen

import orjson

from bench.measuring import Figure
from bench.servers import NODE, PYTHON, cpu_seconds, free_port, load, memory_kb, serving, threads
from bench.world import TOKEN, World, world
from config import ROOT

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
ROOM = 500
ORIGIN = "http://localhost"
PAGES_PER_SECOND = 20


def run() -> list[Figure]:
    """Broadcasts, then the whole way."""
    return [*broadcasts(), *whole_way()]


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


# ---------------------------------------------------------------- the whole way


def whole_way() -> list[Figure]:
    """From a sender through the database to 500 who are connected: as fast as it goes, and ten a second
    beside twenty page reads a second."""
    rates, paced = [], []
    port = free_port()
    with (
        world(1_000) as place,
        product(place, port) as server,
        load(talk(place, port, ROOM)) as readers,
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


def product(place: World, port: int) -> AbstractContextManager[int]:
    """The product as it is served, over a world's data."""
    return serving(
        [PYTHON, ROOT / "wsgi.py", "serve", "--no-jobs"], port, PORT=str(port), **{
            "MENTORNET_DATA_DIR": str(place.runtime.settings.data_dir), "MENTORNET_BASE_URL": ORIGIN,
            "MENTORNET_RATE_LIMITS": "off", "MENTORNET_LOG_LEVEL": "ERROR",
        },
    )  # fmt: skip


def talk(place: World, port: int, connections: int, *, heard: bool = True) -> dict[str, Any]:
    """What a load client is told that talks into the world's room: all hear it, or, not `heard`, nobody."""
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
