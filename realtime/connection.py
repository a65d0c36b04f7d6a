"""Who is on which line: the index of connections by person and scope, and who somebody is at this moment."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from werkzeug.http import parse_cookie

from network import membership, people
from network.kernel.actor import Actor
from network.kernel.transaction import unit_of_work

LONGEST_TOKEN = 200
DOUBT = "session_ended"
"""What a socket is told that the sweep ends: why, nobody said."""


@dataclass(slots=True)
class Connection:
    """One socket of one person. `credential` is what she came with: she is looked up by it for every event,
    so that nothing about her is remembered but the language of refusals, and the session by which a command
    looks her up itself. `reason` is why it would end."""

    sid: str
    eio_sid: str
    user_id: str
    credential: tuple[str, str] = field(repr=False)
    opened_at: float
    checked_at: float
    session_id: str | None = None
    language: str = ""
    reason: str = DOUBT
    scopes: set[str] = field(default_factory=set)

    def to_be_looked_up(self) -> Actor | None:
        """Who is there, for an event that only a command answers: without a right and without a name, because
        the command reads both, and whether the session still runs, in its own transaction. To look her up
        before it as well cost a quarter of a send. None where more has to be known first: of a token, whether
        it may write."""
        if self.session_id is None:
            return None
        return Actor(kind="person", user_id=self.user_id, session_id=self.session_id)


def credential_of(environ: Mapping[str, Any], auth: Any, cookie_name: str) -> tuple[str, str] | None:
    """What a client shows on connecting: a bearer token in `auth`, else the session's cookie."""
    if isinstance(auth, dict) and "token" in auth:
        token = auth["token"]
        return ("bearer", token) if isinstance(token, str) and 0 < len(token) <= LONGEST_TOKEN else None
    cookie = parse_cookie(dict(environ)).get(cookie_name)
    return ("cookie", cookie) if cookie and len(cookie) <= LONGEST_TOKEN else None


def look_up(credential: tuple[str, str]) -> Actor | None:
    """Who that is now; None when the session or token has ended. Her standings are read when somebody asks: a
    command looks again by itself."""
    kind, secret = credential
    with unit_of_work():
        actor = people.find_bearer(secret) if kind == "bearer" else people.find_session(secret)
        return membership.with_standings_when_asked(actor) if actor is not None else None


class Connections:
    """All sockets of this process. Methods may be called from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._by_sid: dict[str, Connection] = {}
        self._by_user: dict[str, set[str]] = {}
        self._by_scope: dict[str, set[str]] = {}
        self._by_line: dict[str, Connection] = {}

    def add(self, connection: Connection, most: int | None) -> bool:
        """Take a connection in; False where the person has `most` already."""
        with self._lock:
            mine = self._by_user.setdefault(connection.user_id, set())
            if most is not None and len(mine) >= most:
                return False
            mine.add(connection.sid)
            self._by_sid[connection.sid] = connection
            self._by_line[connection.eio_sid] = connection
            return True

    def remove(self, sid: str) -> Connection | None:
        """Forget a connection."""
        with self._lock:
            connection = self._by_sid.pop(sid, None)
            if connection is None:
                return None
            self._by_line.pop(connection.eio_sid, None)
            _discard(self._by_user, connection.user_id, sid)
            for scope in connection.scopes:
                _discard(self._by_scope, scope, sid)
            return connection

    def join(self, connection: Connection, scopes: Iterable[str]) -> None:
        """Note that a connection listens to scopes."""
        with self._lock:
            if connection.sid in self._by_sid:
                for scope in scopes:
                    connection.scopes.add(scope)
                    self._by_scope.setdefault(scope, set()).add(connection.sid)

    def leave(self, connection: Connection, scopes: Iterable[str]) -> None:
        """Note that a connection listens to scopes no longer."""
        with self._lock:
            for scope in scopes:
                connection.scopes.discard(scope)
                _discard(self._by_scope, scope, connection.sid)

    def get(self, sid: str) -> Connection | None:
        """The connection of a socket."""
        return self._by_sid.get(sid)

    def language_of(self, eio_sid: str) -> str:
        """In which language to refuse what comes in on a line; empty where nobody is known there."""
        connection = self._by_line.get(eio_sid)
        return connection.language if connection is not None else ""

    def of_user(self, user_id: str) -> list[Connection]:
        """All connections of a person."""
        with self._lock:
            return [self._by_sid[sid] for sid in self._by_user.get(user_id, ())]

    def lines_of(self, scope: str) -> list[str]:
        """The lines on which somebody listens to a scope."""
        with self._lock:
            return [self._by_sid[sid].eio_sid for sid in self._by_scope.get(scope, ())]

    def everyone(self) -> list[Connection]:
        """All connections."""
        with self._lock:
            return list(self._by_sid.values())

    def has_listeners(self, scope: str) -> bool:
        """True while somebody listens to the scope."""
        return scope in self._by_scope

    def watched(self) -> set[str]:
        """Every scope whose events matter here: those listened to, and that of each person connected, in
        which the end of her rights is told."""
        with self._lock:
            return {*self._by_scope, *(f"user:{user_id}" for user_id in self._by_user)}

    def __len__(self) -> int:
        return len(self._by_sid)


def _discard(index: dict[str, set[str]], key: str, sid: str) -> None:
    members = index.get(key)
    if members is not None:
        members.discard(sid)
        if not members:
            del index[key]
