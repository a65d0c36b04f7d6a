"""Nobody slips a field in (A13): each writing route is sent every column of every table besides what it asks
for. The API names each as unknown and changes nothing; a page's form does what it does without them."""

from __future__ import annotations

import csv
import html
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import types as kinds
from werkzeug.routing import Rule

from models import Base
from tests.api.successes import SUCCESSES
from tests.matrix.asking import methods_of, properties_of, request_options
from tests.matrix.questions import body_of, path_values
from tests.matrix.watching import Rows, Watch
from tests.matrix.world import World, make_world

TABLE = Path(__file__).with_name("routes.csv")
ROWS = {
    (row["endpoint"], row["method"]): row
    for row in csv.DictReader(TABLE.read_text(encoding="utf-8").splitlines())
}
COLUMNS = {
    column.name: column.type for table in Base.metadata.tables.values() for column in table.columns
}  # fmt: skip
SIGN = "zqslipqz"
UNKNOWN = {"There is no such field.", "Dieses Feld gibt es nicht."}
FILES = {"api_courses.import_completions", "api_people.put_photo", "api_files.upload_file"}
"""They take a file and no fields; `test_a13_nothing_comes_with_the_file`,
`test_a13_nothing_else_comes_with_a_file` and the CSV's own columns."""
SOMEBODY_WHO_MAY = (
    "steward",
    "member",
    "meta_mentor",
    "partner_steward",
    "operator",
    "applicant",
    "stranger",
)
SOMETIMES_ON_IT = {
    "discussions.topic": {"reply_to"}, "goals.progress": {"review_on"}, "rooms.pace": {"reason"},
    "rooms.move": {"reason"}, "topics.move": {"reason"}, "decisions.say": {"reason", "would_change"},
    "agreement_steps.step": {"reason", "ends_on", "answers_until"}, "deliberation.answer": {"short"},
}  # fmt: skip
"""Fields that a form has where one answers a message, and on a page at another address."""
MASKED = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|\d{4}-\d\d-\d\d[T ][\d:.]+Z?|[\w-]{22,}|\b\d{6,}\b")
"""Ids, times and secrets, which are others each time."""


def slipped(kind: Any) -> Any:
    """A value that a column of this kind would take."""
    if isinstance(kind, kinds.Boolean):
        return True
    if isinstance(kind, kinds.Integer):
        return 7
    if isinstance(kind, kinds.Date | kinds.DateTime | kinds.TypeDecorator):
        return "2030-01-01T00:00:00Z"
    return SIGN


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """SQLite alone, as in the table of routes."""
    with make_world(tmp_path_factory.mktemp("slipping")) as made:
        yield made


@pytest.fixture(scope="module")
def watch(world: World) -> Iterator[Watch]:
    made = Watch(world)
    yield made
    made.close()


def writing(world: World, *, api: bool) -> list[tuple[Rule, str]]:
    return [
        (rule, method)
        for rule in world.app.url_map.iter_rules()
        for method in methods_of(rule)
        if method != "GET" and rule.endpoint.startswith("api_") is api and rule.endpoint not in FILES
    ]


def who_may(endpoint: str, method: str) -> str | None:
    row = ROWS[endpoint, method]
    return next((actor for actor in SOMEBODY_WHO_MAY if row[actor][0] in "23"), None)


def client_of(world: World, actor: str) -> Any:
    client = world.app.test_client()
    if actor in world.tokens:
        client.set_cookie(world.app.config["SESSION_NAME"], world.tokens[actor])
    return client


def path_to(world: World, rule: Rule, method: str, own: dict[str, str]) -> str:
    values = {**path_values(world, rule), **own}
    return world.app.url_map.bind("localhost").build(rule.endpoint, values, method=method)


def test_a13_the_api_takes_no_column_that_it_does_not_ask_for(world: World, watch: Watch) -> None:
    document = world.app.test_client().get("/api/v1/openapi.json").get_json()
    tried = 0
    for rule, method in writing(world, api=True):
        watch.begin()
        prepared = SUCCESSES[rule.endpoint](world) if rule.endpoint in SUCCESSES else {}
        actor = prepared.get("actor") or who_may(rule.endpoint, method) or "member"
        body = prepared.get("body", body_of(world, rule.endpoint)) or {}
        taken = set(properties_of(document, rule, method))
        more = {name: slipped(kind) for name, kind in COLUMNS.items() if name not in taken}
        before = watch.changed()
        answer = client_of(world, actor).open(
            path_to(world, rule, method, prepared.get("path", {})), method=method, json={**more, **body},
            headers=world.csrf(actor),
        )  # fmt: skip
        assert answer.status_code == 422, (rule.rule, answer.status_code)
        errors = answer.get_json()["errors"]
        assert set(errors) == set(more), (method, rule.rule)
        assert {text for texts in errors.values() for text in texts} <= UNKNOWN, (method, rule.rule)
        assert watch.changed() == before, (method, rule.rule)
        tried += 1
    assert tried > 100


def done(
    world: World, watch: Watch, rule: Rule, method: str, actor: str, more: dict[str, Any]
) -> tuple[int, Rows]:
    """What a form's request does: its status, and the rows that are new or gone."""
    watch.begin()
    options = request_options(world, rule)
    options["data"] = {"csrf_token": "", **more, **options["data"]}
    answer = client_of(world, actor).open(path_to(world, rule, method, {}), method=method, **options)
    return answer.status_code, watch.changed()


def masked(changed: Rows) -> dict[str, list[str]]:
    return {name: sorted(_masked(row) for row in rows) for name, rows in changed.items()}


def _masked(row: tuple[Any, ...]) -> str:
    """What was sealed is other bytes each time."""
    return MASKED.sub("*", repr(tuple("*" if isinstance(value, bytes) else value for value in row)))


def fields_on_the_page(world: World, rule: Rule, actor: str) -> set[str]:
    """The names of what can be filled in, on the page that the form is on."""
    has_page = any(
        other.rule == rule.rule and "GET" in methods_of(other) for other in world.app.url_map.iter_rules()
    )
    if not has_page:
        return set()
    text = client_of(world, actor).get(path_to(world, rule, "POST", {})).text
    return {html.unescape(name) for name in re.findall(r'\bname="([^"]+)"', text)}


def test_a13_a_pages_form_takes_no_column_that_is_not_on_it(world: World, watch: Watch) -> None:
    wrote, wrong = 0, []
    for rule, method in writing(world, api=False):
        actor = who_may(rule.endpoint, method)
        if actor is None:
            continue  # the table has nobody for whom it does anything
        watch.begin()
        taken = fields_on_the_page(world, rule, actor) | set(body_of(world, rule.endpoint) or {})
        taken |= SOMETIMES_ON_IT.get(rule.endpoint, set())
        more = {name: str(slipped(kind)) for name, kind in COLUMNS.items() if name not in taken}
        status, plain = done(world, watch, rule, method, actor, {})
        with_more, slipping = done(world, watch, rule, method, actor, more)
        if SIGN in repr(slipping) or status != with_more or masked(slipping) != masked(plain):
            wrong.append(f"{method} {rule.rule} as {actor}: {status} and {with_more}")
        wrote += bool(plain)
    assert not wrong, "\n".join(wrong)
    assert wrote > 35
