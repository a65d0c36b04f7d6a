"""Where files of people lie: outside of the database, whole or not there, under names that tell nothing."""

from __future__ import annotations

import contextlib
import os
import re
import secrets
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from network.kernel import runtime
from network.kernel.errors import StorageFull, is_full

FOLDER = "uploads"
"""Within the data directory; it goes into the backups."""

_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,59}(?:\.[a-z0-9]{1,8})?\Z")


class FileStore:
    """Files of one kind in a folder of this server. Another store needs these five verbs and no more."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, name: str, content: bytes, now: datetime) -> None:
        """Keep a file: it has its name, and stands on the disk, when this returns. Raises StorageFull."""
        target = self._path(name)
        draft = target.with_name(f".{name}.{secrets.token_hex(4)}.part")
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            os.utime(draft, (now.timestamp(), now.timestamp()))
            os.replace(draft, target)
            self._sync()
        except OSError as error:
            draft.unlink(missing_ok=True)
            if is_full(error):
                raise StorageFull() from error
            raise

    def get(self, name: str) -> bytes | None:
        """What a file holds; None where there is none."""
        try:
            return self._path(name).read_bytes()
        except FileNotFoundError:
            return None

    def remove(self, name: str) -> None:
        """Have a file be gone; one that is gone already may be named."""
        self._path(name).unlink(missing_ok=True)

    def older_than(self, moment: datetime) -> Iterator[str]:
        """The names of the files that were kept before a moment."""
        if not self._folder.is_dir():
            return
        with os.scandir(self._folder) as entries:
            for entry in entries:
                with contextlib.suppress(FileNotFoundError):
                    kept = entry.stat(follow_symlinks=False).st_mtime
                    if kept < moment.timestamp() and _NAME.match(entry.name):
                        yield entry.name

    def clear_drafts(self, moment: datetime) -> None:
        """Remove what was begun before a moment and never ended."""
        for path in self._folder.glob(".*.part"):
            with contextlib.suppress(FileNotFoundError):
                if path.stat().st_mtime < moment.timestamp():
                    path.unlink()

    def _path(self, name: str) -> Path:
        if not _NAME.match(name):
            raise ValueError(name)
        return self._folder / name

    def _sync(self) -> None:
        descriptor = os.open(self._folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def files_of(kind: str) -> FileStore:
    """The store for files of a kind, such as `photos`."""
    return FileStore(runtime.current().settings.data_dir / FOLDER / kind)
