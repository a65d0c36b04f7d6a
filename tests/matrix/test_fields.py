"""Which fields each kind of actor is told at each route of the API (A14): those that stand in the table
beside this, and no more."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from network.kernel.ids import is_id
from tests.matrix.asking import address_of
from tests.matrix.world import ACTORS, World, make_world

TABLE = Path(__file__).with_name("fields.txt")
HEAD = "# route: actors: the fields of what they get; made by tests/matrix/test_fields.py when it fails"


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with make_world(tmp_path_factory.mktemp("fields")) as made:
        yield made


def test_a14_nobody_is_told_a_field_that_is_not_in_the_table(world: World, tmp_path: Path) -> None:
    world.reset()
    told = [
        line
        for rule in sorted(world.app.url_map.iter_rules(), key=lambda rule: rule.endpoint)
        if rule.endpoint.startswith("api_") and "GET" in (rule.methods or ())
        for line in told_at(world, rule)
    ]
    assert len(told) > 60, "the routes that tell somebody something"
    known = TABLE.read_text("utf-8").splitlines()[1:] if TABLE.exists() else []
    new = tmp_path / TABLE.name
    new.write_text("\n".join([HEAD, *told]) + "\n", "utf-8")
    assert told == known, f"Look whether everybody may know what is new, then put {new} in the table's place."


def told_at(world: World, rule: Any) -> list[str]:
    """A line for all actors who get the same fields."""
    alike: dict[tuple[str, ...], list[str]] = {}
    path = address_of(world, rule)
    for actor in ACTORS:
        client = world.app.test_client()
        if world.tokens.get(actor):
            client.set_cookie(world.app.config["SESSION_NAME"], world.tokens[actor])
        answer = client.get(path)
        if answer.status_code == 200 and answer.is_json:
            alike.setdefault(tuple(sorted(set(names(answer.json)))), []).append(actor)
    return [f"{rule.endpoint}: {' '.join(actors)}: {' '.join(fields)}" for fields, actors in alike.items()]


def names(value: Any, within: str = "") -> Iterator[str]:
    """The names of everything that is not empty, with those of what holds it."""
    if isinstance(value, dict):
        for key, inner in value.items():
            # What a count is of has another id in each world.
            name = "<id>" if is_id(str(key)) else str(key)
            yield from names(inner, f"{within}.{name}" if within else name)
    elif isinstance(value, list):
        for inner in value:
            yield from names(inner, f"{within}[]")
    if within and not isinstance(value, dict | list):
        yield within if value is not None else f"{within}=null"
