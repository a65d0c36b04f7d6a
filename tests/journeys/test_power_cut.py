"""The server dies in the middle of writing: what it acknowledged is there, once and in order."""

from __future__ import annotations

import json
import threading
import uuid
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from typing import Any

import pytest

from tests.live_server import PASSWORD, LiveServer, wait_for

WRITERS = ("mentor", "helper", "meta", "newcomer")
BEFORE_THE_CUT = 20
"""Acknowledged messages of a round, at least, before the power goes."""


@dataclass
class Writer:
    """Posts messages over HTTP, one after the other; knows which of them were acknowledged."""

    server: LiveServer
    name: str
    topic: str
    headers: dict[str, str] = field(default_factory=dict)
    acknowledged: dict[str, dict[str, Any]] = field(default_factory=dict)
    unanswered: list[str] = field(default_factory=list)

    def sign_in(self) -> None:
        line = HTTPConnection("127.0.0.1", self.server.port, timeout=20)
        body = json.dumps({"email": f"{self.name}@demo.example", "password": PASSWORD})
        line.request("POST", "/api/v1/session", body, {"Content-Type": "application/json"})
        answer = line.getresponse()
        cookies = [value.partition(";")[0] for name, value in answer.getheaders() if name == "Set-Cookie"]
        said = json.loads(answer.read())
        assert answer.status == 200, said
        line.close()
        self.headers = {
            "Content-Type": "application/json",
            "Cookie": "; ".join(cookies),
            "X-CSRF-Token": said["csrf_token"],
        }

    def post(self, client_msg_id: str) -> int | None:
        """The status of the answer; None when there was none. A retry is a 200 (contract.md)."""
        line = HTTPConnection("127.0.0.1", self.server.port, timeout=20)
        body = json.dumps({"body": f"Wort von {self.name}", "client_msg_id": client_msg_id})
        try:
            line.request("POST", f"/api/v1/topics/{self.topic}/messages", body, self.headers)
            answer = line.getresponse()
            said = answer.read()
        except (OSError, HTTPException):
            return None
        finally:
            line.close()
        if answer.status in (200, 201):
            self.acknowledged[client_msg_id] = json.loads(said)
        return answer.status

    def write_until(self, cut: threading.Event) -> None:
        while not cut.is_set():
            client_msg_id = str(uuid.uuid4())
            status = self.post(client_msg_id)
            if status is None:
                self.unanswered.append(client_msg_id)
                return
            assert status == 201


def cut_the_power(server: LiveServer, rounds: int) -> None:
    server.start()
    topic, room = server.rows(
        "SELECT t.id, r.id FROM topics t JOIN rooms r ON r.id = t.room_id JOIN networks n"
        " ON n.id = r.network_id WHERE r.opening = 'cafe' AND n.slug = 'netzwerk-lindenstadt' LIMIT 1"
    )[0]
    writers = [Writer(server, name, topic) for name in WRITERS]
    for writer in writers:
        writer.sign_in()
    for _ in range(rounds):
        before = sum(len(writer.acknowledged) for writer in writers)
        cut = threading.Event()
        threads = [threading.Thread(target=writer.write_until, args=[cut]) for writer in writers]
        for thread in threads:
            thread.start()
        wait_for(
            "Enough messages",
            lambda wanted=before + BEFORE_THE_CUT: sum(len(w.acknowledged) for w in writers) >= wanted,  # type: ignore[misc]
        )
        server.kill()
        cut.set()
        for thread in threads:
            thread.join()
        server.start()
        for writer in writers:
            for client_msg_id in writer.unanswered:
                assert writer.post(client_msg_id) in (200, 201)
            writer.unanswered.clear()
            some = next(iter(writer.acknowledged))
            first = writer.acknowledged[some]
            assert writer.post(some) == 200, "sent once more, it is the same message"
            assert writer.acknowledged[some]["id"] == first["id"]
    check(server, writers, topic, room)


def check(server: LiveServer, writers: list[Writer], topic: str, room: str) -> None:
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


def test_what_was_acknowledged_survives_the_power_cut(own_server: LiveServer) -> None:
    cut_the_power(own_server, rounds=2)


@pytest.mark.soak
@pytest.mark.timeout(900)
def test_many_power_cuts(own_server: LiveServer) -> None:
    cut_the_power(own_server, rounds=25)
