"""How many SQL statements an answer takes: as many over a thousand rows as over a handful."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import event, insert, inspect, select
from werkzeug.routing import BuildError, Rule

from models import Base
from models.courses import Completion, CourseSession
from models.discussions import Topic
from models.goals import Goal
from models.meetings import Meeting
from models.membership import Invitation, Membership
from models.organisations import Organisation, Steward
from models.people import User, UserSession
from network.kernel import runtime
from network.kernel.actor import Actor
from network.kernel.ids import new_id
from network.kernel.policy import ALLOWED, require
from network.kernel.transaction import command, session
from tests.factories.discussions import make_messages
from tests.matrix.asking import QUERIES
from tests.matrix.questions import path_values
from tests.matrix.world import World, make_world, user

MANY = 1000
WHO = ("meta_mentor", "steward", "operator", "member")
"""The first of them who gets the page is who asks."""

MOST = 30
"""Statements for one answer; the longest pages put together what ten capabilities know."""


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with make_world(tmp_path_factory.mktemp("statements")) as made:
        yield made


def test_more_rows_take_no_more_statements(world: World) -> None:
    world.reset()
    say(world, 1)  # a list with nothing in it asks for less
    count = counter(world)
    rules = [rule for rule in world.app.url_map.iter_rules() if "GET" in (rule.methods or ())]
    paths = [path for path in map(path_of(world), rules) if path is not None]
    asked = {path: who for path in paths if (who := first_who_sees(world, path)) is not None}
    assert len(asked) > 60, "the routes that somebody sees"
    # All were asked once: what is kept after a first time, or noted once a day, is no statement of the page.
    few = {path: count(who, path) for path, who in asked.items()}
    grow(world)
    many = {path: count(who, path) for path, who in asked.items()}
    grown = {path: (few[path], many[path]) for path in asked if many[path] > few[path]}
    assert grown == {}
    assert {path: number for path, number in many.items() if number > MOST} == {}


def test_home_takes_as_much_for_whom_it_shows_most(world: World) -> None:
    """Each kind of person; and a steward of thirty organisations that wait, as one of a single one."""
    world.reset()
    count = counter(world)
    for who in WHO:
        get(world, who, "/home")  # what is noted once a day is no statement of the page
        assert count(who, "/home") <= MOST, who
    few = count("steward", "/home")
    _act_for_thirty(world)
    assert count("steward", "/home") == few


def path_of(world: World) -> Callable[[Rule], str | None]:
    adapter = world.app.url_map.bind("localhost")

    def build(rule: Rule) -> str | None:
        try:
            path = adapter.build(rule.endpoint, path_values(world, rule), method="GET")
        except BuildError:
            return None
        query = QUERIES.get(rule.endpoint)
        return f"{path}?{query.format(**world.ids)}" if query else path

    return build


def first_who_sees(world: World, path: str) -> str | None:
    return next((who for who in WHO if get(world, who, path) == 200), None)


def get(world: World, who: str, path: str) -> int:
    client = world.app.test_client()
    client.set_cookie(world.app.config["SESSION_NAME"], world.tokens[who])
    return client.get(path).status_code


def counter(world: World) -> Callable[[str, str], int]:
    """Gives a function that counts the statements of one answer."""
    said: list[str] = []
    engine = runtime.current().database.engine
    event.listen(engine, "before_cursor_execute", lambda *arguments: said.append(arguments[2]))

    def count(who: str, path: str) -> int:
        said.clear()
        assert get(world, who, path) == 200
        return len(said)

    return count


def say(world: World, number: int) -> None:
    """So many messages more in a topic that everybody reads."""
    member = user("samuel@people.example")
    author = Actor(kind="person", user_id=member.id, name=member.display_name)
    make_messages(_row(Topic, Topic.id == world.ids["topic_id"]), author, number)


def grow(world: World) -> None:
    """A thousand rows more of everything that a page lists."""
    _copies(User, MANY, address=lambda n: f"many{n}@mail.example", email=lambda n: f"many{n}@mail.example")
    _join_everybody(world.ids["network_id"])
    _copies(Topic, MANY, where=Topic.id == world.ids["topic_id"], title=lambda n: f"Topic {n}")
    say(world, MANY)
    for wanted in (Completion, Invitation):
        _copies(
            wanted, MANY, address=lambda n: f"row{n}@mail.example", email=lambda n: f"row{n}@mail.example",
            token_hash=lambda n: f"{n:064d}", completion_id=lambda _: None, membership_id=lambda _: None,
        )  # fmt: skip
    _copies(Goal, MANY, where=Goal.network_id == world.ids["network_id"])
    _copies(Meeting, 100, where=Meeting.id == world.ids["meeting_id"])
    _copies(CourseSession, MANY, where=CourseSession.id == world.ids["course_session_id"])
    _copies(UserSession, MANY, token_hash=lambda n: f"{n:064d}")


@command
def _act_for_thirty(world: World) -> None:
    require(ALLOWED)
    wanted = select(Steward).where(Steward.organisation_id == world.ids["organisation_id"])
    acting = session().scalars(wanted.limit(1)).one()
    _copies(Organisation, 30, state=lambda _: "pending", name=lambda n: f"House {n}")
    waiting = session().scalars(select(Organisation.id).where(Organisation.name.like("House %"))).all()
    columns = [column.key for column in inspect(Steward).column_attrs]
    values = {name: getattr(acting, name) for name in columns}
    session().execute(
        insert(Steward), [{**values, "id": new_id(), "organisation_id": each} for each in waiting]
    )


@command
def _row(table: type[Base], where: Any) -> Any:
    require(ALLOWED)
    found = session().scalars(select(table).where(where)).one()
    session().expunge(found)
    return found


@command
def _copies(table: type[Base], number: int, *, where: Any = None, **changed: Callable[[int], Any]) -> None:
    """Copies of a row, each with another id and what else must differ."""
    require(ALLOWED)
    wanted = select(table).limit(1)
    pattern = session().scalars(wanted if where is None else wanted.where(where)).one()
    columns = [column.key for column in inspect(table).column_attrs]
    values = {name: getattr(pattern, name) for name in columns}
    changes = {name: make for name, make in changed.items() if name in columns}
    rows = [
        {**values, "id": new_id(), **{name: make(n) for name, make in changes.items()}} for n in range(number)
    ]
    session().execute(insert(table), rows)


@command
def _join_everybody(network_id: str) -> None:
    require(ALLOWED)
    now = runtime.current().clock.now()
    pattern = session().scalars(select(Membership).where(Membership.network_id == network_id).limit(1)).one()
    columns = [column.key for column in inspect(Membership).column_attrs]
    values = {name: getattr(pattern, name) for name in columns}
    people = session().scalars(select(User.id).where(User.address.like("many%"))).all()
    rows = [
        {**values, "id": new_id(), "user_id": person, "state": "active", "since": now, "ended_at": None}
        for person in people
    ]
    session().execute(insert(Membership), rows)
