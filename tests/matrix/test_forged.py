"""Requests that another site's page would have a browser send (A22): each writing route refuses them, and no
address that is only looked at changes anything (that half is in test_canaries.py)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from tests.matrix.asking import methods_of, request_options
from tests.matrix.questions import path_values
from tests.matrix.watching import Watch
from tests.matrix.world import World, make_world

FOREIGN = {
    "another site": {"Origin": "https://evil.example"},
    "a sandbox": {"Origin": "null"},
    "another port": {"Origin": "http://localhost:81"},
    "a browser that says so": {"Sec-Fetch-Site": "cross-site"},
    "another name of the site": {"Sec-Fetch-Site": "same-site"},
}
TAKES_FILES = {"api_people.put_photo", "api_files.upload_file", "api_courses.import_completions"}
BY_A_SECRET_OF_ITS_OWN = {"mails.end_at_once"}
"""A mail program ends mails in one click and has no cookie: the address holds the secret (RFC 8058)."""
AS_A_FORM_SENDS = ("application/x-www-form-urlencoded", "text/plain", "multipart/form-data; boundary=x")


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """SQLite alone, as in the table of routes."""
    with make_world(tmp_path_factory.mktemp("forged")) as made:
        yield made


@pytest.fixture
def watch(world: World) -> Iterator[Watch]:
    made = Watch(world)
    yield made
    made.close()


def writing(world: World, *, api: bool) -> list[tuple[Rule, str]]:
    return [
        (rule, method)
        for rule in world.app.url_map.iter_rules()
        for method in methods_of(rule)
        if method != "GET" and rule.endpoint.startswith("api_") is api
    ]


def send(world: World, rule: Rule, method: str, headers: dict[str, str], options: Any) -> TestResponse:
    """As the steward, who may do much, from a browser that has her cookie."""
    client = world.app.test_client()
    client.set_cookie(world.app.config["SESSION_NAME"], world.tokens["steward"])
    path = world.app.url_map.bind("localhost").build(rule.endpoint, path_values(world, rule), method=method)
    return client.open(path, method=method, headers=headers, **options)


def test_a22_without_the_token_no_operation_does_anything(world: World, watch: Watch) -> None:
    for rule, method in writing(world, api=True):
        for token in ({}, {"X-CSRF-Token": "0" * 64}):
            answer = send(world, rule, method, token, request_options(world, rule))
            assert (answer.status_code, answer.get_json()["code"]) == (403, "csrf_failed"), rule.rule
            assert watch.nothing_written(), rule.rule


def test_a22_without_the_hidden_token_no_form_does_anything(
    world: World, watch: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(world.app.config, "WTF_CSRF_ENABLED", True)
    monkeypatch.setitem(world.app.config, "WTF_CSRF_METHODS", {"POST", "PUT", "PATCH", "DELETE"})
    for rule, method in writing(world, api=False):
        if rule.endpoint in BY_A_SECRET_OF_ITS_OWN:
            continue
        for token in ({}, {"csrf_token": "not.a.token"}):
            options = request_options(world, rule)
            options["data"] = {**options["data"], **token}
            answer = send(world, rule, method, {}, options)
            assert answer.status_code == 403, (rule.rule, answer.status_code)
            assert watch.nothing_written(), rule.rule


@pytest.mark.parametrize("where", FOREIGN)
def test_a22_what_comes_from_elsewhere_is_refused_even_with_the_token(
    world: World, watch: Watch, where: str
) -> None:
    for api in (True, False):
        for rule, method in writing(world, api=api):
            headers = {**world.csrf("steward"), **FOREIGN[where]}
            answer = send(world, rule, method, headers, request_options(world, rule))
            assert answer.status_code == 403, (rule.rule, answer.status_code)
            assert watch.nothing_written(), rule.rule


def test_a22_what_a_form_can_send_is_taken_by_no_operation(world: World, watch: Watch) -> None:
    asked = 0
    for rule, method in writing(world, api=True):
        for kind in AS_A_FORM_SENDS:
            if rule.endpoint in TAKES_FILES and kind.startswith("multipart/"):
                continue
            options = {"data": b'{"name": "x"}', "content_type": kind}
            answer = send(world, rule, method, world.csrf("steward"), options)
            assert answer.status_code == 415, (rule.rule, kind, answer.status_code)
            assert watch.nothing_written(), rule.rule
            asked += 1
    assert asked > 300
