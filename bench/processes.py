"""Two processes over PostgreSQL and Redis beside one: what each of them has to do for the same room."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import orjson

from bench.live import AHEAD, ORIGIN, TEXT
from bench.measuring import Figure
from bench.servers import PYTHON, cpu_seconds, free_port, load, serving
from bench.world import TOKEN, World, world
from config import ROOT
from tests.servers import postgres_server, redis_server

ROUNDS = 3
CONNECTIONS = 1000
MESSAGES = 80


def run() -> list[Figure]:
    """The same flood into the same 1000 connections, all at one process or half of them at each of two; both
    say half of it in the second case.

    What counts is the CPU time of the busier process: with a core for each, that is how long it takes. Wall
    time on a machine of two cores would measure the load client, PostgreSQL and Redis, which need theirs too.
    """
    took: dict[int, list[float]] = {1: [], 2: []}
    walls: dict[int, list[float]] = {1: [], 2: []}
    with _workers(2) as (place, ports, workers):
        for _ in range(ROUNDS):
            for number in took:
                with load(_talk(place, ports[:number])) as readers:
                    readers.ask({"messages": 20, "ahead": AHEAD * number})
                    before = [cpu_seconds(worker) for worker in workers]
                    told = readers.ask({"messages": MESSAGES, "ahead": AHEAD * number})
                    spent = [cpu_seconds(w) - b for w, b in zip(workers, before, strict=True)]
                took[number].append(max(spent) / told["deliveries"] * 1e6)
                walls[number].append(told["deliveries"] / told["seconds"])
    one, two = (sorted(took[number])[ROUNDS // 2] for number in took)
    beside = (
        f"{one:.2f} and {two:.2f} ms of CPU of the busier process per 1000 deliveries, medians of {ROUNDS}; "
        f"on these {os.cpu_count()} cores with everything else {max(walls[1]):.0f} and {max(walls[2]):.0f} "
        f"deliveries/s, load {os.getloadavg()[0]:.1f}"
    )
    # Less is better in this table: 1.8 times as much is what two processes are to carry.
    return [Figure("two processes, share of one's time each", two / one, "×", 1 / 1.8, beside)]


@contextmanager
def _workers(number: int) -> Iterator[tuple[World, list[int], list[int]]]:
    with ExitStack() as stack:
        database = stack.enter_context(postgres_server(durable=True))
        redis = stack.enter_context(redis_server())
        chosen = {"database_url": database, "redis_url": f"{redis}/0"}
        place = stack.enter_context(world(1_000, settings=chosen))
        ports = [free_port() for _ in range(number)]
        around = {
            "MENTORNET_DATABASE_URL": database, "MENTORNET_REDIS_URL": f"{redis}/0",
            "MENTORNET_DATA_DIR": str(place.runtime.settings.data_dir), "MENTORNET_BASE_URL": ORIGIN,
            "MENTORNET_RATE_LIMITS": "off", "MENTORNET_LOG_LEVEL": "ERROR",
        }  # fmt: skip
        command = [PYTHON, ROOT / "wsgi.py", "serve", "--no-jobs"]
        workers = [stack.enter_context(serving(command, port, PORT=str(port), **around)) for port in ports]
        yield place, ports, workers


def _talk(place: World, ports: list[int]) -> dict[str, Any]:
    said = {"topic_id": place.topic_id, "body": f"MOMENT {TEXT}", "client_msg_id": "NUMBER"}
    scopes = {f"room:{place.room_id}": {"seq": 1_000}}
    return {
        "ports": ports, "connections": CONNECTIONS, "acknowledged": True, "refused": '"ok":false',
        "headers": {"Cookie": f"mentornet_session={TOKEN}", "Origin": ORIGIN},
        "join": f"420{orjson.dumps(['subscribe', {'scopes': scopes}]).decode()}",
        "say": f"421{orjson.dumps(['message.send', said]).decode()}",
    }  # fmt: skip
