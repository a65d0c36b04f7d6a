"""What time it is: the server's, always aware and in UTC; in the demo a file can say otherwise."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

_moved: ContextVar[datetime | None] = ContextVar("moved_clock", default=None)


class Clock:
    """Tells the time. With `file` set, the RFC 3339 time in it holds from the file's modification on, for
    every process at once; an empty, missing or unreadable file means the real clock."""

    def __init__(self, file: Path | None = None) -> None:
        self._file = file
        self._seen: int | None = None
        self._offset = timedelta()

    def now(self) -> datetime:
        """The current time, aware, in UTC."""
        moved = _moved.get()
        if moved is not None:
            return moved
        if self._file is None:
            return datetime.now(UTC)
        return datetime.now(UTC) + self._read_offset(self._file)

    def today(self) -> date:
        """The current day in UTC."""
        return self.now().date()

    @contextmanager
    def at(self, moment: datetime) -> Iterator[None]:
        """Within the block this thread of work sees `moment`; for filling the demo with past weeks."""
        token = _moved.set(moment)
        try:
            yield
        finally:
            _moved.reset(token)

    def _read_offset(self, file: Path) -> timedelta:
        try:
            modified = file.stat().st_mtime_ns
        except OSError:
            self._seen = None
            return timedelta()
        if modified != self._seen:
            self._offset = _offset_in(file, modified)
            self._seen = modified
        return self._offset


def _offset_in(file: Path, modified_ns: int) -> timedelta:
    try:
        said = datetime.fromisoformat(file.read_text(encoding="utf-8").strip())
    except (OSError, ValueError):
        return timedelta()
    if said.tzinfo is None:
        said = said.replace(tzinfo=UTC)
    return said.astimezone(UTC) - datetime.fromtimestamp(modified_ns / 1e9, UTC)
