"""How much one line may hold: the size of what comes in, the backlog of what goes out.

Engine.IO bounds neither before it is complete (trust, §0, 2 and 3): these are its own parts with bounds, put
in their place by `bound`. The tests of A7 and A8 see when an upgrade of it goes round them.
"""

from __future__ import annotations

import contextlib
import queue
import socket
from typing import Any

import orjson
import structlog
from engineio.async_drivers._websocket_wsgi import SimpleWebSocketWSGI
from simple_websocket import ConnectionClosed

from realtime.settings import BACKLOG_BYTES, BACKLOG_PACKETS

_LOOK_AGAIN_SECONDS = 1.0

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


class Backlog(queue.Queue[Any]):
    """What waits for one reader. Beyond the bound it is dropped and `overflowed` says so: the line is closed
    by whoever looks, and the client catches up by `seq`."""

    def __init__(self, _maxsize: int = 0) -> None:
        super().__init__()
        self.overflowed = False
        self._bytes = 0

    @property
    def bytes_free(self) -> int:
        """How much more may wait."""
        return max(0, BACKLOG_BYTES - self._bytes)

    def _put(self, item: Any) -> None:
        size = _size(item)
        waiting = len(self.queue)
        if item is not None and (waiting >= BACKLOG_PACKETS or self._bytes + size > BACKLOG_BYTES):
            self.overflowed = True
            self.unfinished_tasks -= 1  # `put` counts it right away
            return
        self._bytes += size
        super()._put(item)

    def _get(self) -> Any:
        item = super()._get()
        self._bytes -= _size(item)
        return item


def _size(item: Any) -> int:
    data = getattr(item, "data", None)
    if isinstance(data, str) and not data.isascii():
        return len(data.encode())
    return len(data) if isinstance(data, str | bytes) else 0


def bound(server: Any, max_message_size: int) -> None:
    """Give an Engine.IO server lines that are bounded."""

    class BoundedWebSocket(SimpleWebSocketWSGI):
        """A websocket that ends when something is sent that no packet of ours is."""

        def __init__(self, handler: Any, engine: Any) -> None:
            super().__init__(handler, engine, max_message_size=max_message_size)
            handler.__self__.websocket = self

        def close(self) -> None:
            """End the line; that the other side was quicker is no fault of anybody's."""
            with contextlib.suppress(OSError, ConnectionClosed):
                super().close()

        def wait(self) -> str | None:
            text = None
            while text is None:
                # Woken now and then: the library wakes us a moment before it notes that the line has ended,
                # and whoever misses that moment would hold a thread for ever.
                try:
                    text = self.ws.receive(timeout=_LOOK_AGAIN_SECONDS)
                except ConnectionClosed:
                    return None
            return text if isinstance(text, str) and text and text[0] in "12345" else None

    server._async = {**server._async, "websocket": BoundedWebSocket, "queue": Backlog}


def close_line(server: Any, eio_sid: str, *, at_once: bool = False) -> None:
    """End a line: what is waiting still goes out, or not. Never waits for the other end."""
    line = server.sockets.pop(eio_sid, None)
    if line is None:
        return
    if at_once:
        websocket = getattr(line, "websocket", None)
        if websocket is not None:
            # A writer that is stuck on a reader who does not read comes free by this.
            with contextlib.suppress(OSError, AttributeError):
                websocket.ws.sock.shutdown(socket.SHUT_RDWR)
    line.close(wait=False, abort=at_once)
