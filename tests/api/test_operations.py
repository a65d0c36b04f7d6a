"""How operations are declared: who gets in, by which token, and what happens to a request sent twice."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from network import people
from network.kernel.actor import Actor
from network.kernel.ids import new_id, new_secret
from network.kernel.runtime import Runtime
from tests import probe
from tests.applications import kept_application
from tests.factories.people import actor_of, make_user, sign_in

PROBE = "/api/v1/probe"


@pytest.fixture
def app(live: Runtime) -> Iterator[Flask]:
    with kept_application(live, probe.install) as made:
        yield made


def code(answer: TestResponse) -> tuple[int, str]:
    return answer.status_code, answer.get_json()["code"]


# ---------------------------------------------------------------- A22: another site's page


def test_a22_a_cookie_alone_writes_nothing(client: FlaskClient) -> None:
    headers = sign_in(client, make_user().id)
    for sent in ({}, {"X-CSRF-Token": ""}, {"X-CSRF-Token": "x" * 64}, {"X-CSRF-Token": "é"}):
        assert code(client.post(PROBE, json={"name": "x"}, headers=sent)) == (403, "csrf_failed")
    assert probe.count() == 0
    assert client.post(PROBE, json={"name": "x"}, headers=headers).status_code == 201
    assert probe.count() == 1


def test_a22_the_token_is_asked_before_anything_else(client: FlaskClient) -> None:
    sign_in(client, make_user().id)
    thing = f"{PROBE}/things/{new_id()}"
    assert code(client.post(thing, json={"name": "x"})) == (403, "csrf_failed")
    assert code(client.post(PROBE, json={"role": "x"})) == (403, "csrf_failed")
    assert code(client.post(PROBE, data="{", content_type="application/json")) == (403, "csrf_failed")
    assert code(client.post(PROBE, data="name=x", content_type="text/plain")) == (403, "csrf_failed")


def test_a22_the_token_of_another_session_does_not_fit(make_client: Callable[[], FlaskClient]) -> None:
    user = make_user()
    here, there = make_client(), make_client()
    headers = sign_in(there, user.id)
    sign_in(here, user.id)
    assert code(here.post(PROBE, json={"name": "x"}, headers=headers)) == (403, "csrf_failed")


@pytest.mark.parametrize(
    "kind", ["application/x-www-form-urlencoded", "text/plain", "multipart/form-data; boundary=x"]
)
def test_a22_what_a_form_can_send_is_refused_even_with_a_token(client: FlaskClient, kind: str) -> None:
    headers = sign_in(client, make_user().id)
    answer = client.post(PROBE, data='{"name": "x"}', content_type=kind, headers=headers)
    assert code(answer) == (415, "unsupported_media_type")
    assert probe.count() == 0


def test_reading_needs_no_token(client: FlaskClient) -> None:
    sign_in(client, make_user().id)
    assert client.get(PROBE).status_code == 200


def test_whoever_is_not_signed_in_is_told_so(client: FlaskClient) -> None:
    assert code(client.post(PROBE, json={"name": "x"})) == (401, "not_signed_in")
    assert code(client.get(PROBE)) == (401, "not_signed_in")
    client.set_cookie("mentornet_session", new_secret())
    assert code(client.post(PROBE, json={"name": "x"})) == (401, "not_signed_in")


# ---------------------------------------------------------------- bearer tokens


def bearer(scopes: list[str]) -> dict[str, str]:
    actor: Actor = actor_of(make_user())
    made = people.create_token(actor, "probe", scopes)
    return {"Authorization": f"Bearer {made['token']}"}


def test_a_token_needs_no_csrf_token_but_its_scope(client: FlaskClient) -> None:
    writer, reader = bearer(["read", "write"]), bearer(["read"])
    assert client.post(PROBE, json={"name": "x"}, headers=writer).status_code == 201
    assert client.get(PROBE, headers=reader).status_code == 200
    assert code(client.post(PROBE, json={"name": "x"}, headers=reader)) == (403, "insufficient_scope")
    assert code(client.get(PROBE, headers=bearer(["write"]))) == (403, "insufficient_scope")
    assert probe.count() == 1


@pytest.mark.parametrize(
    "said", ["Bearer", "Bearer ", "Bearer nonsense", "bearer \xff", "Basic eDp5", "Bearer a b"]
)
def test_no_token_is_no_token(client: FlaskClient, said: str) -> None:
    assert code(client.get(PROBE, headers={"Authorization": said})) == (401, "not_signed_in")


def test_a_bad_token_is_not_made_good_by_a_cookie(client: FlaskClient) -> None:
    headers = sign_in(client, make_user().id)
    answer = client.post(PROBE, json={"name": "x"}, headers={**headers, "Authorization": "Bearer nonsense"})
    assert code(answer) == (401, "not_signed_in")


# ---------------------------------------------------------------- Idempotency-Key


def test_the_same_key_and_body_give_the_first_answer(client: FlaskClient) -> None:
    headers = {**sign_in(client, make_user().id), "Idempotency-Key": "k1"}
    first = client.post(PROBE, json={"name": "x"}, headers=headers)
    again = client.post(PROBE, json={"name": "x"}, headers=headers)
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.data == again.data
    assert first.content_type == again.content_type
    assert probe.count() == 1


def test_another_body_or_address_under_the_key_is_a_conflict(client: FlaskClient) -> None:
    headers = {**sign_in(client, make_user().id), "Idempotency-Key": "k1"}
    client.post(PROBE, json={"name": "x"}, headers=headers)
    assert code(client.post(PROBE, json={"name": "y"}, headers=headers)) == (409, "idempotency_conflict")
    assert code(client.post(f"{PROBE}?a=1", json={"name": "x"}, headers=headers)) == (
        409,
        "idempotency_conflict",
    )
    assert probe.count() == 1


def test_keys_belong_to_a_person(make_client: Callable[[], FlaskClient]) -> None:
    for _ in range(2):
        client = make_client()
        headers = {**sign_in(client, make_user().id), "Idempotency-Key": "k1"}
        assert client.post(PROBE, json={"name": "x"}, headers=headers).status_code == 201
    assert probe.count() == 2


def test_a_refusal_is_not_kept(client: FlaskClient) -> None:
    headers = {**sign_in(client, make_user().id), "Idempotency-Key": "k1"}
    assert code(client.post(PROBE, json={}, headers=headers)) == (422, "validation_failed")
    assert client.post(PROBE, json={"name": "x"}, headers=headers).status_code == 201


@pytest.mark.parametrize("key", ["", "x" * 201])
def test_a_key_has_one_to_two_hundred_signs(client: FlaskClient, key: str) -> None:
    headers = {**sign_in(client, make_user().id), "Idempotency-Key": key}
    assert code(client.post(PROBE, json={"name": "x"}, headers=headers)) == (400, "malformed_request")
    headers["Idempotency-Key"] = "x" * 200
    assert client.post(PROBE, json={"name": "x"}, headers=headers).status_code == 201


def test_nobodys_key_is_nobodys(client: FlaskClient) -> None:
    headers = {"Idempotency-Key": "k1"}
    for name in ("x", "y"):
        answer = client.post(f"{PROBE}/echo", json={"name": name}, headers=headers)
        assert answer.status_code == 204


def test_fifty_at_once_make_one(make_client: Callable[[], FlaskClient]) -> None:
    client = make_client()
    headers = {**sign_in(client, make_user().id), "Idempotency-Key": "k1"}
    cookie = client.get_cookie("mentornet_session")
    assert cookie is not None

    def send(_number: int) -> tuple[int, bytes]:
        one = make_client()
        one.set_cookie("mentornet_session", cookie.value)
        answer = one.post(PROBE, json={"name": "x"}, headers=headers)
        return answer.status_code, answer.data

    with ThreadPoolExecutor(10) as pool:
        answers = set(pool.map(send, range(50)))
    assert len(answers) == 1
    assert next(iter(answers))[0] == 201
    assert probe.count() == 1


# ---------------------------------------------------------------- what the document says


def test_every_operation_declares_what_can_happen(client: FlaskClient) -> None:
    document = client.get("/api/v1/openapi.json").get_json()
    assert document["openapi"].startswith("3.1")
    operations = [
        (path, method, said)
        for path, methods in document["paths"].items()
        for method, said in methods.items()
        if method in ("get", "post", "put", "patch", "delete")
    ]
    assert len(operations) > 30
    for path, method, said in operations:
        declared = set(said["responses"])
        assert {"403", "429", "503"} <= declared, (method, path)
        if method != "get":
            assert {"400", "413", "415", "422", "507"} <= declared, (method, path)
        assert said.get("summary") or said.get("description"), (method, path)
        open_to_all = {} in said.get("security", [])
        assert open_to_all or "401" in declared, (method, path)
    problem = document["components"]["schemas"][
        "Problem" if "Problem" in document["components"]["schemas"] else "ProblemOut"
    ]
    assert problem.get("additionalProperties") is not False
