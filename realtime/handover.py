"""How a websocket leaves the server that took its handshake and becomes a line of ours, within Engine.IO."""

from __future__ import annotations

import contextlib
import os
import socket
import threading
import time
import weakref
from typing import Any

from engineio import packet
from engineio.exceptions import SocketIsClosedError, UnknownPacketError
from engineio.packet import Packet
from engineio.socket import Socket

from realtime.frames import PROTOCOL, accepted, frame, is_key
from realtime.line import Line
from realtime.lines import loop
from realtime.settings import PACKETS, SECONDS_TO_UPGRADE


class HandedOver:
    """A websocket that leaves the thread which took it: a line of ours from then on. Takes the place of
    Engine.IO's own handler of websockets, the way up from polling included."""

    def __init__(self, max_message_size: int, handler: Any, engine: Any) -> None:
        self._longest, self._engine = max_message_size, engine
        self._socket = handler.__self__
        self._step = "open"
        self._line: Line | None = None

    def __call__(self, environ: dict[str, Any], _start_response: Any) -> Any:
        """Take the connection over, if this is a handshake. Does not come back from one: each server is told
        in its own way that the connection is no longer its own."""
        key = environ.get("HTTP_SEC_WEBSOCKET_KEY", "")
        if environ.get("HTTP_SEC_WEBSOCKET_VERSION") != "13" or not is_key(key):
            if not self._socket.connected:
                self._socket.close(wait=False, abort=True)
            return self._engine._bad_request("This is no handshake of a websocket")
        if self._socket.upgrading:
            return self._engine._bad_request("This line is on its way up already")
        answer = (
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Accept: {accepted(key)}\r\n\r\n"
        )
        if self._socket.connected:  # before the answer, so that nobody else goes this way beside it
            self._step, self._socket.upgrading = "probe", True
        try:
            taken = take_over(environ, answer.encode())
        except OSError:
            self._socket.upgrading = False
            raise
        line = Line(loop(), taken, self._longest, on_text=self._take, on_end=self._ended)
        self._line = line
        if self._step == "probe":
            loop().after(SECONDS_TO_UPGRADE, self._give_up)
        else:
            self._become(line)
        loop().add(line)
        raise StopIteration if "gunicorn.socket" in environ else ConnectionError

    def cut(self) -> None:
        """End the line at once."""
        if self._line is not None:
            self._line.cut()

    def _give_up(self) -> None:
        if self._step != "open" and self._line is not None:
            self._line.cut()

    def _become(self, line: Line) -> None:
        self._socket.websocket = self
        self._socket.connected = self._socket.upgraded = True
        self._socket.upgrading = False
        polled, self._step = self._step != "open", "open"
        self._socket.queue.lead_to(line, polled=polled)

    def _take(self, text: str) -> None:
        line = self._line
        assert line is not None  # noqa: S101 - nothing comes in before it is there
        if self._step == "open":
            self._receive(line, text)
        elif (self._step, text) == ("probe", "2probe"):
            self._step = "upgrade"
            line.send(frame(b"3probe"))
            self._socket.queue.put(Packet(packet.NOOP))  # lets the waiting poll go
        elif (self._step, text) == ("upgrade", "5") and not self._socket.closed:
            self._become(line)
        else:
            line.finish(PROTOCOL)

    def _receive(self, line: Line, text: str) -> None:
        if self._socket.closed:
            return
        if not text or text[0] not in PACKETS:
            line.ends_with = PROTOCOL
            self._socket.close(wait=False, abort=True)
            return
        try:
            self._socket.receive(Packet(encoded_packet=text))
        except UnknownPacketError:
            pass
        except SocketIsClosedError:
            line.finish()

    def _ended(self) -> None:
        if self._step != "open":
            self._socket.upgrading = False  # polling goes on
            return
        self._socket.close(wait=False, abort=True, reason=self._engine.reason.TRANSPORT_CLOSE)


class _Ping:
    """In the place of a thread that sleeps until somebody is due to be asked whether she is still there."""

    def __init__(self, line: Socket) -> None:
        self._line = weakref.ref(line)
        self._seconds = line.server.ping_interval

    def start(self) -> None:
        """Ask in a while."""
        loop().after(self._seconds, self._ask)

    def _ask(self) -> None:
        line = self._line()
        if line is not None and not line.closing and not line.closed:
            line.last_ping = time.time()
            with contextlib.suppress(SocketIsClosedError):
                line.send(Packet(packet.PING))


def make_thread(target: Any, args: Any = (), kwargs: Any = None) -> Any:
    """What Engine.IO starts when it wants something done beside: a thread, but none that only sleeps."""
    if getattr(target, "__func__", None) is Socket._send_ping:
        return _Ping(target.__self__)
    return threading.Thread(target=target, args=args, kwargs=kwargs or {}, daemon=True)


def take_over(environ: dict[str, Any], handshake: bytes) -> socket.socket:
    """Take a connection out of its server's hands, which is left with a dummy to close, and answer the
    handshake. Raises OSError where the other side is gone."""
    served: socket.socket = environ.get("gunicorn.socket") or environ["werkzeug.socket"]
    taken = socket.socket(fileno=os.dup(served.fileno()))
    dummy, other = socket.socketpair()
    # The server ends with a shutdown, which would reach the line through any duplicate.
    os.dup2(dummy.fileno(), served.fileno())
    dummy.close()
    other.close()
    taken.setblocking(True)
    taken.sendall(handshake)
    taken.setblocking(False)
    with contextlib.suppress(OSError):
        taken.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return taken
