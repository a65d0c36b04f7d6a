"""Open websockets without a thread each: one thread looks after all of them, each frame is made once, and
whoever writes never waits for a reader.

The thread that took the handshake hands the socket over and goes back to serving pages. What comes in on a
line is handled by a few workers, each line's in its order. What goes out is written when it is there, by
whoever sends it; writes to many that follow each other closely go out together. What a slow reader leaves
lying is bounded: beyond that the line ends.
"""

from __future__ import annotations

import contextlib
import heapq
import itertools
import os
import select
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

import structlog

from realtime.line import Line

log = structlog.get_logger("realtime")

WORKERS = 8
TOGETHER = 0.002
"""Seconds for which writes wait for others to the same reader (measured: half the CPU of a flood)."""
_RESTED = 0.02
_FEW = (
    4  # readers: each of them costs one write more where nobody waits for others, and gets its answer at once
)
_LONGEST_REST = 1.0
_READ = select.EPOLLIN | select.EPOLLRDHUP
_GONE = select.EPOLLHUP | select.EPOLLERR | select.EPOLLRDHUP


class Loop:
    """The thread that looks after the lines of this process; it starts with the first of them."""

    def __init__(self) -> None:
        self._epoll = select.epoll()
        self._bell = os.eventfd(0, os.EFD_NONBLOCK | os.EFD_CLOEXEC)
        self._epoll.register(self._bell, select.EPOLLIN)
        self._lines: dict[int, Line] = {}
        self._lock = threading.Lock()
        self._writing = threading.Lock()  # held by whoever writes, so that frames keep their order
        self._due: list[Line] = []
        self._flushed_at = 0.0
        self._timers: list[tuple[float, int, Callable[[], None]]] = []
        self._numbers = itertools.count()
        self._workers = ThreadPoolExecutor(WORKERS, thread_name_prefix="lines")
        self.work = self._workers.submit
        threading.Thread(target=self._run, name="lines", daemon=True).start()

    def __len__(self) -> int:
        return len(self._lines)

    def add(self, line: Line) -> None:
        """Look after a line from now on."""
        self._lines[line.descriptor] = line
        self._epoll.register(line.descriptor, _READ)
        line.added()

    def watch(self, line: Line) -> None:
        """Notice what the line now waits for. With the line's lock held."""
        wanted = (_READ if line.reading else 0) | (select.EPOLLOUT if line.writing else 0)
        with contextlib.suppress(OSError):  # it ends just now
            self._epoll.modify(line.descriptor, wanted)

    def send(self, lines: Sequence[Line], data: bytes) -> None:
        """Let one frame go out on lines: by whoever sends it, where nothing else is on its way, else together
        with what is."""
        if self._may_write(len(lines)):
            try:
                for line in lines:
                    line.write(data, 1)
            finally:
                self._flushed(len(lines))
                self._writing.release()
            return
        with self._lock:
            first = not self._due
            self._due += [line for line in lines if line.gather(data)]
            ring = first and bool(self._due)
        if ring:
            self._ring()

    def _may_write(self, readers: int) -> bool:
        """True, and nobody else writes until `_writing` is released, where nothing waits that was sent before
        and nothing will in a moment: what goes to few, and the first after a rest."""
        if self._due or not self._writing.acquire(blocking=False):
            return False
        if self._due or (readers > _FEW and time.monotonic() - self._flushed_at < _RESTED):
            self._writing.release()
            return False
        return True

    def _flushed(self, readers: int) -> None:
        if readers > _FEW:
            self._flushed_at = time.monotonic()

    def after(self, seconds: float, act: Callable[[], None]) -> None:
        """Do something on the loop's thread in a while."""
        with self._lock:
            soonest = not self._timers or self._timers[0][0] > time.monotonic() + seconds
            heapq.heappush(self._timers, (time.monotonic() + seconds, next(self._numbers), act))
        if soonest:
            self._ring()

    def settle(self, seconds: float) -> None:
        """Wait until what was sent so far is written, as far as readers take it."""
        written = threading.Event()
        # What is due is written at the latest in the turn after the next.
        self.after(0, lambda: self.after(0, written.set))
        written.wait(seconds)
        with self._writing:
            pass  # nor does anybody write any more

    def _ring(self) -> None:
        with contextlib.suppress(BlockingIOError):
            os.eventfd_write(self._bell, 1)

    def _run(self) -> None:
        while True:
            for descriptor, events in self._epoll.poll(self._rest()):
                if descriptor == self._bell:
                    os.eventfd_read(self._bell)
                else:
                    self._look_at(descriptor, events)
            if self._due:
                if len(self._due) > _FEW and time.monotonic() - self._flushed_at < _RESTED:
                    time.sleep(TOGETHER)
                with self._writing:
                    self._flushed(self._flush())
            self._ring_timers()

    def _rest(self) -> float:
        with self._lock:
            if self._due:
                return 0.0
            left = self._timers[0][0] - time.monotonic() if self._timers else _LONGEST_REST
        return min(max(left, 0.0), _LONGEST_REST)

    def _look_at(self, descriptor: int, events: int) -> None:
        line = self._lines.get(descriptor)
        if line is None:
            return
        try:
            if events & select.EPOLLOUT:
                line.write_on()
            # What came in before the end is taken first.
            going_on = line.read() if events & select.EPOLLIN else not events & _GONE
        except Exception:
            log.exception("line_failed")
            going_on = False
        if not going_on:
            self._lines.pop(descriptor, None)
            with contextlib.suppress(OSError):
                self._epoll.unregister(descriptor)
            line.ended()

    def _flush(self) -> int:
        """Write what waits; to how many."""
        with self._lock:
            due, self._due = self._due, []
            parts = [(line, line.take_gathered()) for line in due]
        joined: dict[tuple[int, ...], bytes] = {}
        for line, frames in parts:
            if len(frames) == 1:
                line.write(frames[0], 1)
                continue
            # In a flood many readers get the same frames.
            key = tuple(map(id, frames))
            together = joined.get(key)
            if together is None:
                together = joined[key] = b"".join(frames)
            line.write(together, len(frames))
        return len(parts)

    def _ring_timers(self) -> None:
        now, due = time.monotonic(), []
        with self._lock:
            while self._timers and self._timers[0][0] <= now:
                due.append(heapq.heappop(self._timers)[2])
        for act in due:
            try:
                act()
            except Exception:
                log.exception("line_failed")


_loops: list[Loop] = []
_one = threading.Lock()


def loop() -> Loop:
    """The loop of this process, made when it is needed first: never before the process has forked."""
    with _one:
        if not _loops:
            _loops.append(Loop())
        return _loops[0]
