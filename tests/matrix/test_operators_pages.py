"""Who runs the platform sees which networks there are and nothing that anybody wrote in one: words are
planted in every column that takes words, and looked for on each of her pages."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Column, String, Table, Text, and_, select, update

from models import Base
from network.kernel import runtime
from tests.matrix.asking import methods_of
from tests.matrix.world import World, make_world

LONG_ENOUGH_FOR_WORDS = 80
"""Shorter columns hold codes: states, kinds, languages."""
HERS = (
    "operator.", "organisations.verify", "rights.answer", "api_consents.list_open_objections",
    "api_organisations.list_organisations", "api_organisations.get_organisation", "metrics", "readyz",
)  # fmt: skip
SHE_SEES = {
    # Which networks there are, who stands behind them, who asked for that.
    "networks.name", "organisations.name", "organisations.decided_reason", "organisations.website",
    "organisations.register_entry", "organisations.contact_note", "organisations.answer",
    "users.display_name",
    # What is said to her.
    "objections.reason",
}  # fmt: skip
NO_WORDS = {
    "users.password_hash", "users.email", "users.address", "users.time_zone", "organisations.time_zone",
    "meetings.time_zone", "meetings.recurrence", "user_sessions.device", "idempotency_keys.key",
}  # fmt: skip
"""Long columns that a program reads; by the address of her account a demo is known."""


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """SQLite alone, as in the table of routes."""
    with make_world(tmp_path_factory.mktemp("operator")) as made:
        yield made


def takes_words(table: Table, column: Column[Any]) -> bool:
    kind = column.type
    long = isinstance(kind, Text) or (
        isinstance(kind, String) and (kind.length or 0) >= LONG_ENOUGH_FOR_WORDS
    )
    fixed = (
        column.primary_key or column.foreign_keys or column.unique or column.name.endswith(("_hash", "_id"))
    )
    return long and not fixed and f"{table.name}.{column.name}" not in NO_WORDS


def plant() -> dict[str, str]:
    """A sign of its own in each filled column of each row: the sign and where it stands."""
    planted, numbers = {}, itertools.count(100_000)
    with runtime.current().database.engine.begin() as connection:
        for table in Base.metadata.sorted_tables:
            columns = [column for column in table.columns if takes_words(table, column)]
            if table.name in ("audit_trail", "event_log") or not columns:
                continue
            for row in connection.execute(select(table)).mappings().all():
                signs = {c.name: f"zq{next(numbers)}qz" for c in columns if row[c.name] is not None}
                planted |= {sign: f"{table.name}.{name}" for name, sign in signs.items()}
                this = and_(*(key == row[key.name] for key in table.primary_key.columns))
                if signs:
                    connection.execute(update(table).where(this).values(**signs))
    return planted


def test_a14_the_operators_pages_hold_no_word_of_any_network(world: World) -> None:
    world.reset()
    planted = plant()
    assert {where.partition(".")[0] for where in planted.values()} >= {
        "messages", "topics", "rooms", "goals", "meetings", "profiles", "applications", "invitations",
        "completions", "networks",
    }  # fmt: skip
    client = world.app.test_client()
    client.set_cookie(world.app.config["SESSION_NAME"], world.tokens["operator"])
    seen: set[str] = set()
    pages = 0
    for rule in world.app.url_map.iter_rules():
        if rule.endpoint.startswith(HERS) and "GET" in methods_of(rule):
            values = {name: world.ids[name] for name in rule.arguments}
            path = world.app.url_map.bind("localhost").build(rule.endpoint, values, method="GET")
            answer = client.get(path)
            assert answer.status_code == 200, path
            found = {planted[sign] for sign in re.findall(r"zq\d{6}qz", answer.text)}
            assert found <= SHE_SEES, (path, found - SHE_SEES)
            seen |= found
            pages += 1
    assert pages >= 9
    assert "networks.name" in seen and "organisations.name" in seen
