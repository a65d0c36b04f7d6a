"""Search in a million messages, the latest first, on both kinds of database: the slowest of a hundred."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from itertools import accumulate
from typing import Any

from sqlalchemy import insert, text

from bench.measuring import Figure, undisturbed
from bench.world import START, World, world
from models.discussions import Message, Room, Topic
from network.discussions import Filter, index_some, search_messages
from network.kernel.actor import Actor, Standing, system_actor
from network.kernel.ids import new_id
from network.kernel.paging import PageRequest
from network.kernel.transaction import unit_of_work
from tests.servers import postgres_database

MESSAGES = 1_000_000
ROOMS = 30
HERS = 20
"""The first so many are open; the others are private and not hers: a third of all hits is not for her."""
WORDS = 30_000
LENGTH = 24
ROUNDS = 300
LIMITS = {"SQLite": 10.0, "PostgreSQL": 50.0}
LETTERS = "aeiourstlnmbdgkpw"


def run(messages: int = MESSAGES) -> list[Figure]:
    """The 99th of a hundred searches of each kind, as the surfaces ask: found, allowed, with their pieces."""
    figures = []
    for kind, limit in LIMITS.items():
        with _address(kind) as settings, world(0, settings=settings) as place:
            vocabulary = _vocabulary()
            _fill(place, vocabulary, messages)
            spent = _index(place)
            figures.append(Figure(f"{kind}: taking {messages:,} in", messages / spent, "messages/s"))
            for name, ask in _asked(place, vocabulary).items():
                figures.append(_p99(f"{kind}: {name}, p99 of {messages:,}", ask, limit, _server(place)))
    return figures


@contextmanager
def _address(kind: str) -> Iterator[dict[str, Any]]:
    if kind == "SQLite":
        yield {}
    else:
        with postgres_database() as url:
            yield {"database_url": url}


def _vocabulary() -> list[str]:
    chance = random.Random(1)
    made = {"".join(chance.choices(LETTERS, k=chance.randint(3, 10))) for _ in range(2 * WORDS)}
    return sorted(made)[:WORDS]


def _fill(place: World, vocabulary: list[str], messages: int) -> None:
    chance = random.Random(2)
    # As in a language: the hundredth word is a hundredth as frequent as the first.
    weights = list(accumulate(1 / rank for rank in range(1, len(vocabulary) + 1)))
    rooms = [new_id() for _ in range(ROOMS)]
    topics = [new_id() for _ in range(ROOMS)]
    shared = {"created_by": place.user_id, "created_at": START, "version": 1, "state": "open"}
    with place.runtime.database.engine.begin() as work:
        work.execute(insert(Room), [
            {"id": room, "network_id": place.network_id, "name": f"Room {n}", "purpose": "", "position": n,
             "kind": "open" if n < HERS else "private", "posting": "members", **shared}
            for n, room in enumerate(rooms)
        ])  # fmt: skip
        work.execute(insert(Topic), [
            {"id": topic, "room_id": room, "title": f"Topic {n}", "message_count": messages // ROOMS,
             "last_seq": messages, "last_message_at": START, **shared}
            for n, (topic, room) in enumerate(zip(topics, rooms, strict=True))
        ])  # fmt: skip
    for first in range(1, messages + 1, 20_000):
        rows = []
        for seq in range(first, min(first + 20_000, messages + 1)):
            body = " ".join(chance.choices(vocabulary, cum_weights=weights, k=LENGTH))
            at = chance.randrange(ROOMS)
            rows.append({
                "id": new_id(), "topic_id": topics[at], "room_id": rooms[at], "seq": seq,
                "author_id": place.user_id, "body": body, "html": "", "client_msg_id": f"s{seq}",
                "content_digest": "0", "created_at": START + timedelta(seconds=seq), "veiled": False,
                "version": 1,
            })  # fmt: skip
        with place.runtime.database.engine.begin() as work:
            work.execute(insert(Message), rows)


def _index(place: World) -> float:
    started, actor = time.perf_counter(), system_actor("bench")
    while index_some(actor):
        pass
    spent = time.perf_counter() - started
    if not place.runtime.database.is_sqlite:
        with place.runtime.database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as work:
            work.execute(text("VACUUM ANALYZE"))  # as autovacuum does by itself within minutes
    return spent


def _asked(place: World, vocabulary: list[str]) -> dict[str, Callable[[random.Random], object]]:
    standing = Standing(
        network_id=place.network_id, membership_id=new_id(), state="active", roles=frozenset({"mentor"}),
        suspended_until=None, rules_accepted=True,
    )  # fmt: skip
    actor = Actor(
        kind="person", user_id=place.user_id, name="Person", email="p0@mail.example", language="de",
        time_zone="UTC", face="p0", standings={place.network_id: standing},
    )  # fmt: skip

    def search(query: str, narrowed: Filter = Filter()) -> object:  # noqa: B008
        with unit_of_work():
            return search_messages(actor, place.network_id, query, narrowed, PageRequest(20))

    def some(chance: random.Random, low: int, high: int) -> str:
        return vocabulary[chance.randrange(low, high)]

    last = START + timedelta(seconds=MESSAGES)
    return {
        "a frequent word": lambda chance: search(some(chance, 0, 50)),
        "any word": lambda chance: search(some(chance, 0, WORDS)),
        "a word nobody said": lambda chance: search(some(chance, 0, WORDS) + "xyz"),
        "two frequent words": lambda chance: search(f"{some(chance, 0, 50)} {some(chance, 50, 500)}"),
        "a frequent and a rare word": lambda chance: search(
            f"{some(chance, 0, 9)} {some(chance, 9000, WORDS)}"
        ),
        "a phrase": lambda chance: search(f'"{some(chance, 0, 50)} {some(chance, 0, 200)}"'),
        "a word before a year ago": lambda chance: search(
            some(chance, 0, 500), Filter(before=last - timedelta(seconds=MESSAGES * 3 // 4))
        ),
    }


def _server(place: World) -> list[int]:
    """The process that works for our connection, where there is one."""
    if place.runtime.database.is_sqlite:
        return []
    with place.runtime.database.engine.connect() as line:
        return [line.scalar(text("SELECT pg_backend_pid()")) or 0]


def _p99(name: str, ask: Callable[[random.Random], object], limit: float, server: list[int]) -> Figure:
    chance = random.Random(3)
    spent = [undisturbed(lambda: ask(chance), *server) for _ in range(ROUNDS)]
    passed, own = [sorted(values)[int(ROUNDS * 0.99) - 1] for values in zip(*spent, strict=True)]
    return Figure(name, own, "ms", limit, f"{passed:.1f} ms with waiting for a core")
