"""Passwords tried by the hundred (trust, A20): what those who are connected notice of it."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from http.client import HTTPConnection

import orjson
import websocket

from bench.live import ORIGIN
from bench.measuring import Figure
from bench.servers import PYTHON, free_port, serving
from bench.world import TOKEN, World, world
from config import ROOT

TRIES, SECONDS, ADDRESSES = 500, 10.0, 50
PER_SECOND = 8
"""Below what one socket may ask (10 a second)."""


def run() -> list[Figure]:
    """How long a socket waits for its answer, alone and while 500 passwords are tried in ten seconds."""
    port = free_port()
    with world(1_000) as place:
        settings = {
            "MENTORNET_DATA_DIR": str(place.runtime.settings.data_dir), "MENTORNET_BASE_URL": ORIGIN,
            "MENTORNET_LOG_LEVEL": "ERROR",
        }  # fmt: skip
        with serving([PYTHON, ROOT / "wsgi.py", "serve", "--no-jobs"], port, PORT=str(port), **settings):
            alone = _p95(place, port)
            statuses: list[int] = []
            storm = threading.Thread(target=_storm, args=(port, statuses))
            storm.start()
            beside = _p95(place, port)
            storm.join()
    refused = statuses.count(429)
    answered = statuses.count(401) + refused
    name = "a socket's answer, p95, while passwords are tried"
    return [
        Figure(name, beside, "ms", 2 * alone, f"{alone:.1f} ms alone"),
        Figure("tries that were answered 401 or 429", answered, "", None, f"{refused} × 429"),
        Figure("tries that got another answer or none", TRIES - answered, "", 0),
    ]  # fmt: skip


def _p95(place: World, port: int) -> float:
    ask = f"421{orjson.dumps(['subscribe', {'scopes': {f'room:{place.room_id}': {'seq': 1_000}}}]).decode()}"
    headers = {"Cookie": f"mentornet_session={TOKEN}"}
    address = f"ws://127.0.0.1:{port}/socket.io/?EIO=4&transport=websocket"
    spent = []
    with closing(websocket.create_connection(address, header=headers, origin=ORIGIN, timeout=30)) as line:
        line.recv()
        line.send("40")
        _until(line, "40")
        deadline = time.monotonic() + SECONDS
        while time.monotonic() < deadline:
            started = time.perf_counter()
            line.send(ask)
            _until(line, "431")
            took = time.perf_counter() - started
            spent.append(took * 1000)
            time.sleep(max(0.0, 1 / PER_SECOND - took))
    return sorted(spent)[int(len(spent) * 0.95)]


def _until(line: websocket.WebSocket, beginning: str) -> None:
    while not (said := str(line.recv())).startswith(beginning):
        if said == "2":
            line.send("3")


def _storm(port: int, statuses: list[int]) -> None:
    with ThreadPoolExecutor(40) as senders:
        started = time.monotonic()
        for number in range(TRIES):
            time.sleep(max(0.0, started + number * SECONDS / TRIES - time.monotonic()))
            senders.submit(_try, port, number, statuses)


def _try(port: int, number: int, statuses: list[int]) -> None:
    from_where = (f"127.0.0.{2 + number % ADDRESSES}", 0)
    with closing(HTTPConnection("127.0.0.1", port, timeout=60, source_address=from_where)) as door:
        said = orjson.dumps({"email": f"p{number % 40}@mail.example", "password": f"wrong-{number}"})
        headers = {"Content-Type": "application/json", "Origin": ORIGIN, "Host": "localhost"}
        door.request("POST", "/api/v1/session", said, headers)
        statuses.append(door.getresponse().status)
