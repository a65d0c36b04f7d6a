"""How the product runs on one machine: migrations, the web process, the jobs beside it, one clean end."""

from __future__ import annotations

import errno
import importlib.util
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from types import FrameType
from typing import Any
from urllib.request import ProxyHandler, build_opener

from alembic import command as alembic
from gunicorn.app.base import BaseApplication
from gunicorn.glogging import Logger

from config import BadSetting, Settings
from network.kernel.database import Database
from web.children import TOLD_TO_STOP, Child, end
from web.health import alembic_config

STOP_SECONDS = 8
LINES_END_SECONDS = 2
KEPT_ALIVE = 1000  # connections that wait for a next request; they take no thread


class PortTaken(Exception):
    """Somebody else listens where we should."""


class LibraryLogger(Logger):
    """gunicorn's own lines leave as JSON like everybody's, by way of the root."""

    def setup(self, cfg: Any) -> None:
        """Keep its level and leave out its handlers."""
        super().setup(cfg)
        self.error_log.handlers.clear()
        self.error_log.propagate = True


class WebProcess(BaseApplication):
    """gunicorn with one process of many threads: the live channel lives in one process."""

    def __init__(self, settings: Settings, create_app: Callable[[Settings], Any]) -> None:
        self._settings = settings
        self._create_app = create_app
        self._ending: list[threading.Thread] = []
        super().__init__()

    def load_config(self) -> None:
        """Hand our settings on."""
        chosen = {
            "bind": _place(self._settings.host, self._settings.port),
            "workers": 1,
            "worker_class": "gthread",
            "threads": self._settings.threads,
            "worker_connections": self._settings.threads + KEPT_ALIVE,
            "timeout": 120,
            "graceful_timeout": STOP_SECONDS - 3,
            "keepalive": 15,
            "accesslog": None,
            "loglevel": "warning",
            "limit_request_line": 8190,
            "proc_name": "mentornet",
            "forwarded_allow_ips": "",  # only MENTORNET_TRUSTED_PROXIES says who is believed
            "logger_class": LibraryLogger,
            "control_socket_disable": True,
            "worker_exit": self._wait_for_lines,
        }
        for name, value in chosen.items():
            if name in self.cfg.settings:
                self.cfg.set(name, value)

    def load(self) -> object:
        """Make the application in the worker."""
        application = self._create_app(self._settings)
        self._end_lines_first(application)
        live = application.extensions["live"]
        if getattr(live, "bus", None) is not None:
            live.bus.start()  # what is committed here is told to others also while nobody is connected here
        made: object = application
        return made

    def _end_lines_first(self, application: Any) -> None:
        """Told to stop, end the live connections before waiting for requests: each of them is one that would
        not end by itself."""
        before = signal.getsignal(signal.SIGTERM)

        def stop(number: int, frame: FrameType | None) -> None:
            ending = threading.Thread(target=application.extensions["live"].close, daemon=True)
            self._ending.append(ending)
            ending.start()
            if callable(before):
                before(number, frame)

        signal.signal(signal.SIGTERM, stop)

    def _wait_for_lines(self, _arbiter: Any, _worker: Any) -> None:
        """With no request to wait for a worker would be gone before clients are told that it goes."""
        for ending in self._ending:
            ending.join(LINES_END_SECONDS)


def checked(settings: Settings) -> Settings:
    """The settings. Raises BadSetting where a package that one of them needs is missing: each process would
    speak to itself alone, and nobody would notice (trust, B16)."""
    if settings.redis_url and importlib.util.find_spec("redis") is None:
        raise BadSetting("MENTORNET_REDIS_URL is set, but the package redis is not installed")
    return settings


def make_private(settings: Settings) -> None:
    """Make the data folder and an empty database file that only we may read; what SQLite puts beside the
    file gets the file's rights."""
    settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    if settings.database_url.startswith("sqlite:///"):
        file = Path(settings.database_url.removeprefix("sqlite:///").partition("?")[0])
        os.close(os.open(file, os.O_RDWR | os.O_CREAT, 0o600))


def migrate(settings: Settings) -> None:
    """Bring the database to this version."""
    make_private(settings)
    config = alembic_config()
    database = Database(settings.database_url)
    try:
        config.attributes["engine"] = database.engine
        alembic.upgrade(config, "head")
    finally:
        database.close()


def serve(
    settings: Settings,
    web: Callable[[], int],
    jobs: Callable[[], int] | None,
    *,
    greeting: Sequence[str] = (),
) -> None:
    """Run web process and jobs as children until a signal; both are gone within ten seconds of it, and at
    once when this process is killed. Raises PortTaken."""
    _check_port(settings)
    stopping: list[int] = []
    children: list[Child] = []

    def stop(number: int, _frame: FrameType | None) -> None:
        stopping.append(number)
        for child in children:
            child.stop()

    for number in TOLD_TO_STOP:
        signal.signal(number, stop)
    children.append(Child("web", web))
    if jobs is not None and not stopping:
        children.append(Child("jobs", jobs))
    if stopping:
        stop(stopping[0], None)  # the signal came while they were started
    if _answers(settings, children, stopping):
        sys.stdout.write("\n".join([f"mentorNET is at {settings.base_url}", *greeting, ""]))
        sys.stdout.flush()
    while not stopping and all(child.poll() is None for child in children):
        time.sleep(0.2)
    failed = not stopping
    if failed:
        stop(signal.SIGTERM, None)
    end(children, STOP_SECONDS)
    if failed:
        sys.exit("mentornet: a process ended by itself; the lines above say why")


def serve_web(settings: Settings, create_app: Callable[[Settings], Any]) -> None:
    """The web process itself."""
    WebProcess(settings, create_app).run()


def _place(host: str, port: int) -> str:
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def _check_port(settings: Settings) -> None:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as door:
        door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            door.bind((settings.host, settings.port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise PortTaken(
                    f"port {settings.port} is taken by another program; choose one with PORT=…"
                ) from None
            place = _place(settings.host, settings.port)
            raise PortTaken(f"cannot listen on {place}: {error.strerror}") from None


def _answers(settings: Settings, children: Sequence[Child], stopping: Sequence[int]) -> bool:
    here = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(settings.host, settings.host)  # noqa: S104
    ask = build_opener(ProxyHandler({})).open  # not by way of a proxy that is meant for the world
    while not stopping and all(child.poll() is None for child in children):
        try:
            with ask(f"http://{_place(here, settings.port)}/healthz", timeout=2):
                return True
        except OSError:
            time.sleep(0.1)
    return False
