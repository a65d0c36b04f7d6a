"""A database of a chosen size for benchmarks: one signed-in member, one room, many messages."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import insert

from config import Settings
from models import Base
from models.courses import CourseSession
from models.discussions import Message, Room, Topic
from models.event_log import ScopeHead
from models.membership import Membership
from models.networks import Network
from models.organisations import Organisation, Steward
from models.people import User, UserSession
from network.kernel.ids import digest, keyed_digest, new_id
from network.kernel.runtime import Runtime
from wsgi import create_app, create_runtime

START = datetime(2026, 1, 1, tzinfo=UTC)
TOKEN = "benchmark-session-token"  # noqa: S105
BODY = (
    "Bei uns hat es elf Wochen gedauert, weil eine beglaubigte Übersetzung fehlte. Fragt schriftlich nach, "
    "ob die "
    "Akte vollständig ist: dann muss jemand hineinschauen. Und gebt nicht auf, es lohnt sich am Ende doch."
)
AUTHORS = 40


@dataclass(frozen=True, slots=True)
class World:
    """What a benchmark needs to know of its database."""

    app: Flask
    runtime: Runtime
    user_id: str
    session_id: str
    network_id: str
    organisation_id: str
    course_session_id: str
    room_id: str
    topic_id: str

    @property
    def headers(self) -> dict[str, str]:
        """A signed-in browser's headers."""
        return {
            "Cookie": f"mentornet_session={TOKEN}",
            "X-CSRF-Token": keyed_digest("csrf", self.session_id),
        }


@contextmanager
def world(messages: int, *, settings: dict[str, Any] | None = None) -> Iterator[World]:
    """A SQLite database with `messages` messages in one topic; durable as in life (WAL, FULL)."""
    with tempfile.TemporaryDirectory(prefix="mentornet-bench-") as folder:
        chosen = Settings(
            data_dir=Path(folder),
            base_url="http://localhost",
            rate_limits="off",
            log_level="ERROR",
            **(settings or {}),
        )
        runtime = create_runtime(chosen)
        try:
            Base.metadata.create_all(runtime.database.engine)
            ids = _fill(runtime, messages)
            yield World(app=create_app(chosen, runtime), runtime=runtime, **ids)
        finally:
            runtime.database.close()


def _fill(runtime: Runtime, messages: int) -> dict[str, str]:
    now = runtime.clock.now()
    names = ("network_id", "organisation_id", "course_session_id", "room_id", "topic_id", "session_id")
    ids = {name: new_id() for name in names}
    users = [new_id() for _ in range(AUTHORS)]
    ids["user_id"] = users[0]
    rules = new_id()
    with runtime.database.engine.begin() as connection:
        connection.execute(insert(User), [_user(user, n) for n, user in enumerate(users)])
        connection.execute(insert(UserSession), {
            "id": ids["session_id"], "user_id": users[0], "token_hash": digest(TOKEN), "shared_device": False,
            "device": "benchmark", "created_at": now, "last_used_at": now,
            "expires_at": now + timedelta(days=90),
            "proof_at": now,
        })  # fmt: skip
        connection.execute(insert(Organisation), {
            "id": ids["organisation_id"], "name": "Brückenhaus", "country": "DE",
            "time_zone": "Europe/Berlin",
            "state": "verified", "created_by": users[0], "created_at": now, "asked_at": now, "version": 1,
        })  # fmt: skip
        connection.execute(insert(Steward), {
            "id": new_id(), "organisation_id": ids["organisation_id"], "user_id": users[0], "since": now,
        })  # fmt: skip
        connection.execute(insert(CourseSession), {
            "id": ids["course_session_id"], "organisation_id": ids["organisation_id"], "title": "Kurs",
            "platform": "Moodle", "language": "de", "starts_on": START.date(), "ends_on": START.date(),
            "created_at": now, "version": 1,
        })  # fmt: skip
        connection.execute(insert(Network), {
            "id": ids["network_id"], "slug": "netz", "name": "Netz", "purpose": "Reden",
            "organisation_id": ids["organisation_id"], "languages": ["de"], "country": "DE",
            "visibility": "private", "phase": "initiation", "phase_since": now, "size": "small",
            "features": {},
            "rules_version_id": rules, "created_by": users[0], "created_at": now, "version": 1,
        })  # fmt: skip
        connection.execute(insert(Membership), [{
            "id": new_id(), "network_id": ids["network_id"], "user_id": user, "state": "active",
            "origin": "course_list", "since": START, "rules_version_id": rules, "rules_accepted_at": START,
            "version": 1,
        } for user in users])  # fmt: skip
        connection.execute(insert(Room), {
            "id": ids["room_id"], "network_id": ids["network_id"], "name": "Café", "purpose": "",
            "kind": "open",
            "opening": "cafe", "posting": "members", "state": "open", "position": 1, "created_by": users[0],
            "created_at": START, "version": 1,
        })  # fmt: skip
        connection.execute(insert(Topic), {
            "id": ids["topic_id"], "room_id": ids["room_id"], "title": "Anerkennung", "state": "open",
            "message_count": messages, "last_seq": messages, "last_message_at": now, "created_by": users[0],
            "created_at": START, "version": 1,
        })  # fmt: skip
        connection.execute(insert(ScopeHead), {
            "scope": f"room:{ids['room_id']}", "head_seq": messages, "epoch": "e",
        })  # fmt: skip
        for first in range(1, messages + 1, 20_000):
            batch = range(first, min(first + 20_000, messages + 1))
            connection.execute(insert(Message), [_message(seq, users, ids) for seq in batch])
    return ids


def _user(user_id: str, number: int) -> dict[str, Any]:
    return {
        "id": user_id, "email": f"p{number}@mail.example", "address": f"p{number}@mail.example",
        "display_name": f"Person {number}", "language": "de", "time_zone": "Europe/Berlin",
        "face": f"p{number}",
        "is_operator": False, "state": "active", "created_at": START, "version": 1,
    }  # fmt: skip


def _message(seq: int, users: list[str], ids: dict[str, str]) -> dict[str, Any]:
    return {
        "id": new_id(), "topic_id": ids["topic_id"], "room_id": ids["room_id"], "seq": seq,
        "author_id": users[seq % AUTHORS], "body": BODY, "html": f"<p>{BODY}</p>\n",
        "client_msg_id": f"b{seq}",
        "content_digest": "0" * 64, "created_at": START + timedelta(seconds=seq), "veiled": False,
        "version": 1,
    }  # fmt: skip
