"""How often a caller may ask: a sliding window, counted in Redis where processes share one, else here."""

from __future__ import annotations

import importlib
import math
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import structlog

log = structlog.get_logger("rates")

MOST_KEYS = 100_000
TRY_REDIS_AGAIN_AFTER = 5.0  # seconds: no request waits for a store that was just found away
REDIS_PATIENCE = 0.5


@dataclass(frozen=True, slots=True)
class Count:
    """What a caller has left, and for a refused one the seconds until it may ask again."""

    remaining: int
    wait: int = 0


class Rates:
    """Counts per key. A lost Redis neither lets everybody through nor locks anybody out (B4): until it is
    back this process counts for itself."""

    def __init__(
        self,
        redis_url: str = "",
        now: Callable[[], float] = time.time,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._now, self._monotonic = now, monotonic
        self._counts: dict[str, tuple[int, int, int]] = {}  # key: window, counted before it, counted in it
        self._lock = threading.Lock()
        self._away_until = 0.0
        self._redis: Any = None
        if redis_url:
            redis = importlib.import_module("redis")
            self._redis = redis.Redis.from_url(
                redis_url, socket_connect_timeout=REDIS_PATIENCE, socket_timeout=REDIS_PATIENCE
            )

    def take(self, key: str, most: int, seconds: int) -> Count:
        """Count one request under `key`, of which `most` may come in any `seconds`. A refused one does not
        count, so that who waits gets through."""
        if self._redis is not None and self._monotonic() >= self._away_until:
            try:
                return self._take_shared(key, most, seconds)
            except Exception as error:
                self._away_until = self._monotonic() + TRY_REDIS_AGAIN_AFTER
                log.warning("rate_store_away", error=type(error).__name__)
        return self._take_own(key, most, seconds)

    def _take_own(self, key: str, most: int, seconds: int) -> Count:
        window, gone = divmod(self._now(), seconds)
        with self._lock:
            if len(self._counts) >= MOST_KEYS and key not in self._counts:
                self._forget()
            last, before, counted = self._counts.get(key, (int(window), 0, 0))
            if window - last == 1:
                before, counted = counted, 0
            elif window != last:
                before, counted = 0, 0
            found = _judge(before, counted, most, seconds, gone)
            self._counts[key] = (int(window), before, counted + (found.wait == 0))
        return found

    def _forget(self) -> None:
        # The older half; insertion order is by first sight, and whoever is still there comes back at once.
        for key in list(self._counts)[: MOST_KEYS // 2]:
            del self._counts[key]

    def _take_shared(self, key: str, most: int, seconds: int) -> Count:
        window, gone = divmod(self._now(), seconds)
        here, earlier = (f"mentornet:rate:{key}:{seconds}:{int(n)}" for n in (window, window - 1))
        with self._redis.pipeline(transaction=False) as together:
            together.incr(here)
            together.expire(here, 2 * seconds)
            together.get(earlier)
            counted, _, before = together.execute()
        found = _judge(int(before or 0), int(counted) - 1, most, seconds, gone)
        if found.wait:
            self._redis.decr(here)
        return found


def _judge(before: int, counted: int, most: int, seconds: int, gone: float) -> Count:
    """Weigh the window before this one by how much of it the last `seconds` still cover."""
    weighed = before * (1 - gone / seconds) + counted
    if weighed + 1 <= most:
        return Count(remaining=int(most - weighed - 1))
    if counted + 1 <= most:
        wait = seconds * (1 - (most - 1 - counted) / before) - gone
    else:
        wait = seconds - gone + seconds * (1 - (most - 1) / counted)
    return Count(remaining=0, wait=max(1, math.ceil(wait)))
