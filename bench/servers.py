"""Servers as processes of their own: what they cost, and the load that is put on them."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

from config import ROOT

NODE = ROOT / ".venv" / "bin" / "node"
TICK = os.sysconf("SC_CLK_TCK")
PATIENCE = 60.0


@contextmanager
def serving(command: Sequence[str | Path], port: int, **environment: str) -> Iterator[int]:
    """Run a server until the block ends; the id of its first process, once it answers."""
    around = {name: value for name, value in os.environ.items() if not name.startswith("MENTORNET_")}
    process = subprocess.Popen(
        command, cwd=ROOT, env={**around, **environment}, stdout=subprocess.DEVNULL, start_new_session=True
    )
    try:
        deadline = time.monotonic() + PATIENCE
        while not _answers(port):
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError("the server does not answer")
            time.sleep(0.05)
        yield process.pid
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def free_port() -> int:
    """A port nobody listens to."""
    with socket.create_server(("127.0.0.1", 0)) as door:
        return int(door.getsockname()[1])


def _answers(port: int) -> bool:
    try:
        with urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5) as answer:
            return bool(answer.status == 200)
    except (URLError, OSError):
        return False


def family(first: int) -> list[int]:
    """A process and all that came from it."""
    parents = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            parents[int(path.parent.name)] = int(path.read_text().rpartition(")")[2].split()[1])
        except OSError:  # it ended while we looked
            continue
    found = [first]
    for process_id in found:
        found += [child for child, parent in parents.items() if parent == process_id]
    return found


def cpu_seconds(first: int) -> float:
    """CPU that a server has used so far."""
    spent = 0
    for process_id in family(first):
        fields = Path(f"/proc/{process_id}/stat").read_text().rpartition(")")[2].split()
        spent += int(fields[11]) + int(fields[12])
    return spent / TICK


def memory_kb(first: int) -> int:
    """What a server itself holds (its share of anonymous memory): of a program's own pages it has fewer as
    soon as the load client runs the same program."""
    held = 0
    for process_id in family(first):
        for line in Path(f"/proc/{process_id}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss_Anon:"):
                held += int(line.split()[1])
    return held


def threads(first: int) -> int:
    """How many threads a server has."""
    return sum(len(list(Path(f"/proc/{process_id}/task").iterdir())) for process_id in family(first))


class Load:
    """The load client, with all its connections open."""

    def __init__(self, place: dict[str, Any]) -> None:
        pipe = subprocess.PIPE
        script = ROOT / "bench" / "node" / "load.mjs"
        self._process = subprocess.Popen([NODE, script], stdin=pipe, stdout=pipe, text=True)
        self.ask(place)

    def ask(self, task: dict[str, Any]) -> dict[str, Any]:
        """Have it do something; what it measured, in milliseconds. Raises RuntimeError where it cannot."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(task) + "\n")
        self._process.stdin.flush()
        said = self._process.stdout.readline()
        answer: dict[str, Any] = json.loads(said or '{"failed": "the load client ended"}')
        if "failed" in answer:
            raise RuntimeError(answer["failed"])
        return answer

    def close(self) -> None:
        """Close every connection."""
        self._process.kill()
        self._process.communicate()


@contextmanager
def load(place: dict[str, Any]) -> Iterator[Load]:
    """Open connections until the block ends."""
    made = Load(place)
    try:
        yield made
    finally:
        made.close()


PYTHON = sys.executable
