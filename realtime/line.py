"""One open websocket: what comes in is handed on in its order, what goes out is written without waiting, and
what a slow reader leaves lying is bounded."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections import deque
from collections.abc import Callable, Sequence
from typing import Protocol

import structlog

from realtime.frames import CLOSE, NORMAL, NOT_TEXT, PING, PONG, TEXT, Fault, Reader, closing, frame
from realtime.settings import BACKLOG_BYTES, BACKLOG_PACKETS

log = structlog.get_logger("realtime")

_AT_ONCE = 65_536
_UNHANDLED = 64  # so many messages may wait for a worker
_LINGER = 5.0  # so long the other side may take to answer that a line ends


class Keeper(Protocol):
    """What looks after lines, as a line needs it."""

    def send(self, lines: Sequence[Line], data: bytes) -> None:
        """Let one frame go out on lines."""

    def watch(self, line: Line) -> None:
        """Notice what the line now waits for: `reading`, `writing`."""

    def after(self, seconds: float, act: Callable[[], None]) -> None:
        """Do something in a while."""

    def work(self, act: Callable[[], None]) -> object:
        """Have a worker do something."""


class Line:
    """One open websocket. `on_text` is called with each message, by one worker at a time; `on_end` once.
    Methods may be called from any thread, and never wait."""

    def __init__(
        self,
        loop: Keeper,
        connection: socket.socket,
        longest: int,
        on_text: Callable[[str], None],
        on_end: Callable[[], None],
    ) -> None:
        self._loop, self._socket, self._send = loop, connection, connection.send
        self.descriptor = connection.fileno()
        self._reader = Reader(longest)
        self._on_text, self._on_end = on_text, on_end
        self._lock = threading.Lock()
        self._gathered: list[bytes] = []  # this and the next are guarded by the loop's lock
        self._gathered_bytes = 0
        self._backlog: deque[tuple[bytes, int]] = deque()  # with how many packets each piece is
        self._arrived: deque[str | None] = deque()
        self._handled = False
        self._ending = False
        self._ended = False
        self._packets = 0
        self.reading, self.writing = True, False
        self.waiting = 0
        self.overflowed = False
        self.ends_with = NORMAL

    # ------------------------------------------------------------ going out

    def send(self, data: bytes) -> None:
        """Let a frame go out, together with others that are on their way."""
        self._loop.send([self], data)

    def finish(self, code: int | None = None) -> None:
        """End the line once everything has gone out; `code` tells the other side why, else `ends_with`."""
        if not self._ending:
            self._ending = True
            self._loop.send([self], closing(self.ends_with if code is None else code))
            self._loop.after(_LINGER, self.cut)

    def cut(self) -> None:
        """End the line at once, whatever still waits."""
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)

    def gather(self, data: bytes) -> bool:
        """Put a frame to those that wait for others; True for the first one. What is too much for a backlog
        is dropped at once. With the loop's lock held."""
        self._gathered_bytes += len(data)
        if (
            len(self._gathered) + self._packets >= BACKLOG_PACKETS
            or self._gathered_bytes + self.waiting > BACKLOG_BYTES
        ):
            self.overflowed = True
            return False
        self._gathered.append(data)
        return len(self._gathered) == 1

    def take_gathered(self) -> list[bytes]:
        """Those that waited for others. With the loop's lock held."""
        taken, self._gathered, self._gathered_bytes = self._gathered, [], 0
        return taken

    def write(self, data: bytes, packets: int) -> None:
        """Write frames now as far as the other side takes them; what is left waits. Beyond the bound nothing
        more is taken, and the line ends."""
        with self._lock:
            if self._ended or self.overflowed:
                return
            if not self._backlog:
                written = self._written(data)
                if written == len(data):
                    return
                data = data[written:]
                self.writing = True
                self._loop.watch(self)
            self._backlog.append((data, packets))
            self._packets += packets
            self.waiting += len(data)
            if self._packets > BACKLOG_PACKETS or self.waiting > BACKLOG_BYTES:
                self.overflowed = True

    def added(self) -> None:
        """The loop looks after the line from now on, also after what was written before."""
        with self._lock:
            if self.writing:
                self._loop.watch(self)

    def write_on(self) -> None:
        """The other side takes more."""
        with self._lock:
            while self._backlog:
                first, packets = self._backlog[0]
                written = self._written(first)
                self.waiting -= written
                if written < len(first):
                    self._backlog[0] = first[written:], packets
                    return
                self._backlog.popleft()
                self._packets -= packets
            self.writing = False
            self._loop.watch(self)

    def _written(self, data: bytes) -> int:
        try:
            return self._send(data)
        except BlockingIOError:
            return 0
        except OSError:
            self.cut()
            return 0

    # ------------------------------------------------------------ coming in

    def read(self) -> bool:
        """Take what came in; False when the line has ended."""
        try:
            data = self._socket.recv(_AT_ONCE)
        except BlockingIOError:
            return True
        except OSError:
            return False
        if not data:
            return False
        try:
            going_on = all(self._take(kind, content) for kind, content in self._reader.feed(data))
        except Fault as fault:
            self.write(closing(fault.code), 1)
            return False
        with self._lock:
            if len(self._arrived) > _UNHANDLED:  # whoever sends faster than we handle has to wait
                self.reading = False
                self._loop.watch(self)
        return going_on

    def _take(self, kind: int, content: bytes) -> bool:
        if kind == PING:
            self.write(frame(content, PONG), 1)
        elif kind == CLOSE:
            if not self._ending:
                self.write(closing(NORMAL), 1)
            return False
        elif kind == TEXT:
            try:
                self._hand_on(content.decode())
            except UnicodeDecodeError:
                raise Fault(NOT_TEXT) from None
        elif kind != PONG:
            self._hand_on("")  # no packet of ours is binary: the line ends in its turn
        return True

    def _hand_on(self, text: str | None) -> None:
        with self._lock:
            self._arrived.append(text)
            if self._handled:
                return
            self._handled = True
        self._loop.work(self._handle)

    def _handle(self) -> None:
        while True:
            with self._lock:
                if not self._arrived:
                    self._handled = False
                    return
                text = self._arrived.popleft()
                if not self.reading and not self._arrived and not self._ended:
                    self.reading = True
                    self._loop.watch(self)
            try:
                if text is None:
                    self._on_end()
                else:
                    self._on_text(text)
            except Exception:
                log.exception("line_failed")
                self.cut()

    def ended(self) -> None:
        """The loop looks after the line no longer: close the socket and tell, after what came before."""
        with self._lock:
            self._ended = True
            self._backlog.clear()
            self._socket.close()
        self._hand_on(None)
