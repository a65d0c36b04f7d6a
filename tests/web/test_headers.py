"""Headers and cookies: what every answer carries, whatever it is."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests import probe
from tests.factories.people import PASSWORD, PASSWORD_HASH, make_user, sign_in
from web.assets import DIST, is_immutable

KINDS = [
    "/", "/about", "/signin", "/home", "/nothing", "/probe/faults/ours", "/probe/faults/busy", "/api/docs",
    "/api/v1/session", "/api/v1/nothing", "/api/v1/probe/faults/ours", "/api/v1/openapi.json", "/healthz",
    "/readyz",
]  # fmt: skip


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    with probe.probed(tmp_path_factory.mktemp("headers"), rate_limits="off") as made:
        yield made


@pytest.fixture
def client(site: Flask) -> FlaskClient:
    return site.test_client()


@pytest.mark.parametrize("path", KINDS)
def test_a15_every_answer_is_guarded(client: FlaskClient, path: str) -> None:
    headers = client.get(path).headers
    policy = headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "*" not in policy
    said = dict(part.strip().partition(" ")[::2] for part in policy.split(";"))
    assert said["default-src"] == said["frame-ancestors"] == said["base-uri"] == "'none'"
    assert said["style-src"] == said["img-src"] == said["font-src"] == said["form-action"] == "'self'"
    assert re.fullmatch(r"'self' 'nonce-[\w-]{22}'", said["script-src"])
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "camera=()" in headers["Permissions-Policy"]
    assert "Strict-Transport-Security" not in headers
    assert "Access-Control-Allow-Origin" not in headers
    assert "Server" not in headers
    assert headers["Cache-Control"] in ("no-store", "no-cache")
    assert headers["Cache-Control"] == "no-store" or path == "/api/v1/openapi.json"
    assert re.fullmatch("[0-9a-f]{16}", headers["X-Request-Id"])


def test_a15_each_answer_has_its_own_nonce_and_pages_use_it(client: FlaskClient) -> None:
    nonces = set()
    for _ in range(5):
        answer = client.get("/")
        (nonce,) = re.findall(r"'nonce-([\w-]+)'", answer.headers["Content-Security-Policy"])
        scripts = re.findall(r"<script\b[^>]*>", answer.get_data(as_text=True))
        assert scripts
        assert all(f'nonce="{nonce}"' in script for script in scripts)
        nonces.add(nonce)
    assert len(nonces) == 5


def test_a15_no_page_has_inline_style_or_handler(client: FlaskClient) -> None:
    for path in ("/", "/about", "/signin", "/nothing", "/api/docs"):
        body = client.get(path).get_data(as_text=True)
        assert not re.search(r"<[^>]+\s(?:style|on\w+)=", body), path
        assert "<style" not in body
        assert not re.search(r'(?:src|href)="(?:https?:)?//', body), path


def test_over_https_cookies_and_transport_are_bound(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("https")
    with probe.probed(folder, base_url="https://mentors.example") as site:
        client = site.test_client()
        at = {"base_url": "https://mentors.example"}
        make_user(email="mina@mail.example", password_hash=PASSWORD_HASH)
        asked = {"email": "mina@mail.example", "password": PASSWORD}
        answer = client.post("/api/v1/session", json=asked, **at)
        assert answer.status_code == 200
        assert answer.headers["Strict-Transport-Security"].startswith("max-age=31536000")
        cookies = answer.headers.getlist("Set-Cookie")
        cookies += client.get("/language/de", **at).headers.getlist("Set-Cookie")
        cookies += client.get("/signin/password", **at).headers.getlist("Set-Cookie")
        cookies += client.get("/theme/dark", **at).headers.getlist("Set-Cookie")
        names = {cookie.partition("=")[0] for cookie in cookies}
        assert {"__Host-mentornet_session", "__Host-mentornet_language", "__Host-mentornet_theme"} <= names
        assert all(name.startswith("__Host-") for name in names)
        assert 'data-theme="dark"' in client.get("/about", **at).text
        for cookie in cookies:
            parts = [part.strip().lower() for part in cookie.split(";")]
            assert {"secure", "httponly", "samesite=lax", "path=/"} <= set(parts), cookie
            assert not any(part.startswith("domain=") for part in parts), cookie
        assert "wss://mentors.example" in answer.headers["Content-Security-Policy"]
        assert "ws://" not in answer.headers["Content-Security-Policy"]


def test_over_http_on_this_machine_the_cookie_has_its_plain_name(client: FlaskClient) -> None:
    make_user(email="mina@mail.example", password_hash=PASSWORD_HASH)
    asked = {"email": "mina@mail.example", "password": PASSWORD}
    (cookie, *_) = [
        cookie for cookie in client.post("/api/v1/session", json=asked).headers.getlist("Set-Cookie")
        if cookie.startswith("mentornet_session=")
    ]  # fmt: skip
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Secure" not in cookie


def test_a_request_number_is_not_taken_from_outside(client: FlaskClient) -> None:
    answer = client.get("/healthz", headers={"X-Request-Id": "a\tb"})
    assert re.fullmatch("[0-9a-f]{16}", answer.headers["X-Request-Id"])


def test_built_files_are_kept_for_ever_and_loaded_by_us_alone(client: FlaskClient) -> None:
    names = json.loads((DIST / "manifest.json").read_text())
    for built in (names["app.css"], names["app.js"]):
        answer = client.get(f"/static/{built}")
        assert answer.status_code == 200
        assert "immutable" in answer.headers["Cache-Control"]
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
        assert "Access-Control-Allow-Origin" not in answer.headers
        assert is_immutable("", f"/static/{built}")
        answer.close()
    assert not is_immutable("", "/static/manifest.json")
    assert not is_immutable("", "/static/fonts/some-font-400-normal.woff2")
    assert client.get("/static/../config.py").status_code == 404
    assert client.get("/static/%2e%2e/%2e%2e/config.py").status_code == 404


def test_a_face_is_kept_and_runs_nothing(client: FlaskClient) -> None:
    answer = client.get("/faces/amina.svg")
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert "immutable" in answer.headers["Cache-Control"]
    assert client.get("/faces/" + "x" * 61 + ".svg").status_code == 404


def test_a25_no_log_line_holds_what_belongs_to_people(
    client: FlaskClient, capsys: pytest.CaptureFixture[str]
) -> None:
    canary = "canary-7Q"
    headers = {"Referer": f"http://localhost/i/{canary}", "User-Agent": canary, "X-Forwarded-For": canary}
    client.set_cookie("mentornet_session", canary)
    for path in (f"/i/{canary}", f"/probe/secret/{canary}", f"/nothing/{canary}", f"/about?next={canary}"):
        client.get(path, headers=headers)
    client.get("/api/v1/session", headers={"Authorization": f"Bearer {canary}", **headers})
    client.post("/api/v1/probe/echo", json={"name": f"{canary}\r\n{{}}"}, headers=headers)
    client.post("/api/v1/session", json={"email": f"{canary}@mail.example", "password": canary})
    client.post("/api/v1/session", data=f'{{"email": "{canary}', content_type="application/json")
    client.get("/api/v1/probe/faults/database")
    client.get("/probe/faults/data")
    client.open("/about", method=canary.upper().replace("-", ""))
    user = make_user(email=f"{canary}@mail.example", display_name=f"{canary}\r\nx")
    sign_in(client, user.id)
    client.get("/home")
    written = capsys.readouterr().err
    lines = [json.loads(line) for line in written.splitlines()]
    assert len(lines) >= 12
    assert canary.lower() not in written.lower()
    assert canary.upper().replace("-", "") not in written
    assert "/probe/secret/<token>" in {line.get("route") for line in lines}
