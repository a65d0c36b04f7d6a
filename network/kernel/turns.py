"""Who of one process writes next: whoever came first."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager

from network.kernel.errors import DatabaseBusy


class Turns:
    """A queue of threads, of which one at a time has the turn. A plain lock is no queue: whoever gives it
    back and asks again at once overtakes all who sleep, and one of them may wait for ever."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._taken = False
        self._waiting: deque[threading.Lock] = deque()

    @contextmanager
    def turn(self, patience: float) -> Iterator[float]:
        """Have the turn for the block, however that ends; gives how many seconds were waited for it.

        Raises DatabaseBusy after `patience` seconds. A thread that has the turn must not ask for another.
        """
        waited = self._take(patience)
        try:
            yield waited
        finally:
            self._hand_on()

    def _take(self, patience: float) -> float:
        with self._guard:
            if not self._taken:
                self._taken = True
                return 0.0
            mine = threading.Lock()
            mine.acquire()
            self._waiting.append(mine)
        began = time.monotonic()
        try:
            in_time = mine.acquire(timeout=patience)
        except BaseException:  # such as a signal's
            if not self._leave(mine):
                self._hand_on()
            raise
        if not in_time and self._leave(mine):
            raise DatabaseBusy
        return time.monotonic() - began

    def _leave(self, mine: threading.Lock) -> bool:
        """Wait no longer; False when the turn came at this very moment."""
        with self._guard:
            if mine not in self._waiting:
                return False
            self._waiting.remove(mine)
            return True

    def _hand_on(self) -> None:
        """Straight to who waited longest: nobody who comes now can take it."""
        with self._guard:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._taken = False
