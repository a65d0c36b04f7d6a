"""Backups: whole or not there, private, and with everything that was acknowledged before they began (B12)."""

from __future__ import annotations

import gzip
import os
import sqlite3
import stat
import tarfile
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import orjson
import pytest
from sqlalchemy import select, text

from config import Settings
from models.discussions import Message
from network.discussions import post_message
from network.kernel import jobs as registry
from network.kernel.runtime import Runtime
from network.kernel.transaction import session, unit_of_work
from tests.factories.discussions import make_community, make_room, make_topic
from tests.factories.people import make_user
from web.upkeep.archive import Damaged, unpack
from web.upkeep.backup import back_up, forget_old, forget_old_backups, last_backup
from web.upkeep.restore import RestoreRefused, Wish, restore
from web.upkeep.stores import StoreFailed

Create = Callable[[Settings], Runtime]
Make = Callable[[str], Settings]
ON_SQLITE = pytest.mark.parametrize("kind", ["sqlite"], indirect=True)


def put_upload(settings: Settings, name: str, content: bytes) -> None:
    path = settings.data_dir / "uploads" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def names_in(path: Path) -> list[str]:
    with tarfile.open(path) as tar:
        return tar.getnames()


def repacked(source: Path, target: Path, change: Callable[[str, bytes], bytes | None]) -> Path:
    """The same archive with some of its members changed or left out."""
    with tarfile.open(source) as old, tarfile.open(target, "w:gz") as new:
        for member in old:
            file = old.extractfile(member)
            assert file is not None
            content = change(member.name, file.read())
            if content is not None:
                member.size = len(content)
                with (target.parent / "member").open("wb+") as part:
                    part.write(content)
                    part.seek(0)
                    new.addfile(member, part)
    return target


def test_b12_what_was_acknowledged_before_is_there_after_although_others_wrote_on(
    place: Settings, make_place: Make, create_runtime: Create, tmp_path: Path
) -> None:
    community = make_community()
    room = make_room(community.network)
    writers = [community.member() for _ in range(4)]
    topics = [make_topic(room, writer) for writer in writers]
    acknowledged: list[str] = []
    begun, enough = threading.Event(), threading.Event()

    def write(number: int) -> None:
        count = 0
        while not enough.is_set():
            sent = post_message(writers[number], topics[number].id, f"Word {count}", f"{number}-{count}")
            acknowledged.append(sent.message["id"])
            put_upload(place, f"{number}/{count}.webp", str(count).encode())
            count += 1
            if len(acknowledged) > 40:
                begun.set()

    threads = [threading.Thread(target=write, args=[number]) for number in range(4)]
    for thread in threads:
        thread.start()
    try:
        assert begun.wait(60)
        before = set(acknowledged)
        uploads = set((place.data_dir / "uploads").rglob("*.webp"))
        made = back_up(place, tmp_path / "backup.tar.gz", keys_file=tmp_path / "keys.tar.gz")
    finally:
        enough.set()
        for thread in threads:
            thread.join(60)
    assert len(acknowledged) > len(before), "somebody wrote while the backup was made"

    second = make_place("second")
    restore(second, made.path, Wish(keys_file=tmp_path / "keys.tar.gz"), create_runtime)
    create_runtime(second)
    with unit_of_work():
        rows = session().execute(select(Message.id, Message.seq).order_by(Message.seq)).all()
        last = session().execute(text("SELECT sum(message_count) FROM topics")).scalar_one()
        head = session().execute(
            text("SELECT head_seq FROM scope_heads WHERE scope = :scope"), {"scope": f"room:{room.id}"}
        ).scalar_one()  # fmt: skip
    assert before <= {row.id for row in rows}
    seqs = [row.seq for row in rows]
    assert len(set(seqs)) == len(seqs) == last, "the copy is of one moment"
    assert max(seqs) <= head
    for path in uploads:
        found = second.data_dir / path.relative_to(place.data_dir)
        assert found.read_bytes() == path.read_bytes()


def test_b12_a_backup_is_private_names_what_it_holds_and_leaves_nothing_else(
    place: Settings, tmp_path: Path
) -> None:
    put_upload(place, "faces/a.webp", b"picture")
    (place.data_dir / "ledger").mkdir()
    (place.data_dir / "ledger" / "erasures.jsonl").write_text("{}\n")
    (place.data_dir / "audit-head.json").write_text("{}")
    (place.data_dir / "outbox").mkdir(exist_ok=True)
    (place.data_dir / "outbox" / "1.eml").write_text("a link that opens an account")
    folder = tmp_path / "backups"
    folder.mkdir()
    before = datetime.now(UTC)
    made = back_up(place, folder, keys_file=tmp_path / "keys.tar.gz")
    assert list(folder.iterdir()) == [made.path]
    assert stat.S_IMODE(made.path.stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "keys.tar.gz").stat().st_mode) == 0o600
    copy = "database.sqlite" if place.database_url.startswith("sqlite") else "database.pgdump"
    assert names_in(made.path) == [
        "audit-head.json", "ledger/erasures.jsonl", copy, "uploads/faces/a.webp", "manifest.json",
    ]  # fmt: skip
    assert names_in(tmp_path / "keys.tar.gz") == ["keys/audit.key", "keys/secret.key", "manifest.json"]
    manifest = unpack(made.path, tmp_path / "unpacked", "data")
    assert (manifest.database, manifest.version) == (place_kind(place), "0.1.0")
    assert manifest.revision and before <= manifest.made_at <= datetime.now(UTC)
    secret = (place.data_dir / "keys" / "audit.key").read_bytes()
    assert secret not in gzip.decompress(made.path.read_bytes())
    assert last_backup(place.data_dir) == (made.made_at, made.path.stat().st_size)


def place_kind(settings: Settings) -> str:
    return "sqlite" if settings.database_url.startswith("sqlite") else "postgresql"


@ON_SQLITE  # a dump of PostgreSQL holds living rows only
def test_what_was_deleted_before_is_not_in_the_backup(place: Settings, tmp_path: Path) -> None:
    user = make_user(display_name="Canary Seven " * 7)
    with sqlite3.connect(place.data_dir / "mentornet.db") as connection:
        connection.execute("DELETE FROM users WHERE id = ?", [user.id])
    connection.close()
    made = back_up(place, tmp_path / "backup.tar.gz")
    assert b"Canary Seven" not in gzip.decompress(made.path.read_bytes())


def test_a_backup_never_takes_the_place_of_a_file(place: Settings, tmp_path: Path) -> None:
    taken = tmp_path / "taken.tar.gz"
    taken.write_text("mine")
    with pytest.raises(FileExistsError, match="is there already"):
        back_up(place, taken)
    assert taken.read_text() == "mine"
    names = {back_up(place, tmp_path).path.name for _ in range(3)}
    assert len(names) == 3


def test_a_backup_that_fails_leaves_nothing(
    place: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "backups"
    folder.mkdir()
    if place_kind(place) == "sqlite":
        runtime_file = Path(place.database_url.removeprefix("sqlite:///"))
        runtime_file.write_bytes(b"no database at all" * 1000)
        with pytest.raises(Exception, match=r"not a database|malformed"):
            back_up(place, folder)
    else:
        monkeypatch.setenv("PATH", str(tmp_path))
        with pytest.raises(StoreFailed, match="pg_dump was not found; install"):
            back_up(place, folder)
    assert list(folder.iterdir()) == []


@ON_SQLITE  # the file is read the same way for both
@pytest.mark.parametrize("how", ["cut", "flipped", "left out", "no end", "changed", "no archive", "keys"])
def test_b12_a_damaged_file_is_refused_and_nothing_is_changed(
    place: Settings, make_place: Make, create_runtime: Create, tmp_path: Path, how: str
) -> None:
    put_upload(place, "a.webp", os.urandom(50_000))
    keys = tmp_path / "keys.tar.gz"
    whole = back_up(place, tmp_path / "whole.tar.gz", keys_file=keys).path
    bad = tmp_path / "bad.tar.gz"
    content = bytearray(whole.read_bytes())
    if how == "cut":
        bad.write_bytes(content[: len(content) * 2 // 3])
    elif how == "flipped":
        content[len(content) // 2] ^= 0xFF
        bad.write_bytes(content)
    elif how == "left out":
        repacked(whole, bad, lambda name, said: None if name == "uploads/a.webp" else said)
    elif how == "no end":
        repacked(whole, bad, lambda name, said: None if name == "manifest.json" else said)
    elif how == "changed":
        # Whoever changes a file and its checksum still has not got the key.
        def change(name: str, said: bytes) -> bytes:
            if name != "manifest.json":
                return said
            listed = orjson.loads(said)
            listed["revision"] = "0001"
            return orjson.dumps(listed)

        repacked(whole, bad, change)
    elif how == "keys":
        bad = keys
    else:
        bad.write_bytes(b"PK\x03\x04 something else" * 100)
    second = make_place("second")
    with pytest.raises(Damaged, match=r"backup|damaged|holds keys|changed"):
        restore(second, bad, Wish(keys_file=keys), create_runtime)
    assert {path.name for path in second.data_dir.iterdir()} <= {"in-use.lock"}
    with pytest.raises(RestoreRefused, match="there is no file"):
        restore(second, tmp_path / "nowhere", Wish(keys_file=keys), create_runtime)


@pytest.mark.parametrize("name", ["../evil", "/etc/evil", "uploads/../../evil", "uploads/a\nb", "a//b", ".x"])
def test_an_archive_cannot_write_outside(tmp_path: Path, name: str) -> None:
    evil = tmp_path / "evil.tar.gz"
    with tarfile.open(evil, "w:gz") as tar:
        tar.addfile(tarfile.TarInfo(name))
    room = tmp_path / "room"
    with pytest.raises(Damaged, match="no backup holds"):
        unpack(evil, room, "data")
    link = tarfile.TarInfo("uploads/link")
    link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
    with tarfile.open(evil, "w:gz") as tar:
        tar.addfile(link)
    with pytest.raises(Damaged, match="no backup holds"):
        unpack(evil, room, "data")
    assert not room.exists() or not any(room.rglob("*"))


def test_old_backups_go_and_the_newest_stays(tmp_path: Path) -> None:
    now = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)

    def name(days: float, label: str = "") -> str:
        return f"mentornet-{label}{now - timedelta(days=days):%Y%m%dT%H%M%SZ}.tar.gz"

    mine = [name(0), name(34.9), name(35.1, "before-0006-"), name(200)]
    others = ["notes.txt", "mentornet-mine.tar.gz", "other-20200101T000000Z.tar.gz"]
    for file in [*mine, *others]:
        (tmp_path / file).write_text("x")
    assert {path.name for path in forget_old(tmp_path, now, days=35)} == set(mine[2:])
    assert {path.name for path in tmp_path.iterdir()} == {*mine[:2], *others}
    assert {path.name for path in forget_old(tmp_path, now, days=35, most=1)} == {mine[1]}
    assert forget_old(tmp_path, now + timedelta(days=400), days=35) == []
    part = tmp_path / ".mentornet-20260101T000000Z.tar.gz.0a0b0c0d.part"
    part.write_text("half")
    os.utime(part, (0, 0))
    forget_old(tmp_path, now, days=35)
    assert not part.exists()


def test_the_daily_job_forgets_what_upgrades_left(place: Settings) -> None:
    folder = place.data_dir / "backups"
    folder.mkdir()
    for stamp in ("20200101T000000Z", "20200102T000000Z"):
        (folder / f"mentornet-before-0002-{stamp}.tar.gz").write_text("x")
    assert "backups.forget_old" in {job.name for job in registry.all_jobs()}
    forget_old_backups()
    assert [path.name for path in folder.iterdir()] == ["mentornet-before-0002-20200102T000000Z.tar.gz"]
