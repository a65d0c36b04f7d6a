"""What it takes to send a message, beside its own statements in raw SQLite."""

from __future__ import annotations

import itertools
import os
import sqlite3
from collections.abc import Callable
from operator import truediv
from statistics import median
from typing import Any

from bench.live import AHEAD, TEXT, product, talk
from bench.measuring import Figure, wall_of
from bench.recorded import Again, record
from bench.servers import free_port, load
from bench.world import TOKEN, World, world
from network import people
from network.discussions import post_message
from network.kernel.actor import Actor
from network.kernel.transaction import unit_of_work
from realtime.connection import Connection
from realtime.discussions import EVENTS
from realtime.transport import Codec

SENDS, TURNS = 60, 20
"""One turn after the other; of each turn counts the twentieth part that went fastest, or of all turns the
fastest: the machine may have others to work for, and a send goes through many hands."""


def run() -> list[Figure]:
    """Sends that nobody hears, beside their own statements alone, one after the other: within the process,
    from a connection that has a few on their way, and from one that waits for each acknowledgement. The last
    measures besides how long a message travels between three processes that sleep meanwhile."""
    with world(1_000) as place:
        raw = _raw(place)
        inside = _inside(place)
        port = free_port()
        took: dict[str, list[float]] = {what: [] for what in ("raw", "raw all", "inside", "few", "one")}
        with product(place, port), load(talk(place, port, 1, heard=False)) as sender:
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
        Figure(f"{name}: waiting for each", of_turns["one"], "×", 1 / 0.3, _rates(took, "one", "raw")),
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
