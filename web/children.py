"""How the processes of one machine are started, watched and ended.

A child is forked from a parent that has loaded everything already: what is loaded is in memory once. The
parent opens no database and starts no thread before it has started its children.
"""

from __future__ import annotations

import contextlib
import ctypes
import gc
import os
import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterator, Sequence

TOLD_TO_STOP = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
PR_SET_PDEATHSIG, PR_SET_NAME = 1, 15


class Child:
    """A process that runs `work` and ends with the code that `work` gives."""

    def __init__(self, name: str, work: Callable[[], int]) -> None:
        sys.stdout.flush()
        sys.stderr.flush()
        gc.collect()
        gc.freeze()  # the collector writes into what it looks at, and each page written to is copied
        with _signals_wait():
            parent, self.pid = os.getpid(), os.fork()
            if self.pid == 0:
                _become(name, parent, work)
        self.returncode: int | None = None

    def poll(self) -> int | None:
        """The code with which it ended, negative for a signal; None while it runs."""
        if self.returncode is None:
            found, status = os.waitpid(self.pid, os.WNOHANG)
            if found:
                self.returncode = os.waitstatus_to_exitcode(status)
        return self.returncode

    def wait(self) -> int:
        """Wait until it has ended; its code."""
        if self.returncode is None:
            _pid, status = os.waitpid(self.pid, 0)
            self.returncode = os.waitstatus_to_exitcode(status)
        return self.returncode

    def stop(self) -> None:
        """Tell it to stop."""
        if self.poll() is None:
            os.kill(self.pid, signal.SIGTERM)

    def kill_group(self) -> None:
        """End it and whoever is left of its group."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, signal.SIGKILL)
        self.wait()


def end(children: Sequence[Child], seconds: float) -> None:
    """Wait for children that were told to stop, and end those that do not listen."""
    deadline = time.monotonic() + seconds
    while any(child.poll() is None for child in children) and time.monotonic() < deadline:
        time.sleep(0.02)
    for child in children:
        child.kill_group()


@contextlib.contextmanager
def _signals_wait() -> Iterator[None]:
    # What comes between the fork and the child's own handlers is for the child, not for the parent's handler
    # in it.
    before = signal.pthread_sigmask(signal.SIG_BLOCK, TOLD_TO_STOP)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _become(name: str, parent: int, work: Callable[[], int]) -> None:
    code = 1
    try:
        os.setsid()  # Ctrl-C reaches the parent alone, which ends its children in order
        for number in TOLD_TO_STOP:
            signal.signal(number, signal.SIG_DFL)
        _end_with(parent, name)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, TOLD_TO_STOP)
        code = work()
    except SystemExit as ending:
        code = ending.code if isinstance(ending.code, int) else 0 if ending.code is None else 1
    except BaseException:
        traceback.print_exc()
    finally:
        with contextlib.suppress(OSError, ValueError):
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(code)


def _end_with(parent: int, name: str) -> None:
    """Be told to stop when the parent is gone, be it killed."""
    if sys.platform == "linux":
        system = ctypes.CDLL(None)
        system.prctl(PR_SET_NAME, f"mentornet {name}"[:15].encode())
        system.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:
            sys.exit(1)
    else:
        threading.Thread(target=_watch, args=[parent], daemon=True).start()


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(1)
    os.kill(os.getpid(), signal.SIGTERM)
