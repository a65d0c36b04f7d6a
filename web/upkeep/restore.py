"""How a backup comes back: checked and made ready on the side, put in its place only when all is well."""

from __future__ import annotations

import contextlib
import dataclasses
import hmac
import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from alembic.script import ScriptDirectory

from config import Settings
from network.kernel.ledger import merged
from network.kernel.restores import LEDGER, all_after_restore
from network.kernel.transaction import unit_of_work
from web import presence, serving
from web.health import alembic_config
from web.jobs import AUDIT_HEAD
from web.keys import load_keys
from web.upkeep.archive import Damaged, Manifest, sync_folder, unpack
from web.upkeep.backup import BACKUPS, KEYS, UPLOADS, back_up, fingerprint, make_folder
from web.upkeep.stores import PostgresStore, SqliteStore, StoreFailed, store_of

OPEN_WAYS = "people.end_what_was_open"


class RestoreRefused(Exception):
    """Nothing was changed; the text says why in one line and what to do."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What was asked for besides the file."""

    keys_file: Path | None = None
    new_keys: bool = False
    replace: bool = False
    keep_sessions: bool = False


@dataclass(frozen=True, slots=True)
class Restored:
    """What was brought back; `saved` is the backup of what was there before."""

    manifest: Manifest
    saved: Path | None


def restore(
    settings: Settings, source: Path, wish: Wish, create_runtime: Callable[[Settings], Any]
) -> Restored:
    """Bring a backup back into an empty data directory and database, or, with `replace`, in the place of what
    is there, of which a backup is made first. The database is checked, brought to this version's migrations,
    and everything registered with `after_restore` is done to it before it takes its place.

    Raises RestoreRefused, Damaged, InUse: nothing was changed; StoreFailed says what is left to do."""
    with presence.alone(settings.data_dir):
        if not source.is_file():
            raise RestoreRefused(f"there is no file {source}")
        is_empty = _is_empty(settings)
        if not is_empty and not wish.replace:
            raise RestoreRefused(
                f"{settings.data_dir} is not empty; with --replace a backup of what is there is made first"
            )
        with tempfile.TemporaryDirectory(dir=settings.data_dir, prefix=".restoring-") as room:
            stage = Path(room)
            manifest = unpack(source, stage, "data")
            _check_fits(settings, manifest)
            _lay_keys(settings, stage, manifest, wish)
            _merge_ledgers(settings, stage)
            saved = None
            if not is_empty:
                folder = make_folder(settings.data_dir / BACKUPS)
                saved = back_up(settings, folder, keys_file=folder / "keys-before-restore.tar.gz").path
            _put(settings, stage, wish, create_runtime, saved)
        return Restored(manifest, saved)


def _is_empty(settings: Settings) -> bool:
    uploads = settings.data_dir / UPLOADS
    return store_of(settings.database_url).is_empty() and not (uploads.is_dir() and any(uploads.iterdir()))


def _check_fits(settings: Settings, manifest: Manifest) -> None:
    store = store_of(settings.database_url)
    if manifest.database != store.kind or store.copy_name not in manifest.files:
        raise RestoreRefused(
            f"the backup is of {manifest.database} and MENTORNET_DATABASE_URL names {store.kind}"
        )
    known = {script.revision for script in ScriptDirectory.from_config(alembic_config()).walk_revisions()}
    if manifest.revision is not None and manifest.revision not in known:
        raise RestoreRefused(
            f"the backup is of a newer version ({manifest.version}, revision {manifest.revision}); "
            "install that version first"
        )


def _lay_keys(settings: Settings, stage: Path, manifest: Manifest, wish: Wish) -> None:
    """Have the keys that belong to the backup in the stage, or refuse."""
    mine = settings.data_dir / KEYS
    if wish.keys_file is not None:
        if not wish.keys_file.is_file():
            raise RestoreRefused(f"there is no file {wish.keys_file}")
        with tempfile.TemporaryDirectory(dir=stage) as unpacked:
            sealed = unpack(wish.keys_file, Path(unpacked), "keys")
            shutil.move(Path(unpacked) / KEYS, stage / KEYS)
        _check_seal(settings, stage, sealed, wish.keys_file.name)
    elif mine.is_dir() and any(mine.iterdir()):
        shutil.copytree(mine, stage / KEYS)
    elif not wish.new_keys:
        raise RestoreRefused(
            "the keys are missing: name their backup with --keys FILE. Without it --new-keys goes on: links "
            "in letters no longer work, and the audit trail can no longer be checked"
        )
    if wish.new_keys:
        (stage / AUDIT_HEAD).unlink(missing_ok=True)  # what the lost key had published fits to nothing now
    else:
        _check_seal(settings, stage, manifest, "the backup")


def _check_seal(settings: Settings, stage: Path, manifest: Manifest, name: str) -> None:
    keys = load_keys(stage, settings.secret_key)
    if manifest.fingerprint != fingerprint(keys):
        raise RestoreRefused(f"{name} was made with other keys; name the backup of its keys with --keys FILE")
    if not hmac.compare_digest(manifest.seal, manifest.sealed_with(keys.audit)):
        raise Damaged(f"{name} was changed by somebody who has not got its keys")


def _merge_ledgers(settings: Settings, stage: Path) -> None:
    """What either of the two knows counts: the backup's may be of another machine, and newer than ours."""
    mine, theirs = settings.data_dir / LEDGER, stage / LEDGER
    if mine.is_dir():
        theirs.mkdir(mode=0o700, exist_ok=True)
        for file in sorted(path for path in mine.iterdir() if path.is_file()):
            also = theirs / file.name
            also.write_bytes(merged(file.read_bytes(), also.read_bytes() if also.exists() else b""))
            also.chmod(0o600)


def _put(
    settings: Settings,
    stage: Path,
    wish: Wish,
    create_runtime: Callable[[Settings], Any],
    saved: Path | None,
) -> None:
    store = store_of(settings.database_url)
    if isinstance(store, SqliteStore):
        copy = SqliteStore(stage / store.copy_name)
        fault = copy.fault()
        if fault is not None:
            raise Damaged(f"the database in the backup is damaged: {fault}")
        staged = dataclasses.replace(settings, data_dir=stage, database_url=f"sqlite:///{copy.path}")
        _make_ready(staged, wish, create_runtime)
        fault = copy.fault()
        if fault is not None:
            raise Damaged(f"the database did not come through its migrations: {fault}")
        sync_folder(stage)
        store.put(copy.path)
        sync_folder(store.path.parent)
    else:
        staged = dataclasses.replace(settings, data_dir=stage)
        with _telling_the_way_back(saved):
            _put_postgres(store, stage / store.copy_name, staged, wish, create_runtime)
    _put_files(settings, stage)


def _put_postgres(
    store: PostgresStore, copy: Path, staged: Settings, wish: Wish, create_runtime: Callable[[Settings], Any]
) -> None:
    store.check(copy)
    if not store.is_empty():
        store.empty()
    try:
        store.put(copy)
        _make_ready(staged, wish, create_runtime)
    except BaseException:
        # What nobody was erased from again, and what is not at this version, must not be served.
        store.empty()
        raise


@contextlib.contextmanager
def _telling_the_way_back(saved: Path | None) -> Iterator[None]:
    try:
        yield
    except Exception as error:
        if saved is None:
            raise
        raise StoreFailed(
            f"{error}. The database is empty now; bring what was there before back with "
            f"`mentornet restore {saved}`"
        ) from error


def _make_ready(staged: Settings, wish: Wish, create_runtime: Callable[[Settings], Any]) -> None:
    """This version's tables, and everything done that the backup cannot know of."""
    serving.migrate(staged)
    made = create_runtime(staged)
    try:
        for step in all_after_restore():
            if step.name == OPEN_WAYS and wish.keep_sessions:
                continue
            try:
                with unit_of_work():
                    step.run()
            except Exception as error:
                raise RestoreRefused(f"{step.name} failed, nothing was restored: {error}") from error
    finally:
        made.database.close()


def _put_files(settings: Settings, stage: Path) -> None:
    """Uploads, keys, ledger and the published end of the audit trail beside the database."""
    for name in (UPLOADS, KEYS, LEDGER, AUDIT_HEAD):
        mine, staged = settings.data_dir / name, stage / name
        if mine.exists() and name != AUDIT_HEAD:
            mine.rename(stage / f"{name}.before")
        if staged.exists():
            staged.rename(mine)
        elif name == AUDIT_HEAD:
            mine.unlink(missing_ok=True)
    shutil.rmtree(settings.data_dir / "jobs", ignore_errors=True)  # what waited there waited for the other
    sync_folder(settings.data_dir)
