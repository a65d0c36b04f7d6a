"""Tells what was written into the world since it began, and reads the tables only where something was."""

from __future__ import annotations

import sqlite3
from typing import Any

from models import Base
from tests.matrix.world import World

Rows = dict[str, set[tuple[Any, ...]]]


class Watch:
    """A second look at the world's database, beside the application's own."""

    def __init__(self, world: World, *, reset: bool = True) -> None:
        self.world, self.path = world, world.folder / "world.db"
        if reset:
            world.reset()
        self.connection = sqlite3.connect(self.path)
        self.beginning = self._rows()
        self.version = self._version()

    def begin(self) -> None:
        """Bring the world back to the beginning and watch from there."""
        self.connection.close()  # before its file is another
        self.world.reset()
        self.connection = sqlite3.connect(self.path)
        self.version = self._version()

    def from_here(self) -> None:
        """Let what is there now count as nothing written."""
        self.version = self._version()

    def nothing_written(self) -> bool:
        """True while nobody committed anything."""
        return self._version() == self.version

    def changed(self) -> Rows:
        """The rows that are new or gone, by table."""
        if self.nothing_written():
            return {}
        now = self._rows()
        return {
            name: rows ^ self.beginning[name] for name, rows in now.items() if rows != self.beginning[name]
        }

    def close(self) -> None:
        self.connection.close()

    def _version(self) -> int:
        return int(self.connection.execute("PRAGMA data_version").fetchone()[0])

    def _rows(self) -> Rows:
        return {
            table.name: set(self.connection.execute(f"SELECT * FROM {table.name}").fetchall())
            for table in Base.metadata.sorted_tables
        }
