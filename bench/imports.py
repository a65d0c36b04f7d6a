"""Loading a list of 20,000 graduates beside raw `executemany` of the same rows."""

from __future__ import annotations

import sqlite3
import tempfile
import time
from datetime import date
from pathlib import Path

from bench.measuring import Figure
from bench.world import World, world
from network import courses, membership, people
from network.kernel.transaction import unit_of_work

LINES = 20_000
RATIO = 3.0
ROUNDS = 5


def run() -> list[Figure]:
    """The whole import (read, compare, write, commit), best of some rounds, beside the bare writes."""
    data = sample(LINES)
    loaded, again, bare = [], [], []
    for _ in range(ROUNDS):
        with world(10) as place:
            started = time.perf_counter()
            load(place, data)
            loaded.append(time.perf_counter() - started)
            started = time.perf_counter()
            load(place, data)
            again.append(time.perf_counter() - started)
        bare.append(raw(LINES))
    return [
        Figure(f"import of {LINES:,} lines", min(loaded) * 1000, "ms"),
        Figure("… beside raw executemany", min(loaded) / min(bare), "×", RATIO, f"{min(bare) * 1000:.0f} ms"),
        Figure("the same list again", min(again) * 1000, "ms"),
    ]


def sample(lines: int) -> bytes:
    """A list as Moodle exports it."""
    rows = ["Name,Email address,Final reflection,Course complete"]
    rows += [
        f'"Person {n}",person.{n}@mail.example,Completed,"12/05/26, 18:{n % 60:02d}"' for n in range(lines)
    ]
    return "\n".join(rows).encode()


def load(place: World, data: bytes) -> None:
    """The command, as its steward."""
    with unit_of_work():
        actor = people.find_session("benchmark-session-token")
        assert actor is not None
        courses.import_completions(membership.with_standings(actor), place.course_session_id, data)


def raw(lines: int) -> float:
    """Seconds to write the same rows into the same columns with the driver alone, durably."""
    now = "2026-01-01T00:00:00.000000Z"
    rows = [
        (f"{n:036d}", "c" * 36, f"Person {n}", f"person.{n}@mail.example", f"person.{n}@mail.example", 1,
         date(2026, 5, 12).isoformat(), "ready", now, now)
        for n in range(lines)
    ]  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        connection = sqlite3.connect(Path(folder) / "raw.db", isolation_level=None)
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute(
            "CREATE TABLE completions (id TEXT PRIMARY KEY, course_session_id TEXT, name TEXT, email TEXT, "
            "address TEXT, completed INTEGER, completed_on TEXT, state TEXT, "
            "created_at TEXT, updated_at TEXT, "
            "UNIQUE (course_session_id, address))"
        )
        connection.execute("CREATE INDEX by_session ON completions (course_session_id, id)")
        connection.execute("CREATE INDEX by_address ON completions (address)")
        started = time.perf_counter()
        connection.execute("BEGIN")
        connection.executemany("INSERT INTO completions VALUES (?,?,?,?,?,?,?,?,?,?)", rows)
        connection.execute("COMMIT")
        spent = time.perf_counter() - started
        connection.close()
    return spent
