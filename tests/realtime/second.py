"""A second process of the same site, as its web process serves it: the same database, the same Redis, another
port.

One process loads the product and branches off another each time that somebody asks for one. It is told in one
line of JSON where; what it branched off tells when it answers, and serves until it is told to end.
"""

from __future__ import annotations

import atexit
import importlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from config import ROOT
from network.kernel.runtime import Runtime
from tests.ports import free_port
from tests.realtime.serving import serving
from tests.running import running

SHARED = ("base_url", "redis_url", "rate_limits", "live_transport")
_loaded: list[subprocess.Popen[str]] = []


@contextmanager
def second(beside: Runtime) -> Iterator[str]:
    """Run another process of the site until the block ends; where it is."""
    settings, port = beside.settings, free_port()
    said = {name: getattr(settings, name) for name in SHARED}
    place = {"url": beside.database.url, "folder": str(settings.data_dir), "port": port, "settings": said}
    assert _ask(json.dumps(place)) == "ready"
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        assert _ask("end") == "ended"


def _ask(line: str) -> str:
    if not _loaded:
        pipe = subprocess.PIPE
        _loaded.append(
            subprocess.Popen(
                [sys.executable, "-m", "tests.realtime.second"], cwd=ROOT, stdin=pipe, stdout=pipe, text=True
            )
        )
        atexit.register(_loaded[0].communicate)
    process = _loaded[0]
    assert process.stdin is not None and process.stdout is not None
    process.stdin.write(f"{line}\n")
    process.stdin.flush()
    return process.stdout.readline().strip()


def main() -> None:
    """Branch off processes until the input ends."""
    importlib.import_module("wsgi").load_capabilities()
    while place := sys.stdin.readline():
        told, tell = os.pipe()
        child = os.fork()
        if not child:
            os.close(tell)
            _serve(json.loads(place), told)
            os._exit(0)
        os.close(told)
        sys.stdin.readline()
        os.close(tell)
        os.waitpid(child, 0)
        _say("ended")


def _serve(place: dict[str, object], told: int) -> None:
    settings = place["settings"]
    assert isinstance(settings, dict) and isinstance(place["port"], int)
    with (
        running(str(place["url"]), Path(str(place["folder"])), **settings) as runtime,
        serving(runtime, place["port"]),
    ):
        _say("ready")
        os.read(told, 1)


def _say(word: str) -> None:
    sys.stdout.write(f"{word}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
