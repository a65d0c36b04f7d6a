"""Courses and their lists over the API."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from models.courses import CourseSession
from models.organisations import Organisation
from models.people import User
from network.kernel.ids import new_id
from network.kernel.runtime import Runtime
from tests.factories.courses import make_completion, make_course_session
from tests.factories.organisations import make_organisation
from tests.factories.people import make_user, sign_in

API = "/api/v1"
SAMPLES = Path(__file__).parents[1] / "samples"
COURSE = {
    "title": "Spring course",
    "platform": "Moodle",
    "language": "en",
    "starts_on": "2026-03-01",
    "ends_on": "2026-05-15",
    "contact_ground": "Everybody agreed.",
}


@pytest.fixture
def steward(live: Runtime) -> User:
    return make_user()


@pytest.fixture
def organisation(steward: User) -> Organisation:
    return make_organisation(steward)


@pytest.fixture
def course(organisation: Organisation) -> CourseSession:
    make_completion(make_course_session(), name="Noise")
    return make_course_session(organisation)


def load(
    client: FlaskClient, course: CourseSession, headers: dict[str, str], data: bytes, query: str = ""
) -> TestResponse:
    path = f"{API}/course-sessions/{course.id}/completions{query}"
    return client.post(path, data=data, content_type="text/csv", headers=headers)


def people(client: FlaskClient, course: CourseSession, query: str = "") -> list[dict[str, Any]]:
    answer = client.get(f"{API}/course-sessions/{course.id}/completions{query}")
    assert answer.status_code == 200
    return answer.json["items"]


def test_a_steward_enters_a_course(client: FlaskClient, organisation: Organisation, steward: User) -> None:
    path = f"{API}/organisations/{organisation.id}/course-sessions"
    outsider = sign_in(client, make_user().id)
    assert client.post(path, json=COURSE, headers=outsider).status_code == 403
    headers = sign_in(client, steward.id)
    made = client.post(path, json=COURSE, headers=headers)
    assert made.status_code == 201
    assert made.json == {**COURSE, "id": made.json["id"], "organisation_id": organisation.id, "version": 1}
    one = f"{API}/course-sessions/{made.json['id']}"
    changed = client.patch(one, json={"title": "Autumn", "expected_version": 1}, headers=headers)
    assert (changed.status_code, changed.json["title"], changed.json["version"]) == (200, "Autumn", 2)
    assert client.patch(one, json={"title": "X", "expected_version": 1}, headers=headers).status_code == 409
    client.delete_cookie("mentornet_session")
    assert client.get(one).json == {**changed.json, "contact_ground": None}
    assert client.get(path).json == {"items": [client.get(one).json], "next": None}
    for unknown in (f"{API}/course-sessions/{new_id()}", f"{API}/organisations/{new_id()}/course-sessions"):
        assert client.get(unknown).status_code == 404


@pytest.mark.parametrize(
    ("over", "field"),
    [
        ({"ends_on": "2026-02-01"}, "ends_on"),
        ({"starts_on": "12/05/26"}, "starts_on"),
        ({"language": "klingonish"}, "language"),
        ({"contact_ground": None}, "contact_ground"),
        ({"organisation_id": "x"}, "organisation_id"),
        ({"version": 1}, "version"),
    ],
)
def test_a13_what_no_course_can_be(
    client: FlaskClient, organisation: Organisation, steward: User, over: dict[str, Any], field: str
) -> None:
    headers = sign_in(client, steward.id)
    path = f"{API}/organisations/{organisation.id}/course-sessions"
    refused = client.post(path, json={**COURSE, **over}, headers=headers)
    assert (refused.status_code, list(refused.json["errors"])) == (422, [field])
    assert client.get(path).json["items"] == []


def test_preview_and_import_answer_alike(client: FlaskClient, course: CourseSession, steward: User) -> None:
    headers = sign_in(client, steward.id)
    data = (SAMPLES / "moodle-course-completion-en.csv").read_bytes()
    preview = load(client, course, headers, data, "?dry_run=true")
    assert preview.status_code == 200
    assert people(client, course) == []
    report = load(client, course, headers, data)
    assert report.json == preview.json
    assert report.json["rows"][0] == {
        "line": 2, "name": "Amara Okafor", "email": "amara.okafor@mail.example", "completed": True,
        "completed_on": "2026-05-12", "change": "created", "repeats": None,
    }  # fmt: skip
    assert report.json["columns"][1] == {
        "index": 1, "heading": "Name", "samples": report.json["columns"][1]["samples"],
    }  # fmt: skip
    shown = people(client, course)
    assert len(shown) == report.json["created"]
    assert shown[0].keys() == {"id", "name", "email", "completed", "completed_on", "state"}
    assert len(people(client, course, "?state=ready")) == report.json["completed"]
    again = load(client, course, headers, data).json
    assert (again["created"], again["updated"], again["unchanged"]) == (0, 0, report.json["created"])


def test_a_file_of_a_form_is_the_same(client: FlaskClient, course: CourseSession, steward: User) -> None:
    headers = sign_in(client, steward.id)
    data = (SAMPLES / "moodle-activity-progress-de-excel.csv").read_bytes()
    path = f"{API}/course-sessions/{course.id}/completions"

    def send(**fields: Any) -> TestResponse:
        return client.post(path, data=fields, content_type="multipart/form-data", headers=headers)

    sent = send(file=(io.BytesIO(data), "list.csv"))
    assert sent.status_code == 200
    assert len(people(client, course)) == sent.json["created"] > 0
    for wrong, field in (
        ({}, "file"),
        ({"file": "text"}, "file"),
        ({"list": (io.BytesIO(data), "list.csv")}, "list"),
        ({"file": (io.BytesIO(data), "list.csv"), "role": "steward"}, "role"),
        ({"file": [(io.BytesIO(data), "a.csv"), (io.BytesIO(data), "b.csv")]}, "file"),
    ):
        refused = send(**wrong)
        assert (refused.status_code, list(refused.json["errors"])) == (422, [field])


def test_faulty_lines_are_told_in_the_reader_s_words(
    client: FlaskClient, course: CourseSession, steward: User
) -> None:
    headers = sign_in(client, steward.id)
    data = (SAMPLES / "plain-list-with-faults.csv").read_bytes()
    report = load(client, course, headers, data).json
    assert report["rejected"] == [
        {"line": 4, "column": 1, "code": "missing_email", "message": "The mail address is missing."},
        {
            "line": 5, "column": 1, "code": "invalid_email",
            "message": "“broken@@mail” is not a mail address.",
        },
    ]  # fmt: skip
    assert [row["code"] for row in report["warnings"]] == ["missing_name", "unreadable_date"]
    names = [row["name"] for row in people(client, course)]
    assert names == ["Maria Rossi", "nobody", '=HYPERLINK("x")', "Future Person", "Zoë Ångström"]


def test_columns_and_dates_are_chosen_in_the_query(
    client: FlaskClient, course: CourseSession, steward: User
) -> None:
    headers = sign_in(client, steward.id)
    data = b"Who,Contact,Mail,Done\nRossi,Maria,maria@mail.example,04/05/2026\n"
    mapping = {"name": [1, 0], "email": 2, "completed": [], "completed_on": 3}
    query = {"mapping": json.dumps(mapping), "date_order": "month_first"}
    path = f"{API}/course-sessions/{course.id}/completions"
    report = client.post(path, query_string=query, data=data, content_type="text/csv", headers=headers)
    assert report.json["mapping"] == mapping
    assert [(row["name"], row["completed_on"]) for row in people(client, course)] == [
        ("Maria Rossi", "2026-04-05")
    ]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("?mapping=[1]", "mapping"),
        ("?mapping={", "mapping"),
        ('?mapping={"email":7}', "mapping"),
        ('?mapping={"email":0,"role":1}', "mapping"),
        ("?date_order=sideways", "date_order"),
        ("?dry_run=perhaps", "dry_run"),
        ("?network_id=1", "network_id"),
    ],
)
def test_a_query_that_cannot_be_taken(
    client: FlaskClient, course: CourseSession, steward: User, query: str, field: str
) -> None:
    headers = sign_in(client, steward.id)
    refused = load(client, course, headers, b"Name,Email\nMaria,maria@mail.example\n", query)
    assert (refused.status_code, list(refused.json["errors"])) == (422, [field])
    assert people(client, course) == []


def test_the_document_says_how_a_file_comes(client: FlaskClient) -> None:
    document = client.get(f"{API}/openapi.json").json
    path = "/api/v1/course-sessions/{course_session_id}/completions"
    content = document["paths"][path]["post"]["requestBody"]["content"]
    binary = {"type": "string", "format": "binary"}
    assert content["text/csv"]["schema"] == binary
    assert content["multipart/form-data"]["schema"] == {
        "type": "object", "properties": {"file": binary}, "required": ["file"],
    }  # fmt: skip


def test_what_is_no_list(client: FlaskClient, course: CourseSession, steward: User, live: Runtime) -> None:
    headers = sign_in(client, steward.id)
    for data, kind, said in (
        (b"", "empty_file", "empty"), (b"%PDF-1.7", "pdf", "PDF"), (b"PK\x03\x04\0", "xlsx", "Excel"),
        (b"\x89PNG\r\n\x1a\n", "image", "picture"), (bytes(range(256)) * 9, "binary", "CSV"),
    ):  # fmt: skip
        refused = load(client, course, headers, data)
        assert (refused.status_code, refused.json["code"]) == (422, "unreadable_list")
        assert refused.json["kind"] == kind
        assert list(refused.json["errors"]) == ["file"]
        assert said in refused.json["errors"]["file"][0]
    for size in (live.settings.upload_max_bytes + 1, live.settings.upload_max_bytes * 2):
        refused = load(client, course, headers, b"x" * size)
        assert refused.status_code == 413
    many = b"email\n" + b"maria@mail.example\n" * 50_001
    refused = load(client, course, headers, many)
    assert (refused.status_code, refused.json["code"]) == (413, "list_too_large")
    path = f"{API}/course-sessions/{course.id}/completions"
    for kind in ("application/json", "application/octet-stream", "application/x-www-form-urlencoded"):
        assert client.post(path, data=b"{}", content_type=kind, headers=headers).status_code == 415
    assert people(client, course) == []


def test_a12_others_neither_load_nor_read(client: FlaskClient, course: CourseSession) -> None:
    make_completion(course)
    path, data = f"{API}/course-sessions/{course.id}/completions", b"Name,Email\nMaria,maria@mail.example\n"
    assert client.get(path).status_code == 401
    partner = make_user()
    make_organisation(partner)
    for user in (make_user(), partner, make_user(is_operator=True)):
        headers = sign_in(client, user.id)
        for query in ("", "?dry_run=1"):
            assert load(client, course, headers, data, query).status_code == 403
        refused = client.get(path)
        assert refused.status_code == 403
        assert "Graduate" not in refused.text
        assert client.get(f"{API}/course-sessions/{new_id()}/completions").status_code == 404
