"""What stands before everything: names, origins, limits, and the doors of the demo."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from config import Settings
from models.people import User
from network.kernel.transaction import session, unit_of_work
from network.people import is_demo_address
from tests import probe
from tests.factories.people import PASSWORD, PASSWORD_HASH, make_user, sign_in

ECHO = "/api/v1/probe/echo"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    with probe.probed(tmp_path_factory.mktemp("guard"), rate_limits="off", demo=True) as made:
        yield made


@pytest.fixture
def client(site: Flask) -> FlaskClient:
    return site.test_client()


def code(answer: TestResponse) -> tuple[int, str]:
    return answer.status_code, answer.get_json()["code"]


# ---------------------------------------------------------------- names and origins


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "localhost.evil.example",
        "127.0.0.1.evil.example",
        "localhost:81",
        "evil.example:80@localhost",
    ],
)
def test_nobody_else_gives_us_a_name(client: FlaskClient, host: str) -> None:
    assert code(client.get("/api/v1/session", headers={"Host": host})) == (400, "malformed_request")
    page = client.get("/", headers={"Host": host})
    assert page.status_code == 400
    assert "evil" not in page.get_data(as_text=True)


@pytest.mark.parametrize("host", ["localhost", "localhost:80", "127.0.0.1", "[::1]"])
def test_on_this_machine_we_have_three_names(client: FlaskClient, host: str) -> None:
    assert client.get("/", headers={"Host": host}).status_code == 200


def test_a_forwarded_name_is_not_believed(client: FlaskClient) -> None:
    page = client.get("/home", headers={"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https"})
    assert page.status_code == 302
    assert "evil" not in page.headers["Location"]
    assert "https" not in page.headers["Location"]


@pytest.mark.parametrize(
    "origin",
    [
        "https://evil.example",
        "null",
        "http://localhost:81",
        "https://localhost",
        "http://localhost.evil.example",
        "",
    ],
)
def test_a22_another_sites_page_writes_nothing(client: FlaskClient, origin: str) -> None:
    assert code(client.post(ECHO, json={"name": "x"}, headers={"Origin": origin})) == (403, "foreign_origin")
    assert client.post("/probe/open", headers={"Origin": origin}).status_code == 403
    assert client.get("/api/v1/openapi.json", headers={"Origin": origin}).status_code == 200


@pytest.mark.parametrize("origin", [None, "http://localhost", "http://127.0.0.1", "http://[::1]"])
def test_our_own_page_and_programs_write(client: FlaskClient, origin: str | None) -> None:
    headers = {"Origin": origin} if origin else {}
    assert client.post(ECHO, json={"name": "x"}, headers=headers).status_code == 204


@pytest.mark.parametrize("where", ["cross-site", "same-site"])
def test_a_browser_that_says_where_it_comes_from_is_believed(client: FlaskClient, where: str) -> None:
    answer = client.post(ECHO, json={"name": "x"}, headers={"Sec-Fetch-Site": where})
    assert code(answer) == (403, "foreign_origin")
    fine = client.post(ECHO, json={"name": "x"}, headers={"Sec-Fetch-Site": "same-origin"})
    assert fine.status_code == 204


def test_away_from_this_machine_there_is_one_origin() -> None:
    assert Settings(base_url="https://mentors.example").origins == {"https://mentors.example"}


# ---------------------------------------------------------------- the doors of the demo

ELSEWHERE = [
    {"X-Forwarded-For": "198.51.100.7"},
    {"X-Forwarded-Host": "localhost"},
    {"X-Forwarded-Proto": "http"},
    {"X-Forwarded-Port": "80"},
    {"Forwarded": "for=127.0.0.1"},
    {"X-Real-IP": "127.0.0.1"},
    {"Via": "1.1 proxy"},
]


@pytest.fixture
def steward(site: Flask) -> str:
    with unit_of_work():
        known = session().query(User).filter_by(address="steward@demo.example").one_or_none()
        known_id = known.id if known else None
    return known_id or make_user(email="steward@demo.example", password_hash=PASSWORD_HASH).id


@pytest.mark.parametrize("headers", ELSEWHERE)
def test_the_demos_doors_are_shut_to_what_was_handed_on(
    client: FlaskClient, steward: str, headers: dict[str, str]
) -> None:
    asked = {"email": " Steward@DEMO.example", "password": PASSWORD}
    assert code(client.post("/api/v1/session", json=asked, headers=headers)) == (401, "wrong_credentials")
    assert client.get("/demo/outbox", headers=headers).status_code == 404
    assert client.get("/metrics", headers=headers).status_code == 404
    sign_in(client, steward)
    assert client.get("/api/v1/session").status_code == 200
    assert code(client.get("/api/v1/session", headers=headers)) == (401, "not_signed_in")
    assert client.get("/socket.io/?EIO=4&transport=polling", headers=headers).status_code == 400


def test_the_demos_doors_are_shut_to_other_machines(client: FlaskClient, steward: str) -> None:
    away = {"REMOTE_ADDR": "192.0.2.9"}
    asked = {"email": "steward@demo.example", "password": PASSWORD}
    answer = client.post("/api/v1/session", json=asked, environ_overrides=away)
    assert code(answer) == (401, "wrong_credentials")
    assert client.get("/demo/outbox", environ_overrides=away).status_code == 404
    assert client.get("/metrics", environ_overrides=away).status_code == 404
    form = {"email": "steward@demo.example", "password": PASSWORD}
    page = client.post("/signin/password", data=form, environ_overrides=away)
    assert not any("session=" in cookie for cookie in page.headers.getlist("Set-Cookie"))


def test_the_demos_doors_are_open_here(client: FlaskClient, steward: str) -> None:
    asked = {"email": "steward@demo.example", "password": PASSWORD}
    assert client.post("/api/v1/session", json=asked).status_code == 200
    assert client.get("/api/v1/session").status_code == 200
    assert client.get("/demo/outbox").status_code == 200
    assert client.get("/metrics").status_code == 200


def test_other_accounts_may_come_from_anywhere(client: FlaskClient) -> None:
    sign_in(client, make_user().id)
    assert client.get("/api/v1/session", headers={"X-Forwarded-For": "198.51.100.7"}).status_code == 200


@pytest.mark.parametrize("email", ["a@demo.example", " A@Demo.Example ", "ä@demo.example"])
def test_demo_addresses_are_told_by_their_domain(email: str) -> None:
    assert is_demo_address(email)
    assert not is_demo_address(email.strip() + ".org")
    assert not is_demo_address(None)
