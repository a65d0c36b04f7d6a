"""How much a host has on her hands: minutes that are estimated, never measured."""

from __future__ import annotations

from typing import TypedDict

MINUTES = {"welcome": 3, "answer": 8, "announce": 4, "application": 15, "case": 30}
"""So long one thing takes a host, about."""

TOO_MUCH = 120
"""Minutes in a week: a volunteer has two hours."""


class Load(TypedDict):
    """How many minutes of a week are full: with what was done in it and with what waits."""

    minutes: int
    too_much: bool


def load_of(done: int, waits: dict[str, int]) -> Load:
    """The load of a host who did `done` things this week, while so many of each kind in `MINUTES` wait."""
    minutes = done * MINUTES["announce"] + sum(MINUTES[kind] * number for kind, number in waits.items())
    return {"minutes": minutes, "too_much": minutes > TOO_MUCH}
