"""A network over a database that outlives the processes which serve it, and its people as clients."""

from __future__ import annotations

import json
import shutil
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any

import pytest
import websocket
from sqlalchemy import Engine, create_engine, text

from models.people import User
from network.kernel.actor import Actor
from network.kernel.transaction import session, unit_of_work
from tests.factories.discussions import Community, make_community, make_room, make_topic
from tests.factories.people import make_session
from tests.faults.forked import ForkedServer, Loaded
from tests.live_server import LiveServer
from tests.running import HandClock, running
from tests.servers import postgres_database
from web.health import expected_revision

NOBODY_THERE = (OSError, HTTPException, websocket.WebSocketException)
"""What a client meets while the server is away; a refused handshake tells its status."""


@dataclass
class Answer:
    """What an HTTP request got."""

    status: int
    body: dict[str, Any]
    retry_after: str | None = None


@dataclass
class Person:
    """Somebody with a session. Keeps one connection for requests and one line; whichever breaks is made anew
    with the next request. Not for several threads at once."""

    actor: Actor
    cookie: str
    server: LiveServer
    csrf: str = ""
    _http: HTTPConnection | None = None
    _line: websocket.WebSocket | None = None
    _number: int = 0

    def ask(self, method: str, path: str, body: Any = None) -> Answer:
        """A request to the API. Raises one of NOBODY_THERE without an answer."""
        if method != "GET" and not self.csrf:
            self.csrf = self.ask("GET", "/session").body["csrf_token"]
        headers = {"Cookie": f"mentornet_session={self.cookie}", "X-CSRF-Token": self.csrf}
        headers["Content-Type"] = "application/json"
        if self._http is None:
            self._http = HTTPConnection("127.0.0.1", self.server.port, timeout=30)
        try:
            said = None if body is None else json.dumps(body)
            self._http.request(method, f"/api/v1{path}", said, headers)
            got = self._http.getresponse()
            content = got.read()
        except NOBODY_THERE:
            self._http.close()
            self._http = None
            raise
        return Answer(got.status, json.loads(content) if content else {}, got.headers.get("Retry-After"))

    def open_line(self, **options: Any) -> websocket.WebSocket:
        """A bare websocket on which she has signed in; a handshake that is refused raises with its status."""
        # A connection of our own: the library leaves one open that breaks in the handshake.
        connection = socket.create_connection(("127.0.0.1", self.server.port), timeout=30)
        try:
            line = websocket.create_connection(
                self.server.address.replace("http", "ws", 1) + "/socket.io/?EIO=4&transport=websocket",
                timeout=30, cookie=f"mentornet_session={self.cookie}", socket=connection, **options,
            )  # fmt: skip
            line.send("40")
            while not str(line.recv()).startswith("40"):
                pass
        except BaseException:
            connection.close()
            raise
        return line

    def call(self, event: str, payload: Any) -> dict[str, Any]:
        """Send an event over her line and wait for its acknowledgement."""
        if self._line is None:
            self._line = self.open_line()
        self._number += 1
        try:
            self._line.send(f"42{self._number}" + json.dumps([event, payload]))
            while True:
                packet = str(self._line.recv())
                if packet == "2":
                    self._line.send("3")
                elif packet.startswith(f"43{self._number}["):
                    return dict(json.loads(packet[len(f"43{self._number}") :])[0])
                elif packet in ("", "1", "41"):
                    raise websocket.WebSocketConnectionClosedException("the line ended")
        except NOBODY_THERE:
            self._line.shutdown()
            self._line = None
            raise

    def close(self) -> None:
        """Let go of both connections."""
        if self._http is not None:
            self._http.close()
        if self._line is not None:
            self._line.shutdown()
        self._http = self._line = None


@dataclass
class Town:
    """The network, its people, a room and a topic in it; `server()` makes one more process over it."""

    url: str
    data: Path
    community: Community
    room: str
    topic: str
    actors: list[Actor]
    cookies: list[str]
    loaded: Loaded
    servers: list[ForkedServer] = field(default_factory=list)
    devices: list[Person] = field(default_factory=list)
    _engine: Engine | None = None

    def server(self, **settings: str) -> ForkedServer:
        """A server of its own port over this database, not yet started."""
        chosen = {"DEMO": "", "CLOCK_FILE": "", "DATABASE_URL": self.url, "DATA_DIR": str(self.data)}
        # Each has a log of its own beside the folder that it shares with the others.
        named = {f"MENTORNET_{name}": value for name, value in (chosen | settings).items()}
        made = ForkedServer(
            self.data.with_name(f"server{len(self.servers)}"), named, command=("serve", "--no-jobs")
        )
        made.loaded = self.loaded
        self.servers.append(made)
        return made

    def person(self, number: int, server: LiveServer | None = None) -> Person:
        """One of the people, on a device of her own."""
        made = Person(self.actors[number], self.cookies[number], server or self.servers[0])
        self.devices.append(made)
        return made

    @property
    def scope(self) -> str:
        return f"room:{self.room}"

    def in_its_runtime(self, act: Callable[[Town], Any]) -> Any:
        """Do something by the domain's own commands, while no server runs."""
        with running(self.url, self.data, rate_limits="off") as runtime:
            assert isinstance(runtime.clock, HandClock)
            runtime.clock.moment = datetime.now(UTC)
            return act(self)

    def rows(self, sql: str, **values: Any) -> list[tuple[Any, ...]]:
        """What the database holds, read beside the servers."""
        if self._engine is None:
            self._engine = create_engine(self.url)
        with self._engine.connect() as connection:
            return [tuple(row) for row in connection.execute(text(sql), values)]

    def one(self, sql: str, **values: Any) -> Any:
        """The first value of the first row."""
        return self.rows(sql, **values)[0][0]

    def check(self, acknowledged: dict[str, dict[str, Any]]) -> dict[str, int]:
        """Fail unless everything acknowledged is there, once and in order, and nothing is half there; gives
        what was counted."""
        stored = {
            key: (row_id, seq) for key, row_id, seq in self.rows(
                "SELECT client_msg_id, id, seq FROM messages WHERE room_id = :room", room=self.room
            )
        }  # fmt: skip
        lost = [key for key in acknowledged if key not in stored]
        other = [key for key, said in acknowledged.items() if stored.get(key) != (said["id"], said["seq"])]
        number = self.one("SELECT count(*) FROM messages WHERE room_id = :room", room=self.room)
        seqs = [seq for (seq,) in self.rows(
            "SELECT seq FROM event_log WHERE scope = :scope ORDER BY seq", scope=self.scope
        )]  # fmt: skip
        holes = len(set(range(1, len(seqs) + 1)) - set(seqs))
        assert lost == [], "nothing acknowledged is lost"
        assert other == [], "and it is what was acknowledged, at its number"
        assert number == len(stored), "none is there twice"
        assert seqs == list(range(1, len(seqs) + 1)), "no number is missing, none is there twice"
        assert self.one("SELECT head_seq FROM scope_heads WHERE scope = :s", s=self.scope) == len(seqs)
        counted = self.rows(
            "SELECT t.message_count, t.last_seq, (SELECT count(*) FROM messages m WHERE m.topic_id = t.id),"
            " (SELECT max(seq) FROM messages m WHERE m.topic_id = t.id) FROM topics t WHERE t.id = :topic",
            topic=self.topic,
        )[0]
        assert counted[:2] == (counted[2], counted[3] or 0), "the topic counts what it holds"
        if self.url.startswith("sqlite"):
            assert self.one("PRAGMA integrity_check") == "ok"
        return {"acknowledged": len(acknowledged), "lost": len(lost), "double": number - len(stored),
                "holes": holes}  # fmt: skip

    def close(self) -> None:
        """End whatever still runs."""
        for device in self.devices:
            device.close()
        for server in self.servers:
            if server.is_running():
                server.kill()
        if self._engine is not None:
            self._engine.dispose()


@contextmanager
def town_at(url: str, data: Path, loaded: Loaded, people: int = 8) -> Iterator[Town]:
    """A network with so many members, the first of them a meta-mentor, over an empty database."""
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE alembic_version (version_num varchar(32) PRIMARY KEY)"))
        connection.execute(
            text("INSERT INTO alembic_version VALUES (:head)"), {"head": expected_revision()}
        )  # fmt: skip
    engine.dispose()
    with running(url, data) as runtime:
        assert isinstance(runtime.clock, HandClock)
        runtime.clock.moment = datetime.now(UTC)  # the servers live now
        community = make_community()
        actors = [community.member("meta_mentor"), *(community.member() for _ in range(people - 1))]
        room = make_room(community.network)
        topic = make_topic(room, actors[0])
        cookies = []
        for actor in actors:
            with unit_of_work():
                cookies.append(make_session(session().get_one(User, actor.user_id))[1])
        made = Town(url, data, community, room.id, topic.id, actors, cookies, loaded)
    try:
        yield made
    finally:
        made.close()


@contextmanager
def town_on(kind: str, request: pytest.FixtureRequest, folder: Path, people: int = 8) -> Iterator[Town]:
    """`town_at` a fresh database of a kind."""
    data, loaded = folder / "data", request.getfixturevalue("loaded")
    data.mkdir()
    if kind == "sqlite":
        shutil.copy(request.getfixturevalue("sqlite_template"), data / "mentornet.db")
        with town_at(f"sqlite:///{data}/mentornet.db", data, loaded, people) as made:
            yield made
    else:
        with (
            postgres_database(request.getfixturevalue("postgresql_template")) as url,
            town_at(url, data, loaded, people) as made,
        ):
            yield made


@dataclass
class Trouble:
    """What clients met that they should not have."""

    statuses: list[tuple[str, int]] = field(default_factory=list)
    allowed: frozenset[int] = frozenset()
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, where: str, status: int, retry_after: str | None) -> None:
        """An answer: only a 503 that says when to come back is a fine 5xx."""
        if status >= 500 and status not in self.allowed and not (status == 503 and retry_after):
            with self._lock:
                self.statuses.append((where, status))

    def note_handshake(self, refused: websocket.WebSocketBadStatusException) -> None:
        """A handshake of a line that was answered with a status."""
        headers = refused.resp_headers or {}
        self.note("handshake", refused.status_code, headers.get("retry-after"))
