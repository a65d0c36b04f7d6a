"""One's own account and tokens over the API."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from models.people import User
from network.kernel.transaction import session, unit_of_work
from tests.factories.people import PASSWORD, PASSWORD_HASH, make_session, make_user, sign_in
from tests.running import HandClock

API = "/api/v1"
NEW = "velvet tram in march rain"


def test_one_reads_and_changes_oneself(client: FlaskClient) -> None:
    noise, me = make_user(), make_user(email="amina@mail.example", display_name="amina")
    headers = sign_in(client, me.id)
    before = client.get(f"{API}/me").json
    assert (before["id"], before["email"], before["display_name"]) == (me.id, "amina@mail.example", "amina")
    assert set(before) == {
        "id", "display_name", "email", "language", "time_zone", "photo_url", "has_password", "is_operator",
    }  # fmt: skip
    wanted = {"display_name": "Amina Yusuf", "language": "de-at", "time_zone": "Europe/Vienna"}
    changed = client.patch(f"{API}/me", json=wanted, headers=headers)
    assert changed.status_code == 200
    assert changed.json == before | wanted | {"language": "de-AT"}
    assert client.get(f"{API}/me").json == changed.json
    assert client.patch(f"{API}/me", json={}, headers=headers).json == changed.json
    with unit_of_work():
        assert session().get_one(User, noise.id).display_name == noise.display_name


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"display_name": "Ida\u202e"}, "display_name"), ({"display_name": " "}, "display_name"),
        ({"display_name": "x" * 101}, "display_name"), ({"display_name": None}, "display_name"),
        ({"language": "xx"}, "language"), ({"time_zone": "Berlin"}, "time_zone"),
        ({"email": "new@mail.example"}, "email"), ({"is_operator": True}, "is_operator"),
        ({"state": "closed"}, "state"), ({"password_hash": "x"}, "password_hash"), ({"face": "x"}, "face"),
        ({"id": "x"}, "id"), ({"version": 2}, "version"), ({"address": "x"}, "address"),
    ],
)  # fmt: skip
def test_a13_nothing_else_is_changed(client: FlaskClient, sent: dict[str, object], field: str) -> None:
    me = make_user()
    headers = sign_in(client, me.id)
    before = client.get(f"{API}/me").json
    refused = client.patch(f"{API}/me", json=sent, headers=headers)
    assert (refused.status_code, list(refused.json["errors"])) == (422, [field])
    assert client.get(f"{API}/me").json == before
    assert client.patch(f"{API}/me", json=sent).status_code == 403


def test_a_new_password_over_the_api(client: FlaskClient, clock: HandClock) -> None:
    me = make_user(email="amina@mail.example", password_hash=PASSWORD_HASH)
    headers = sign_in(client, me.id)
    _, elsewhere = make_session(me)
    path = f"{API}/me/password"
    for sent, field in (
        ({"password": "amina12345"}, "password"), ({"password": NEW, "current": "wrong cups"}, "current"),
        ({}, "password"),
    ):  # fmt: skip
        refused = client.put(path, json=sent, headers=headers)
        assert (refused.status_code, list(refused.json["errors"])) == (422, [field])
    clock.forward(minutes=61)
    unproved = client.put(path, json={"password": NEW, "current": PASSWORD}, headers=headers)
    assert (unproved.status_code, unproved.json["code"]) == (403, "proof_required")
    client.post(f"{API}/session/proof", json={"password": PASSWORD}, headers=headers)
    assert client.put(path, json={"password": NEW, "current": PASSWORD}, headers=headers).status_code == 204
    assert client.get(f"{API}/session").status_code == 200
    client.set_cookie("mentornet_session", elsewhere)
    assert client.get(f"{API}/session").status_code == 401
    signed_in = client.post(f"{API}/session", json={"email": "amina@mail.example", "password": NEW})
    assert signed_in.status_code == 200


def test_a_token_over_the_api(client: FlaskClient, clock: HandClock) -> None:
    me, other = make_user(), make_user()
    headers = sign_in(client, me.id)
    expires = (clock.now() + timedelta(days=7)).isoformat()
    made = client.post(
        f"{API}/tokens",
        json={"name": "script", "scopes": ["read", "write"], "expires_at": expires},
        headers=headers,
    )
    assert made.status_code == 201
    assert set(made.json) == {"id", "name", "scopes", "created_at", "expires_at", "token"}
    listed = client.get(f"{API}/tokens").json
    assert listed == {"items": [{n: v for n, v in made.json.items() if n != "token"}], "next": None}

    client.delete_cookie("mentornet_session")
    bearer = {"Authorization": f"Bearer {made.json['token']}"}
    assert client.get(f"{API}/me", headers=bearer).json["id"] == me.id
    assert client.get(f"{API}/session", headers=bearer).json["csrf_token"] == ""
    renamed = client.patch(f"{API}/me", json={"display_name": "Script"}, headers=bearer)
    assert renamed.status_code == 200, "a token needs no X-CSRF-Token"
    weighty = client.post(f"{API}/tokens", json={"name": "x", "scopes": ["read"]}, headers=bearer)
    assert (weighty.status_code, weighty.json["code"]) == (403, "proof_required")
    for method, path in (("DELETE", "/session"), ("POST", "/session/proof")):
        body = {"password": PASSWORD} if method == "POST" else None
        refused = client.open(API + path, method=method, json=body, headers=bearer)
        assert (refused.status_code, refused.json["code"]) == (403, "session_required")

    theirs = sign_in(client, other.id)
    assert client.delete(f"{API}/tokens/{made.json['id']}", headers=theirs).status_code == 404
    client.delete_cookie("mentornet_session")
    assert client.delete(f"{API}/tokens/{made.json['id']}", headers=bearer).status_code == 204
    assert client.get(f"{API}/me", headers=bearer).status_code == 401


def test_a_token_that_may_only_read_writes_nothing(client: FlaskClient) -> None:
    me = make_user(display_name="Amina")
    headers = sign_in(client, me.id)
    made = client.post(f"{API}/tokens", json={"name": "reader", "scopes": ["read"]}, headers=headers).json
    client.delete_cookie("mentornet_session")
    bearer = {"Authorization": f"Bearer {made['token']}"}
    refused = client.patch(f"{API}/me", json={"display_name": "Script"}, headers=bearer)
    assert (refused.status_code, refused.json["code"]) == (403, "insufficient_scope")
    assert client.get(f"{API}/me", headers=bearer).json["display_name"] == "Amina"


def test_a_token_of_nonsense_is_refused(client: FlaskClient) -> None:
    headers = sign_in(client, make_user().id)
    for sent, field in (
        ({"name": "x", "scopes": []}, "scopes"), ({"name": "x", "scopes": ["admin"]}, "scopes.0"),
        ({"name": "", "scopes": ["read"]}, "name"), ({"name": "x\u202e", "scopes": ["read"]}, "name"),
        ({"name": "x", "scopes": ["read"], "expires_at": "2020-01-01T00:00:00Z"}, "expires_at"),
        ({"name": "x", "scopes": ["read"], "expires_at": "2030-01-01T00:00:00"}, "expires_at"),
        ({"name": "x", "scopes": ["read"], "user_id": "y"}, "user_id"),
    ):  # fmt: skip
        refused = client.post(f"{API}/tokens", json=sent, headers=headers)
        assert (refused.status_code, list(refused.json["errors"])) == (422, [field]), sent
    assert client.get(f"{API}/tokens").json["items"] == []
