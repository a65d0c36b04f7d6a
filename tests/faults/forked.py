"""Servers that start at once: branched off a process that has loaded the product.

Only what importing does is shared, which asks no environment and opens nothing.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from config import ROOT
from tests.live_server import LiveServer, wait_for

BRANCH_OFF = """
import gc, json, os, signal, sys, wsgi
import gunicorn.workers.gthread, web.jobs
wsgi.load_capabilities()
gc.freeze()
signal.signal(signal.SIGCHLD, signal.SIG_IGN)
for line in sys.stdin:
    said = json.loads(line)
    child = os.fork()
    if not child:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        os.setsid()
        os.environ.clear()
        os.environ.update(said["environ"])
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        log = os.open(said["log"], os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        os.dup2(log, 1)
        os.dup2(log, 2)
        try:
            code = wsgi.main(said["words"])
        except SystemExit as end:
            code = end.code
        print("ended with", code or 0, flush=True)
        os._exit(0)
    print(child, flush=True)
"""


class Loaded:
    """The process that the servers are branched off; it ends with `close`, or when we do."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-c", BRANCH_OFF], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            text=True, start_new_session=True,
        )  # fmt: skip

    def branch_off(self, words: tuple[str, ...], environ: Mapping[str, str], log: Path) -> Branch:
        """Run `mentornet` with these words."""
        assert self._process.stdin is not None and self._process.stdout is not None
        said = {"words": words, "environ": dict(environ), "log": str(log)}
        self._process.stdin.write(json.dumps(said) + "\n")
        self._process.stdin.flush()
        return Branch(int(self._process.stdout.readline()))

    def close(self) -> None:
        """End it; what it branched off runs on."""
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(20)
        self._process.stdout.close()


class Branch:
    """One of them, with what LiveServer asks of a process. Its parent takes no notice of how it ended."""

    def __init__(self, pid: int) -> None:
        self.pid, self._told = pid, False

    def poll(self) -> int | None:
        """None while it runs; afterwards 0, or 1 where nobody told it to end."""
        try:
            state = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()[0]
        except OSError:
            state = "Z"
        return (0 if self._told else 1) if state == "Z" else None

    def send_signal(self, number: int) -> None:
        """Send it a signal, if it is there."""
        self._told = True
        if self.poll() is None:
            os.kill(self.pid, signal.Signals(number))

    def wait(self, seconds: float) -> None:
        """Come back when it has ended."""
        wait_for("The end of a process", lambda: self.poll() is not None, seconds)


class ForkedServer(LiveServer):
    """A LiveServer that need not load the product first."""

    loaded: Loaded

    def ended_well(self) -> bool:
        """True when it said at last that it ended with 0."""
        return self.log.read_text(errors="replace").endswith("ended with 0\n")

    def _begin(self, environ: Mapping[str, str]) -> None:
        self._process = self.loaded.branch_off(self.command, environ, self.log)  # type: ignore[assignment]
