"""How much a host has on her hands: minutes that are estimated, never measured."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypedDict

MINUTES = {"welcome": 3, "answer": 8, "announce": 4, "application": 15, "case": 30}
"""So long one thing takes a host, about."""

TOO_MUCH = 120
"""Minutes in a week: a volunteer has two hours."""


class Load(TypedDict):
    """How many minutes of a week are full: with what was done in it and with what waits."""

    minutes: int
    too_much: bool


def load_of(*numbers: Mapping[str, int]) -> Load:
    """The load of a host from how much of each kind in `MINUTES` she did this week and how much waits."""
    minutes = sum(MINUTES[kind] * number for one in numbers for kind, number in one.items())
    return {"minutes": minutes, "too_much": minutes > TOO_MUCH}
