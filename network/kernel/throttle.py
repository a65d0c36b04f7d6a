"""How often, and for whom it is counted: token buckets in memory, per key. A process counts for itself."""

from __future__ import annotations

import ipaddress
import threading
import time
from collections.abc import Callable

from network.kernel.errors import TooMany

_MAX_KEYS = 100_000


def subscriber_of(address: str | None) -> str:
    """For whom an address counts: IPv6 by its /64, which one subscriber has as a whole; `unknown` for what is
    no address."""
    try:
        found = ipaddress.ip_address(address or "")
    except ValueError:
        return "unknown"
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped is not None:
            return str(found.ipv4_mapped)
        return str(ipaddress.IPv6Network((int(found), 64), strict=False).network_address)
    return str(found)


class TokenBuckets:
    """Buckets that hold `burst` tokens and refill at `per_minute`; monotonic time, so no clock moves them."""

    def __init__(self, per_minute: float, burst: int, now: Callable[[], float] = time.monotonic) -> None:
        self._rate = per_minute / 60
        self._burst = float(burst)
        self._now = now
        self._buckets: dict[str, tuple[float, float]] = {}
        self._lock = threading.Lock()

    def take(self, key: str) -> None:
        """Take one token; raise TooMany with the seconds until the next one when there is none."""
        wait = self.wait(key)
        if wait > 0:
            raise TooMany(retry_after=int(wait) + 1)

    def wait(self, key: str) -> float:
        """Take one token and return 0, or return the seconds until there is one."""
        with self._lock:
            now = self._now()
            if len(self._buckets) > _MAX_KEYS:
                self._forget_full(now)
            tokens, at = self._buckets.get(key, (self._burst, now))
            tokens = min(self._burst, tokens + (now - at) * self._rate)
            if tokens >= 1:
                self._buckets[key] = (tokens - 1, now)
                return 0.0
            self._buckets[key] = (tokens, now)
            return (1 - tokens) / self._rate

    def _forget_full(self, now: float) -> None:
        full = [
            key for key, (tokens, at) in self._buckets.items()
            if tokens + (now - at) * self._rate >= self._burst
        ]  # fmt: skip
        for key in full:
            del self._buckets[key]
