"""The product as people start it: a process of its own on a free port, filled with the demo."""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any, TypeVar, cast

import pytest

from config import ROOT
from tests.ports import free_port

PATIENCE = 60.0  # seconds; two busy cores fill the demo in some ten
PASSWORD = "mentornet-demo"
LINK = re.compile(r"https?://\S+")

Found = TypeVar("Found")


class NeverHappened(AssertionError):
    """What a test waited for did not come."""


def wait_for(what: str, look: Callable[[], Found], seconds: float = PATIENCE) -> Found:
    """Look again and again until `look` gives something; other processes have no way to call us."""
    deadline = time.monotonic() + seconds
    while True:
        found = look()
        if found:
            return found
        if time.monotonic() > deadline:
            raise NeverHappened(f"{what} did not come within {seconds:.0f} s.")
        threading.Event().wait(0.02)


@dataclass
class LiveServer:
    """One running product with its data folder. `start`, `stop` and `kill` as often as a test likes."""

    data_dir: Path
    settings: dict[str, str] = field(default_factory=dict)
    port: int = 0
    command: tuple[str, ...] = ("run",)
    _process: subprocess.Popen[bytes] | None = None

    def __post_init__(self) -> None:
        self.data_dir.mkdir(parents=True, exist_ok=True)
        self.port = self.port or free_port()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> Path:
        return self.data_dir.with_name(f"{self.data_dir.name}.log")

    def start(self) -> None:
        """Start, and come back as soon as it answers."""
        chosen = {
            "MENTORNET_DEMO": "1",
            "MENTORNET_DATA_DIR": str(self.data_dir),
            "MENTORNET_CLOCK_FILE": str(self.data_dir / "clock"),
            "MENTORNET_RATE_LIMITS": "off",
            "MENTORNET_LOG_LEVEL": "WARNING",
            "PORT": str(self.port),
            **self.settings,
        }
        # The names of this test run's own servers are no settings of the product.
        around = {name: value for name, value in os.environ.items() if not name.startswith("MENTORNET_")}
        self._begin({**around, **chosen})
        wait_for("The server", self._answers)

    def _begin(self, environ: Mapping[str, str]) -> None:
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, str(ROOT / "wsgi.py"), *self.command],
                cwd=ROOT, env=environ, stdout=log, stderr=log, stdin=subprocess.DEVNULL,
                start_new_session=True,
            )  # fmt: skip

    def stop(self) -> None:
        """The clean end."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """The end without a word, of all of its processes: what a power cut does to them."""
        for process_id in self.processes():
            os.kill(process_id, signal.SIGKILL)
        self._end(signal.SIGKILL)

    def is_running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def _end(self, how: int) -> None:
        if self._process is not None:
            self._process.send_signal(how)
            self._process.wait(20)
            wait_for("The end of the server", lambda: not self._answers())
            self._process = None

    def processes(self) -> list[int]:
        """The ids of all of its processes, the first one first."""
        assert self._process is not None
        parents = {}
        for path in Path("/proc").glob("[0-9]*/stat"):
            try:
                parents[int(path.parent.name)] = int(path.read_text().rpartition(")")[2].split()[1])
            except OSError:  # it ended while we looked
                continue
        family = [self._process.pid]
        for process_id in family:
            family += [child for child, parent in parents.items() if parent == process_id]
        return family

    def _answers(self) -> bool:
        if self._process is not None and self._process.poll() not in (None, -signal.SIGKILL, 0):
            raise NeverHappened(f"The server ended:\n{self.log.read_text(errors='replace')[-4000:]}")
        line = HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            line.request("GET", "/healthz")
            return line.getresponse().status == 200
        except (OSError, HTTPException):
            return False
        finally:
            line.close()

    def rows(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        """What the database holds, read beside the server."""
        connection = sqlite3.connect(f"file:{self.data_dir}/mentornet.db?mode=ro", uri=True)
        try:
            return connection.execute(sql, values).fetchall()
        finally:
            connection.close()

    def one(self, sql: str, *values: Any) -> Any:
        """The first value of the first row."""
        found = self.rows(sql, *values)
        assert found, f"nothing found by {sql} {values}"
        return found[0][0]

    def letters(self, address: str) -> list[EmailMessage]:
        """The letters to an address, oldest first."""
        files = sorted((self.data_dir / "outbox").glob("*.eml"))
        read = [cast(EmailMessage, message_from_bytes(file.read_bytes(), policy=default)) for file in files]
        return [letter for letter in read if address.casefold() in str(letter["To"]).casefold()]

    def letter(self, address: str, number: int = 1) -> str:
        """The text of the newest letter to an address, as soon as there are `number` of them."""
        found = wait_for(
            f"Letter {number} to {address}",
            lambda: letters if len(letters := self.letters(address)) >= number else [],
        )
        body = found[-1].get_body(("plain",))
        assert body is not None
        return str(body.get_content())

    def link(self, address: str, number: int = 1) -> str:
        """The first link in that letter."""
        found = LINK.search(self.letter(address, number))
        assert found, f"no link in the letter to {address}"
        return found.group()

    def code(self, address: str, number: int = 1) -> str:
        """The six digits in that letter."""
        found = re.search(r"\b\d{3} ?\d{3}\b", self.letter(address, number))
        assert found, f"no code in the letter to {address}"
        return found.group().replace(" ", "")

    def set_clock(self, moment: datetime) -> None:
        """Let it be `moment` now, for every process of the server."""
        part = self.data_dir / "clock.part"
        part.write_text(moment.astimezone(UTC).isoformat())
        part.rename(self.data_dir / "clock")


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder of a demo that was started once and ended, for all workers of this test run. Servers
    run on copies: to fill takes seconds, and a data folder works wherever it is copied to."""
    own = tmp_path_factory.getbasetemp()
    run = own.parent if "PYTEST_XDIST_WORKER" in os.environ else own
    data, ready = run / "filled" / "data", run / "filled" / "ready"
    data.parent.mkdir(exist_ok=True)
    with (data.parent / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not ready.exists():
            first = LiveServer(data)
            first.start()
            first.stop()
            for letter in (data / "outbox").glob("*.eml"):
                letter.unlink()  # its links lead to the server that has ended
            ready.touch()
    return data


@pytest.fixture(scope="session")
def demo_server(tmp_path_factory: pytest.TempPathFactory, filled: Path) -> Iterator[LiveServer]:
    """The demo, shared by all browser tests of a worker: each test brings its own people and networks along,
    or leaves those of the demo as they are."""
    server = LiveServer(shutil.copytree(filled, tmp_path_factory.mktemp("demo") / "data"))
    server.start()
    try:
        yield server
    finally:
        server.stop()


@pytest.fixture
def own_server(tmp_path: Path, filled: Path) -> Iterator[LiveServer]:
    """A demo of the test's own, not yet started: to be killed, or to live at another time."""
    server = LiveServer(shutil.copytree(filled, tmp_path / "data"))
    try:
        yield server
    finally:
        if server.is_running():
            server.stop()
