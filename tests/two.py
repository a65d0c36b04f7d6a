"""Runs the demo as two workers and jobs over PostgreSQL and Redis, with a sticky front: `make run-two`.

Both servers come with the packages for tests and are gone at the end, with all that was written.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from config import ROOT
from tests.front import Front
from tests.live_server import wait_for
from tests.ports import free_port
from tests.servers import postgres_server, redis_server
from web.demo.loader import GREETING

MENTORNET = [sys.executable, str(ROOT / "wsgi.py")]


@contextmanager
def two_workers(port: int, folder: Path, **settings: str) -> Iterator[dict[int, subprocess.Popen[bytes]]]:
    """The demo at `port`, until the block ends; the workers' processes by their own ports."""
    with ExitStack() as stack:
        database = stack.enter_context(postgres_server())
        redis = stack.enter_context(redis_server())
        around = {name: value for name, value in os.environ.items() if not name.startswith("MENTORNET_")}
        around.pop("PORT", None)
        around |= {
            "MENTORNET_DEMO": "1", "MENTORNET_DATABASE_URL": database, "MENTORNET_REDIS_URL": f"{redis}/0",
            "MENTORNET_DATA_DIR": str(folder), "MENTORNET_BASE_URL": f"http://127.0.0.1:{port}",
            "MENTORNET_LOG_LEVEL": "WARNING",
        } | settings  # fmt: skip
        for command in ("upgrade", "demo"):
            subprocess.run([*MENTORNET, command], env=around, check=True, stdout=subprocess.DEVNULL)
        workers = {}
        for own in (free_port(), free_port()):
            words = [*MENTORNET, "serve", "--no-jobs"]
            workers[own] = stack.enter_context(_running(words, around | {"MENTORNET_PORT": str(own)}))
        stack.enter_context(_running([*MENTORNET, "jobs"], around))
        for own in workers:
            wait_for("A worker", lambda own=own: is_ready(own))
        front = stack.enter_context(Front(port, list(workers)))
        serving = threading.Thread(target=front.serve_forever, daemon=True)
        serving.start()
        stack.callback(serving.join)
        stack.callback(front.shutdown)
        yield workers


def is_ready(port: int) -> bool:
    """Whether a worker says that it is: database, migrations, and a word of its own back over Redis."""
    done = subprocess.run(
        [sys.executable, "-c", f"import urllib.request as u; u.urlopen('http://127.0.0.1:{port}/readyz')"],
        capture_output=True, check=False,
    )  # fmt: skip
    return done.returncode == 0


@contextmanager
def _running(words: list[str], around: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen(words, env=around, stdout=subprocess.DEVNULL, start_new_session=True) as process:
        try:
            yield process
        finally:
            process.send_signal(signal.SIGTERM)


def main() -> None:
    """Serve until somebody stops it."""
    port = int(os.environ.get("PORT") or 5000)
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: sys.exit(0))
    with (
        tempfile.TemporaryDirectory(prefix="mentornet-two-") as folder,
        two_workers(port, Path(folder)) as workers,
    ):
        places = " and ".join(f"http://127.0.0.1:{own}/readyz" for own in workers)
        said = [f"mentorNET is at http://127.0.0.1:{port}, its workers say how they are at {places}"]
        sys.stdout.write("\n".join([*said, *GREETING, ""]))
        sys.stdout.flush()
        with contextlib.suppress(KeyboardInterrupt):
            signal.pause()


if __name__ == "__main__":
    main()
