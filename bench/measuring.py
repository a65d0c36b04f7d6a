"""How a figure comes about: CPU time of whole WSGI calls, subject and peer in turn, the best of rounds."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

ROUNDS = 12


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured figure. `limit` is the goal of the issue or the peer's figure times the allowed ratio."""

    name: str
    value: float
    unit: str
    limit: float | None = None
    beside: str = ""

    @property
    def verdict(self) -> str:
        """Within the limit or not; empty where there is none."""
        if self.limit is None:
            return ""
        return "ok" if self.value <= self.limit else "ABOVE"

    def as_json(self) -> dict[str, Any]:
        """For the results file."""
        return {**asdict(self), "verdict": self.verdict}


def cpu_of(*calls: Callable[[], object], number: int = 60, rounds: int = ROUNDS) -> list[float]:
    """Milliseconds of CPU per call of each of `calls`: they take turns, so that a slow moment of the machine
    meets all of them, and each one's best round counts."""
    best = [float("inf")] * len(calls)
    for call in calls:
        for _ in range(20):
            call()
    gc.collect()
    gc.disable()
    try:
        for _ in range(rounds):
            for index, call in enumerate(calls):
                started = time.process_time()
                for _ in range(number):
                    call()
                best[index] = min(best[index], (time.process_time() - started) / number * 1000)
    finally:
        gc.enable()
    return best


def wall_of(call: Callable[[], object]) -> float:
    """Seconds of one call."""
    started = time.perf_counter()
    call()
    return time.perf_counter() - started


def undisturbed(call: Callable[[], object], *others: int) -> tuple[float, float]:
    """Milliseconds of one call: as they pass, and without those in which this thread, or one of the processes
    `others` that work for it, was ready and somebody else had the core (as the scheduler counts them)."""
    tasks = ["/proc/thread-self/schedstat", *(f"/proc/{process_id}/schedstat" for process_id in others)]
    waited, started = _waited(tasks), time.perf_counter()
    call()
    passed = time.perf_counter() - started
    return passed * 1000, (passed - (_waited(tasks) - waited)) * 1000


def _waited(tasks: list[str]) -> float:
    return sum(int(Path(task).read_text().split()[1]) for task in tasks) / 1e9


def wsgi_caller(app: Any, environ: dict[str, Any], expected: int) -> Callable[[], bytes]:
    """A call of the application with a copy of `environ`; an answer other than `expected` is an error."""

    def call() -> bytes:
        seen: list[str] = []
        environment = dict(environ)
        if "body" in environ:
            body = environment.pop("body")()
            environment["wsgi.input"] = body
        chunks = app(environment, lambda status, _headers, _exc=None: seen.append(status))
        content = b"".join(chunks)
        if hasattr(chunks, "close"):
            chunks.close()
        if int(seen[0][:3]) != expected:
            raise RuntimeError(f"{seen[0]}: {content[:300]!r}")
        return content

    return call
