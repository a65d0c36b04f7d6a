"""The frame of pages: who is let in, what a form must carry, and where a link may lead."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient

from network.kernel import runtime
from tests import probe
from tests.factories.people import make_user, sign_in
from web.formats import country_name, language_name


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    with probe.probed(tmp_path_factory.mktemp("pages"), rate_limits="off") as made:
        yield made


@pytest.fixture
def client(site: Flask) -> FlaskClient:
    return site.test_client()


def token(client: FlaskClient) -> str:
    found = re.search("<form>(.+)</form>", client.get("/probe/open").get_data(as_text=True))
    assert found
    return found[1]


# ---------------------------------------------------------------- forms


def test_a22_a_form_without_its_token_does_nothing(client: FlaskClient) -> None:
    assert client.post("/probe/open").status_code == 403
    assert client.post("/probe/open", data={"csrf_token": "x"}).status_code == 403
    good = token(client)
    assert client.post("/probe/open", data={"csrf_token": good}).status_code == 200
    assert client.post("/probe/open", headers={"X-CSRFToken": good}).status_code == 200


def test_a22_the_token_of_another_browser_does_not_fit(site: Flask, client: FlaskClient) -> None:
    assert site.test_client().post("/probe/open", data={"csrf_token": token(client)}).status_code == 403


# ---------------------------------------------------------------- who is let in


def test_who_is_not_signed_in_goes_to_the_door_and_comes_back(client: FlaskClient) -> None:
    answer = client.get("/probe/own?a=1&b=x%26y")
    assert answer.status_code == 302
    door = urlsplit(answer.headers["Location"])
    assert (door.netloc, door.path) == ("", "/signin")
    assert parse_qs(door.query) == {"next": ["/probe/own?a=1&b=x%26y"]}
    sign_in(client, make_user(display_name="Amina").id)
    assert "Amina" in client.get("/probe/own").get_data(as_text=True)


def test_a21_something_weighty_asks_once_more_after_an_hour(client: FlaskClient) -> None:
    sign_in(client, make_user().id)
    assert client.get("/probe/weighty").status_code == 200
    clock = runtime.current().clock
    clock.forward(minutes=61)  # type: ignore[attr-defined]
    answer = client.get("/probe/weighty?x=1")
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/signin/proof?next=/probe/weighty")


def test_another_programmes_cookie_keeps_nobody_out(client: FlaskClient) -> None:
    """On localhost all ports share their cookies; other Flask applications leave this one."""
    sign_in(client, make_user().id)
    client.set_cookie("remember_token", "1|forged")
    client.set_cookie("session", "of another programme")
    assert client.get("/probe/own").status_code == 200


# ---------------------------------------------------------------- where a link may lead

OUTSIDE = [
    "",
    "home",
    "//evil.example",
    "///evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "/\t/evil.example",
    "/\n/evil.example",
    "\t//evil.example",
    " //evil.example",
    "http://evil.example",
    "https:evil.example",
    "javascript:alert(1)",
    "data:text/html,x",
    "//evil.example/%2f..",
    "/a\\..\\evil",
    "/\x00",
    "/\x7f",
    "/\r\nSet-Cookie: a=b",
    "http:///evil.example",
    "[",
    "http://[",
    "//[::1",
    "@evil.example",
    ".evil.example",
    "?next=x",
    "#x",
    "/" + "x" * 2001,
]


@pytest.mark.parametrize("wanted", OUTSIDE, ids=range(len(OUTSIDE)))
def test_no_link_leads_to_another_site(client: FlaskClient, wanted: str) -> None:
    assert client.get("/probe/next", query_string={"next": wanted}).get_data(as_text=True) == "/default"


@pytest.mark.parametrize(
    "wanted",
    ["/", "/home", "/talk/t/1?after=3#new", "/people?q=a b", "/x//y", "/größe", "/a?next=//evil.example"],
)
def test_a_link_of_ours_leads_on(client: FlaskClient, wanted: str) -> None:
    assert client.get("/probe/next", query_string={"next": wanted}).get_data(as_text=True) == wanted


@pytest.mark.parametrize("wanted", ["//evil.example", "/\\evil.example"])
def test_choosing_a_language_leads_nowhere_else(client: FlaskClient, wanted: str) -> None:
    answer = client.get("/language/de", query_string={"next": wanted})
    assert answer.headers["Location"] == "/"
    assert client.get("/language/xx").status_code == 404
    assert client.get("/theme/loud").status_code == 404


# ---------------------------------------------------------------- when something goes wrong


@pytest.mark.parametrize(
    ("kind", "status", "wait"),
    [("busy", 503, "5"), ("reading", 503, "5"), ("full", 507, None), ("many", 429, "7"), ("ours", 500, None),
     ("database", 500, None), ("conflict", 409, None), ("data", 422, None)],
)  # fmt: skip
def test_faults_are_pages_for_people(client: FlaskClient, kind: str, status: int, wait: str | None) -> None:
    sign_in(client, make_user().id)
    for headers in ({}, {"HX-Request": "true"}):
        answer = client.get(f"/probe/faults/{kind}", headers=headers)
        body = answer.get_data(as_text=True)
        assert answer.status_code == status
        assert answer.headers.get("Retry-After") == wait
        assert ("<html" in body) == (not headers)
        assert not any(word in body for word in (probe.CANARY, "Traceback", "a fault of ours"))
        assert status != 500 or answer.headers["X-Request-Id"] in body


def test_a_wrong_method_is_said_with_the_right_ones(client: FlaskClient) -> None:
    answer = client.post("/about")
    assert answer.status_code == 405
    assert "GET" in answer.headers["Allow"]


def test_b5_a_database_that_is_away_gives_pages_and_problems_all_the_same(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with probe.probed(tmp_path) as site:
        client = site.test_client()
        sign_in(client, make_user().id)
        runtime.current().database.close()
        (tmp_path / "probed.db").write_bytes(b"this is no database" * 1000)
        for path, kind in (("/home", "text/html"), ("/api/v1/session", "application/problem+json")):
            answer = client.get(path)
            assert answer.status_code in (500, 503), path
            assert answer.content_type.startswith(kind)
        assert client.get("/healthz").status_code == 200
        assert client.get("/readyz").get_json()["faults"] == [
            {"part": "database", "reason": "cannot be reached"}
        ]
        assert client.get("/metrics").status_code == 200
    assert "error_while_answering" not in capsys.readouterr().err


# ---------------------------------------------------------------- names


@pytest.mark.parametrize(
    "code", ["de", "pt-BR", "zh-Hant", "tlh", "xx", "", "-", "x-klingon", "not a code", "de-AT-x"]
)
def test_every_code_of_a_language_has_something_to_show(site: Flask, code: str) -> None:
    with site.test_request_context():
        assert language_name(code) or code == ""
        assert country_name(code) or code == ""


def test_times_are_the_readers(site: Flask) -> None:
    shown = site.jinja_env.filters
    with site.test_request_context(headers={"Accept-Language": "de"}):
        now = runtime.current().clock.now()
        assert shown["short_when"](now) == shown["clock"](now)
        assert shown["short_when"](now - timedelta(days=1)) == "gestern"
        assert shown["short_when"](datetime(2020, 3, 1, tzinfo=UTC)) == "1. März 2020"
        assert shown["iso"](datetime(2020, 3, 1, tzinfo=UTC)) == "2020-03-01T00:00:00Z"
