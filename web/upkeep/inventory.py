"""What lies on this server and in which versions: for who looks after it, and no word that people wrote."""

from __future__ import annotations

import os
import platform
import shutil
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from config import Settings
from web import health
from web.upkeep.backup import BACKUPS, UPLOADS, last_backup, product_version
from web.upkeep.stores import store_of

LIBRARIES = (
    "Flask", "Werkzeug", "Jinja2", "SQLAlchemy", "alembic", "marshmallow", "flask-smorest", "Flask-SocketIO",
    "python-socketio", "gunicorn", "huey", "argon2-cffi", "nh3", "markdown-it-py", "psycopg", "redis",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Stored:
    """Bytes on the disk, and when the last backup was made and how large it was."""

    database: int
    uploads: int
    upload_files: int
    backups: int
    free: int
    last_backup_at: datetime | None
    last_backup: int


@dataclass(frozen=True, slots=True)
class Versions:
    """What runs here. `revision` is the database's, `expected` the programme's."""

    product: str
    python: str
    database: str
    revision: str | None
    expected: str | None
    libraries: tuple[tuple[str, str], ...]


def stored(settings: Settings) -> Stored:
    """How much room is taken by what, and how much is left."""
    uploads = _weigh(settings.data_dir / UPLOADS)
    last = last_backup(settings.data_dir)
    return Stored(
        database=store_of(settings.database_url).size(),
        uploads=uploads[0],
        upload_files=uploads[1],
        backups=_weigh(settings.data_dir / BACKUPS)[0],
        free=shutil.disk_usage(settings.data_dir).free,
        last_backup_at=last[0] if last else None,
        last_backup=last[1] if last else 0,
    )


def versions(settings: Settings) -> Versions:
    """Which versions of everything run here."""
    store = store_of(settings.database_url)
    return Versions(
        product_version(), f"Python {platform.python_version()}", store.version(), store.revision(),
        health.expected_revision(), _libraries(),
    )  # fmt: skip


@cache
def _libraries() -> tuple[tuple[str, str], ...]:
    found = []
    for name in LIBRARIES:
        try:
            found.append((name, version(name)))
        except PackageNotFoundError:
            continue
    return tuple(found)


def _weigh(folder: Path) -> tuple[int, int]:
    """Bytes and number of the files in a folder and below."""
    size, number, left = 0, 0, [folder]
    while left:
        try:
            with os.scandir(left.pop()) as entries:
                for entry in entries:
                    if entry.is_dir(follow_symlinks=False):
                        left.append(Path(entry.path))
                    else:
                        size, number = size + entry.stat(follow_symlinks=False).st_size, number + 1
        except FileNotFoundError:  # taken away while we looked
            continue
    return size, number
