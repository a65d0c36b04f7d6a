"""Organisations and their stewards over the API."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from models.organisations import Organisation
from models.people import User
from network.kernel.ids import new_id
from network.kernel.runtime import Runtime
from tests.factories.organisations import make_organisation, make_steward, make_steward_invitation
from tests.factories.people import make_user, sign_in

API = "/api/v1"
FIELDS = {
    "id", "name", "country", "website", "register_entry", "contact_note", "state", "created_at", "decided_at",
    "decided_reason", "answer", "answer_by", "version",
}  # fmt: skip


@pytest.fixture
def steward(live: Runtime) -> User:
    return make_user(email="steward@mail.example")


@pytest.fixture
def organisation(steward: User) -> Organisation:
    make_organisation(make_user(), name="Noise")
    return make_organisation(steward)


def test_anyone_signed_in_founds_one(client: FlaskClient) -> None:
    me, sent = make_user(), {"name": "Brückenhaus", "country": "de"}
    assert client.post(f"{API}/organisations", json=sent).status_code == 401
    headers = sign_in(client, me.id)
    assert client.post(f"{API}/organisations", json=sent).status_code == 403
    made = client.post(f"{API}/organisations", json=sent, headers=headers)
    assert made.status_code == 201
    assert set(made.json) == FIELDS
    assert (made.json["country"], made.json["state"], made.json["version"]) == ("DE", "pending", 1)
    path = f"{API}/organisations/{made.json['id']}"
    assert client.get(path).json == made.json
    assert [who["id"] for who in client.get(f"{path}/stewards").json["items"]] == [me.id]


def test_the_same_key_founds_once(client: FlaskClient) -> None:
    headers = {**sign_in(client, make_user().id), "Idempotency-Key": "one"}
    sent = {"name": "Brückenhaus", "country": "DE"}
    first = client.post(f"{API}/organisations", json=sent, headers=headers)
    again = client.post(f"{API}/organisations", json=sent, headers=headers)
    assert (first.status_code, again.status_code, again.json) == (201, 201, first.json)
    other = client.post(f"{API}/organisations", json={**sent, "name": "Other"}, headers=headers)
    assert (other.status_code, other.json["code"]) == (409, "idempotency_conflict")


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"country": "DE"}, "name"),
        ({"name": "A", "country": "XX"}, "country"),
        ({"name": "A\x00", "country": "DE"}, "name"),
        ({"name": "A", "country": "DE", "website": "javascript:alert(1)"}, "website"),
        ({"name": "A", "country": "DE", "website": 7}, "website"),
        ({"name": "A", "country": "DE", "register_entry": "x" * 201}, "register_entry"),
        ({"name": "A", "country": "DE", "contact_note": "x" * 501}, "contact_note"),
        ({"name": "A", "country": "DE", "state": "verified"}, "state"),
        ({"name": "A", "country": "DE", "created_by": "x"}, "created_by"),
        ({"name": "A", "country": "DE", "version": 3}, "version"),
    ],
)
def test_a13_nothing_else_is_founded(client: FlaskClient, sent: dict[str, object], field: str) -> None:
    headers = sign_in(client, make_user().id)
    refused = client.post(f"{API}/organisations", json=sent, headers=headers)
    assert (refused.status_code, list(refused.json["errors"])) == (422, [field])
    assert client.get(f"{API}/organisations").json["items"] == []


def test_what_it_says_about_itself(client: FlaskClient) -> None:
    headers = sign_in(client, make_user().id)
    told = {"website": "https://house.example", "register_entry": "VR 1", "contact_note": "Ask Mara."}
    made = client.post(f"{API}/organisations", json={"name": "A", "country": "DE", **told}, headers=headers)
    assert {name: made.json[name] for name in told} == told
    path = f"{API}/organisations/{made.json['id']}"
    changed = client.patch(path, json={"website": None, "contact_note": ""}, headers=headers)
    assert [changed.json[name] for name in told] == [None, "VR 1", None]
    client.patch(path, json={"website": "http://house.example"}, headers=headers)
    sign_in(client, make_user().id)
    assert [client.get(path).json[name] for name in told] == ["http://house.example", None, None]


def test_a14_outsiders_read_names_and_no_address(
    client: FlaskClient, organisation: Organisation, steward: User
) -> None:
    path = f"{API}/organisations/{organisation.id}"
    for signed_in in (False, True):
        if signed_in:
            sign_in(client, make_user().id)
        answers = [client.get(path), client.get(f"{path}/stewards"), client.get(f"{API}/organisations")]
        assert [answer.status_code for answer in answers] == [200, 200, 200]
        assert "mail.example" not in "".join(answer.text for answer in answers)
        assert answers[1].json["items"][0].keys() == {"id", "display_name", "photo_url", "since"}
    unknown = client.get(f"{API}/organisations/{new_id()}")
    assert (unknown.status_code, unknown.json["code"]) == (404, "not_found")
    assert client.get(f"{path}/steward-invitations").status_code == 403


def test_a_steward_changes_it_in_step(client: FlaskClient, organisation: Organisation, steward: User) -> None:
    path, headers = f"{API}/organisations/{organisation.id}", sign_in(client, steward.id)
    changed = client.patch(path, json={"name": "New", "expected_version": 1}, headers=headers)
    assert (changed.status_code, changed.json["name"], changed.json["version"]) == (200, "New", 2)
    late = client.patch(path, json={"name": "Late", "expected_version": 1}, headers=headers)
    assert (late.status_code, late.json["code"], late.json["current"]["version"]) == (
        409,
        "version_conflict",
        2,
    )
    headers = sign_in(client, make_user().id)
    assert client.patch(path, json={"name": "Mine"}, headers=headers).status_code == 403
    assert client.get(path).json["name"] == "New"


def test_the_operator_decides(client: FlaskClient, steward: User) -> None:
    organisation = make_organisation(steward, state="pending")
    path = f"{API}/organisations/{organisation.id}/verification"
    sent = {"decision": "refused", "reason": "Not known here.", "expected_version": 1}
    headers = sign_in(client, steward.id)
    assert client.post(path, json=sent, headers=headers).status_code == 403
    headers = sign_in(client, make_user(is_operator=True).id)
    for wrong, field in (
        ({**sent, "decision": "maybe"}, "decision"),
        ({**sent, "reason": None}, "reason"),
        ({"decision": "verified"}, "expected_version"),
    ):
        refused = client.post(path, json=wrong, headers=headers)
        assert (refused.status_code, list(refused.json["errors"])) == (422, [field])
    decided = client.post(path, json=sent, headers=headers)
    assert (decided.status_code, decided.json["state"]) == (200, "refused")
    assert decided.json["decided_reason"] == "Not known here."
    again = client.post(path, json={**sent, "expected_version": 2}, headers=headers)
    assert (again.status_code, again.json["code"]) == (409, "invalid_transition")
    stale = client.post(path, json={**sent, "decision": "verified"}, headers=headers)
    assert (stale.status_code, stale.json["code"]) == (409, "version_conflict")
    sign_in(client, make_user().id)
    assert client.get(f"{API}/organisations/{organisation.id}").json["decided_reason"] is None
    listed = client.get(f"{API}/organisations?state=refused").json
    assert [row["id"] for row in listed["items"]] == [organisation.id]


def test_stewards_come_and_go(client: FlaskClient, organisation: Organisation, steward: User) -> None:
    path, new = f"{API}/organisations/{organisation.id}/stewards", make_user(display_name="Jonas")
    outsider = sign_in(client, new.id)
    assert client.post(path, json={"user_id": new.id}, headers=outsider).status_code == 403
    headers = sign_in(client, steward.id)
    added = client.post(path, json={"user_id": new.id}, headers=headers)
    assert (added.status_code, added.json["display_name"]) == (201, "Jonas")
    twice = client.post(path, json={"user_id": new.id}, headers=headers)
    assert (twice.status_code, twice.json["code"]) == (409, "already_steward")
    assert client.delete(path, json={"user_id": new.id}, headers=headers).status_code == 204
    assert client.delete(path, json={"user_id": new.id}, headers=headers).status_code == 404
    assert client.delete(path, json={}, headers=headers).status_code == 422
    last = client.delete(f"{path}/{steward.id}", headers=headers)
    assert (last.status_code, last.json["code"]) == (409, "last_steward")
    make_steward(organisation, new)
    assert client.delete(f"{path}/{new.id}", headers=headers).status_code == 204
    assert [who["id"] for who in client.get(path).json["items"]] == [steward.id]


@pytest.mark.parametrize("sent", [{}, {"user_id": "x"}, {"email": "no address"}, {"user_id": new_id}])
def test_nobody_in_particular_is_refused(
    client: FlaskClient, organisation: Organisation, steward: User, sent: dict[str, object]
) -> None:
    headers = sign_in(client, steward.id)
    body = {name: value() if callable(value) else value for name, value in sent.items()}
    refused = client.post(f"{API}/organisations/{organisation.id}/stewards", json=body, headers=headers)
    assert (refused.status_code, refused.json["code"]) == (422, "validation_failed")


def test_who_acts_is_weighty(
    client: FlaskClient, live: Runtime, organisation: Organisation, steward: User
) -> None:
    path, new = f"{API}/organisations/{organisation.id}/stewards", make_user()
    headers = sign_in(client, steward.id, proof_at=live.clock.now() - timedelta(minutes=61))
    for sent in ({"user_id": new.id}, {"email": "new@mail.example"}):
        refused = client.post(path, json=sent, headers=headers)
        assert (refused.status_code, refused.json["code"]) == (403, "proof_required")
    assert client.delete(path, json={"user_id": new.id}, headers=headers).status_code == 403


def test_a19_the_answer_for_an_address_tells_nothing(
    client: FlaskClient, organisation: Organisation, steward: User
) -> None:
    make_user(email="known@mail.example")
    path, headers = f"{API}/organisations/{organisation.id}", sign_in(client, steward.id)
    answers = [
        client.post(f"{path}/stewards", json={"email": email}, headers=headers)
        for email in ("known@mail.example", "other@mail.example")
    ]
    assert [answer.status_code for answer in answers] == [202, 202]
    assert answers[0].data == answers[1].data
    waiting = client.get(f"{path}/steward-invitations").json
    assert {row["email"] for row in waiting["items"]} == {"known@mail.example", "other@mail.example"}
    gone = f"{path}/steward-invitations/{waiting['items'][0]['id']}"
    assert client.delete(gone, headers=headers).status_code == 204
    assert client.delete(gone, headers=headers).status_code == 404
    pending = make_organisation(steward, state="pending")
    early = client.post(
        f"{API}/organisations/{pending.id}/stewards", json={"email": "new@mail.example"}, headers=headers
    )
    assert (early.status_code, early.json["code"]) == (409, "organisation_not_verified")


def test_the_link_is_for_its_address_once(client: FlaskClient, organisation: Organisation) -> None:
    asked = make_user(email="asked@mail.example")
    _, token = make_steward_invitation(organisation, "asked@mail.example")
    path = f"{API}/steward-invitations/{token}"
    seen = client.get(path).json
    assert seen["organisation"] == {"id": organisation.id, "name": organisation.name, "state": "verified"}
    assert "mail.example" not in str(seen)
    assert client.post(f"{path}/acceptance").status_code == 401
    headers = sign_in(client, make_user().id)
    other = client.post(f"{path}/acceptance", headers=headers)
    assert (other.status_code, other.json["code"]) == (409, "invitation_for_another")
    headers = sign_in(client, asked.id)
    assert client.post(f"{path}/acceptance", headers=headers).json["id"] == organisation.id
    used = client.post(f"{path}/acceptance", headers=headers)
    unknown = client.post(f"{API}/steward-invitations/unknown/acceptance", headers=headers)
    assert (used.status_code, used.data) == (unknown.status_code, unknown.data)
    assert used.status_code == 404
