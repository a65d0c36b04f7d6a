"""Restoring: into an empty place or in the place of what is there; checked first, all or nothing (B12)."""

from __future__ import annotations

import os
import shutil
import stat
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from config import Settings
from models.people import ApiToken
from network import people
from network.kernel import audit, runtime
from network.kernel.actor import system_actor
from network.kernel.ids import digest, new_id
from network.kernel.restores import LEDGER, after_restore
from network.kernel.transaction import session, unit_of_work
from tests.factories.people import make_session, make_user, save
from tests.web.upkeep.test_backup import ON_SQLITE, Create, Make, put_upload
from web import jobs, presence
from web.health import expected_revision
from web.serving import migrate
from web.upkeep.archive import Damaged
from web.upkeep.backup import back_up
from web.upkeep.restore import RestoreRefused, Wish, restore
from web.upkeep.stores import StoreFailed, store_of


@pytest.fixture
def kept(place: Settings, tmp_path: Path) -> tuple[Path, Wish]:
    """A backup of a place with one person and one upload, and how to bring it back."""
    make_user(display_name="Mina")
    put_upload(place, "faces/mina.webp", b"picture")
    made = back_up(place, tmp_path / "kept.tar.gz", keys_file=tmp_path / "keys.tar.gz")
    return made.path, Wish(keys_file=tmp_path / "keys.tar.gz")


def names(settings: Settings) -> list[str]:
    engine = create_engine(settings.database_url)
    with engine.connect() as connection:
        found = connection.execute(text("SELECT display_name FROM users ORDER BY id")).scalars().all()
    engine.dispose()
    return list(found)


def test_b12_it_comes_back_into_an_empty_place(
    kept: tuple[Path, Wish], place: Settings, make_place: Make, create_runtime: Create
) -> None:
    second = make_place("second")
    done = restore(second, *kept, create_runtime)
    assert (done.saved, done.manifest.revision) == (None, expected_revision())
    assert names(second) == ["Mina"]
    assert (second.data_dir / "uploads/faces/mina.webp").read_bytes() == b"picture"
    for name in ("secret.key", "audit.key"):
        assert (second.data_dir / "keys" / name).read_bytes() == (place.data_dir / "keys" / name).read_bytes()
    loose = [
        p for p in [second.data_dir, *second.data_dir.rglob("*")] if stat.S_IMODE(p.stat().st_mode) & 0o077
    ]
    assert not loose
    create_runtime(second)
    with unit_of_work():
        assert audit.verify(jobs.published_head(second.data_dir)) is None
    assert store_of(second.database_url).fault() is None


def test_a_place_that_is_not_empty_is_left_alone(
    kept: tuple[Path, Wish], place: Settings, create_runtime: Create, make_place: Make
) -> None:
    make_user(display_name="Later")
    with pytest.raises(RestoreRefused, match="is not empty; with --replace"):
        restore(place, *kept, create_runtime)
    assert names(place) == ["Mina", "Later"]
    uploads_only = make_place("uploads-only")
    put_upload(uploads_only, "a.webp", b"a")
    with pytest.raises(RestoreRefused, match="is not empty"):
        restore(uploads_only, *kept, create_runtime)


def test_replacing_saves_what_was_there_and_that_can_be_brought_back(
    kept: tuple[Path, Wish], place: Settings, create_runtime: Create
) -> None:
    make_user(display_name="Later")
    put_upload(place, "faces/later.webp", b"later")
    runtime.current().database.close()
    done = restore(place, kept[0], Wish(replace=True), create_runtime)
    assert names(place) == ["Mina"]
    assert [path.name for path in (place.data_dir / "uploads/faces").iterdir()] == ["mina.webp"]
    assert done.saved is not None and done.saved.parent == place.data_dir / "backups"
    restore(place, done.saved, Wish(replace=True), create_runtime)
    assert names(place) == ["Mina", "Later"]
    assert not list(place.data_dir.glob(".restoring-*"))


def test_a21_what_was_ended_since_does_not_come_back_to_life(
    place: Settings, make_place: Make, create_runtime: Create, tmp_path: Path
) -> None:
    user = make_user()
    _row, token = make_session(user)
    now = runtime.current().clock.now()
    save(ApiToken(id=new_id(), user_id=user.id, name="Script", token_hash=digest("bearer"), scopes="read",
                  created_at=now, expires_at=None, revoked_at=None))  # fmt: skip
    keys = tmp_path / "keys.tar.gz"
    made = back_up(place, tmp_path / "kept.tar.gz", keys_file=keys)
    with unit_of_work():
        assert people.find_session(token) and people.find_bearer("bearer")
    for name, keep in (("second", False), ("moved", True)):
        target = make_place(name)
        restore(target, made.path, Wish(keys_file=keys, keep_sessions=keep), create_runtime)
        create_runtime(target)
        with unit_of_work():
            assert bool(people.find_session(token)) is keep
            assert bool(people.find_bearer("bearer")) is keep
            assert audit.verify() is None


def test_b12_what_was_decided_since_is_done_again_before_anybody_sees_it(
    kept: tuple[Path, Wish], place: Settings, make_place: Make, create_runtime: Create
) -> None:
    """The shape in which erasures are replayed: the ledger of the place counts, not that of the backup."""
    seen: list[tuple[str, bool, int]] = []

    @after_restore("test.replay")
    def replay() -> None:
        folder = runtime.current().settings.data_dir
        with unit_of_work():
            count = session().execute(text("SELECT count(*) FROM users")).scalar_one()
        seen.append(
            ((folder / LEDGER / "list").read_text(), (folder / "uploads/faces/mina.webp").exists(), count)
        )
        (folder / "uploads/faces/mina.webp").unlink()

    second = make_place("second")
    (second.data_dir / LEDGER).mkdir(parents=True)
    (second.data_dir / LEDGER / "list").write_text("newer")
    restore(second, *kept, create_runtime)
    assert seen == [("newer", True, 1)]
    assert not (second.data_dir / "uploads/faces/mina.webp").exists()
    assert (second.data_dir / LEDGER / "list").read_text() == "newer"


def test_b12_where_that_fails_nothing_is_restored(
    kept: tuple[Path, Wish], make_place: Make, create_runtime: Create
) -> None:
    @after_restore("test.fails")
    def fails() -> None:
        raise RuntimeError("the ledger cannot be read")

    second = make_place("second")
    with pytest.raises(RestoreRefused, match=r"test\.fails failed, nothing was restored: the ledger cannot"):
        restore(second, *kept, create_runtime)
    assert store_of(second.database_url).is_empty()
    assert not (second.data_dir / "uploads").exists()
    assert not (second.data_dir / "keys").exists()


def test_where_replacing_fails_the_old_is_there_or_the_way_back_is_told(
    kept: tuple[Path, Wish], place: Settings, create_runtime: Create
) -> None:
    @after_restore("test.fails")
    def fails() -> None:
        raise RuntimeError("no")

    runtime.current().database.close()
    if place.database_url.startswith("sqlite"):
        with pytest.raises(RestoreRefused):
            restore(place, kept[0], Wish(replace=True), create_runtime)
        assert names(place) == ["Mina"]
    else:
        with pytest.raises(StoreFailed, match="bring what was there before back with `mentornet restore /"):
            restore(place, kept[0], Wish(replace=True), create_runtime)
    assert (place.data_dir / "uploads/faces/mina.webp").exists()


def test_without_the_keys_nothing_is_restored_unless_they_are_given_up(
    kept: tuple[Path, Wish], place: Settings, make_place: Make, create_runtime: Create, tmp_path: Path
) -> None:
    second = make_place("second")
    with pytest.raises(RestoreRefused, match="the keys are missing: name their backup with --keys FILE"):
        restore(second, kept[0], Wish(), create_runtime)
    stranger = make_place("stranger")
    migrate(stranger)
    foreign = tmp_path / "foreign-keys.tar.gz"
    back_up(stranger, tmp_path / "foreign.tar.gz", keys_file=foreign)
    with pytest.raises(RestoreRefused, match="was made with other keys"):
        restore(second, kept[0], Wish(keys_file=foreign), create_runtime)
    assert store_of(second.database_url).is_empty()
    restore(second, kept[0], Wish(new_keys=True), create_runtime)
    assert names(second) == ["Mina"]
    old = (place.data_dir / "keys/audit.key").read_bytes()
    assert (second.data_dir / "keys/audit.key").read_bytes() != old


def test_it_is_refused_while_a_server_runs(
    kept: tuple[Path, Wish], make_place: Make, create_runtime: Create
) -> None:
    second = make_place("second")
    with (
        presence.share(second.data_dir),
        pytest.raises(presence.InUse, match="; stop it first"),
    ):
        restore(second, *kept, create_runtime)
    assert not presence.is_used(second.data_dir)
    restore(second, *kept, create_runtime)


@ON_SQLITE
def test_an_older_backup_is_brought_to_this_version(
    make_place: Make, create_runtime: Create, tmp_path: Path
) -> None:
    old = make_place("old")
    create_runtime(old)
    runtime.current().database.close()
    engine = create_engine(old.database_url)
    with engine.begin() as connection:
        # A database of no version yet, as before the first migration.
        connection.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32) PRIMARY KEY)"))
    engine.dispose()
    made = back_up(old, tmp_path / "old.tar.gz", keys_file=tmp_path / "keys.tar.gz")
    second = make_place("second")
    restore(second, made.path, Wish(keys_file=tmp_path / "keys.tar.gz"), create_runtime)
    assert store_of(second.database_url).revision() == expected_revision()


@ON_SQLITE
def test_a_backup_of_a_newer_version_or_another_database_is_refused(
    place: Settings, make_place: Make, create_runtime: Create, tmp_path: Path
) -> None:
    keys = tmp_path / "keys.tar.gz"
    runtime.current().database.close()
    other = Settings(data_dir=tmp_path / "other", database_url="postgresql://nobody@127.0.0.1:1/none")
    made = back_up(place, tmp_path / "now.tar.gz", keys_file=keys)
    with pytest.raises(Exception, match="connection"):
        restore(other, made.path, Wish(keys_file=keys), create_runtime)
    engine = create_engine(place.database_url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    engine.dispose()
    newer = back_up(place, tmp_path / "newer.tar.gz", keys_file=keys)
    second = make_place("second")
    with pytest.raises(RestoreRefused, match=r"of a newer version .*install that version first"):
        restore(second, newer.path, Wish(keys_file=keys), create_runtime)


@ON_SQLITE
def test_a_database_that_was_broken_when_it_was_backed_up_is_refused(
    place: Settings, make_place: Make, create_runtime: Create, tmp_path: Path
) -> None:
    user = make_user()
    make_session(user)
    runtime.current().database.close()
    engine = create_engine(place.database_url)
    with engine.begin() as connection:
        connection.execute(text("PRAGMA foreign_keys = OFF"))
        connection.execute(text("DELETE FROM users"))
    engine.dispose()
    made = back_up(place, tmp_path / "broken.tar.gz", keys_file=tmp_path / "keys.tar.gz")
    second = make_place("second")
    with pytest.raises(Damaged, match="rows of user_sessions point to nothing"):
        restore(second, made.path, Wish(keys_file=tmp_path / "keys.tar.gz"), create_runtime)
    assert store_of(second.database_url).is_empty()


@ON_SQLITE
def test_a_database_on_another_disk_is_put_in_place_too(
    kept: tuple[Path, Wish], tmp_path: Path, create_runtime: Create
) -> None:
    elsewhere = Path("/dev/shm") / f"mentornet-test-{os.getpid()}"  # noqa: S108 - another file system
    elsewhere.mkdir(mode=0o700)
    try:
        target = Settings(data_dir=tmp_path / "second", database_url=f"sqlite:///{elsewhere}/far.db")
        restore(target, *kept, create_runtime)
        assert names(target) == ["Mina"]
        assert [path.name for path in elsewhere.iterdir()] == ["far.db"]
    finally:
        shutil.rmtree(elsewhere)


def test_restoring_acts_as_the_system_and_is_in_the_trail(
    kept: tuple[Path, Wish], make_place: Make, create_runtime: Create
) -> None:
    second = make_place("second")
    restore(second, *kept, create_runtime)
    create_runtime(second)
    with unit_of_work():
        rows = session().execute(text("SELECT action FROM audit_trail")).scalars().all()
    assert rows[-1] == "platform.restored"
    assert system_actor("restore").kind == "system"
