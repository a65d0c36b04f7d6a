"""What is done when nobody asks: named functions with a rhythm, run by the surface that has a scheduler."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Job:
    """A function that may run twice and may be late: it announces and tidies, it never decides a state."""

    name: str
    every_minutes: int
    run: Callable[[], object]


_jobs: dict[str, Job] = {}


def job(name: str, *, every_minutes: int) -> Callable[[Callable[[], object]], Callable[[], object]]:
    """Register a periodic job under a stable name."""

    def decorate(function: Callable[[], object]) -> Callable[[], object]:
        _jobs[name] = Job(name, every_minutes, function)
        return function

    return decorate


def all_jobs() -> list[Job]:
    """Every registered job, by name."""
    return [_jobs[name] for name in sorted(_jobs)]
