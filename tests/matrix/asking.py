"""Puts one question to the application as one actor."""

from __future__ import annotations

import io
import re
from typing import Any

from flask.testing import FlaskClient
from werkzeug.routing import Rule

from tests.factories.pictures import photo
from tests.matrix.questions import CSV, body_of, path_values
from tests.matrix.world import World

QUERIES = {
    "api_search.search": "q=hello",
    "api_events.list_events": "scope=room:{room_id}&after=0",
    "meeting_changes.attendance": "on={past_date}",
    "meeting_decisions.decide": "on={past_date}",
}

TAKES_A_PICTURE = ("api_people.put_photo", "api_files.upload_file")


def properties_of(document: dict[str, Any], rule: Rule, method: str) -> dict[str, Any]:
    """What the API's own document says of the fields that an operation takes."""
    path = re.sub(r"<(?:[^:>]+:)?([^>]+)>", r"{\1}", rule.rule)
    body = document["paths"][path][method.lower()].get("requestBody")
    if body is None:
        return {}
    schema = next(iter(body["content"].values()))["schema"]
    while "$ref" in schema:
        schema = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    return dict(schema.get("properties", {}))


def methods_of(rule: Rule) -> list[str]:
    """The methods that a route answers, without those that HTTP adds."""
    return sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})


def address_of(world: World, rule: Rule, method: str = "GET", at: dict[str, str] | None = None) -> str:
    """Where a route is asked, with the ids of what is there; `at` says some parts otherwise."""
    adapter = world.app.url_map.bind("localhost")
    values = path_values(world, rule) | {
        name: each for name, each in (at or {}).items() if name in rule.arguments
    }
    path: str = adapter.build(rule.endpoint, values, method=method)
    if rule.endpoint in QUERIES:
        path += "?" + QUERIES[rule.endpoint].format(**world.ids)
    return path


def ask(
    world: World,
    rule: Rule,
    method: str,
    actor: str,
    at: dict[str, str] | None = None,
    form: dict[str, Any] | None = None,
) -> int:
    """The status of one request, on a database as it was in the beginning; `at` says parts of the address and
    `form` fields of a page otherwise than the tables do."""
    world.reset()
    client: FlaskClient = world.app.test_client()
    if actor in world.tokens:
        client.set_cookie(world.app.config["SESSION_NAME"], world.tokens[actor])
    path = address_of(world, rule, method, at)
    options: dict[str, Any] = {}
    if method != "GET":
        options = request_options(world, rule)
    if form:
        options["data"] |= form
    headers = world.csrf(actor) if path.startswith("/api/") else {}
    return client.open(path, method=method, headers=headers, **options).status_code


def request_options(world: World, rule: Rule) -> dict[str, Any]:
    """The body that goes with a route, as Flask's test client takes it."""
    body = body_of(world, rule.endpoint)
    if rule.endpoint == "api_courses.import_completions":
        return {"data": CSV, "content_type": "text/csv"}
    if rule.endpoint in TAKES_A_PICTURE:
        return {"data": {"file": (io.BytesIO(photo()), "photo.jpg")}, "content_type": "multipart/form-data"}
    if rule.endpoint.startswith("api_"):
        return {} if body is None else {"json": body}
    return {"data": body or {}}
