"""From facts to sockets: tells what was committed, here or in another process, and ends what has ended.

One thread does it, in the order of each scope's `seq`. It runs while anybody is connected. Commands of this
process wake it at once; what others do on the same database is found in the log within a second, and sooner
where the processes have a bus. It can only ever be a hint: whoever misses something notices by `seq` and
`heads`, and catches up.
"""

from __future__ import annotations

import contextlib
import queue
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

import structlog

from network.kernel import events
from network.kernel.events import LogEntry
from network.kernel.failures import count_failure
from network.kernel.transaction import unit_of_work
from realtime.connection import Connections
from realtime.settings import TAIL_EVERY

log = structlog.get_logger("realtime")

ENDS_RIGHTS = frozenset(
    {"session.ended", "account.closed", "access.ended", "role.ended", "stewardship.ended"}
)
"""Facts of a person's own scope after which everything that she holds is looked at again."""

CHANGES_STANDING = frozenset({"membership.changed", "appointment.changed"})
_LOOKED_UP = ENDS_RIGHTS | CHANGES_STANDING  # each process reads these itself: they are more than told
_AT_ONCE = 500
_MOST_SCOPES = 500  # in one statement


class Relay:
    """`emit(event)` sends to who listens to the event's scope; `recheck(user_id, reason)` looks again at
    everything that a person holds and raises nothing; `tick()` is called a few times a second; `is_needed()`
    tells whether anybody is there. `share(heads, events)`, set where there are other processes, gets how far
    scopes are by what was done here, and of these events those that were told here too."""

    share: Callable[[Mapping[str, int], Sequence[dict[str, Any]]], None] | None = None

    def __init__(
        self,
        connections: Connections,
        emit: Callable[[dict[str, Any]], None],
        recheck: Callable[[str, str], None],
        tick: Callable[[], None],
        is_needed: Callable[[], bool],
    ) -> None:
        self._connections = connections
        self._emit, self._recheck, self._tick, self._is_needed = emit, recheck, tick, is_needed
        self._queue: queue.SimpleQueue[Sequence[LogEntry]] = queue.SimpleQueue()
        self._told: dict[str, int] = {}
        self._hinted: dict[str, int] = {}
        self._shared: list[dict[str, Any]] = []
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._stopping = threading.Event()

    def wake(self) -> None:
        """Run from now on, until nobody is connected any more."""
        with self._lock:
            if self._thread is None and not self._stopping.is_set():
                self._thread = threading.Thread(target=self._run, name="relay", daemon=True)
                self._thread.start()

    def stop(self) -> None:
        """Stop for good and wait for the end."""
        self._stopping.set()
        self._queue.put([])
        thread = self._thread
        if thread is not None and thread is not threading.current_thread():
            thread.join(timeout=5)

    def watch(self, scopes: Iterable[str]) -> None:
        """Tell what happens in `scopes` from now on. Called after joining and before reading the backlog, so
        that what lies in between is told twice rather than never."""
        with self._lock:
            new = [scope for scope in scopes if scope not in self._told]
        if not new:
            return
        with unit_of_work():
            heads = _heads(new)
        with self._lock:
            for scope in new:
                self._told.setdefault(scope, heads.get(scope, 0))

    @property
    def is_running(self) -> bool:
        """Whether what is done here is told here, and shared."""
        return self._thread is not None

    def look_at(self, heads: Mapping[str, int], shared: Sequence[dict[str, Any]]) -> None:
        """Another process of ours says how far scopes are, and what it told. What comes next in a scope that
        is listened to here is told at once; whatever else is missing is read in the log."""
        with self._lock:
            for scope, seq in heads.items():
                if seq > self._told.get(scope, seq):
                    self._hinted[scope] = max(seq, self._hinted.get(scope, 0))
            self._shared += [event for event in shared if event["scope"] in self._told]
            new = self._hinted or self._shared
        if new:
            self._queue.put([])

    def _run(self) -> None:
        stop_listening = events.listen(self._take)
        try:
            while not self._stopping.is_set() and not self._may_rest():
                self._turn()
        finally:
            stop_listening()

    def _take(self, entries: Sequence[LogEntry]) -> None:
        """Wake up for what somebody listens to here, or what other processes are told. What nobody hears
        would only make whoever sent it share the processor with us before she has her answer."""
        if self.share is not None or any(entry.scope in self._told for entry in entries):
            self._queue.put(entries)

    def _turn(self) -> None:
        deadline = time.monotonic() + TAIL_EVERY
        while (left := deadline - time.monotonic()) > 0 and not self._stopping.is_set():
            gathered = self._gathered(left)
            with self._going_on("entries_not_told"):
                self._follow()
            with self._going_on("entries_not_told"):
                self._pass_on(gathered, self._deliver(gathered))
        with self._going_on("log_not_read"):
            self._tail()
        with self._going_on("tick_failed"):
            self._tick()

    @contextlib.contextmanager
    def _going_on(self, what: str) -> Iterator[None]:
        """One thing that cannot be told must not silence the rest: clients notice the gap by `seq`."""
        try:
            yield
        except Exception:
            self.note_failure(what)

    def _may_rest(self) -> bool:
        with self._lock:
            if self._is_needed():
                return False
            self._thread = None
            self._told.clear()
            self._hinted.clear()
            self._shared.clear()
            return True

    def _gathered(self, seconds: float) -> list[LogEntry]:
        entries: list[LogEntry] = []
        with contextlib.suppress(queue.Empty):
            entries += self._queue.get(timeout=seconds)
            while len(entries) < _AT_ONCE:
                entries += self._queue.get_nowait()
        return entries

    def _pass_on(self, done: Sequence[LogEntry], told: Sequence[dict[str, Any]]) -> None:
        if self.share is None or not done:
            return
        mine = {(entry.scope, entry.seq) for entry in done if entry.type not in _LOOKED_UP}
        events_ = [event for event in told if (event["scope"], event["seq"]) in mine]
        mine = {(event["scope"], event["seq"]) for event in events_}
        rest = [entry for entry in done if (entry.scope, entry.seq) not in mine]
        self.share({e.scope: e.seq for e in sorted(rest, key=lambda e: e.seq)}, events_)

    def _follow(self) -> None:
        """Tell what other processes did. What they only named is read first: it may end rights."""
        with self._lock:
            hinted, self._hinted = self._hinted, {}
            shared, self._shared = self._shared, []
        self._deliver(self._missing(hinted))
        gaps: dict[str, int] = {}
        for event in sorted(shared, key=lambda event: event["seq"]):
            scope, seq = event["scope"], event["seq"]
            told = self._told.get(scope, seq)
            if seq > told + 1:
                gaps[scope] = seq
            elif seq == told + 1:
                self._told[scope] = seq
                self._emit(event)
        self._deliver(self._missing(gaps))

    def _missing(self, heads: Mapping[str, int]) -> list[LogEntry]:
        found: list[LogEntry] = []
        for scope, seq in heads.items():
            told = self._told.get(scope, seq)
            if seq > told:
                with self._going_on("scope_not_read"):
                    found += self._missed(scope, told, seq)
        return found

    def _tail(self) -> None:
        with self._lock:
            watched = self._connections.watched()
            for scope in [scope for scope in self._told if scope not in watched]:
                del self._told[scope]
            told = dict(self._told)
        if not told:
            return
        with unit_of_work():
            heads = _heads(list(told))
        behind = [scope for scope, seq in heads.items() if seq > told[scope]]
        # What ends rights stands in people's own scopes and comes before what they may hear no more.
        own = {scope for scope in behind if scope.startswith("user:")}
        for part in (own, set(behind) - own):
            for scope in sorted(part):
                with self._going_on("scope_not_read"):
                    self._deliver(self._missed(scope, told[scope], heads[scope]))

    def _missed(self, scope: str, after: int, upto: int) -> list[LogEntry]:
        with unit_of_work():
            return events.entries_after(scope, after, min(_AT_ONCE, upto - after))

    def _deliver(self, entries: Sequence[LogEntry]) -> list[dict[str, Any]]:
        """Tell entries, each scope's in order and without a hole, whatever order they came in; first of all
        who may hear no more is put out. What was told."""
        by_scope: dict[str, list[LogEntry]] = {}
        for entry in entries:
            by_scope.setdefault(entry.scope, []).append(entry)
        due: list[LogEntry] = []
        for scope, found in sorted(by_scope.items()):
            # Where that fails nothing of this scope counts as told: the next look at the log finds it again.
            with self._going_on("scope_not_read"):
                due += self._in_order(scope, found)
        due += self._own_facts_behind(due)
        # A person's own facts say why; what follows from them in her networks says so only by and by.
        for entry in sorted(due, key=lambda entry: entry.type not in ENDS_RIGHTS):
            self._end_rights(entry)
        heard = [entry for entry in due if self._connections.has_listeners(entry.scope)]
        if not heard:
            return []
        with unit_of_work():
            shown = events.rendered(heard)
        for event in shown:
            self._emit(event)
        return shown

    def _own_facts_behind(self, due: Sequence[LogEntry]) -> list[LogEntry]:
        """What stands in the log of the people whose standing changed, and was not told yet: a fact's own
        telling may come a moment after that of another of the same commit."""
        changed = {f"user:{entry.codes.get('user_id')}" for entry in due if entry.type in CHANGES_STANDING}
        own = [scope for scope in sorted(changed) if scope in self._told]
        if not own:
            return []
        found: list[LogEntry] = []
        with self._going_on("scope_not_read"):
            with unit_of_work():
                heads = _heads(own)
            for scope in own:
                told = self._told[scope]
                if heads.get(scope, 0) > told:
                    found += self._in_order(scope, self._missed(scope, told, heads[scope]))
        return found

    def _in_order(self, scope: str, found: list[LogEntry]) -> list[LogEntry]:
        last = self._told.get(scope)
        if last is None:
            return []
        taken: list[LogEntry] = []
        for entry in sorted(found, key=lambda entry: entry.seq):
            if entry.seq <= last:
                continue
            between = [entry] if entry.seq == last + 1 else self._missed(scope, last, entry.seq)
            for one in between:
                if one.seq == last + 1:
                    last = one.seq
                    taken.append(one)
        self._told[scope] = last
        return taken

    def _end_rights(self, entry: LogEntry) -> None:
        if entry.type in ENDS_RIGHTS:
            reason = str(entry.codes.get("reason") or entry.type.replace(".", "_"))
            self._recheck(entry.scope.partition(":")[2], reason)
        elif entry.type in CHANGES_STANDING:
            self._recheck(str(entry.codes.get("user_id")), entry.type.replace(".", "_"))

    def note_failure(self, what: str) -> None:
        """Log the exception that is being handled and count it, for those who run the site."""
        count_failure("live")
        log.exception(what)


def _heads(scopes: list[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for first in range(0, len(scopes), _MOST_SCOPES):
        found |= events.heads(scopes[first : first + _MOST_SCOPES])
    return found
