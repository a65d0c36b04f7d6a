"""What failed where nobody waits for an answer, counted by part: the surface that measures tells it."""

from __future__ import annotations

import threading
from collections import Counter

_lock = threading.Lock()
_counted: Counter[str] = Counter()


def count_failure(part: str) -> None:
    """One more failure of this process in a part: `after_commit`, `effect`, `listener`, `live`,
    `reminder`, `subscriber`."""
    with _lock:
        _counted[part] += 1


def counted_failures() -> dict[str, int]:
    """How often each part failed in this process since it began."""
    with _lock:
        return dict(_counted)
