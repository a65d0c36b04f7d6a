"""What the processes of one site tell each other at once, over Redis: what they told, how far scopes are, who
is typing and there. Only ever a hint: without it the log is found a little later, and typing stays in its
process.

Nobody who commits or types waits for it: one thread says, another hears. JSON alone goes over it, sealed by
the key that the processes share: whoever writes into Redis can say nothing here, and run nothing.
"""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import importlib
import queue
import secrets
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import orjson
import structlog

from network.kernel import events
from network.kernel.events import LogEntry
from network.kernel.failures import count_failure
from network.kernel.ids import keyed_digest

log = structlog.get_logger("realtime")

PATIENCE = 1.0  # seconds for one word to or from Redis
SAID_AGAIN_AFTER = 0.2
LOOK_EVERY = 0.5  # whether we are to stop
BEAT_EVERY = 2.0
SILENT_FOR = 3 * BEAT_EVERY  # nothing of our own came back: the line is dead, whatever the system says
TRY_AGAIN_AFTER = 1.0
_MOST_WAITING = 1_000  # beyond it what is said is dropped: the log has it, and typing is over by then
_LONGEST = 1_048_576
_SEAL = 64

Followed = Callable[[Mapping[str, int], Sequence[dict[str, Any]]], None]
Said = Callable[[str, str, dict[str, Any]], None]


class Bus:
    """One process's end. `follow(heads, events)` is called with how far scopes are in another process and
    what it told, `hear(name, scope, data)` with what was said there; neither for what this process said
    itself. While `is_shared()`, somebody else calls `share` for what is committed here."""

    def __init__(
        self, url: str, channel: str, follow: Followed, hear: Said, is_shared: Callable[[], bool]
    ) -> None:
        redis = importlib.import_module("redis")
        self._client = redis.Redis.from_url(
            url, socket_connect_timeout=PATIENCE, socket_timeout=PATIENCE, protocol=2
        )
        self._channel, self._follow, self._hear, self._is_shared = channel, follow, hear, is_shared
        self._name, self._key = secrets.token_hex(8), b""
        self._queue: queue.Queue[dict[str, Any]] = queue.Queue(_MOST_WAITING)
        self._came_back = threading.Condition()
        self._beat = self._heard = 0
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        self._threads: list[threading.Thread] = []
        self._stop_listening: Callable[[], None] = lambda: None
        self._away = False

    def start(self) -> None:
        """Say and hear from now on. Does nothing the second time."""
        with self._lock:
            if self._threads or self._stopping.is_set():
                return
            self._key = keyed_digest("bus", self._channel).encode()
            self._stop_listening = events.listen(self._note)
            for target in (self._keep_saying, self._keep_hearing):
                thread = threading.Thread(target=target, name="bus", daemon=True)
                self._threads.append(thread)
                thread.start()

    def close(self) -> None:
        """Stop for good and wait for the end."""
        self._stopping.set()
        self._stop_listening()
        self._put({})
        for thread in self._threads:
            thread.join(timeout=PATIENCE)
        self._client.close()

    def say(self, name: str, scope: str, data: Mapping[str, Any]) -> None:
        """Tell the other processes something that is kept nowhere. Never waits."""
        self._put({"said": [name, scope, data]})

    def share(self, heads: Mapping[str, int], told: Sequence[dict[str, Any]]) -> None:
        """Tell the other processes how far scopes are, and events that were told here. Never waits."""
        self._put({"heads": heads, "events": told})

    def comes_back(self, seconds: float) -> bool:
        """True when a word of our own goes out to Redis and is heard here again in time (trust, B16)."""
        self.start()
        deadline = time.monotonic() + seconds
        with self._came_back:
            self._beat += 1
            wanted = self._beat
            while (left := deadline - time.monotonic()) > 0:
                # Said again: the first may go out before anybody listens here.
                self._put({"beat": wanted})
                if self._came_back.wait_for(lambda: self._heard >= wanted, min(left, SAID_AGAIN_AFTER)):
                    return True
        return False

    def _note(self, entries: Sequence[LogEntry]) -> None:
        if not self._is_shared():
            for entry in entries:
                self._put({"heads": {entry.scope: entry.seq}})

    def _seal(self, text: bytes) -> bytes:
        return hmac.new(self._key, text, hashlib.sha256).hexdigest().encode()

    def _put(self, word: dict[str, Any]) -> None:
        with contextlib.suppress(queue.Full):
            self._queue.put_nowait(word)

    # ------------------------------------------------------------ saying

    def _keep_saying(self) -> None:
        while not self._stopping.is_set():
            try:
                for text in self._packed(self._gathered()):
                    self._client.publish(self._channel, text)
            except Exception as error:
                self._note_away(error)
                # What waits is old by the time that Redis is back.
                self._stopping.wait(TRY_AGAIN_AFTER)
                self._drop()

    def _gathered(self) -> list[dict[str, Any]]:
        """What waits; when for a while nothing did, a beat, so that a dead line is noticed."""
        words: list[dict[str, Any]] = []
        with contextlib.suppress(queue.Empty):
            words.append(self._queue.get(timeout=BEAT_EVERY))
            while True:
                words.append(self._queue.get_nowait())
        return words or [{}]

    def _packed(self, words: Sequence[dict[str, Any]]) -> list[bytes]:
        """Everything in one message: of each scope only how far it is now."""
        heads: dict[str, int] = {}
        for word in words:
            for scope, seq in word.get("heads", {}).items():
                heads[scope] = max(seq, heads.get(scope, 0))
        said = [word["said"] for word in words if "said" in word]
        told = [event for word in words for event in word.get("events", ())]
        beat = max((word.get("beat", 0) for word in words), default=0)
        whole = {"from": self._name, "heads": heads, "events": told, "said": said, "beat": beat}
        text = orjson.dumps(whole, option=orjson.OPT_UTC_Z)
        if len(text) <= _LONGEST:
            return [self._seal(text) + text]
        half = len(words) // 2
        # A single word that is too long is found in the log.
        return [*self._packed(words[:half]), *self._packed(words[half:])] if half else []

    def _drop(self) -> None:
        with contextlib.suppress(queue.Empty):
            while True:
                self._queue.get_nowait()

    # ------------------------------------------------------------ hearing

    def _keep_hearing(self) -> None:
        while not self._stopping.is_set():
            try:
                self._hear_on()
            except Exception as error:
                self._note_away(error)
                self._stopping.wait(TRY_AGAIN_AFTER)

    def _hear_on(self) -> None:
        with contextlib.closing(self._client.pubsub(ignore_subscribe_messages=True)) as line:
            line.subscribe(self._channel)
            heard_at = time.monotonic()
            while not self._stopping.is_set():
                message = line.get_message(timeout=LOOK_EVERY)
                if message is not None and self._take(message["data"]):
                    heard_at = time.monotonic()
                    self._note_back()
                if time.monotonic() - heard_at > SILENT_FOR:
                    raise TimeoutError

    def _take(self, text: bytes) -> bool:
        """Act on one message; True for one of our own."""
        try:
            if not hmac.compare_digest(self._seal(text[_SEAL:]), text[:_SEAL]):
                raise ValueError("not sealed by us")
            whole = orjson.loads(text[_SEAL:])
            if whole["from"] == self._name:
                with self._came_back:
                    self._heard = max(self._heard, whole["beat"])
                    self._came_back.notify_all()
                return True
            if whole["heads"] or whole["events"]:
                self._follow(whole["heads"], whole["events"])
            for name, scope, data in whole["said"]:
                self._hear(name, scope, data)
        except Exception:
            count_failure("bus")
            log.exception("word_not_taken")
        return False

    def _note_away(self, error: Exception) -> None:
        if not self._away and not self._stopping.is_set():
            self._away = True
            count_failure("bus")
            log.warning("bus_away", error=type(error).__name__)

    def _note_back(self) -> None:
        if self._away:
            self._away = False
            log.warning("bus_back")
