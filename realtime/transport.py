"""How lines are served, and how much one may hold: the size of what comes in, the backlog of what goes out.

Engine.IO bounds neither before it is complete (trust, §0, 2 and 3): these are its own parts with bounds, put
in their place by `bound`. The tests of A7 and A8 see when an upgrade of it goes round them.
"""

from __future__ import annotations

import contextlib
import queue
import socket
import time
from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any

import orjson
import structlog
from engineio import packet
from engineio.async_drivers._websocket_wsgi import SimpleWebSocketWSGI
from engineio.exceptions import SocketIsClosedError
from engineio.packet import Packet
from simple_websocket import ConnectionClosed

from realtime.frames import BINARY, GOING_AWAY, TEXT, frame
from realtime.handover import HandedOver, make_thread
from realtime.line import Line
from realtime.lines import loop
from realtime.settings import BACKLOG_BYTES, BACKLOG_PACKETS, PACKETS, SECONDS_TO_UPGRADE

_LOOK_AGAIN_SECONDS = 1.0
_KEPT = ("HTTP_COOKIE", "REMOTE_ADDR")

log = structlog.get_logger("realtime")


class Codec:
    """orjson in the place of `json`: times as in the API; depth and numbers beyond measure are refused."""

    @staticmethod
    def dumps(value: Any, **_options: Any) -> str:
        """The JSON text of a value."""
        return orjson.dumps(value, option=orjson.OPT_UTC_Z).decode()

    @staticmethod
    def loads(text: str | bytes, **_options: Any) -> Any:
        """The value of a JSON text. Raises ValueError."""
        return orjson.loads(text)


class _Nobody:
    """In the place of those who wait for something."""

    def __enter__(self) -> None:
        pass

    def __exit__(self, *_error: object) -> None:
        pass

    def notify(self, _number: int = 1) -> None:
        """Wake nobody."""

    notify_all = notify


_NOBODY = _Nobody()


class Backlog(queue.Queue[Any]):
    """What waits for one reader. Beyond the bound it is dropped and `overflowed` says so: the line is closed
    by whoever looks, and the client catches up by `seq`. Once it leads to a line of ours nothing waits here:
    what is put in goes out there."""

    def __init__(self, _maxsize: int = 0) -> None:
        super().__init__()
        self.line: Line | None = None
        self._overflowed = False
        self._bytes = 0

    @property
    def bytes_free(self) -> int:
        """How much more may wait."""
        waiting = self._bytes if self.line is None else self.line.waiting
        return max(0, BACKLOG_BYTES - waiting)

    @property
    def overflowed(self) -> bool:
        """Something was dropped: the reader was too slow."""
        return self._overflowed if self.line is None else self.line.overflowed

    def lead_to(self, line: Line, *, polled: bool) -> None:
        """Send what waits, and from now on everything, on a line. Where nobody `polled`, nobody can wait for
        something here, and what it takes to wait is given back: a third of a connection's memory."""
        with self.mutex:
            while self.queue:
                self._forward(line, self._get())
            self.unfinished_tasks = 0
            self.all_tasks_done.notify_all()
            self.line = line
            if not polled:
                self.__dict__.update(not_empty=_NOBODY, not_full=_NOBODY, all_tasks_done=_NOBODY)

    def put(self, item: Any, block: bool = True, timeout: float | None = None) -> None:
        """Put a packet to those that wait, or send it."""
        if self.line is None:
            super().put(item, block, timeout)
        else:
            self._forward(self.line, item)

    def join(self) -> None:
        """Wait until nothing waits here."""
        if self.line is None:
            super().join()

    def _put(self, item: Any) -> None:
        if self.line is not None:
            self.unfinished_tasks -= 1  # `put` began before the line was there, and counts it right away
            self._forward(self.line, item)
            return
        size = _size(item)
        waiting = len(self.queue)
        if item is not None and (waiting >= BACKLOG_PACKETS or self._bytes + size > BACKLOG_BYTES):
            self._overflowed = True
            self.unfinished_tasks -= 1
            return
        self._bytes += size
        super()._put(item)

    def _get(self) -> Any:
        item = super()._get()
        self._bytes -= _size(item)
        return item

    @staticmethod
    def _forward(line: Line, item: Packet | None) -> None:
        if item is None:
            line.finish()
        else:
            line.send(_framed(item))


def _framed(packet: Packet) -> bytes:
    """A packet as it goes out; the same one to many is framed once."""
    made: bytes | None = packet.__dict__.get("framed")
    if made is None:
        encoded = packet.encode()
        data, kind = (encoded.encode(), TEXT) if isinstance(encoded, str) else (encoded, BINARY)
        made = packet.__dict__["framed"] = frame(data, kind)
    return made


def _size(item: Any) -> int:
    data = getattr(item, "data", None)
    if isinstance(data, str) and not data.isascii():
        return len(data.encode())
    return len(data) if isinstance(data, str | bytes) else 0


def bound(server: Any, max_message_size: int, kind: str) -> None:
    """Give an Engine.IO server lines that are bounded: of `kind` `lines`, our own that cost no thread each,
    or `threads`, its own."""
    if kind == "lines":
        parts = {"websocket": partial(HandedOver, max_message_size), "thread": make_thread}
    else:
        parts = {"websocket": partial(Threaded, max_message_size)}
    server._async = {**server._async, **parts, "queue": Backlog}


class Threaded(SimpleWebSocketWSGI):
    """A websocket in the thread that took it; it ends when something is sent that no packet of ours is."""

    def __init__(self, max_message_size: int, handler: Any, _engine: Any) -> None:
        super().__init__(handler, _engine, max_message_size=max_message_size)
        self._held, self._begun = handler.__self__, time.monotonic()
        self._held.websocket = self

    def close(self) -> None:
        """End the line; that the other side was quicker is no fault of anybody's."""
        with contextlib.suppress(OSError, ConnectionClosed):
            super().close()

    def cut(self) -> None:
        """End the line at once. A writer that is stuck on a reader who does not read comes free by this."""
        with contextlib.suppress(OSError, AttributeError):
            self.ws.sock.shutdown(socket.SHUT_RDWR)

    def wait(self) -> str | None:
        """The next message; None when the line ends."""
        text = None
        while text is None:
            # Woken now and then: the library wakes us a moment before it notes that the line has ended,
            # and whoever misses that moment would hold a thread for ever.
            try:
                text = self.ws.receive(timeout=_LOOK_AGAIN_SECONDS)
            except ConnectionClosed:
                return None
            if self._held.upgrading and time.monotonic() - self._begun > SECONDS_TO_UPGRADE:
                self.cut()
                return None
        return text if isinstance(text, str) and text and text[0] in PACKETS else None


def tell(server: Any, eio_sids: Iterable[str], text: str) -> None:
    """Send one message to many: encoded and framed once, written to each without waiting for any."""
    made = Packet(packet.MESSAGE, text)
    lines: list[Line] = []
    for eio_sid in eio_sids:
        found = server.sockets.get(eio_sid)
        if found is None:
            continue
        line = found.queue.line
        if line is not None:
            lines.append(line)
        else:
            with contextlib.suppress(SocketIsClosedError):
                found.send(made)
    if lines:
        loop().send(lines, _framed(made))


def close_line(server: Any, eio_sid: str, *, at_once: bool = False, going_away: bool = False) -> None:
    """End a line: what is waiting still goes out, or not. Never waits for the other end."""
    found = server.sockets.pop(eio_sid, None)
    if found is None:
        return
    websocket = getattr(found, "websocket", None)
    if at_once and websocket is not None:
        websocket.cut()
    if going_away and found.queue.line is not None:
        found.queue.line.ends_with = GOING_AWAY
    found.close(wait=False, abort=at_once)


def kept_of(environ: Mapping[str, Any]) -> dict[str, Any]:
    """Of a handshake what is looked at later. The rest holds on to the reader of a request that is over: most
    of what a connection would take in memory."""
    return {name: environ[name] for name in _KEPT if name in environ}


def end_all(server: Any) -> None:
    """End every line because the server goes, and wait a moment until that is said."""
    lines = [found.queue.line for found in list(server.sockets.values())]
    for eio_sid in list(server.sockets):
        close_line(server, eio_sid, going_away=True)
    if any(lines):
        loop().settle(_LOOK_AGAIN_SECONDS)
