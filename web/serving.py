"""How the product runs on one machine: migrations, the web process, the jobs beside it, one clean end."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from types import FrameType
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

import orjson
from alembic import command as alembic
from gunicorn.app.base import BaseApplication

from config import Settings
from network.kernel.database import Database
from web.health import alembic_config

ROOT = Path(__file__).resolve().parents[1]
STOP_SECONDS = 8


class WebProcess(BaseApplication):  # type: ignore[misc]
    """gunicorn with one process of many threads: the live channel lives in one process."""

    def __init__(self, settings: Settings, create_app: Callable[[Settings], Any]) -> None:
        self._settings = settings
        self._create_app = create_app
        super().__init__()

    def load_config(self) -> None:
        """Hand our settings on."""
        chosen = {
            "bind": f"{self._settings.host}:{self._settings.port}",
            "workers": 1,
            "worker_class": "gthread",
            "threads": self._settings.threads,
            "timeout": 120,
            "graceful_timeout": STOP_SECONDS - 3,
            "keepalive": 15,
            "accesslog": None,
            "loglevel": "warning",
            "limit_request_line": 8190,
            "proc_name": "mentornet",
            "control_socket_disable": True,
        }
        for name, value in chosen.items():
            if name in self.cfg.settings:
                self.cfg.set(name, value)

    def load(self) -> object:
        """Make the application in the worker."""
        application: object = self._create_app(self._settings)
        return application


def migrate(settings: Settings) -> None:
    """Bring the database to this version."""
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    config = alembic_config()
    database = Database(settings.database_url)
    try:
        config.attributes["engine"] = database.engine
        alembic.upgrade(config, "head")
    finally:
        database.close()


def serve(settings: Settings, *, with_jobs: bool, greeting: Sequence[str]) -> None:
    """Run web process and jobs as children until a signal; both are gone within ten seconds of it."""
    children = [_start("serve", "--worker")]
    if with_jobs:
        children.append(_start("jobs"))
    stopping: list[int] = []

    def stop(number: int, _frame: FrameType | None) -> None:
        stopping.append(number)
        for child in children:
            if child.poll() is None:
                child.send_signal(signal.SIGTERM)

    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, stop)
    if _answers(settings, children):
        print(f"mentorNET is at {settings.base_url}", *greeting, sep="\n", flush=True)
    while not stopping and all(child.poll() is None for child in children):
        time.sleep(0.2)
    if not stopping:
        stop(signal.SIGTERM, None)
        failed = True
    else:
        failed = False
    deadline = time.monotonic() + STOP_SECONDS
    for child in children:
        try:
            child.wait(timeout=max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            child.kill()
    if failed:
        sys.exit("mentornet: a process ended by itself; the lines above say why")


def serve_web(settings: Settings, create_app: Callable[[Settings], Any]) -> None:
    """The web process itself."""
    WebProcess(settings, create_app).run()


def published_head(settings: Settings) -> tuple[int, str] | None:
    """The end of the audit chain as the job published it outside the database; None before the first time."""
    path = settings.data_dir / "audit-head.json"
    if not path.exists():
        return None
    said = orjson.loads(path.read_bytes())
    return int(said["seq"]), str(said["chain"])


def _start(*arguments: str) -> subprocess.Popen[bytes]:
    # A session of its own: Ctrl-C reaches us alone, and we end the children in order.
    program = [sys.executable, str(ROOT / "wsgi.py"), *arguments]
    return subprocess.Popen(program, cwd=ROOT, env=os.environ, start_new_session=True)  # noqa: S603


def _answers(settings: Settings, children: Sequence[subprocess.Popen[bytes]]) -> bool:
    host = "127.0.0.1" if settings.host == "0.0.0.0" else settings.host  # noqa: S104
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline and all(child.poll() is None for child in children):
        try:
            with urlopen(f"http://{host}:{settings.port}/healthz", timeout=2):  # noqa: S310
                return True
        except (URLError, OSError):
            time.sleep(0.1)
    return False
