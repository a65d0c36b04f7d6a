"""Getting what is stored about oneself: everything of one's own, nothing of anybody else, no secret."""

from __future__ import annotations

import errno
import tempfile
import zipfile
from functools import partial
from typing import IO, Any

import orjson
import pytest
from sqlalchemy import JSON, Column, Connection, String, Table, and_, create_engine, select, update

from models import Base
from models.audit import AuditRow
from models.files import File
from models.people import AddressChange, User
from models.privacy import ExportRequest
from network import files
from network.kernel.actor import ANONYMOUS, system_actor
from network.kernel.errors import Forbidden, NotFound, ProofRequired, StorageFull, Unauthenticated
from network.kernel.ids import new_id
from network.kernel.transaction import session, unit_of_work
from network.privacy import Entry, register, request_export, take_export, tidy_exports
from network.privacy.queries import gather
from network.privacy.rules.archive import make_archive
from tests.factories import files as made
from tests.factories.courses import make_completion, make_course_session
from tests.factories.discussions import make_community
from tests.factories.membership import make_invitation, make_membership
from tests.factories.networks import make_network
from tests.factories.people import actor_of, make_user, save
from tests.migrations.rows import fill
from tests.network.discussions.test_races import at_once
from tests.running import START, HandClock

SHORTEST = 8
"""Columns of fewer signs have no room for a canary."""


def planted(connection: Connection) -> tuple[list[str], dict[str, list[str]], list[str]]:
    """Rows in every table for three people: their ids, the canaries of each, and those of secrets."""
    fill(connection, Base.metadata)
    users = Base.metadata.tables["users"]
    people = list(connection.scalars(select(users.c.id).order_by(users.c.id)))
    for number, person in enumerate(people):
        connection.execute(update(users).where(users.c.id == person).values(address=f"{number}@mail.example"))
    own: dict[str, list[str]] = {person: [] for person in people}
    secrets: list[str] = []
    for entry in register().values():
        if entry.whose and " > " not in entry.whose:
            _give(connection, entry, people)
    for entry in register().values():
        if entry.whose:
            _plant(connection, entry, people, own, secrets)
    return people, own, secrets


def _rows(connection: Connection, table: Table) -> list[Any]:
    key = list(table.primary_key.columns)
    return list(connection.execute(select(table).order_by(*key)).mappings())


def _this(table: Table, row: Any) -> Any:
    return and_(*(column == row[column.name] for column in table.primary_key.columns))


def _give(connection: Connection, entry: Entry, people: list[str]) -> None:
    """One row to each; by whatever column else names somebody, the next one did something to it."""
    table = Base.metadata.tables[entry.table]
    column = table.c[entry.whose]
    for number, row in enumerate(_rows(connection, table)):
        values: dict[str, Any] = {}
        owner = number
        if entry.whose == "address":
            values["address"] = f"{number}@mail.example"
        elif entry.table == "users" or column.foreign_keys:
            owner = people.index(row[entry.whose])
        else:
            values[entry.whose] = people[number]
        values |= {name: people[(owner + 1) % len(people)] for name in entry.by}
        if values:
            connection.execute(update(table).where(_this(table, row)).values(**values))


def _plant(
    connection: Connection, entry: Entry, people: list[str], own: dict[str, list[str]], secrets: list[str]
) -> None:
    table = Base.metadata.tables[entry.table]
    for row in _rows(connection, table):
        owner = _owner(connection, entry, row, people)
        values: dict[str, Any] = {}
        for name in (*entry.personal, *entry.secret):
            canary = f"{people.index(owner)}q{len(secrets) + sum(map(len, own.values())):04d}q"
            if not _has_room(table.c[name]) or name == "address" or name in entry.written:
                continue  # words of two people have a test of their own
            values[name] = {"words": canary} if isinstance(table.c[name].type, JSON) else canary
            (own[owner] if name in entry.personal else secrets).append(canary)
        if values:
            connection.execute(update(table).where(_this(table, row)).values(**values))


def _owner(connection: Connection, entry: Entry, row: Any, people: list[str]) -> str:
    column, _, beyond = entry.whose.partition(" > ")
    if beyond:
        there = Base.metadata.tables[beyond]
        above = connection.execute(select(there).where(there.c.id == row[column])).mappings().one()
        return _owner(connection, register()[beyond], above, people)
    return people[int(row["address"][0])] if column == "address" else row[column]


def _has_room(column: Column[Any]) -> bool:
    if column.foreign_keys:
        return False
    kind = column.type
    return isinstance(kind, JSON) or (isinstance(kind, String) and (kind.length or SHORTEST) >= SHORTEST)


def test_all_of_ones_own_nothing_of_others_and_no_secret(live: Any, database_url: str) -> None:
    engine = create_engine(database_url)
    with engine.begin() as connection:
        people, own, secrets = planted(connection)
    engine.dispose()
    assert all(len(canaries) > 40 for canaries in own.values())
    for person, others in ((person, [p for p in people if p != person]) for person in people):
        with unit_of_work():
            found = gather(person, f"{people.index(person)}@mail.example")
            made_for = make_archive(person, found, "de", START)
        with made_for as archive, zipfile.ZipFile(archive) as packed:
            texts = {name: packed.read(name).decode() for name in packed.namelist()}
        for text in texts.values():
            assert [canary for canary in own[person] if canary not in text] == []
            assert [canary for other in others for canary in own[other] if canary in text] == []
            assert [canary for canary in secrets if canary in text] == []
            assert [other for other in others if other in text] == []
        assert set(found) == set(register())
        assert [name for name, entry in register().items() if entry.whose and not found[name]["rows"]] == []


def test_words_to_others_are_the_writers_and_the_readers_and_nobody_elses(
    live: Any, database_url: str
) -> None:
    engine = create_engine(database_url)
    with engine.begin() as connection:
        people, _own, _secrets = planted(connection)
        written = [(entry, *pair) for entry in register().values() for pair in entry.written.items()]
        for entry, name, _writer in written:
            table = Base.metadata.tables[entry.table]
            for row in _rows(connection, table):
                owner = people.index(_owner(connection, entry, row, people))
                # The next one wrote it, as `_give` says.
                words = f"{owner}w{name}w{(owner + 1) % len(people)}"
                connection.execute(update(table).where(_this(table, row)).values({name: words}))
    engine.dispose()
    assert [(entry.table, name, writer) for entry, name, writer in written] == [
        ("invitations", "message", "invited_by")
    ]
    for number, person in enumerate(people):
        with unit_of_work():
            made_for = make_archive(person, gather(person, f"{number}@mail.example"), "en", START)
        with made_for as archive, zipfile.ZipFile(archive) as packed:
            said = packed.read("data.json").decode()
        for _entry, name, _writer in written:
            shown = {words for words in (f"{a}w{name}w{(a + 1) % 3}" for a in range(3)) if words in said}
            assert shown == {f"{number}w{name}w{(number + 1) % 3}", f"{(number - 1) % 3}w{name}w{number}"}


def test_what_stands_under_a_former_address_is_hers(live: Any, clock: HandClock) -> None:
    me, other = make_user(email="now@mail.example"), make_user(email="given-on@mail.example")
    for old in ("before@mail.example", "given-on@mail.example"):
        save(AddressChange(id=new_id(), user_id=me.id, old_email=old, email="now@mail.example",
                           token_hash=old, undo_hash=old, created_at=clock.now(),
                           ended_at=clock.now(), confirmed_at=clock.now()))  # fmt: skip
    joined = make_membership(make_network(), me)
    course = make_course_session()
    listed = make_completion(course, email="Listed@mail.example", name="0q0001q", state="member")
    make_invitation(make_network(), "wished@mail.example", name="0q0002q", state="accepted",
                    membership_id=joined.id, completion_id=listed.id)  # fmt: skip
    make_completion(course, email="before@mail.example", name="0q0003q")
    make_completion(course, email="given-on@mail.example", name="1q0001q")
    request_export(actor_of(me))
    with take_export(actor_of(me)) as archive, zipfile.ZipFile(archive) as packed:
        said = packed.read("data.json").decode()
    assert [canary for canary in ("0q0001q", "0q0002q", "0q0003q") if canary not in said] == []
    assert "1q0001q" not in said, "an address that is somebody else's by now"
    assert other.id not in said


def test_who_has_no_address_gets_nothing_by_it(live: Any, database_url: str) -> None:
    engine = create_engine(database_url)
    with engine.begin() as connection:
        people, _own, _secrets = planted(connection)
    engine.dispose()
    with unit_of_work():
        found = gather(people[0], None)
    by_address = [name for name, entry in register().items() if entry.whose == "address"]
    assert by_address
    assert [name for name in by_address if found[name]["rows"]] == []


def test_it_is_fetched_once_within_a_day(live: Any, clock: HandClock) -> None:
    me = make_user(display_name="Ana <b>Ilić</b>", language="de")
    with pytest.raises(NotFound):
        take_export(actor_of(me))
    request_export(actor_of(me))
    with take_export(actor_of(me)) as archive, zipfile.ZipFile(archive) as packed:
        said, page = orjson.loads(packed.read("data.json")), packed.read("index.html").decode()
    assert (said["form"], said["user_id"]) == (1, me.id)
    assert said["tables"]["users"]["rows"][0]["display_name"] == "Ana <b>Ilić</b>"
    assert [act["action"] for act in said["tables"]["audit_trail"]["rows"]] == ["user.export_requested"]
    assert "Ana &lt;b&gt;Ilić&lt;/b&gt;" in page and '<html lang="de">' in page
    with pytest.raises(NotFound):
        take_export(actor_of(me))
    request_export(actor_of(me))
    clock.forward(hours=24, minutes=1)
    with pytest.raises(NotFound):
        take_export(actor_of(me))


def test_it_takes_a_proof(live: Any, clock: HandClock) -> None:
    me = actor_of(make_user())
    clock.forward(minutes=61)
    for act in (request_export, take_export):
        with pytest.raises(ProofRequired):
            act(me)
    with unit_of_work():
        assert session().scalars(select(ExportRequest)).all() == []


def test_a_request_is_forgotten_after_its_day(live: Any, clock: HandClock) -> None:
    request_export(actor_of(make_user()))
    clock.forward(hours=23)
    request_export(actor_of(make_user()))
    system = system_actor("privacy.tidy")
    assert tidy_exports(system) == 0
    clock.forward(hours=2)
    assert tidy_exports(system) == 1
    assert tidy_exports(system) == 0
    with unit_of_work():
        trail = session().scalars(select(AuditRow.after).where(AuditRow.action == "data.forgotten")).all()
    assert trail == [{"export_requests": 1}]
    with pytest.raises(Forbidden):
        tidy_exports(actor_of(make_user()))


def test_nobody_else_may(live: Any) -> None:
    with pytest.raises(Unauthenticated):
        request_export(ANONYMOUS)


def test_ones_own_files_go_with_it_also_where_they_fill_more_than_the_memory_should(live: Any) -> None:
    community = make_community()
    me, other = community.member(), community.member()
    network = community.network.id
    large = made.pdf(b"%" + bytes(5_000_000))
    mine = files.upload_file(me, network, large, "plan.pdf")
    note = files.upload_file(me, network, made.ogg(3), "note.ogg")
    theirs = files.upload_file(other, network, made.odt(), "theirs.odt")
    lost = files.upload_file(me, network, made.odt(), "lost.odt")
    (live.settings.data_dir / "uploads" / "files").joinpath(_key_of(lost["id"])).unlink()
    request_export(actor_of(_user(me.user_id)))
    with take_export(actor_of(_user(me.user_id))) as archive, zipfile.ZipFile(archive) as packed:
        names = [name for name in packed.namelist() if name.startswith("files/")]
        assert names == [f"files/{mine['id']}-plan.pdf", f"files/{note['id']}-note.ogg"]
        assert packed.read(names[0]) == large
        said = orjson.loads(packed.read("data.json"))
    listed = said["tables"]["files"]["rows"]
    assert {row["name"] for row in listed} == {"plan.pdf", "note.ogg", "lost.odt"}
    assert theirs["id"] not in orjson.dumps(said).decode()
    assert "store_key" not in listed[0]


def _key_of(file_id: str) -> str:
    with unit_of_work():
        return session().get_one(File, file_id).store_key


def _user(user_id: str | None) -> User:
    with unit_of_work():
        found = session().get_one(User, user_id)
        session().expunge(found)
        return found


def test_where_the_disk_is_full_it_can_be_fetched_later(live: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    community = make_community()
    me = community.member()
    large = made.pdf(b"%" + bytes(5_000_000))
    files.upload_file(me, community.network.id, large, "plan.pdf")
    person = actor_of(_user(me.user_id))
    request_export(person)
    places: list[Any] = []
    real = tempfile.TemporaryFile

    def full(*, dir: Any) -> IO[bytes]:
        places.append(dir)
        if len(places) == 1:
            raise OSError(errno.ENOSPC, "full")
        return real(dir=dir)

    monkeypatch.setattr(tempfile, "TemporaryFile", full)
    with pytest.raises(StorageFull):
        take_export(person)
    before = sorted(live.settings.data_dir.iterdir())
    with take_export(person) as archive:
        assert sorted(live.settings.data_dir.iterdir()) == before, "it has no name"
        with zipfile.ZipFile(archive) as packed:
            assert any(name.endswith("-plan.pdf") for name in packed.namelist())
    assert places == [live.settings.data_dir] * 2, "where temporary files are it might be memory"
    with pytest.raises(NotFound):
        take_export(person)


def test_of_some_who_fetch_it_at_once_one_gets_it(live: Any) -> None:
    me = actor_of(make_user())
    request_export(me)
    outcomes = at_once([partial(take_export, me)] * 3)
    got = [one for one in outcomes if not isinstance(one, BaseException)]
    for archive in got:
        archive.close()
    assert len(got) == 1
    assert [type(one) for one in outcomes if one not in got] == [NotFound] * 2
