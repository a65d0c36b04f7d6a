"""What a backup holds, where it lies, how long: one file with database and uploads, another with the keys."""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import shutil
import tempfile
import tomllib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson

from config import Settings
from network.kernel import runtime
from network.kernel.clock import Clock
from network.kernel.jobs import job
from network.kernel.restores import LEDGER
from web.jobs import AUDIT_HEAD
from web.keys import Keys, load_keys
from web.upkeep.archive import Archive, Manifest, sync_folder, writing
from web.upkeep.stores import store_of

UPLOADS, KEYS, BACKUPS = "uploads", "keys", "backups"
LAST = "last-backup.json"
NAME = re.compile(r"mentornet-(?:before-\w+-)?(\d{8}T\d{6}Z)(?:-\d+)?\.tar\.gz\Z")
STAMP = "%Y%m%dT%H%M%SZ"
DAY = 24 * 60


@dataclass(frozen=True, slots=True)
class Made:
    """A backup that was made."""

    path: Path
    size: int
    made_at: datetime


def back_up(settings: Settings, target: Path, *, keys_file: Path | None = None, label: str = "") -> Made:
    """Write database and uploads into one file, while others go on writing: everything that was acknowledged
    before this began is in it. `target` is a file that does not exist yet, or a folder, in which it gets a
    name that tells its time. With `keys_file` the keys go into a file of their own, the newest only.

    Raises FileExistsError, OSError, StoreFailed, SQLite's and PostgreSQL's errors; nothing is left then."""
    now = _clock(settings).now()
    keys = load_keys(settings.data_dir, settings.secret_key)
    if keys_file is not None:
        # First: a database whose keys are nowhere is worth less than keys without a database.
        _back_up_keys(settings, keys_file, keys, now)
    if target.is_dir():
        target = _name_in(target, now, label)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".mentornet-") as room:
        made = _back_up_data(settings, target, keys, now, Path(room))
    _remember(settings, made)
    return made


def _back_up_data(settings: Settings, target: Path, keys: Keys, now: datetime, room: Path) -> Made:
    store = store_of(settings.database_url)
    manifest = Manifest(
        kind="data",
        version=product_version(),
        made_at=now,
        database=store.kind,
        fingerprint=fingerprint(keys),
    )
    with writing(target, manifest, keys.audit) as archive:
        # What the outside knows of the audit trail and of what was erased must not be newer than the copy of
        # the database; the uploads must not be older than it.
        _add_if_there(archive, settings.data_dir / AUDIT_HEAD, AUDIT_HEAD)
        archive.add_folder(settings.data_dir / LEDGER, LEDGER)
        copy = room / store.copy_name
        store.copy(copy)
        manifest.revision = store.revision()
        archive.add(copy, store.copy_name)
        archive.add_folder(settings.data_dir / UPLOADS, UPLOADS)
    return Made(target, target.stat().st_size, now)


def _back_up_keys(settings: Settings, target: Path, keys: Keys, now: datetime) -> None:
    manifest = Manifest(kind="keys", version=product_version(), made_at=now, fingerprint=fingerprint(keys))
    with writing(target, manifest, keys.audit, replace=True) as archive:
        archive.add_folder(settings.data_dir / KEYS, KEYS)


def _add_if_there(archive: Archive, path: Path, name: str) -> None:
    try:
        archive.add(path, name)
    except FileNotFoundError:
        return


def _name_in(folder: Path, now: datetime, label: str) -> Path:
    stem = f"mentornet-{f'before-{label}-' if label else ''}{now.astimezone(UTC).strftime(STAMP)}"
    names = (f"{stem}.tar.gz", *(f"{stem}-{number}.tar.gz" for number in range(2, 1000)))
    return next(folder / name for name in names if not (folder / name).exists())


def forget_old(folder: Path, now: datetime, *, days: int, most: int | None = None) -> list[Path]:
    """Delete the backups in a folder that are older than `days`, and those beyond the newest `most`; the
    newest one stays however old it is. Only names that we give are touched. Gives what was deleted."""
    aged = []
    for path in folder.glob("mentornet-*.tar.gz"):
        found = NAME.match(path.name)
        if found is not None:
            made = datetime.strptime(found.group(1), STAMP).replace(tzinfo=UTC)
            aged.append((made, path.name, path))
    aged.sort(reverse=True)
    gone = []
    for place, (made, _name, path) in enumerate(aged):
        if place and (now - made > timedelta(days=days) or (most is not None and place >= most)):
            path.unlink(missing_ok=True)
            gone.append(path)
    for part in folder.glob(".mentornet-*"):  # of a backup that was killed
        with contextlib.suppress(FileNotFoundError):
            if now.timestamp() - part.stat().st_mtime > 24 * 3600:
                shutil.rmtree(part) if part.is_dir() else part.unlink()
    return gone


@job("backups.forget_old", every_minutes=DAY)
def forget_old_backups() -> None:
    """No backup that we made before an upgrade stays longer than backups may (contract: 35 days)."""
    settings: Any = runtime.current().settings
    folder = settings.data_dir / BACKUPS
    if folder.is_dir():
        forget_old(folder, runtime.current().clock.now(), days=settings.backups_kept_days)


def _remember(settings: Settings, made: Made) -> None:
    content = orjson.dumps({"at": made.made_at, "bytes": made.size}, option=orjson.OPT_UTC_Z)
    draft = settings.data_dir / f".{LAST}.{os.getpid()}"
    draft.write_bytes(content)
    os.replace(draft, settings.data_dir / LAST)


def last_backup(data_dir: Path) -> tuple[datetime, int] | None:
    """When the newest backup was made, and its size in bytes; None before the first."""
    try:
        said = orjson.loads((data_dir / LAST).read_bytes())
        return datetime.fromisoformat(said["at"]), int(said["bytes"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def fingerprint(keys: Keys) -> str:
    """Tells keys apart without telling them."""
    return hashlib.sha256(b"mentornet keys\n" + keys.secret + keys.audit).hexdigest()[:32]


def product_version() -> str:
    """This checkout's version."""
    root = Path(__file__).resolve().parents[2]
    return str(tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"]["version"])


def make_folder(folder: Path) -> Path:
    """A folder for backups that only we may read."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    sync_folder(folder.parent)
    return folder


def _clock(settings: Settings) -> Clock:
    return Clock(Path(settings.clock_file) if settings.clock_file else None)
