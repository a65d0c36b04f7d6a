"""A second process of the same site, as its web process serves it: the same database, the same Redis, another
port.

    python -m tests.realtime.second DATABASE FOLDER BASE-URL REDIS PORT

It tells when it answers, and serves until its input ends.
"""

from __future__ import annotations

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
from wsgi import load_capabilities


@contextmanager
def second(beside: Runtime) -> Iterator[str]:
    """Run another process of the site until the block ends; where it is."""
    settings, port = beside.settings, free_port()
    said = [beside.database.url, settings.data_dir, settings.base_url, settings.redis_url, port]  # type: ignore[attr-defined]
    command = [sys.executable, "-m", "tests.realtime.second", *map(str, said)]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=ROOT, stdin=pipe, stdout=pipe, text=True) as process:
        assert process.stdin is not None and process.stdout is not None
        try:
            assert process.stdout.readline() == "ready\n"
            yield f"http://127.0.0.1:{port}"
        finally:
            process.stdin.close()


def main() -> None:
    """Serve until the input ends."""
    url, folder, base_url, redis_url, port = sys.argv[1:]
    load_capabilities()
    with (
        running(url, Path(folder), base_url=base_url, redis_url=redis_url, rate_limits="off") as runtime,
        serving(runtime, int(port)),
    ):
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        sys.stdin.read()


if __name__ == "__main__":
    main()
