"""People who send over sockets and HTTP whatever happens to the server, and know what was acknowledged.

Each try of a message has the same `client_msg_id`; now and then one that was acknowledged is sent again.
"""

from __future__ import annotations

import random
import threading
import time
import uuid
from dataclasses import dataclass, field
from typing import Any

import websocket

from tests.faults.town import NOBODY_THERE, Person, Trouble

PASSES = {"database_busy", "database_unavailable", "storage_full", "too_many_requests", "fault"}


@dataclass
class Sender:
    """Sends one message after the other until told to stop. `acknowledged` is what the server said it has;
    `times`, for each of them in the same order, when that was and how long the try that was answered took."""

    person: Person
    topic: str
    over: str  # "http" or "socket"
    trouble: Trouble
    stop: threading.Event
    pause: float = 0.0
    seed: int = 0
    acknowledged: dict[str, dict[str, Any]] = field(default_factory=dict)
    waiting: str | None = None
    times: list[tuple[float, float]] = field(default_factory=list)
    resent: int = 0
    _thread: threading.Thread | None = None
    failure: BaseException | None = None

    def start(self) -> Sender:
        """Send from now on."""
        self._thread = threading.Thread(target=self._run, name=f"sender {self.seed}", daemon=True)
        self._thread.start()
        return self

    @property
    def is_running(self) -> bool:
        """True once it was started."""
        return self._thread is not None

    def join(self) -> None:
        """Wait until it has ended; raise what it died of."""
        assert self._thread is not None
        self._thread.join(60)
        assert not self._thread.is_alive()
        self.person.close()
        if self.failure is not None:
            raise self.failure

    def _run(self) -> None:
        chance = random.Random(self.seed)
        try:
            while not self.stop.is_set():
                again = self.acknowledged and chance.random() < 0.05
                key = chance.choice(list(self.acknowledged)) if again else (self.waiting or str(uuid.uuid4()))
                if not again:
                    self.waiting = key
                if self.send(key):
                    self.resent += bool(again)
                    if self.pause:
                        self.stop.wait(self.pause * chance.uniform(0.5, 1.5))
                else:
                    self.stop.wait(chance.uniform(0.02, 0.1))
        except BaseException as error:
            self.failure = error

    def send(self, key: str) -> bool:
        """One try. True when it was acknowledged; then it is what was acknowledged before, too."""
        began = time.monotonic()
        try:
            said = self._over_http(key) if self.over == "http" else self._over_socket(key)
        except websocket.WebSocketBadStatusException as refused:
            self.trouble.note_handshake(refused)
            return False
        except NOBODY_THERE:
            return False
        if said is None:
            return False
        now = time.monotonic()
        if key not in self.acknowledged:
            self.times.append((now, now - began))
        known = self.acknowledged.setdefault(key, said)
        assert (known["id"], known["seq"]) == (said["id"], said["seq"]), "sent again it is the same message"
        if key == self.waiting:
            self.waiting = None
        return True

    def _over_http(self, key: str) -> dict[str, Any] | None:
        path, body = f"/topics/{self.topic}/messages", {"body": f"Word {key}", "client_msg_id": key}
        answer = self.person.ask("POST", path, body)
        if answer.status in (200, 201):
            return answer.body
        self.trouble.note("POST message", answer.status, answer.retry_after)
        assert answer.status in (429, 502, 503, 507), answer
        return None

    def _over_socket(self, key: str) -> dict[str, Any] | None:
        payload = {"topic_id": self.topic, "body": f"Word {key}", "client_msg_id": key}
        answer = self.person.call("message.send", payload)
        if answer["ok"]:
            return dict(answer["message"])
        assert answer.get("retryable"), answer
        return None


def acknowledged_by(senders: list[Sender]) -> dict[str, dict[str, Any]]:
    """All that they were told is kept."""
    return {key: said for sender in senders for key, said in sender.acknowledged.items()}
