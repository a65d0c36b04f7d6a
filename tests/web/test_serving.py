"""The product as people start it: it answers, ends when it is told to, and leaves nothing behind."""

from __future__ import annotations

import json
import os
import signal
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest

from config import ROOT
from tests.live_server import wait_for
from tests.ports import free_port
from web.health import expected_revision

ENVIRONMENT = {"PATH": os.defpath, "MENTORNET_LOG_LEVEL": "INFO"}


def is_running(process_id: int) -> bool:
    try:
        state = Path(f"/proc/{process_id}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def children_of(process_id: int) -> list[int]:
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == process_id:
            child = int(path.parent.name)
            found += [child, *children_of(child)]
    return found


class Site:
    """`mentornet run` or another command, on a port and in a folder of its own."""

    def __init__(self, folder: Path, *command: str, port: int | None = None, **settings: str) -> None:
        self.port = port or free_port()
        self.folder = folder
        said = {f"MENTORNET_{name}": value for name, value in settings.items()}
        self.errors = (folder / "errors.log").open("w+")
        self.process = subprocess.Popen(
            [sys.executable, str(ROOT / "wsgi.py"), *command],
            env={
                **ENVIRONMENT, "PORT": str(self.port), "MENTORNET_DATA_DIR": str(folder / "data"), **said,
            },
            cwd=folder, stdout=subprocess.PIPE, stderr=self.errors, text=True, start_new_session=True,
        )  # fmt: skip
        self.family: list[int] = []

    def wait_ready(self) -> str:
        """Wait for the line that says where it is; gives it."""
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line, self.said()
        self.family = children_of(self.process.pid)
        return line

    def get(self, path: str, **headers: str) -> tuple[int, bytes]:
        line = HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            line.request("GET", path, headers=headers)
            answer = line.getresponse()
            return answer.status, answer.read()
        finally:
            line.close()

    def post(self, path: str, body: Any) -> int:
        line = HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            line.request("POST", path, json.dumps(body), {"Content-Type": "application/json"})
            return line.getresponse().status
        finally:
            line.close()

    def said(self) -> str:
        return (self.folder / "errors.log").read_text()

    def close(self) -> None:
        for process_id in [*self.family, self.process.pid]:
            if is_running(process_id):
                os.kill(process_id, signal.SIGKILL)
        self.process.wait(10)
        assert self.process.stdout is not None
        self.process.stdout.close()
        self.errors.close()


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., Site]]:
    started: list[Site] = []

    def begin(*command: str, **settings: Any) -> Site:
        started.append(Site(tmp_path, *command, **settings))
        return started[-1]

    yield begin
    for site in started:
        site.close()


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_b15_it_starts_answers_and_ends_cleanly(start: Callable[..., Site], how: signal.Signals) -> None:
    site = start("run")
    assert site.wait_ready().strip() == f"mentorNET is at http://127.0.0.1:{site.port}"
    assert len(site.family) == 3, "web process, its worker, jobs"
    assert json.loads(site.get("/readyz")[1]) == {"status": "ready", "faults": []}
    data = site.folder / "data"
    private = {path.name: stat.S_IMODE(path.stat().st_mode) & 0o077 for path in [data, *data.iterdir()]}
    assert set(private.values()) == {0}, private
    assert site.post("/api/v1/session-codes", {"email": "mina@mail.example"}) == 202
    wait_for("mail", lambda: len(list((data / "outbox").glob("*.eml"))) == 1, 2.0)
    began = time.monotonic()
    site.process.send_signal(how)
    site.process.send_signal(signal.SIGTERM)
    assert site.process.wait(10) == 0, site.said()
    assert time.monotonic() - began < 10
    assert not any(is_running(child) for child in site.family)
    for line in site.said().splitlines():
        assert json.loads(line)["event"]
        assert "mina" not in line


def test_nobody_is_left_when_it_is_killed(start: Callable[..., Site]) -> None:
    site = start("run")
    site.wait_ready()
    site.process.kill()
    wait_for("their end", lambda: not any(is_running(child) for child in site.family), 10)


def test_all_end_when_one_of_them_crashes(start: Callable[..., Site]) -> None:
    site = start("run")
    site.wait_ready()
    (jobs,) = [child for child in site.family if "jobs" in Path(f"/proc/{child}/comm").read_text()]
    os.kill(jobs, signal.SIGKILL)
    assert site.process.wait(20) == 1
    assert not any(is_running(child) for child in site.family)
    assert site.said().splitlines()[-1].startswith("mentornet: a process ended by itself")


def test_what_is_loaded_is_in_memory_once(start: Callable[..., Site]) -> None:
    site = start("run")
    site.wait_ready()
    for path in ("/", "/about", "/signin", "/api/docs", "/api/v1/openapi.json"):
        assert site.get(path)[0] == 200

    def share(process_id: int) -> int:
        lines = Path(f"/proc/{process_id}/smaps_rollup").read_text().splitlines()
        return int(next(line.split()[1] for line in lines if line.startswith("Pss:")))

    together = sum(share(one) for one in [site.process.pid, *site.family])
    assert together < 350 * 1024, f"{together} kB in all"


def test_a_taken_port_is_said_in_one_line(start: Callable[..., Site]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as door:
        port = door.getsockname()[1]
        site = start("serve", port=port)
        assert site.process.wait(30) == 1
    assert site.said() == f"mentornet: port {port} is taken by another program; choose one with PORT=…\n"


def test_it_serves_without_migrations_and_says_so(start: Callable[..., Site]) -> None:
    site = start("serve")
    site.wait_ready()
    status, body = site.get("/readyz")
    assert status == 503
    assert json.loads(body)["faults"] == [
        {"part": "migrations", "reason": f"at None, need {expected_revision()}"}
    ]
    assert site.get("/healthz")[0] == 200


def test_pages_answer_while_live_connections_take_their_share(start: Callable[..., Site]) -> None:
    site = start(
        "run", THREADS="8", RATE_LIMITS="off", LIVE_TRANSPORT="threads",
        SECRET_KEY="q7V-3mZt_0xKd9LrwB2nYc8HsJ4fGaPe",
    )  # fmt: skip
    site.wait_ready()
    lines = []
    for _ in range(12):
        line = socket.create_connection(("127.0.0.1", site.port), timeout=10)
        line.sendall(
            b"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nConnection: Upgrade\r\n"
            b"Upgrade: websocket\r\nHost: 127.0.0.1:%d\r\nSec-WebSocket-Version: 13\r\n"
            b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n" % site.port
        )
        lines.append(line)
    answers = [line.recv(12)[9:] for line in lines]
    assert answers.count(b"101") == 6
    assert answers.count(b"503") == 6
    began = time.monotonic()
    assert [site.get(path)[0] for path in ("/", "/healthz", "/readyz", "/signin")] == [200] * 4
    assert time.monotonic() - began < 5
    for line in lines:
        line.close()
    wait_for("the end of its line", lambda: b"mentornet_sockets 0.0" in site.get("/metrics")[1], 15)
