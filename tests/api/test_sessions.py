"""Signing in and out over the API: answers, cookies, limits, the same for known and unknown."""

from __future__ import annotations

from collections.abc import Callable
from http.cookies import SimpleCookie

from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from models.people import SignInCode, User, UserSession
from network import people
from network.kernel.actor import ANONYMOUS
from network.kernel.ids import derived_code
from network.kernel.outbox import drain
from network.kernel.runtime import Runtime
from network.kernel.transaction import session, unit_of_work
from network.people import mails  # noqa: F401 - the letters' texts are registered
from network.people.rules.codes import SIGN_IN
from tests.factories.people import (
    PASSWORD,
    PASSWORD_HASH,
    actor_of,
    make_code,
    make_session,
    make_user,
    sign_in,
)
from tests.running import HandClock, LetterBox

API = "/api/v1"
EMAIL = "amina@mail.example"
NEW = "velvet tram in march rain"


def cookies(answer: TestResponse) -> SimpleCookie:
    found = SimpleCookie()
    for header in answer.headers.getlist("Set-Cookie"):
        found.load(header)
    return found


def count(table: type) -> int:
    with unit_of_work():
        return session().scalar(select(func.count()).select_from(table)) or 0


def post(
    client: FlaskClient, path: str, headers: dict[str, str] | None = None, **body: object
) -> TestResponse:
    return client.post(API + path, json=body, headers=headers)


def test_a_code_by_mail_signs_up_and_in(client: FlaskClient, letterbox: LetterBox) -> None:
    asked = client.post(f"{API}/session-codes", json={"email": EMAIL}, headers={"Accept-Language": "de"})
    assert (asked.status_code, asked.json) == (202, {"valid_minutes": 10})
    drain()
    text = letterbox.to(EMAIL)[0].get_body(("plain",)).get_content()
    code = next(line for line in text.splitlines() if line.isdigit())
    answer = post(client, "/session", email=EMAIL, code=code, time_zone="Europe/Vienna")
    assert answer.status_code == 200
    user = answer.json["user"]
    assert user.pop("id")
    assert user.pop("photo_url")
    assert user == {
        "display_name": "amina", "email": EMAIL, "language": "de", "time_zone": "Europe/Vienna",
        "has_password": False, "is_operator": False,
    }  # fmt: skip
    again = client.get(f"{API}/session")
    assert (again.status_code, again.json) == (200, answer.json)
    assert post(client, "/session", email=EMAIL, code=code).status_code == 403, (
        "the cookie asks for the token"
    )


def test_a21_the_cookie_and_its_new_secret(client: FlaskClient) -> None:
    make_user(email=EMAIL, password_hash=PASSWORD_HASH)
    client.set_cookie("mentornet_session", "planted")
    answer = post(client, "/session", email=EMAIL, password=PASSWORD)
    assert answer.status_code == 200
    found = cookies(answer)
    for name in ("mentornet_session", "mentornet_device"):
        assert len(found[name].value) == 43
        assert found[name]["httponly"]
        assert (found[name]["samesite"], found[name]["path"], found[name]["domain"]) == ("Lax", "/", "")
        assert int(found[name]["max-age"]) > 90 * 24 * 3600
    assert found["mentornet_session"].value != "planted"
    assert found["mentornet_session"].value not in answer.text
    assert answer.headers["Cache-Control"] == "no-store"


def test_on_a_shared_device_the_cookie_goes_with_the_browser(client: FlaskClient, clock: HandClock) -> None:
    make_user(email=EMAIL, password_hash=PASSWORD_HASH)
    answer = post(client, "/session", email=EMAIL, password=PASSWORD, shared_device=True)
    found = cookies(answer)
    assert found["mentornet_session"]["max-age"] == ""
    assert "mentornet_device" not in found
    assert client.get(f"{API}/session").status_code == 200
    clock.forward(hours=12)
    assert client.get(f"{API}/session").status_code == 401


def test_a19_asking_is_answered_alike_for_known_and_unknown(client: FlaskClient) -> None:
    make_user(email=EMAIL, password_hash=PASSWORD_HASH)
    for path in ("/session-codes", "/password-resets"):
        known, unknown = (post(client, path, email=email) for email in (EMAIL, "nobody@mail.example"))
        assert known.status_code == unknown.status_code == 202
        assert known.data == unknown.data
        assert list(known.headers.keys()) == list(unknown.headers.keys())
        assert known.content_type == unknown.content_type
        assert post(client, path, email="no address").status_code == 422
        assert post(client, path).status_code == 422
    wrong = [post(client, "/session", email=e, password="wrong cups") for e in (EMAIL, "nobody@mail.example")]
    assert [answer.status_code for answer in wrong] == [401, 401]
    assert wrong[0].data == wrong[1].data
    assert wrong[0].json["code"] == "wrong_credentials"
    assert count(UserSession) == 0


def test_a20_after_five_failures_one_has_to_wait(
    client: FlaskClient, make_client: Callable[[], FlaskClient]
) -> None:
    user = make_user(email=EMAIL, password_hash=PASSWORD_HASH)
    at_home = make_client()
    at_home.set_cookie("mentornet_device", people.open_session(ANONYMOUS, user.id, "x").device_token or "")
    for _ in range(5):
        assert post(client, "/session", email=EMAIL, password="wrong cups").status_code == 401
    waiting = post(client, "/session", email=EMAIL, password=PASSWORD)
    assert (waiting.status_code, waiting.json["code"]) == (429, "too_many_failures")
    assert 0 < int(waiting.headers["Retry-After"]) <= 30 * 60 + 1
    assert post(at_home, "/session", email=EMAIL, password=PASSWORD).status_code == 200


def test_what_is_sent_must_fit(client: FlaskClient) -> None:
    make_code(EMAIL)
    for body, field in (
        ({"email": EMAIL}, "password"),
        ({"email": EMAIL, "password": "x", "code": "123456"}, "password"),
        ({"email": EMAIL, "code": "12 ab 56"}, "code"),
        ({"password": "x"}, "email"),
        ({"email": EMAIL, "password": "x", "role": "operator"}, "role"),
        ({"email": EMAIL, "password": "x", "shared_device": "yes"}, "shared_device"),
        ({"email": EMAIL, "password": "x\x00"}, "password"),
    ):
        answer = client.post(f"{API}/session", json=body)
        assert (answer.status_code, list(answer.json["errors"])) == (422, [field]), body
    assert client.post(f"{API}/session", data={"email": EMAIL, "password": "x"}).status_code == 415
    with unit_of_work():
        assert session().scalars(select(SignInCode.tries)).one() == 0


def test_a_time_zone_of_nonsense_costs_no_code(client: FlaskClient) -> None:
    code = derived_code(SIGN_IN, make_code(EMAIL).id)
    refused = post(client, "/session", email=EMAIL, code=code, time_zone="Atlantis")
    assert (refused.status_code, list(refused.json["errors"])) == (422, ["time_zone"])
    assert post(client, "/session", email=EMAIL, code=code).status_code == 200


def test_nobody_is_signed_in(client: FlaskClient) -> None:
    for method, path in (
        ("GET", "/session"), ("DELETE", "/session"), ("GET", "/sessions"), ("GET", "/me"), ("PATCH", "/me"),
        ("GET", "/tokens"),
    ):  # fmt: skip
        answer = client.open(API + path, method=method, json={} if method == "PATCH" else None)
        assert (answer.status_code, answer.json["code"]) == (401, "not_signed_in"), path


def test_signing_out_is_for_good(client: FlaskClient) -> None:
    user = make_user()
    headers = sign_in(client, user.id)
    stolen = client.get_cookie("mentornet_session")
    assert stolen is not None
    assert client.delete(f"{API}/session").status_code == 403, "without the token nothing happens"
    assert client.get(f"{API}/session").status_code == 200
    out = client.delete(f"{API}/session", headers=headers)
    assert (out.status_code, out.data) == (204, b"")
    assert out.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert out.headers["Cache-Control"] == "no-store"
    assert client.get_cookie("mentornet_session") is None
    client.set_cookie("mentornet_session", stolen.value)
    assert client.get(f"{API}/session").status_code == 401


def test_one_sees_and_ends_ones_own_sessions(client: FlaskClient) -> None:
    user, other = make_user(), make_user()
    headers = sign_in(client, user.id)
    far, far_token = make_session(user, device="Safari · iPhone", shared_device=True)
    theirs, _ = make_session(other)
    items = client.get(f"{API}/sessions").json["items"]
    assert {(item["device"], item["shared_device"], item["current"]) for item in items} == {
        ("Firefox · Android", False, True), ("Safari · iPhone", True, False),
    }  # fmt: skip
    assert set(items[0]) == {
        "id", "device", "shared_device", "created_at", "last_used_at", "expires_at", "current",
    }  # fmt: skip
    assert items[0]["created_at"].endswith("Z")
    assert client.delete(f"{API}/sessions/{theirs.id}", headers=headers).status_code == 404
    assert client.delete(f"{API}/sessions/{far.id}", headers=headers).status_code == 204
    client.set_cookie("mentornet_session", far_token)
    assert client.get(f"{API}/session").status_code == 401


def test_proof_of_identity(client: FlaskClient, clock: HandClock) -> None:
    user = make_user(email=EMAIL, password_hash=PASSWORD_HASH)
    headers = sign_in(client, user.id)
    token = {"name": "script", "scopes": ["read"]}
    clock.forward(minutes=61)
    refused = client.post(f"{API}/tokens", json=token, headers=headers)
    assert (refused.status_code, refused.json["code"]) == (403, "proof_required")
    wrong = post(client, "/session/proof", headers, password="wrong cups")
    assert (wrong.status_code, wrong.json["code"]) == (403, "proof_refused")
    assert post(client, "/session/proof", headers).status_code == 422
    proved = post(client, "/session/proof", headers, password=PASSWORD)
    assert proved.status_code == 200
    assert proved.json["proof_at"] < proved.json["valid_until"]
    assert client.post(f"{API}/tokens", json=token, headers=headers).status_code == 201
    clock.forward(minutes=61)
    code = derived_code(SIGN_IN, make_code(EMAIL).id)
    assert post(client, "/session/proof", headers, code=code).status_code == 200
    assert client.post(f"{API}/tokens", json=token, headers=headers).status_code == 201


def test_a_forgotten_password(client: FlaskClient, letterbox: LetterBox) -> None:
    user = make_user(email=EMAIL, password_hash=PASSWORD_HASH)
    sign_in(client, user.id)
    client.delete_cookie("mentornet_session")
    post(client, "/password-resets", email=EMAIL)
    drain()
    text = letterbox.to(EMAIL)[0].get_body(("plain",)).get_content()
    secret = next(line for line in text.splitlines() if "/password/" in line).rpartition("/")[2]
    easy = post(client, f"/password-resets/{secret}", password="amina12345")
    assert (easy.status_code, list(easy.json["errors"])) == (422, ["password"])
    assert post(client, f"/password-resets/{secret}", password=NEW).status_code == 204
    used, unknown = (post(client, f"/password-resets/{link}", password=NEW) for link in (secret, "x" * 43))
    assert (used.status_code, used.data) == (404, unknown.data)
    assert count(User) == 1
    with unit_of_work():
        assert people.list_sessions(actor_of(user)).items == []
    assert post(client, "/session", email=EMAIL, password=NEW).status_code == 200


def test_the_answer_speaks_the_callers_language(live: Runtime, client: FlaskClient) -> None:
    answer = client.get(f"{API}/session", headers={"Accept-Language": "en"})
    assert answer.content_type == "application/problem+json"
    assert answer.json["detail"] == "Please sign in first."
