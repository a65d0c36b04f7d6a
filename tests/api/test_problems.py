"""Every refusal is problem+json with a stable code, in the caller's language, and tells nothing of ours."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from marshmallow import fields
from werkzeug.exceptions import UnprocessableEntity
from werkzeug.test import TestResponse

from api import problems
from api.schemas.base import Schema
from network.kernel.errors import NotFound
from network.kernel.ids import new_id
from network.kernel.translation import translate
from tests import probe
from tests.factories.people import make_user, sign_in

ECHO = "/api/v1/probe/echo"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """One application for all: nothing here depends on what was asked before."""
    with probe.probed(tmp_path_factory.mktemp("problems"), rate_limits="off") as made:
        yield made


@pytest.fixture
def client(site: Flask) -> FlaskClient:
    """A browser that knows nobody."""
    return site.test_client()


def problem(answer: TestResponse, status: int, code: str) -> dict[str, object]:
    assert (answer.status_code, answer.content_type) == (status, "application/problem+json"), answer.data
    said = answer.get_json()
    assert said["status"] == status
    assert said["code"] == code
    assert said["title"]
    assert said["detail"]
    assert said["type"] == "about:blank" or said["type"] == f"/api/docs/problems#problem-{code}"
    assert answer.headers["Cache-Control"] == "no-store"
    return dict(said)


def send(client: FlaskClient, content: bytes | str, kind: str | None = "application/json") -> TestResponse:
    return client.post(ECHO, data=content, content_type=kind)


def test_the_probe_itself_is_fine(client: FlaskClient) -> None:
    assert send(client, '{"name": "x", "number": 3, "kind": "b", "tags": ["a"]}').status_code == 204


@pytest.mark.parametrize("path", ["/api/v1/nothing", "/api/nothing", "/api/", "/api/v1/probe/things/7"])
def test_unknown_addresses(client: FlaskClient, path: str) -> None:
    problem(client.get(path), 404, "not_found")
    problem(client.post(path, json={}), 404, "not_found")


def test_a_wrong_method_names_the_right_ones(client: FlaskClient) -> None:
    answer = client.put("/api/v1/probe", json={})
    problem(answer, 405, "method_not_allowed")
    assert {"GET", "POST"} <= set(answer.headers["Allow"].split(", "))


@pytest.mark.parametrize(
    "content",
    [
        '{"name": ',
        "{'name': 'x'}",
        "nonsense",
        '{"name": NaN}',
        '{"number": 1e999}',
        "\ufeff{}",
        b"\xff\xfe{\x00",
        '{"name": "\x01"}',
        "[" * 100_000,
        '{"a":' * 100_000,
        '{"name":' + "[" * 100_000,
        "[" * 2000 + "]" * 2000,
        '{"number": ' + "9" * 100_000 + "}",
    ],
    ids=range(13),
)
def test_a7_what_is_no_json_is_malformed(client: FlaskClient, content: bytes | str) -> None:
    problem(send(client, content), 400, "malformed_request")


@pytest.mark.parametrize("content", ["[]", "null", "7", '"x"', "true", "[{}]"])
def test_json_that_is_no_object(client: FlaskClient, content: str) -> None:
    problem(send(client, content), 422, "validation_failed")


BAD_FIELDS = [
    ('{"name": "\\u0000"}', "name"),
    ('{"name": "a\\u0000b"}', "name"),
    ('{"name": "\\ud800"}', "name"),
    ('{"name": "x", "tags": ["\\udfff"]}', "tags"),
    ('{"name": "x", "\\ud800": 1}', "_schema"),
    ('{"name": ""}', "name"),
    ('{"name": "   "}', "name"),
    ('{"name": null}', "name"),
    ('{"name": 7}', "name"),
    ('{"name": ["x"]}', "name"),
    ("{}", "name"),
    (json.dumps({"name": "x" * 101}), "name"),
    ('{"name": "x", "number": 1.5}', "number"),
    ('{"name": "x", "number": "3"}', "number"),
    ('{"name": "x", "number": true}', "number"),
    ('{"name": "x", "number": -1}', "number"),
    ('{"name": "x", "number": 9007199254740992}', "number"),
    ('{"name": "x", "number": ' + "9" * 300 + "}", "number"),
    ('{"name": "x", "kind": "c"}', "kind"),
    ('{"name": "x", "kind": []}', "kind"),
    ('{"name": "x", "kind": "a\\u0000"}', "kind"),
    ('{"name": "x", "thing_id": "7"}', "thing_id"),
    ('{"name": "x", "thing_id": "0193A0E4-0000-7000-8000-000000000000"}', "thing_id"),
    ('{"name": "x", "at": "2026-01-01"}', "at"),
    ('{"name": "x", "at": "2026-01-01T00:00:00"}', "at"),
    ('{"name": "x", "at": "0001-01-01T00:00:00+14:00"}', "at"),
    ('{"name": "x", "at": "9999-12-31T23:59:59-14:00"}', "at"),
    ('{"name": "x", "at": 7}', "at"),
    ('{"name": "x", "at": {}}', "at"),
    ('{"name": "x", "tags": "a"}', "tags"),
    ('{"name": "x", "tags": ["a", "b", "c", "d"]}', "tags"),
    ('{"name": "x", "tags": [7]}', "tags.0"),
    ('{"name": "x", "role": "operator"}', "role"),
    ('{"name": "x", "is_operator": true}', "is_operator"),
    ('{"name": "x", "__proto__": {}}', "__proto__"),
]


@pytest.mark.parametrize(("content", "field"), BAD_FIELDS)
def test_a13_fields_that_cannot_be_taken_are_named(client: FlaskClient, content: str, field: str) -> None:
    said = problem(send(client, content), 422, "validation_failed")
    errors = said["errors"]
    assert isinstance(errors, dict)
    assert field in errors
    assert all(isinstance(text, str) and text for texts in errors.values() for text in texts)


def test_what_nobody_asked_for_is_refused_too(client: FlaskClient) -> None:
    assert client.post("/api/v1/probe/bare").status_code == 204
    assert client.post("/api/v1/probe/bare", json={}).status_code == 204
    said = problem(client.post("/api/v1/probe/bare", json={"role": "x"}), 422, "validation_failed")
    assert said["errors"] == {"role": ["There is no such field."]}
    problem(
        client.post("/api/v1/probe/bare", data="{", content_type="application/json"), 400, "malformed_request"
    )


@pytest.mark.parametrize(
    "kind",
    [
        None,
        "",
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "text/json",
        "application/json-patch+json",
        "text/csv",
        "nonsense",
    ],
)
def test_a22_only_json_is_taken(client: FlaskClient, kind: str | None) -> None:
    problem(send(client, '{"name": "x"}', kind), 415, "unsupported_media_type")


def test_json_may_say_its_letters(client: FlaskClient) -> None:
    assert send(client, '{"name": "é"}', "application/json; charset=utf-8").status_code == 204
    assert send(client, '{"name": "é"}', "Application/JSON").status_code == 204


def test_more_than_a_mebibyte_is_too_large(client: FlaskClient) -> None:
    fits = json.dumps({"name": "x", "padding": "y" * 1_000_000})
    problem(send(client, fits), 422, "validation_failed")
    problem(send(client, "x" * (2**20 + 1)), 413, "too_large")


def test_more_than_a_mebibyte_in_chunks_is_too_large(client: FlaskClient) -> None:
    answer = client.post(
        ECHO, input_stream=io.BytesIO(b'{"name": "' + b"x" * (2**20 + 1)), content_type="application/json",
        headers={"Transfer-Encoding": "chunked"}, environ_overrides={"wsgi.input_terminated": True},
    )  # fmt: skip
    problem(answer, 413, "too_large")


def test_unknown_and_invisible_look_the_same(client: FlaskClient) -> None:
    sign_in(client, make_user().id)
    invisible = client.get(f"/api/v1/probe/things/{new_id()}")
    unknown = client.get(f"/api/v1/nothing/{new_id()}")
    problem(invisible, 404, "not_found")
    assert invisible.data == unknown.data
    assert NotFound.message in invisible.get_data(as_text=True)


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("limit=0", "limit"),
        ("limit=201", "limit"),
        ("limit=x", "limit"),
        ("limit=", "limit"),
        ("limit=-1", "limit"),
        ("limit=1.5", "limit"),
        ("limit=" + "9" * 5000, "limit"),
        ("cursor=nonsense", "cursor"),
        ("cursor=", "cursor"),
        ("cursor=W10", "cursor"),
        ("cursor=WyJhIiwiYiJd", "cursor"),
        ("cursor=%00", "cursor"),
        ("cursor=" + "x" * 1001, "cursor"),
        ("cursor=%ff", "cursor"),
        ("limit=1&limit=2", "limit"),
        ("offset=3", "offset"),
    ],
)
def test_queries_are_read_as_strictly_as_bodies(client: FlaskClient, query: str, field: str) -> None:
    sign_in(client, make_user().id)
    said = problem(client.get(f"/api/v1/probe?{query}"), 422, "validation_failed")
    assert list(said["errors"]) == [field]  # type: ignore[call-overload]


@pytest.mark.parametrize(
    ("kind", "status", "code", "wait"),
    [
        ("busy", 503, "busy", "5"), ("reading", 503, "busy", "5"), ("connections", 503, "busy", "5"),
        ("full", 507, "storage_full", None), ("many", 429, "too_many_requests", "7"),
        ("conflict", 409, "conflict", None), ("version", 409, "version_conflict", None),
        ("data", 422, "validation_failed", None),
    ],
)  # fmt: skip
def test_b5_b6_what_can_happen_to_anybody(
    client: FlaskClient, kind: str, status: int, code: str, wait: str | None
) -> None:
    answer = client.get(f"/api/v1/probe/faults/{kind}")
    problem(answer, status, code)
    assert answer.headers.get("Retry-After") == wait
    assert probe.CANARY not in answer.get_data(as_text=True)


def test_a_conflict_carries_what_it_is_about(client: FlaskClient) -> None:
    assert client.get("/api/v1/probe/faults/conflict").get_json()["since"] == 3
    assert client.get("/api/v1/probe/faults/version").get_json()["current"] == {"id": "x", "version": 4}


@pytest.mark.parametrize("kind", ["ours", "database"])
def test_a_fault_of_ours_gives_a_number_and_nothing_else(
    client: FlaskClient, kind: str, capsys: pytest.CaptureFixture[str]
) -> None:
    answer = client.get(f"/api/v1/probe/faults/{kind}")
    said = problem(answer, 500, "internal_error")
    number = answer.headers["X-Request-Id"]
    assert said["request_id"] == number
    assert number in str(said["detail"])
    body = answer.get_data(as_text=True)
    assert not any(word in body for word in (probe.CANARY, "Traceback", "Error(", ".py", "a fault of ours"))
    logged = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    found = [line for line in logged if line["event"] == "unexpected_error"]
    assert [line["request_id"] for line in found] == [number]
    assert probe.CANARY not in json.dumps(logged)


def test_the_callers_language_is_spoken(client: FlaskClient) -> None:
    german = translate("de", NotFound.message)
    said = client.get("/api/v1/nothing", headers={"Accept-Language": "de-AT,en;q=0.5"}).get_json()
    assert (said["detail"], said["title"]) == (german, german)
    sign_in(client, make_user(language="de").id)
    said = client.get("/api/v1/nothing", headers={"Accept-Language": "en"}).get_json()
    assert said["detail"] == german


@pytest.mark.parametrize("header", ["", ";;;", "*", "xx-YY", "de;q=x", "\xff", "a" * 5000])
def test_odd_languages_are_no_reason_to_fail(client: FlaskClient, header: str) -> None:
    problem(client.get("/api/v1/nothing", headers={"Accept-Language": header}), 404, "not_found")


def _said_by(field: fields.Field) -> Iterator[str]:
    """What the library says of what was sent; the rest is about what goes out, or is never asked for."""
    for key, message in field.error_messages.items():
        if key not in ("format", "validator_failed", "invalid_utf8"):
            yield message.format_map(
                {"awareness": "aware", "obj_type": getattr(field, "OBJ_TYPE", "date"), "input": "x"}
            )
    for name in ("inner", "key_field", "value_field"):
        if getattr(field, name, None) is not None:
            yield from _said_by(getattr(field, name))


def test_the_library_never_speaks_for_us(site: Flask) -> None:
    waiting, said = [Schema], set()
    while waiting:
        kind = waiting.pop()
        waiting += kind.__subclasses__()
        said |= {message for field in kind().fields.values() for message in _said_by(field)}
    assert len(said) > 10
    with site.test_request_context(headers={"Accept-Language": "en"}):
        told = problems.handle_http_error(_refused({f"field{n}": [text] for n, text in enumerate(said)}))
    assert not said & {text for texts in json.loads(told.data)["errors"].values() for text in texts}


def _refused(messages: dict[str, list[str]]) -> UnprocessableEntity:
    refusal = UnprocessableEntity()
    refusal.data = {"messages": {"json": messages}}  # type: ignore[attr-defined]
    return refusal


def test_every_code_is_explained(client: FlaskClient) -> None:
    page = client.get("/api/docs/problems").get_data(as_text=True)
    for code in ("not_found", "csrf_failed", "version_conflict", "proof_required", "storage_full", "busy"):
        assert f'id="problem-{code}"' in page
