"""Somebody else holds the database, or the disk is full: nobody is told that something is kept which is not,
reading goes on, and all is well again as soon as the cause is gone (trust.md, B5 and B6). For longer, and on
PostgreSQL too: tests/faults/test_held_up.py."""

from __future__ import annotations

import json
import re
import resource
import shutil
import subprocess
import sys
import uuid
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import socketio

from tests.journeys.writers import Answer, Writer, check, writers_in_the_cafe
from tests.live_server import LiveServer

HOLD = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None, timeout=20)
connection.execute("BEGIN EXCLUSIVE")
print("held", flush=True)
sys.stdin.readline()
connection.execute("ROLLBACK")
"""
PATIENT_ENOUGH = 1.0
"""Seconds on top of what the server waits, for two busy cores."""


@contextmanager
def somebody_holds(database: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process has the database to itself until the block ends."""
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(database)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert holder.stdin is not None
    assert holder.stdout is not None
    try:
        assert holder.stdout.readline() == "held\n"
        yield holder
    finally:
        holder.stdin.close()
        holder.wait(20)
        holder.stdout.close()


@contextmanager
def no_room_on_the_disk(server: LiveServer) -> Iterator[None]:
    """The system takes nothing more into any file of the server's processes until the block ends."""
    family = server.processes()
    for process_id in family:
        resource.prlimit(process_id, resource.RLIMIT_FSIZE, (1, resource.RLIM_INFINITY))
    try:
        yield
    finally:
        for process_id in family:
            resource.prlimit(process_id, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY,) * 2)


def read_something(writer: Writer, room: str) -> None:
    """Pages and API read as if nothing were."""
    for path in (
        "/home",
        f"/talk/r/{room}",
        f"/api/v1/topics/{writer.topic}/messages",
        "/readyz",
        "/metrics",
    ):
        answer = writer.ask("GET", path)
        assert answer.status == 200, path


def stored(server: LiveServer, client_msg_ids: list[str]) -> int:
    marks = ",".join("?" * len(client_msg_ids))
    return int(server.one(f"SELECT count(*) FROM messages WHERE client_msg_id IN ({marks})", *client_msg_ids))


def ask_over_the_socket(writer: Writer, client_msg_id: str) -> dict[str, Any]:
    client = socketio.Client(reconnection=False, handle_sigint=False)
    try:
        client.connect(writer.server.address, headers={"Cookie": writer.cookie}, transports=["websocket"])
        sent = {"topic_id": writer.topic, "body": "Wort", "client_msg_id": client_msg_id}
        answer: dict[str, Any] = client.call("message.send", sent, timeout=30)
        return answer
    finally:
        client.disconnect()


def upload(steward: Writer, course: str) -> list[int]:
    """Hand in a list too long for the memory of who takes in forms, by the page and by the API."""
    page, operation = f"/org/courses/{course}/load", f"/api/v1/course-sessions/{course}/completions"
    secret = re.search(r'name="csrf_token"[^>]* value="([^"]+)"', steward.ask("GET", page).body.decode())
    assert secret is not None
    lines = "".join(f"Person {n},p{n}@mail.example,2026-05-12\n" for n in range(25_000))
    named, end = "--cut\r\nContent-Disposition: form-data; name=", "\r\n--cut--\r\n"
    file = f'{named}"file"; filename="may.csv"\r\n\r\nName,Email,Completed on\n{lines}{end}'
    token = f'{named}"csrf_token"\r\n\r\n{secret[1]}\r\n'
    kind = "multipart/form-data; boundary=cut"
    return [
        steward.ask("POST", page, token + file, Content_Type=kind).status,
        steward.ask("POST", operation, file, Content_Type=kind).status,
    ]


def all_at_once(pool: ThreadPoolExecutor, writers: list[Writer], ids: list[str]) -> list[Future[Answer]]:
    return [pool.submit(writer.send, one) for writer, one in zip(writers, ids, strict=True)]


def new_ids(writers: list[Writer]) -> list[str]:
    return [str(uuid.uuid4()) for _ in writers]


def lock_the_database(server: LiveServer, *, waits: int, short: float, rounds: int) -> None:
    writers, room = writers_in_the_cafe(server)
    database = server.data_dir / "mentornet.db"
    with ThreadPoolExecutor(len(writers)) as pool:
        with somebody_holds(database):
            late = all_at_once(pool, writers, new_ids(writers))
            with pytest.raises(TimeoutError):
                late[0].result(timeout=short)
        assert [each.result().status for each in late] == [201] * len(writers), "late, and all of them"

        with somebody_holds(database):
            for _ in range(rounds):
                ids = new_ids(writers)
                refused = all_at_once(pool, writers, ids)
                read_something(writers[0], room)
                for answer in [each.result() for each in refused]:
                    assert answer.status == 503
                    assert json.loads(answer.body)["code"] == "busy"
                    assert 1 <= int(answer.headers["Retry-After"]) <= 6
                    assert answer.seconds <= waits + PATIENT_ENOUGH
            said = ask_over_the_socket(writers[0], ids[0])
            assert (said["ok"], said["code"], said["retryable"]) == (False, "database_busy", True)
            assert stored(server, ids) == 0
        again = [each.result() for each in all_at_once(pool, writers, ids)]
        assert [answer.status for answer in again] == [201] * len(writers), "the first time that it is there"
        assert max(answer.seconds for answer in again) <= 1 + PATIENT_ENOUGH
    check(server, writers, room)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, filled: Path) -> Iterator[LiveServer]:
    """One demo for both troubles."""
    data = shutil.copytree(filled, tmp_path_factory.mktemp("trouble") / "data")
    made = LiveServer(data, {"MENTORNET_DATABASE_WAIT_SECONDS": "2"})
    made.start()
    try:
        yield made
    finally:
        made.stop()


def test_b5_a_locked_database_makes_late_then_busy(server: LiveServer) -> None:
    lock_the_database(server, waits=2, short=0.5, rounds=1)


def test_b6_a_full_disk_takes_nothing_and_loses_nothing(server: LiveServer) -> None:
    writers, room = writers_in_the_cafe(server)
    steward = Writer(server, "steward", "")
    steward.sign_in()
    course = str(server.one("SELECT id FROM course_sessions LIMIT 1"))
    before = [writer.send(str(uuid.uuid4())) for writer in writers]
    assert [answer.status for answer in before] == [201] * len(writers)
    ids = new_ids(writers)
    with no_room_on_the_disk(server):
        for writer, one in zip(writers, ids, strict=True):
            answer = writer.send(one)
            assert answer.status == 507
            assert json.loads(answer.body)["code"] == "storage_full"
        said = ask_over_the_socket(writers[0], ids[0])
        assert (said["ok"], said["code"]) == (False, "storage_full")
        assert stored(server, ids) == 0
        assert upload(steward, course) == [507, 507]
        assert list((server.data_dir / "uploads" / "imports").glob("*")) == []
        read_something(writers[0], room)
        counted = writers[0].ask("GET", "/metrics").body.decode()
        assert 'mentornet_requests_total{method="POST",status="507"} 6.0' in counted
    again = [writer.send(one) for writer, one in zip(writers, ids, strict=True)]
    assert [answer.status for answer in again] == [201] * len(writers)
    assert upload(steward, course) == [302, 200]
    check(server, writers, room)
