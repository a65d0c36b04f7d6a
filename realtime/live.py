"""The live channel as one thing: lines that open and close, events that come in, what is told and to whom."""

from __future__ import annotations

import contextlib
import os
import resource
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import structlog
from flask_socketio import ConnectionRefusedError, SocketIO

from network import discussions
from network.kernel import events
from network.kernel.actor import Actor
from network.kernel.errors import InsufficientScope
from network.kernel.transaction import unit_of_work
from realtime.bus import Bus
from realtime.connection import DOUBT, Connection, Connections, credential_of, look_up
from realtime.errors import Ack, refusal_of, refused
from realtime.gate import Gate
from realtime.relay import Relay
from realtime.settings import (
    HEADS_EVERY,
    MEMORY_OF_EACH,
    SECONDS_TO_CONNECT,
    SWEEP_EVERY,
    TRY_AGAIN_AFTER,
    Settings,
)
from realtime.transport import Codec, close_line, end_all, kept_of, tell

log = structlog.get_logger("realtime")

Handler = Callable[["Live", Connection, Actor, dict[str, Any]], Ack]


@dataclass(frozen=True, slots=True)
class ClientEvent:
    """What happens when a client sends an event, and the scope that a token `needs` for it: the same that
    HTTP asks for to read or to write. `is_command` where nothing but a command answers: it looks up by itself
    who asks, whom nobody then needs to look up before."""

    handle: Handler
    needs: Literal["read", "write"]
    is_command: bool = False


KEPT_NOWHERE = frozenset({"typing", "presence"})
_LONG_AGO = float("-inf")
_AT_ONCE = 20  # so many connections are looked at again between two deliveries


def most_connections() -> int:
    """How many lines a process takes when nobody set it: three quarters of the files that it may have open,
    as each is one, and not more than fit into memory when all of them read slowly."""
    files = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return max(1, min(files - files // 4, memory // MEMORY_OF_EACH))


class Live:
    """One process's live channel. `app.extensions["live"]` holds it."""

    def __init__(self, socketio: SocketIO, settings: Settings, client_events: dict[str, ClientEvent]) -> None:
        """`bus` is None where there is one process."""
        self.server = socketio.server
        self.settings = settings
        self.connections = Connections()
        self.relay = Relay(self.connections, self._emit, self.recheck, self._tick, self._is_open)
        self.bus: Bus | None = None
        if settings.redis_url:
            channel = f"mentornet:live:{settings.base_url}"
            relay = self.relay
            self.bus = Bus(settings.redis_url, channel, relay.look_at, self._hear, lambda: relay.is_running)
            relay.share = self.bus.share
        self._most = settings.sockets_per_process or most_connections()
        self._client_events = client_events
        self._silent: dict[str, float] = {}
        self._lock = threading.Lock()
        self._heads_at = time.monotonic()
        eio = self.server.eio
        self._note_open, self._note_closed = eio.handlers["connect"], eio.handlers["disconnect"]
        eio.on("connect", self._opened)
        eio.on("disconnect", self._closed)
        self.gate = Gate(
            self.server, client_events.keys(), settings,
            close=lambda eio_sid: close_line(eio, eio_sid), language_of=self.connections.language_of,
        )  # fmt: skip
        self.server.on("connect", self._connect)
        self.server.on("disconnect", self._disconnect)
        for name in client_events:
            self.server.on(name, self._dispatcher(name))

    # ------------------------------------------------------------ lines

    def _opened(self, eio_sid: str, environ: dict[str, Any]) -> Any:
        self._silent[eio_sid] = time.monotonic()
        self.relay.wake()
        if self.bus is not None:
            self.bus.start()
        return self._note_open(eio_sid, kept_of(environ))

    def _closed(self, eio_sid: str, reason: Any) -> Any:
        try:
            return self._note_closed(eio_sid, reason)
        finally:
            # The library would keep the line, and all that waits on it, until it comes round to looking.
            self._silent.pop(eio_sid, None)
            self.server.eio.sockets.pop(eio_sid, None)

    def _connect(self, sid: str, environ: dict[str, Any], auth: Any = None) -> None:
        credential = credential_of(environ, auth, self.settings.cookie_name)
        actor = look_up(credential) if credential is not None else None
        if credential is None or actor is None or actor.user_id is None:
            raise ConnectionRefusedError("Refused", {"code": "not_signed_in"})
        now = time.monotonic()
        eio_sid = self.server.manager.eio_sid_from_sid(sid, "/")
        connection = Connection(
            sid, eio_sid, actor.user_id, credential, opened_at=now, checked_at=now,
            session_id=actor.session_id, language=actor.language,
        )  # fmt: skip
        most = self.settings.sockets_per_person if self.settings.rate_limits != "off" else None
        if not self.connections.add(connection, most):
            raise ConnectionRefusedError("Refused", {"code": "too_many_connections"})
        self.relay.watch([f"user:{actor.user_id}"])
        # Asked once more now that the end of her session would be noticed: it may have come in between.
        if look_up(credential) is None:
            self.connections.remove(sid)
            raise ConnectionRefusedError("Refused", {"code": "not_signed_in"})
        self._silent.pop(eio_sid, None)

    def _disconnect(self, sid: str, _reason: Any = None) -> None:
        connection = self.connections.remove(sid)
        if connection is not None and connection.eio_sid in self.server.eio.sockets:
            self._silent[connection.eio_sid] = time.monotonic()

    def is_full(self) -> bool:
        """True when as many lines are open as this process takes; also those on which nobody spoke yet."""
        return len(self.server.eio.sockets) >= self._most

    def close(self) -> None:
        """End every line and the thread behind them; clients come back to whoever serves next."""
        self.relay.stop()
        end_all(self.server.eio)
        if self.bus is not None:
            self.bus.close()

    # ------------------------------------------------------------ events that come in

    def _dispatcher(self, name: str) -> Callable[..., Ack]:
        event = self._client_events[name]

        def dispatch(sid: str, *arguments: Any) -> Ack:
            connection = self.connections.get(sid)
            if connection is None:
                return refused("not_signed_in", "")
            language = connection.language
            if len(arguments) != 1 or not isinstance(arguments[0], dict):
                return refused("malformed", language)
            refusal: Exception | None = None
            try:
                unseen = connection.to_be_looked_up() if event.is_command else None
                if unseen is not None:
                    try:
                        return {"ok": True, **event.handle(self, connection, unseen, arguments[0])}
                    except Exception as error:
                        refusal = error  # before it is told: is she still there, and what does she speak?
                actor = look_up(connection.credential)
                if actor is None:
                    connection.checked_at = _LONG_AGO  # closed at once, but after this answer
                    return refused("not_signed_in", language)
                connection.language = language = actor.language
                if refusal is not None:
                    raise refusal
                if actor.token_scopes is not None and event.needs not in actor.token_scopes:
                    raise InsufficientScope()
                return {"ok": True, **event.handle(self, connection, actor, arguments[0])}
            except Exception as error:
                return refusal_of(error, language)

        return dispatch

    # ------------------------------------------------------------ joining and ending

    def join(self, connection: Connection, scopes: set[str]) -> None:
        """Let a connection hear what happens in scopes from now on."""
        self.connections.join(connection, scopes)
        for scope in scopes:
            with contextlib.suppress(ValueError):  # the line ended meanwhile: nobody is there to hear
                self.server.enter_room(connection.sid, scope)
        self.relay.watch(scopes)

    def leave(self, connection: Connection, scopes: set[str]) -> None:
        """Let a connection hear no more of scopes."""
        for scope in scopes:
            self.server.leave_room(connection.sid, scope)
        self.connections.leave(connection, scopes)

    def room_for(self, connection: Connection) -> int:
        """How many bytes one answer to a connection may have, so that others still fit behind it."""
        line = self.server.eio.sockets.get(connection.eio_sid)
        return 0 if line is None else line.queue.bytes_free // 2

    def revoke(self, connection: Connection, reason: str) -> None:
        """End a connection and say why; where that cannot be said, it ends all the same."""
        try:
            self.server.emit("session.revoked", {"reason": reason}, to=connection.sid)
            self.server.disconnect(connection.sid)
        finally:
            self.connections.remove(connection.sid)
            close_line(self.server.eio, connection.eio_sid)

    def recheck(self, user_id: str, reason: str) -> None:
        """Look at every connection of a person again: sessions that ended are closed, scopes that are no
        longer hers are left. One that cannot be looked at now is looked at again in a second, and keeps
        nobody else waiting."""
        for connection in self.connections.of_user(user_id):
            self._try_check(connection, reason)

    def _try_check(self, connection: Connection, reason: str) -> None:
        try:
            self._check(connection, reason)
        except Exception:
            connection.reason = reason
            connection.checked_at = time.monotonic() - SWEEP_EVERY + TRY_AGAIN_AFTER
            self.relay.note_failure("recheck_failed")

    def _check(self, connection: Connection, reason: str) -> None:
        actor = look_up(connection.credential)
        if actor is None:
            self.revoke(connection, reason)
            return
        held = set(connection.scopes)
        with unit_of_work():
            lost = held - discussions.visible_scopes(actor, held)
        if lost:
            self.leave(connection, lost)
        connection.checked_at, connection.reason = time.monotonic(), DOUBT

    # ------------------------------------------------------------ what is told

    def _emit(self, event: dict[str, Any]) -> None:
        text = f"2{Codec.dumps(['event', event])}"
        tell(self.server.eio, self.connections.lines_of(event["scope"]), text)

    def say(self, name: str, scope: str, data: dict[str, Any], *, but: Connection) -> None:
        """Tell who listens to a scope, in every process, something that is kept nowhere."""
        self.server.emit(name, data, to=scope, skip_sid=but.sid)
        if self.bus is not None:
            self.bus.say(name, scope, data)

    def _hear(self, name: str, scope: str, data: dict[str, Any]) -> None:
        if name in KEPT_NOWHERE:  # whoever could write into Redis ends nobody's session by it
            self.server.emit(name, data, to=scope)

    def _is_open(self) -> bool:
        return bool(self._silent) or len(self.connections) > 0

    def _tick(self) -> None:
        now = time.monotonic()
        for eio_sid, since in list(self._silent.items()):
            if now - since > SECONDS_TO_CONNECT:
                self._silent.pop(eio_sid, None)
                close_line(self.server.eio, eio_sid)
        for eio_sid, line in list(self.server.eio.sockets.items()):
            if line.queue.overflowed:
                log.warning("slow_reader_closed")
                close_line(self.server.eio, eio_sid, at_once=True)
        if now - self._heads_at > HEADS_EVERY:
            self._heads_at = now
            self._send_heads()
        due = [c for c in self.connections.everyone() if now - c.checked_at > SWEEP_EVERY]
        for connection in due[:_AT_ONCE]:
            self._try_check(connection, connection.reason)

    def _send_heads(self) -> None:
        connections = [(c, set(c.scopes)) for c in self.connections.everyone() if c.scopes]
        if not connections:
            return
        with unit_of_work():
            heads = events.heads(set().union(*(scopes for _, scopes in connections)))
        for connection, scopes in connections:
            known = {scope: heads.get(scope, 0) for scope in scopes}
            self.server.emit("heads", known, to=connection.sid)
