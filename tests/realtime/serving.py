"""The real application on a real port, and clients that are not ours."""

from __future__ import annotations

import itertools
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import engineio
import socketio
import websocket
from flask import Flask
from werkzeug.serving import BaseWSGIServer, make_server

from models.people import User
from network.kernel.actor import Actor
from network.kernel.runtime import Runtime
from network.kernel.transaction import unit_of_work
from realtime import Live
from tests.applications import make_application
from tests.factories.people import make_session

PATIENCE = 10.0
HANDSHAKE = "/socket.io/?EIO=4&transport=polling"


def wait_for(condition: Callable[[], Any], seconds: float = PATIENCE) -> Any:
    """Look until something is so; the test fails when it does not become so in time."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        found = condition()
        if found:
            return found
        threading.Event().wait(0.01)
    raise AssertionError("it did not become so in time")


class _Engine(engineio.Client):
    """Takes events one after the other; by itself it starts a thread for each, and they overtake."""

    def _trigger_event(self, event: str, *args: Any, **options: Any) -> Any:
        if event == "message" and str(args[0]).startswith("2"):
            options["run_async"] = False
        return super()._trigger_event(event, *args, **options)


class InOrder(socketio.Client):
    """A client that tells what comes in the order in which it came."""

    def _engineio_client_class(self) -> type[engineio.Client]:
        return _Engine


@dataclass
class Tab:
    """A browser's page with a live connection: what it was told, in order."""

    client: socketio.Client
    told: list[tuple[str, Any]] = field(default_factory=list)
    ended: threading.Event = field(default_factory=threading.Event)

    def ask(self, event: str, *payload: Any) -> Any:
        """Send an event and wait for its acknowledgement."""
        return self.client.call(event, payload if len(payload) != 1 else payload[0], timeout=PATIENCE)

    def listen(self, *scopes: str, seq: int = 0) -> dict[str, Any]:
        """Subscribe, from a number on."""
        answer = self.ask("subscribe", {"scopes": {scope: {"seq": seq} for scope in scopes}})
        assert answer["ok"], answer
        return dict(answer["scopes"])

    def heard(self, kind: str) -> list[dict[str, Any]]:
        """The log's events of a type that arrived."""
        return [data for name, data in self.told if name == "event" and data["type"] == kind]


class Refused(Exception):
    """The server did not take the connection; `data` is what it said."""

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        self.data = data


@dataclass
class Served:
    """A running server."""

    app: Flask
    url: str
    runtime: Runtime
    turns: Iterator[str] = field(default_factory=lambda: itertools.repeat(""))
    """At which process the next one connects: here, or in turns with `make test-two`."""
    _tabs: list[Tab] = field(default_factory=list)
    _lines: list[websocket.WebSocket] = field(default_factory=list)

    @property
    def live(self) -> Live:
        """Its live channel."""
        found = self.app.extensions["live"]
        assert isinstance(found, Live)
        return found

    def cookie(self, actor: Actor) -> tuple[str, str]:
        """A fresh session of somebody: its id and the cookie's secret."""
        with unit_of_work() as unit:
            row, token = make_session(unit.session.get_one(User, actor.user_id))
        return row.id, token

    def tab(
        self,
        actor: Actor | None = None,
        *,
        cookie: str = "",
        transport: str = "websocket",
        at: str = "",
        **auth: str,
    ) -> Tab:
        """Connect somebody, here or at another process; raises Refused where she is not taken."""
        at = at or next(self.turns)
        secret = cookie or (self.cookie(actor)[1] if actor else "")
        headers = {"Cookie": f"mentornet_session={secret}"} if secret else {}
        if transport == "polling" and secret:
            headers["Origin"] = self.url
        options = {"websocket_extra_options": {"origin": self.url}} if at else {}
        tab = Tab(InOrder(reconnection=False, handle_sigint=False, **options))
        tab.client.on("*", lambda name, data: tab.told.append((name, data)))
        tab.client.on("disconnect", lambda *_: tab.ended.set())
        self._tabs.append(tab)
        said: list[Any] = []
        tab.client.on("connect_error", said.append)
        try:
            tab.client.connect(
                at or self.url, headers=headers, auth=auth or None, transports=[transport],
                wait_timeout=PATIENCE,
            )  # fmt: skip
        except socketio.exceptions.ConnectionError as error:
            raise Refused(said[0]["data"] if said and isinstance(said[0], dict) else said) from error
        return tab

    def line(self, *, cookie: str = "", origin: str | None = "own", **options: Any) -> websocket.WebSocket:
        """A bare websocket, for packets that no honest client sends."""
        more: dict[str, Any] = {"suppress_origin": True} if origin is None else {}
        if origin not in (None, "own"):
            more["origin"] = origin
        if cookie:
            more["cookie"] = f"mentornet_session={cookie}"
        address = self.url.replace("http", "ws", 1) + "/socket.io/?EIO=4&transport=websocket"
        line = websocket.create_connection(address, timeout=PATIENCE, **more | options)
        self._lines.append(line)
        return line

    def close(self) -> None:
        """End every line from the server's side and see the clients go."""
        self.live.close()
        for tab in self._tabs:
            wait_for(lambda t=tab: not t.client.connected)  # type: ignore[misc]
            if tab.client.eio.ws is not None:
                tab.client.eio.ws.shutdown()
        for line in self._lines:
            line.shutdown()


@contextmanager
def serving(runtime: Runtime, port: int) -> Iterator[Served]:
    """Serve the whole application in threads until the block ends."""
    app = make_application(runtime)
    server: BaseWSGIServer = make_server("127.0.0.1", port, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    served = Served(app, f"http://127.0.0.1:{port}", runtime)
    try:
        yield served
    finally:
        served.close()
        server.shutdown()
        thread.join()
        server.server_close()
        # A line that a last request gives back after the pool is gone would be nobody's.
        wait_for(lambda: runtime.database.engine.pool.checkedout() == 0)  # type: ignore[attr-defined]


def packets(line: websocket.WebSocket, until: Callable[[str], bool], most: int = 100) -> list[str]:
    """Read packets until one fits; answers pings."""
    seen: list[str] = []
    for _ in range(most):
        packet = line.recv()
        assert isinstance(packet, str)
        if packet == "2":
            line.send("3")
            continue
        seen.append(packet)
        if until(packet):
            return seen
    raise AssertionError(seen)


def connected(server: Served, actor: Actor) -> websocket.WebSocket:
    """A bare line on which somebody has signed in."""
    line = server.line(cookie=server.cookie(actor)[1])
    line.recv()
    line.send("40")
    packets(line, lambda packet: packet.startswith("40"))
    return line


def acked(line: websocket.WebSocket, packet: str, number: int) -> dict[str, Any]:
    """Send a packet and wait for the acknowledgement with its number."""
    line.send(packet)
    answer = packets(line, lambda packet: packet.startswith(f"43{number}["))[-1]
    return dict(json.loads(answer[len(f"43{number}") :])[0])
