"""Runs commands of `mentornet`, each in a process of its own that need not load the product first.

One process loads it and branches off another for each command: with its own environment, directory of data,
output and end. Only what importing does is shared, and that asks no environment and opens nothing.
"""

from __future__ import annotations

import atexit
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import IO

from config import ROOT

BRANCH_OFF = """
import gc, json, os, sys, wsgi
wsgi.load_capabilities()
gc.freeze()
for line in sys.stdin:
    said = json.loads(line)
    child = os.fork()
    if not child:
        os.environ.clear()
        os.environ.update(said["environ"])
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        for number, name in enumerate(("out", "err"), start=1):
            os.dup2(os.open(said[name], os.O_WRONLY), number)
        sys.exit(wsgi.main(said["words"]))
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""
Done = subprocess.CompletedProcess[str]


class Commands:
    """Runs commands until it is closed."""

    _loaded: subprocess.Popen[str] | None = None

    def run(self, *words: str, folder: Path | None = None, **settings: str) -> Done:
        """Run `mentornet` with these words; `settings` are the environment's, without their prefix."""
        if self._loaded is None:
            self._loaded = subprocess.Popen(
                [sys.executable, "-c", BRANCH_OFF], cwd=ROOT, env=environment(None, {}),
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            )  # fmt: skip
        assert self._loaded.stdin is not None and self._loaded.stdout is not None
        with _file() as out, _file() as err:
            environ = environment(folder, settings)
            asked = {"words": words, "environ": environ, "out": out.name, "err": err.name}
            self._loaded.stdin.write(json.dumps(asked) + "\n")
            self._loaded.stdin.flush()
            ended = int(self._loaded.stdout.readline())
            return subprocess.CompletedProcess(words, ended, out.read(), err.read())

    def close(self) -> None:
        if self._loaded is not None:
            self._loaded.communicate(timeout=20)
            self._loaded = None


commands = Commands()
mentornet = commands.run
atexit.register(commands.close)  # whichever module used it last


def one_line(done: Done) -> str:
    """What a command that failed says: one line, and no trace of where."""
    assert done.returncode != 0
    assert done.stderr.count("\n") == 1, done.stderr
    assert done.stderr.startswith("mentornet: ")
    assert "Traceback" not in done.stderr
    return done.stderr.strip()


def start(*words: str, folder: Path | None = None, **settings: str) -> Done:
    """The same as people do it, loading included."""
    return subprocess.run(
        [sys.executable, str(ROOT / "wsgi.py"), *words],
        env=environment(folder, settings), capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip


def environment(folder: Path | None, settings: dict[str, str]) -> dict[str, str]:
    """What a command is told around its words."""
    said = {"PATH": os.environ["PATH"], **{f"MENTORNET_{name}": value for name, value in settings.items()}}
    if folder is not None:
        said["MENTORNET_DATA_DIR"] = str(folder)
    return said


def _file() -> IO[str]:
    return tempfile.NamedTemporaryFile("r", encoding="utf-8")
