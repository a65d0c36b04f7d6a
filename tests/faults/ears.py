"""People who only listen: each follows one scope, comes back after every break and misses nothing."""

from __future__ import annotations

import json
import random
import select
import threading
import time
from dataclasses import dataclass, field
from typing import Any

import websocket

from tests.faults.town import NOBODY_THERE, Person, Trouble

LOOK_EVERY = 500  # milliseconds


@dataclass
class Ear:
    """Listens until told to stop. `seqs` is what it was told, in order; `at` when; `away` how often its line
    broke. It comes back after a moment between nothing and `jitter` seconds."""

    person: Person
    scope: str
    trouble: Trouble
    stop: threading.Event
    jitter: float = 5.0
    seed: int = 0
    seqs: list[int] = field(default_factory=list)
    at: list[float] = field(default_factory=list)
    away: int = 0
    repeated: int = 0
    resynced: int = 0
    listening: threading.Event = field(default_factory=threading.Event)
    refused: str = ""
    failure: BaseException | None = None
    _epoch: str | None = None
    _asked: int = 0
    _asking: bool = False
    _thread: threading.Thread | None = None

    @property
    def last(self) -> int:
        return self.seqs[-1] if self.seqs else 0

    def start(self) -> Ear:
        """Listen from now on."""
        self._thread = threading.Thread(target=self._run, name=f"ear {self.seed}", daemon=True)
        self._thread.start()
        return self

    def join(self) -> None:
        """Wait until it has ended; raise what it died of."""
        assert self._thread is not None
        self._thread.join(60)
        assert not self._thread.is_alive()
        if self.failure is not None:
            raise self.failure

    def reached(self, seq: int) -> float | None:
        """When it had been told everything up to a number; None before."""
        return self.at[seq - 1] if len(self.at) >= seq else None

    def _run(self) -> None:
        chance = random.Random(self.seed)
        try:
            while not self.stop.is_set() and not self.refused:
                try:
                    line = self.person.open_line()
                except websocket.WebSocketBadStatusException as refused:
                    self.trouble.note_handshake(refused)
                except NOBODY_THERE:
                    pass
                else:
                    self._listen(line)
                self.listening.clear()
                if not self.stop.is_set():
                    self.away += 1
                    self.stop.wait(chance.uniform(0, self.jitter))
        except BaseException as error:
            self.failure = error

    def _listen(self, line: websocket.WebSocket) -> None:
        ready = select.poll()
        ready.register(line.sock, select.POLLIN)
        try:
            self._subscribe(line)
            while not self.stop.is_set() and not self.refused:
                if ready.poll(LOOK_EVERY) and not self._take(line, str(line.recv())):
                    return
        except NOBODY_THERE:
            pass
        finally:
            line.shutdown()

    def _subscribe(self, line: websocket.WebSocket) -> None:
        self._asked += 1
        self._asking = True
        since = {"seq": self.last, "epoch": self._epoch}
        line.send(f"42{self._asked}" + json.dumps(["subscribe", {"scopes": {self.scope: since}}]))

    def _take(self, line: websocket.WebSocket, packet: str) -> bool:
        if packet == "2":
            line.send("3")
        elif packet.startswith("42"):
            name, data = json.loads(packet[2:])
            if name == "event" and data["scope"] == self.scope:
                self._hear(line, data["seq"])
            elif name == "heads" and data.get(self.scope, 0) > self.last:
                self._subscribe(line)
            elif name == "session.revoked":
                self.refused = data["reason"]
        elif packet.startswith("43"):
            self._answered(line, json.loads(packet[packet.index("[") :])[0])
        return packet not in ("", "1", "41")

    def _answered(self, line: websocket.WebSocket, ack: dict[str, Any]) -> None:
        self._asking = False
        if not ack["ok"]:
            assert ack.get("retryable"), ack
            self._subscribe(line)
            return
        part = ack["scopes"][self.scope]
        if "error" in part:
            self.refused = part["error"]
            return
        self._epoch = part["epoch"]
        if part.get("resync"):  # more than one answer holds: over HTTP, as much as there is
            self.resynced += 1
            while self.last < part["head_seq"]:
                path = f"/events?scope={self.scope}&after={self.last}&limit=200"
                answer = self.person.ask("GET", path)
                self.trouble.note("GET events", answer.status, answer.retry_after)
                for event in answer.body.get("events", ()):
                    self._hear(line, event["seq"])
        for event in part.get("events", ()):
            self._hear(line, event["seq"])
        self.listening.set()

    def _hear(self, line: websocket.WebSocket, seq: int) -> None:
        if seq == self.last + 1:
            self.seqs.append(seq)
            self.at.append(time.monotonic())
        elif seq <= self.last:
            self.repeated += 1
        elif not self._asking:
            self._subscribe(line)


def percentile(values: list[float], share: float) -> float:
    """The value below which that share of all lies."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
