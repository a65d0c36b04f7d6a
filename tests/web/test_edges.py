"""The edge: which names and which proxies are believed, where `next` may lead, what a browser forgets."""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterator
from email.policy import SMTP

import pytest
from flask import Flask, request
from flask.testing import FlaskClient

from network.kernel import outbox, runtime
from tests import probe
from tests.factories.people import PASSWORD, PASSWORD_HASH, make_user, sign_in
from tests.running import LetterBox

HTTPS = {"base_url": "https://mentors.example"}
EVIL = "evil.example"


@pytest.fixture
def behind(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The site behind one proxy, as people reach it."""
    with probe.probed(
        tmp_path_factory.mktemp("behind"), base_url="https://mentors.example", trusted_proxies=1
    ) as made:

        @made.get("/probe/peer")
        def peer() -> dict[str, object]:
            return {"peer": request.remote_addr, "secure": request.is_secure, "host": request.host}

        yield made


@pytest.fixture
def alone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    with probe.probed(tmp_path_factory.mktemp("alone"), rate_limits="off") as made:

        @made.get("/probe/peer")
        def peer() -> dict[str, object]:
            return {"peer": request.remote_addr, "secure": request.is_secure, "host": request.host}

        yield made


def from_proxy(**headers: str) -> dict[str, str]:
    return {
        "Host": "mentors.example",
        "X-Forwarded-Proto": "https",
        "X-Forwarded-For": "203.0.113.7",
        **headers,
    }


@pytest.mark.parametrize(
    "host", [EVIL, "mentors.example.evil.example", "mentors.example:8443", "localhost", ""]
)
def test_a_foreign_name_is_refused_everywhere(behind: Flask, host: str) -> None:
    client = behind.test_client()
    for path in ("/", "/signin", "/password", "/api/v1/session", "/home"):
        answer = client.get(path, headers=from_proxy(Host=host))
        assert answer.status_code == 400, path
        assert EVIL not in answer.headers.get("Location", "")


@pytest.mark.parametrize(
    "name", ["X-Forwarded-Host", "X-Host", "X-Original-Host", "Forwarded", "X-Forwarded-Server"]
)
def test_a_name_beside_the_host_is_not_believed_even_from_the_proxy(behind: Flask, name: str) -> None:
    said = f"host={EVIL}" if name == "Forwarded" else EVIL
    client = behind.test_client()
    answer = client.get("/probe/peer", headers=from_proxy(**{name: said}))
    assert answer.get_json()["host"] == "mentors.example"
    moved = client.get("/home", headers=from_proxy(**{name: said}))
    assert moved.status_code == 302 and EVIL not in moved.headers["Location"]


def test_a_poisoned_host_never_gets_into_a_mail(behind: Flask) -> None:
    made_for = make_user(email="mina@mail.example", password_hash=PASSWORD_HASH)
    client = behind.test_client()
    asked = {"email": made_for.email}
    refused = client.post("/api/v1/password-resets", json=asked, headers=from_proxy(Host=EVIL))
    assert refused.status_code == 400
    answer = client.post(
        "/api/v1/password-resets", json=asked, headers=from_proxy(**{"X-Forwarded-Host": EVIL}), **HTTPS
    )  # fmt: skip
    assert answer.status_code == 202
    importlib.import_module("wsgi").load_capabilities()
    assert outbox.drain() == 1
    box = runtime.current().deliver
    assert isinstance(box, LetterBox)
    (letter,) = box.to("mina@mail.example")
    assert EVIL not in letter.as_string()
    body = letter.get_body(("plain",))
    assert body is not None and "https://mentors.example/password/" in body.get_content()


def test_who_asks_is_what_the_nearest_proxy_says(behind: Flask) -> None:
    client = behind.test_client()
    forged = from_proxy(**{"X-Forwarded-For": "6.6.6.6, 198.51.100.9, 203.0.113.7"})
    assert client.get("/probe/peer", headers=forged).get_json() == {
        "peer": "203.0.113.7", "secure": True, "host": "mentors.example",
    }  # fmt: skip


def test_without_a_proxy_nothing_forwarded_is_believed(alone: Flask) -> None:
    client = alone.test_client()
    forged = {
        "X-Forwarded-For": "6.6.6.6",
        "X-Forwarded-Proto": "https",
        "X-Forwarded-Host": EVIL,
        "X-Real-IP": "6.6.6.6",
    }
    assert client.get("/probe/peer", headers=forged).get_json() == {
        "peer": "127.0.0.1", "secure": False, "host": "localhost",
    }  # fmt: skip


LEADS_AWAY = (
    "https://evil.example", "//evil.example", "/\\evil.example", "\\\\evil.example", "/\t/evil.example",
    "http:evil.example",
    "javascript:alert(1)", "///evil.example", "https:/evil.example", "evil.example",
    "/home\r\nSet-Cookie: a=b", "data:text/html,x", "/" + "a" * 3000,
)  # fmt: skip


@pytest.mark.parametrize("wanted", LEADS_AWAY)
def test_next_leads_to_a_page_of_ours(alone: Flask, wanted: str) -> None:
    client = alone.test_client()
    user = make_user(email="mina@mail.example", password_hash=PASSWORD_HASH)
    for path in ("/language/de", "/theme/dark"):
        answer = client.get(path, query_string={"next": wanted})
        assert answer.headers["Location"] == "/", (path, wanted)
        assert "Set-Cookie: a=b" not in str(answer.headers)
    page = client.get("/signin/password", query_string={"next": wanted}).get_data(as_text=True)
    for place in re.findall(r'(?:href|action)="([^"]*)"', page):
        assert place.startswith(("/", "#")) and not place.startswith("//"), place
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert token is not None
    sent = {"csrf_token": token[1], "email": user.email, "password": PASSWORD, "next": wanted}
    answer = client.post("/signin/password", data=sent)
    assert answer.status_code in (302, 303), answer.status_code
    assert answer.headers["Location"].startswith("/") and not answer.headers["Location"].startswith("//")
    assert "evil" not in answer.headers["Location"]


def test_signing_out_empties_the_browser(alone: Flask) -> None:
    for how in ("page", "api"):
        client = alone.test_client()
        user = make_user()
        sign_in(client, user.id)
        if how == "page":
            body = client.get("/me").get_data(as_text=True)
            token = re.search(r'name="csrf_token" value="([^"]+)"', body)
            assert token is not None
            answer = client.post("/signout", data={"csrf_token": token[1]})
        else:
            csrf = client.get("/api/v1/session").get_json()["csrf_token"]
            answer = client.delete("/api/v1/session", headers={"X-CSRF-Token": csrf})
        assert answer.headers["Clear-Site-Data"] == '"cache", "storage"', how
        assert answer.headers["Cache-Control"] == "no-store"
        assert client.get("/home").headers["Location"].startswith("/signin")


def test_no_page_can_be_framed(alone: Flask) -> None:
    client: FlaskClient = alone.test_client()
    sign_in(client, make_user().id)
    for path in ("/", "/signin", "/home", "/me", "/me/password", "/org"):
        headers = client.get(path).headers
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
        assert headers["X-Frame-Options"] == "DENY"


INSIDE = (
    "/console", "/debug", "/_debug_toolbar", "/?__debugger__=yes&cmd=resource", "/.git/config", "/.env",
    "/config.py", "/api/v1/debug",
)  # fmt: skip


@pytest.mark.parametrize("path", INSIDE)
def test_nothing_shows_the_programmes_inside(alone: Flask, path: str) -> None:
    answer = alone.test_client().get(path)
    assert answer.status_code in (200, 302, 404)
    body = answer.get_data(as_text=True)
    assert "Traceback" not in body and "werkzeug" not in body.lower() and "SECRET" not in body


def test_a_clients_own_time_is_not_believed(alone: Flask) -> None:
    """What a client says about when something happened is no field of any question."""
    client = alone.test_client()
    sign_in(client, make_user().id)
    csrf = client.get("/api/v1/session").get_json()["csrf_token"]
    answer = client.patch(
        "/api/v1/me", json={"display_name": "Mina", "created_at": "2001-01-01T00:00:00Z"},
        headers={"X-CSRF-Token": csrf},
    )  # fmt: skip
    assert answer.status_code == 422
    assert "created_at" in str(answer.get_json())


@pytest.mark.parametrize("method", ["TRACE", "TRACK", "CONNECT", "PROPFIND", "DEBUG"])
def test_methods_that_nobody_needs_are_refused(alone: Flask, method: str) -> None:
    for path in ("/", "/api/v1/session", "/healthz"):
        answer = alone.test_client().open(path, method=method, headers={"X-Secret": "canary"})
        assert answer.status_code == 405, (method, path)
        assert b"canary" not in answer.get_data()


def test_passwords_are_masked_and_may_be_filled_in_by_a_manager(alone: Flask) -> None:
    client = alone.test_client()
    outside = client.get("/signin/password").get_data(as_text=True)
    sign_in(client, make_user(password_hash=PASSWORD_HASH).id)
    inside = client.get("/me/password").get_data(as_text=True)
    for body, filled in ((outside, {"current-password"}), (inside, {"new-password"})):
        fields = re.findall(r"<input[^>]*password[^>]*>", body)
        assert fields
        assert all('type="password"' in field for field in fields if "hidden" not in field), fields
        assert {found for field in fields for found in re.findall(r'autocomplete="([^"]+)"', field)} >= filled
        assert "onpaste" not in body


def test_a_name_cannot_add_a_header_to_a_letter(alone: Flask) -> None:
    subject = "Hello\r\nBcc: spy@evil.example\n\nAnother body"
    letter = outbox.as_message(outbox.Letter(subject, ["Hello."]), "mina@mail.example", "en")
    assert letter["Bcc"] is None
    assert letter["Subject"] == "Hello Bcc: spy@evil.example Another body"
    head = letter.as_bytes(policy=SMTP).partition(b"\r\n\r\n")[0]
    assert not any(line.lower().startswith(b"bcc:") for line in head.split(b"\r\n"))
    with pytest.raises(ValueError, match=r"linefeed|header"):
        outbox.as_message(
            outbox.Letter("Hello", ["Hello."]), "mina@mail.example\nBcc: spy@evil.example", "en"
        )
