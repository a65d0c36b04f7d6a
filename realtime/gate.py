"""Which packets come in: known events with a payload that can be read, no more often than a person needs.

Asked before Socket.IO decodes anything. Whatever carries the number of an acknowledgement is answered, also
when it is refused (trust, A6, A7, A9).
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Collection
from typing import Any

import orjson

from network.kernel.throttle import TokenBuckets
from realtime.errors import refused
from realtime.settings import FLOOD, Settings

_EVENT = re.compile(r"2(?:/,)?(\d{0,15})(\[.*)\Z", re.DOTALL)
_CONNECT = re.compile(r"0(?:(/[^,]*),)?(.*)\Z", re.DOTALL)
_NUMBERED = re.compile(r"2(?:/[^,]*,)?(\d{1,15})(?!\d)")

Handle = Callable[[str, Any], None]


class Gate:
    """Takes the place of Socket.IO's own handler of messages and hands on to it what may pass."""

    def __init__(
        self,
        server: Any,
        known: Collection[str],
        settings: Settings,
        close: Callable[[str], None],
        language_of: Callable[[str], str],
    ) -> None:
        self._server, self._known, self._close, self._language_of = server, known, close, language_of
        self._pass_on: Handle = server.eio.handlers["message"]
        rate, burst = settings.socket_events_per_second * 60, settings.socket_events_burst
        self._limited = settings.rate_limits != "off"
        self._events = TokenBuckets(rate, burst)
        self._floods = TokenBuckets(rate * FLOOD, burst * FLOOD)
        server.eio.on("message", self.take)

    def take(self, eio_sid: str, packet: Any) -> None:
        """Pass a packet on, answer it, drop it or close the line."""
        if not isinstance(packet, str) or not packet:
            return self._close(eio_sid)
        kind = packet[0]
        if self._limited and kind != "0":
            if self._floods.wait(eio_sid) > 0:
                return self._close(eio_sid)
            wait = self._events.wait(eio_sid)
            if wait > 0:
                more = {"retryable": True, "retry_after": math.ceil(wait)}
                return self._refuse(eio_sid, packet, "too_many_requests", **more)
        if kind == "2":
            self._take_event(eio_sid, packet)
        elif kind == "0":
            self._take_connect(eio_sid, packet)
        elif kind == "1":
            self._pass_on(eio_sid, "1")
        elif kind != "3":
            # Binary events are refused; acknowledgements are of nothing that we asked, and are dropped.
            self._close(eio_sid)
        return None

    def _take_event(self, eio_sid: str, packet: str) -> None:
        if self._server.manager.sid_from_eio_sid(eio_sid, "/") is None:
            return self._refuse(eio_sid, packet, "not_signed_in")
        match = _EVENT.match(packet)
        if match is None:
            return self._refuse(eio_sid, packet, "malformed")
        try:
            content = orjson.loads(match[2])
        except ValueError:
            return self._refuse(eio_sid, packet, "malformed")
        if not content or not isinstance(content[0], str):
            return self._refuse(eio_sid, packet, "malformed")
        if content[0] not in self._known:
            return self._refuse(eio_sid, packet, "unknown_event")
        return self._pass_on(eio_sid, packet)

    def _take_connect(self, eio_sid: str, packet: str) -> None:
        match = _CONNECT.match(packet)
        namespace = (match[1] if match else None) or "/"
        if match is None or self._server.manager.sid_from_eio_sid(eio_sid, namespace) is not None:
            return self._close(eio_sid)
        if namespace != "/":
            return self._refuse_connect(eio_sid, namespace.split("?")[0], "not_found")
        try:
            auth = orjson.loads(match[2]) if match[2] else None
        except ValueError:
            return self._refuse_connect(eio_sid, "/", "malformed")
        if auth is not None and not isinstance(auth, dict):
            return self._refuse_connect(eio_sid, "/", "malformed")
        return self._pass_on(eio_sid, packet)

    def _refuse_connect(self, eio_sid: str, namespace: str, code: str) -> None:
        where = "" if namespace == "/" else f"{namespace},"
        said = orjson.dumps({"message": "Refused", "data": {"code": code}}).decode()
        self._server.eio.send(eio_sid, f"4{where}{said}")

    def _refuse(self, eio_sid: str, packet: str, code: str, **more: Any) -> None:
        match = _NUMBERED.match(packet)
        if match is not None:
            ack = refused(code, self._language_of(eio_sid), **more)
            self._server.eio.send(eio_sid, f"3{match[1]}[{orjson.dumps(ack).decode()}]")
