"""A canary in every private column, by the register itself; then everybody else asks every address (A14), and
looking changes nothing (A22)."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import JSON, Column, Connection, String, Table, and_, insert, select, update

from models import Base
from models.discussions import Message, Room, RoomMember
from network.kernel import runtime
from network.privacy import register
from network.privacy.rules.register import Entry
from tests.factories.people import make_session
from tests.matrix.asking import QUERIES, methods_of
from tests.matrix.questions import PATH_VALUES
from tests.matrix.watching import Rows, Watch
from tests.matrix.world import ACTORS, DEMO_ADDRESSES, SOMEBODY, World, make_world, user
from tests.migrations.rows import _value

OWN = ("account", "signing_in", "security", "profile", "mail", "running")
"""Purposes whose tables nobody reads but the person herself (and the program)."""
SHOWN = {
    f"users.{name}"
    for name in ("display_name", "folded_name", "language", "time_zone", "face", "photo", "photo_for")
}
"""How somebody is shown to others is no secret."""
TOLD_TO_DECIDERS = (
    "applications", "application_messages", "invitations", "completions", "steward_invitations",
)  # fmt: skip
DECIDERS = {"applicant", "meta_mentor", "deputy", "steward", "partner_steward"}
"""She herself, and those who decide who joins or act for an organisation, each for her own."""

ROOMY = 8
ASKED = tuple(actor for actor in ACTORS if actor not in ("removed", "suspended", "deputy"))
"""The others see less than a stranger, a member or a meta-mentor; the table of routes holds them apart."""

numbers = itertools.count(1000)
Planted = dict[str, str]


def canary(planted: Planted, where: str) -> str:
    """A new sign, which fits into eight characters and stands nowhere else."""
    sign = f"zq{next(numbers)}qz"
    planted[sign] = where
    return sign


def has_room(column: Column[Any]) -> bool:
    kind = column.type
    fits = isinstance(kind, JSON) or (isinstance(kind, String) and (kind.length or ROOMY) >= ROOMY)
    return fits and not column.foreign_keys and not column.primary_key


def signed(planted: Planted, entry: Entry, table: Table) -> dict[str, Any]:
    """A canary for each column of an entry that is personal or secret and has room."""
    found: dict[str, Any] = {}
    for name in (*entry.personal, *entry.secret):
        where = f"{table.name}.{name}"
        if has_room(table.c[name]) and name != "address" and where not in SHOWN:
            sign = canary(planted, where)
            found[name] = {"words": sign} if isinstance(table.c[name].type, JSON) else sign
    return found


def plant_own(connection: Connection, person: str, address: str) -> Planted:
    """In every table that is somebody's alone: in her rows, or in one that is made for her."""
    planted: Planted = {}
    for table in Base.metadata.sorted_tables:
        entry = register()[table.name]
        if entry.purpose not in OWN or not entry.whose or " > " in entry.whose:
            continue
        owner = table.c[entry.whose]
        mine = address if entry.whose == "address" else person
        rows = connection.execute(select(table).where(owner == mine)).mappings().all()
        if not rows:
            row = {column.name: _value(connection, column, 0) for column in table.columns}
            connection.execute(insert(table).values(**row | {entry.whose: mine}))
            rows = connection.execute(select(table).where(owner == mine)).mappings().all()
        for row in rows:
            this = and_(*(key == row[key.name] for key in table.primary_key.columns))
            values = signed(planted, entry, table)
            values |= {c.name: "nobody" for c in table.columns if c.name.endswith("_for")}
            if values:
                connection.execute(update(table).where(this).values(**values))
    return planted


def plant_for_deciders(connection: Connection, besides: str) -> Planted:
    """In whatever those who decide read about people who ask or are asked, but for what one member wrote."""
    planted: Planted = {}
    for name in TOLD_TO_DECIDERS:
        table, entry = Base.metadata.tables[name], register()[name]
        for row in connection.execute(select(table)).mappings().all():
            if row.get("invited_by") == besides:
                continue
            this = and_(*(key == row[key.name] for key in table.primary_key.columns))
            values = {k: v for k, v in signed(planted, entry, table).items() if row[k] is not None}
            connection.execute(update(table).where(this).values(**values))
    return planted


def plant_in_private_rooms(connection: Connection) -> tuple[Planted, set[str]]:
    """In what was said in the demo's private rooms; with who belongs to them."""
    planted: Planted = {}
    inside = select(Room.id).where(Room.kind.in_(("private", "direct")))
    for message_id in connection.scalars(select(Message.id).where(Message.room_id.in_(inside))).all():
        sign = canary(planted, "messages.body")
        said = update(Message).where(Message.id == message_id)
        connection.execute(said.values(body=sign, html=f"<p>{sign}</p>"))
    return planted, set(connection.scalars(select(RoomMember.user_id)))


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """SQLite alone, as in the table of routes."""
    with make_world(tmp_path_factory.mktemp("canaries")) as made:
        yield made


def answers(world: World, actor: str) -> Iterator[tuple[str, str]]:
    """What an actor reads at each address: the address and the whole answer."""
    client = world.app.test_client()
    if actor in world.tokens:
        client.set_cookie(world.app.config["SESSION_NAME"], world.tokens[actor])
    adapter = world.app.url_map.bind("localhost")
    for rule in world.app.url_map.iter_rules():
        if "GET" not in methods_of(rule) or rule.endpoint in ("outbox.letters", "people.sign_out"):
            continue
        known = {**dict.fromkeys(rule.arguments, "1"), **PATH_VALUES, **world.ids}
        values = {name: known[name] for name in rule.arguments}
        path = adapter.build(rule.endpoint, values, method="GET")
        if rule.endpoint in QUERIES:
            path += "?" + QUERIES[rule.endpoint].format(**world.ids)
        yield path, client.get(path).get_data().decode(errors="replace")
    for scope in ("network:{network_id}", "room:{private_room_id}", "user:{user_id}"):
        path = f"/api/v1/events?scope={scope.format(**world.ids)}&after=0&limit=200"
        yield path, client.get(path).get_data().decode(errors="replace")


SENSITIVE = re.compile(
    r'"(\w*(?:email|address|device|experience|statement|referee|decided_reason|wished|secret|token|phone|agent)\w*)":'
    r'(?!null|""|\[\]|\{\})'
)
HERSELF = {"applicant", "member", "stranger", "meta_mentor", "steward", "partner_steward", "operator"}
WHO_IS_TOLD = {
    ("api_courses.list_completions", "email"): {"steward"},
    ("api_invitations.list_invitations", "email"): {"member", "meta_mentor", "steward"},
    ("api_membership.get_application", "experience"): {"applicant", "meta_mentor", "steward"},
    ("api_membership.get_application", "statement"): {"applicant", "meta_mentor", "steward"},
    ("api_membership.list_applications", "experience"): {"meta_mentor", "steward"},
    ("api_membership.list_applications", "statement"): {"meta_mentor", "steward"},
    ("api_membership.list_my_applications", "experience"): {"applicant"},
    ("api_membership.list_my_applications", "statement"): {"applicant"},
    ("api_organisations.get_organisation", "decided_reason"): {"steward", "operator"},
    ("api_organisations.list_organisations", "decided_reason"): {"steward", "partner_steward", "operator"},
    ("api_people.get_me", "email"): HERSELF,
    ("api_sessions.get_session", "csrf_token"): HERSELF,
    ("api_sessions.get_session", "email"): HERSELF,
    ("api_sessions.list_sessions", "device"): HERSELF,
    ("api_sessions.list_sessions", "shared_device"): HERSELF,
}
"""Which fields of the API tell something of a person that not everybody is told, and whom: a new one fails
until it stands here."""


def sensitive_fields(path: str, answer: str) -> set[str]:
    """The filled fields of an answer of the API that are told to few."""
    if not path.startswith("/api/v1/") or path.endswith("/openapi.json") or not answer.startswith("{"):
        return set()
    return set(SENSITIVE.findall(answer))


@dataclass
class Crawl:
    """What was planted, who belongs to private rooms, what each actor found where, which sensitive fields she
    was told, and what that changed."""

    own: Planted
    told: Planted
    said: Planted
    inside: set[str]
    found: list[tuple[str, str, set[str]]]
    fields: dict[tuple[str, str], set[str]]
    herself: str
    changed: Rows


@pytest.fixture(scope="module")
def crawl(world: World) -> Crawl:
    somebody, member = user(SOMEBODY), user(DEMO_ADDRESSES["member"]).id
    with runtime.current().database.engine.begin() as connection:
        own = plant_own(connection, somebody.id, SOMEBODY)
        told = plant_for_deciders(connection, member)
        said, inside = plant_in_private_rooms(connection)
    herself = world.app.test_client()
    herself.set_cookie(world.app.config["SESSION_NAME"], make_session(somebody)[1])
    watch = Watch(world, reset=False)
    found, fields = [], {}
    for actor in ASKED:
        for path, answer in answers(world, actor):
            found.append((actor, path, set(re.findall(r"zq\d{4,}qz", answer))))
            for name in sensitive_fields(path, answer):
                endpoint = world.app.url_map.bind("localhost").match(path.partition("?")[0])[0]
                fields.setdefault((endpoint, name), set()).add(actor)
    changed = watch.changed()
    watch.close()
    return Crawl(own, told, said, inside, found, fields, herself.get("/api/v1/me").text, changed)


def test_a14_nobody_reads_what_is_private_to_somebody_else(crawl: Crawl) -> None:
    assert len({where.partition(".")[0] for where in crawl.own.values()}) >= 15
    assert len(crawl.told) > 30 and len(crawl.said) > 3
    assert any(sign in crawl.herself for sign in crawl.own), "she reads what is her own"
    forbidden: dict[str, Planted] = {}
    for actor in ASKED:
        forbidden[actor] = {**crawl.own}
        if actor not in DECIDERS:
            forbidden[actor] |= crawl.told
        if actor == "anonymous" or user(DEMO_ADDRESSES.get(actor, SOMEBODY)).id not in crawl.inside:
            forbidden[actor] |= crawl.said
    seen: set[str] = set()
    for actor, path, found in crawl.found:
        leaked = {forbidden[actor][sign] for sign in found if sign in forbidden[actor]}
        assert not leaked, (actor, path, leaked)
        seen |= found
    told = {crawl.told[sign].partition(".")[0] for sign in seen if sign in crawl.told}
    assert told >= {"applications", "invitations"}
    assert any(sign in crawl.said for sign in seen), "those who may read it do"


def test_a14_sensitive_fields_are_told_to_whom_the_table_says(crawl: Crawl) -> None:
    for field, actors in crawl.fields.items():
        assert actors == WHO_IS_TOLD.get(field), (field, actors)
    assert set(WHO_IS_TOLD) == set(crawl.fields)


def test_a22_looking_at_every_address_changes_nothing(crawl: Crawl) -> None:
    assert len(crawl.found) > 1500
    # A paper that is handed out is written down, so that anybody can ask whether it is one of ours.
    assert set(crawl.changed) <= {"issued_documents"}
