"""The ledger of erasures in the data directory: written before an erasure commits, read when a backup comes
back."""

from __future__ import annotations

import errno
import os
from pathlib import Path

from network.kernel import runtime
from network.kernel.restores import LEDGER
from network.privacy.rules.ledger import FILE, Entry, as_line, read_lines


def write_down(entry: Entry) -> None:
    """Add an entry; it stands on the disk when this returns. Written twice it counts once. Raises OSError
    where it does not fit there: then nobody is erased."""
    file = _file()
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    is_new = not file.exists()
    descriptor = os.open(file, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        size = os.fstat(descriptor).st_size
        # What a power cut left half is ended, so that it spoils no line but its own.
        torn = size > 0 and os.pread(descriptor, 1, size - 1) != b"\n"
        line = (b"\n" if torn else b"") + as_line(entry)
        if os.write(descriptor, line) < len(line):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(file))
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    if is_new:
        for folder in (file.parent, file.parent.parent):  # a file whose name is lost is lost as well
            _sync(folder)


def written_down() -> list[Entry]:
    """Every entry, in order. Raises ValueError for a ledger that cannot be read."""
    file = _file()
    if not file.exists():
        return []
    with file.open("rb") as lines:
        return read_lines(lines)


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _file() -> Path:
    return runtime.current().settings.data_dir / LEDGER / FILE
