"""People who write over HTTP, one message after the other, and know which of them were acknowledged."""

from __future__ import annotations

import json
import threading
import time
import uuid
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from typing import Any, NamedTuple

from tests.live_server import PASSWORD, LiveServer

NAMES = ("mentor", "helper", "meta", "newcomer")


class Answer(NamedTuple):
    """What came back, and how long it took."""

    status: int
    headers: dict[str, str]
    body: bytes
    seconds: float


@dataclass
class Writer:
    """Posts messages; `acknowledged` are those of which the server said that it has them. Keeps cookies as a
    browser does."""

    server: LiveServer
    name: str
    topic: str
    headers: dict[str, str] = field(default_factory=dict)
    cookies: dict[str, str] = field(default_factory=dict)
    acknowledged: dict[str, dict[str, Any]] = field(default_factory=dict)
    unanswered: list[str] = field(default_factory=list)

    def sign_in(self) -> None:
        """Open a session with the demo's password."""
        self.headers = {"Content-Type": "application/json"}
        body = json.dumps({"email": f"{self.name}@demo.example", "password": PASSWORD})
        answer = self.ask("POST", "/api/v1/session", body)
        assert answer.status == 200, answer
        self.headers["X-CSRF-Token"] = json.loads(answer.body)["csrf_token"]

    @property
    def cookie(self) -> str:
        """What her browser sends along."""
        return "; ".join(f"{name}={value}" for name, value in self.cookies.items())

    def ask(self, method: str, path: str, body: bytes | str | None = None, **headers: str) -> Answer:
        """Any request of hers."""
        line = HTTPConnection("127.0.0.1", self.server.port, timeout=40)
        began = time.monotonic()
        try:
            more = {name.replace("_", "-"): value for name, value in headers.items()}
            line.request(method, path, body, {**self.headers, "Cookie": self.cookie, **more})
            answer = line.getresponse()
            said = answer.read()
        finally:
            line.close()
        for cookie in answer.headers.get_all("Set-Cookie") or ():
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        return Answer(answer.status, dict(answer.getheaders()), said, time.monotonic() - began)

    def send(self, client_msg_id: str) -> Answer:
        """Post a message, for the first time or again."""
        body = json.dumps({"body": f"Wort von {self.name}", "client_msg_id": client_msg_id})
        answer = self.ask("POST", f"/api/v1/topics/{self.topic}/messages", body)
        if answer.status in (200, 201):
            self.acknowledged[client_msg_id] = json.loads(answer.body)
        return answer

    def post(self, client_msg_id: str) -> int | None:
        """The status of the answer; None when there was none. A retry is a 200 (contract.md)."""
        try:
            return self.send(client_msg_id).status
        except (OSError, HTTPException):
            return None

    def write_until(self, cut: threading.Event) -> None:
        """Post until told to stop, or until nobody answers."""
        while not cut.is_set():
            client_msg_id = str(uuid.uuid4())
            status = self.post(client_msg_id)
            if status is None:
                self.unanswered.append(client_msg_id)
                return
            assert status == 201


def writers_in_the_cafe(server: LiveServer) -> tuple[list[Writer], str]:
    """Four people of the demo's big network, signed in, and the room in which they write."""
    topic, room = server.rows(
        "SELECT t.id, r.id FROM topics t JOIN rooms r ON r.id = t.room_id JOIN networks n"
        " ON n.id = r.network_id WHERE r.opening = 'cafe' AND n.slug = 'netzwerk-lindenstadt' LIMIT 1"
    )[0]
    writers = [Writer(server, name, topic) for name in NAMES]
    for writer in writers:
        writer.sign_in()
    return writers, room


def check(server: LiveServer, writers: list[Writer], room: str) -> None:
    """Whatever was acknowledged is there, once and in order, and nothing is half there."""
    topic = writers[0].topic
    stored = dict(server.rows("SELECT client_msg_id, id FROM messages WHERE topic_id = ?", topic))
    acknowledged = {key: said["id"] for writer in writers for key, said in writer.acknowledged.items()}
    assert {key: stored.get(key) for key in acknowledged} == acknowledged, "nothing acknowledged is lost"
    number = server.one("SELECT count(*) FROM messages WHERE topic_id = ?", topic)
    assert number == len(stored), "none is there twice"
    assert server.one("SELECT message_count FROM topics WHERE id = ?", topic) == number
    sequence = [seq for (seq,) in server.rows(
        "SELECT seq FROM event_log WHERE scope = ? ORDER BY seq", f"room:{room}"
    )]  # fmt: skip
    assert sequence == list(range(1, len(sequence) + 1)), "no number is missing, none is there twice"
    assert server.one("SELECT head_seq FROM scope_heads WHERE scope = ?", f"room:{room}") == len(sequence)
    assert server.one("PRAGMA integrity_check") == "ok"
