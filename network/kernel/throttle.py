"""How often, and for whom it is counted: token buckets in memory, per key. A process counts for itself."""

from __future__ import annotations

import ipaddress
import threading
import time
from collections import OrderedDict
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
    """Buckets that hold `burst` tokens and refill at `per_minute`; monotonic time, so no clock moves them. Of
    more than 100,000 keys those that took nothing for longest are forgotten: theirs are the fullest."""

    def __init__(self, per_minute: float, burst: int, now: Callable[[], float] = time.monotonic) -> None:
        self._rate = per_minute / 60
        self._burst = float(burst)
        self._now = now
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()
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
            tokens, at = self._buckets.pop(key, (self._burst, now))
            tokens = min(self._burst, tokens + (now - at) * self._rate)
            left = tokens - 1 if tokens >= 1 else tokens
            self._buckets[key] = (left, now)  # the last of them now
            if len(self._buckets) > _MAX_KEYS:
                self._buckets.popitem(last=False)
            return 0.0 if tokens >= 1 else (1 - tokens) / self._rate
