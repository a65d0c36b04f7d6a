"""Who uses a data directory right now: servers share it, a restore must have it alone."""

from __future__ import annotations

import contextlib
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path

LOCK = "in-use.lock"


class InUse(Exception):
    """Somebody works with this data directory; the text says what to do."""


@contextlib.contextmanager
def share(data_dir: Path) -> Iterator[None]:
    """Use the directory beside others for the block, and in every process that is forked in it. Raises InUse
    while somebody has it alone."""
    with _locked(data_dir, fcntl.LOCK_SH, "a backup is being brought back here; wait until that is done"):
        yield


@contextlib.contextmanager
def alone(data_dir: Path) -> Iterator[None]:
    """Have the directory alone for the block. Raises InUse while a server or its jobs run."""
    with _locked(data_dir, fcntl.LOCK_EX, f"mentorNET is running in {data_dir}; stop it first"):
        yield


def is_used(data_dir: Path) -> bool:
    """True while a server, its jobs or a restore use the directory."""
    try:
        with alone(data_dir):
            return False
    except InUse:
        return True


@contextlib.contextmanager
def _locked(data_dir: Path, how: int, refusal: str) -> Iterator[None]:
    data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(data_dir / LOCK, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            # The kernel lets go of it when the last process that has it is gone, be it killed.
            fcntl.flock(descriptor, how | fcntl.LOCK_NB)
        except BlockingIOError:
            raise InUse(refusal) from None
        yield
    finally:
        os.close(descriptor)
