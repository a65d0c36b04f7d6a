"""What the first days are made of: five small steps, and for how long somebody has a buddy."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

STEPS = ("introduction", "offers", "hello", "meeting", "answer")
"""The list of the first days, in its order; each can wait."""

BUDDY_FOR = timedelta(days=30)
FIRST_DAYS = timedelta(days=30)
"""So long the list of the first days is shown."""

NEW_FOR = timedelta(days=14)
"""Who came longer ago is no newcomer: she gets no buddy when she comes back from a pause."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who could greet a newcomer: how many she greets already, whether they share a language."""

    user_id: str
    greets: int
    shares_language: bool


def choose_buddy(candidates: Sequence[Candidate]) -> str | None:
    """The one with a common language and the fewest newcomers; by id among equals, so that it is the same
    every time. None where there is nobody."""
    if not candidates:
        return None
    return min(candidates, key=lambda one: (not one.shares_language, one.greets, one.user_id)).user_id


def steps_put_off(kept: str) -> frozenset[str]:
    """The steps that wait, as they are kept."""
    return frozenset(kept.split()) & frozenset(STEPS)


def kept_steps(steps: Iterable[str]) -> str:
    """The form in which they are kept."""
    wanted = set(steps)
    return " ".join(step for step in STEPS if step in wanted)


def is_over(done: Mapping[str, Any]) -> bool:
    """True when there is nothing left of the list."""
    return all(done[step] for step in STEPS)
