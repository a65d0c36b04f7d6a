"""Files over HTTP: taken by what is in them, saved and never run, found by who may read the message (A16)."""

from __future__ import annotations

import errno
import io
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from PIL import Image
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from network.kernel.runtime import Runtime
from tests.factories import files as made
from tests.factories import pictures
from tests.factories.discussions import make_community, make_room, make_topic
from tests.factories.people import sign_in

API = "/api/v1"


@pytest.fixture(autouse=True)
def _without_limits(live: Runtime) -> None:
    object.__setattr__(live.settings, "rate_limits", "off")


class Talk:
    """A topic with two members, and a member of another network, each with a browser."""

    def __init__(self, make_client: Callable[[], FlaskClient]) -> None:
        community, other = make_community(), make_community()
        self.ann, self.bob, self.eve = community.member(), community.member(), other.member()
        self.network = community.network.id
        self.topic = make_topic(make_room(community.network), self.ann).id
        self.clients: dict[str, tuple[FlaskClient, dict[str, str]]] = {}
        for name in ("ann", "bob", "eve"):
            client = make_client()
            self.clients[name] = client, sign_in(client, getattr(self, name).user_id)

    def ask(self, who: str, method: str, path: str, **more: Any) -> Any:
        client, headers = self.clients[who]
        headers = headers | more.pop("headers", {})
        return client.open(f"{API}{path}", method=method, headers=headers, **more)

    def send(self, who: str, content: bytes, name: str = "a.bin", **more: Any) -> Any:
        # Encoded here: the test client would leave a temporary file of a large body open.
        file = FileStorage(io.BytesIO(content), filename=name, name="file", content_type="image/svg+xml")
        headers = more.pop("headers", {})
        boundary, data = encode_multipart({"file": file, **more})
        kind = f"multipart/form-data; boundary={boundary}"
        path = f"/networks/{self.network}/files"
        return self.ask(who, "POST", path, data=data, content_type=kind, headers=headers)


@pytest.fixture
def talk(client: FlaskClient, make_client: Callable[[], FlaskClient]) -> Talk:
    assert client
    return Talk(make_client)


def test_a_file_is_sent_carried_and_got(talk: Talk) -> None:
    sent = talk.send("ann", pictures.photo_with_place(), "../../küche.html", alt="The kitchen")
    assert sent.status_code == 201, sent.text
    file = sent.json
    assert file == {
        "id": file["id"], "name": "küche.jpg", "media_type": "image/jpeg", "bytes": file["bytes"],
        "url": f"{API}/files/{file['id']}", "width": 60, "height": 40, "seconds": None,
        "alt": "The kitchen", "preview_url": f"/files/{file['id']}/preview",
    }  # fmt: skip
    body = {"body": "", "client_msg_id": "1", "file_ids": [file["id"]]}
    for status in (201, 200):
        posted = talk.ask("ann", "POST", f"/topics/{talk.topic}/messages", json=body)
        assert (posted.status_code, posted.json["files"]) == (status, [file])
    for other in ([], [talk.send("ann", made.pdf()).json["id"]]):
        again = talk.ask("ann", "POST", f"/topics/{talk.topic}/messages", json=body | {"file_ids": other})
        assert again.status_code == (422 if not other else 409)
    second = talk.ask("ann", "POST", f"/topics/{talk.topic}/messages", json=body | {"client_msg_id": "2"})
    assert (second.status_code, second.json["code"]) == (409, "file_in_use")
    listed = talk.ask("bob", "GET", f"/topics/{talk.topic}/messages").json["items"]
    assert [message["files"] for message in listed] == [[file]]
    got = talk.ask("bob", "GET", f"/files/{file['id']}")
    assert (got.status_code, got.content_type) == (200, "image/jpeg")
    assert len(got.data) == file["bytes"] and pictures.CANARY.encode() not in got.data
    with Image.open(io.BytesIO(got.data)) as kept:
        assert dict(kept.getexif()) == {}
    assert got.headers["Content-Disposition"] == (
        "attachment; filename=\"kuche.jpg\"; filename*=UTF-8''k%C3%BCche.jpg"
    )
    assert got.headers["X-Content-Type-Options"] == "nosniff"
    assert got.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert got.headers["Cache-Control"] == "private, no-store"


def test_a16_for_another_networks_member_there_is_no_such_file(talk: Talk) -> None:
    file_id = talk.send("ann", made.pdf()).json["id"]
    nothing = talk.topic  # an id that no file has
    absent = talk.ask("eve", "GET", f"/files/{nothing}")
    before = talk.ask("bob", "GET", f"/files/{file_id}")
    body = {"body": "Here", "client_msg_id": "1", "file_ids": [file_id]}
    message = talk.ask("ann", "POST", f"/topics/{talk.topic}/messages", json=body).json
    refused = talk.ask("eve", "GET", f"/files/{file_id}")
    assert talk.ask("bob", "GET", f"/files/{file_id}").status_code == 200
    talk.ask("ann", "DELETE", f"/messages/{message['id']}")
    gone = talk.ask("bob", "GET", f"/files/{file_id}")
    for answer in (absent, before, refused, gone):
        assert (answer.status_code, answer.data) == (404, absent.data)
        assert set(answer.headers.keys()) == set(absent.headers.keys())
    assert talk.ask("ann", "GET", f"/files/{file_id}").status_code == 404


def test_a16_what_cannot_be_taken(talk: Talk) -> None:
    unsupported = ("svg", "html", "docx with macros", "film in webm", "pdf and zip")
    refusals = [(made.REFUSED[name], 415, "unsupported_file_type") for name in unsupported]
    refusals += [
        (pictures.BROKEN["half a jpeg"], 422, "validation_failed"),
        (pictures.BOMBS["png of four thousand million pixels"], 422, "validation_failed"),
        (made.LONG["webm"], 422, "validation_failed"),
        (made.pdf(b"%" + bytes(10 * 2**20)), 413, "file_too_large"),
    ]
    for content, status, code in refusals:
        refused = talk.send("ann", content, "holiday.png")
        assert (refused.status_code, refused.json["code"]) == (status, code), content[:40]
        assert list(refused.json["errors"]) == ["file"]


def test_a_file_beyond_any_form_is_cut_off(talk: Talk) -> None:
    refused = talk.send("ann", made.pdf(b"%" + bytes(11 * 2**20)))
    assert (refused.status_code, refused.json["code"]) == (413, "too_large")


def test_a13_nothing_else_comes_with_a_file(talk: Talk) -> None:
    for more in ({"message_id": "x"}, {"uploader_id": "x"}, {"network_id": "x"}, {"media_type": "a/b"}):
        refused = talk.send("ann", made.pdf(), **more)
        assert (refused.status_code, list(refused.json["errors"])) == (422, list(more))
    path = f"/networks/{talk.network}/files"
    assert talk.ask("ann", "POST", path, json={"file": "x"}).status_code == 415
    assert talk.clients["ann"][0].post(f"{API}{path}", **made.form(made.pdf())).status_code == 403
    assert talk.send("eve", made.pdf()).status_code == 404


def test_the_same_key_is_the_same_file(talk: Talk) -> None:
    key = {"Idempotency-Key": "k-1"}
    first = talk.send("ann", made.pdf(), headers=key)
    assert talk.send("ann", made.pdf(), headers=key).json == first.json
    other = talk.send("ann", made.odt(), headers=key)
    assert (other.status_code, other.json["code"]) == (409, "idempotency_conflict")
    assert talk.send("ann", made.pdf(), headers={"Idempotency-Key": "x" * 201}).status_code == 422


def test_before_it_is_posted_one_describes_it_or_takes_it_away(talk: Talk) -> None:
    file_id = talk.send("ann", pictures.photo()).json["id"]
    said = talk.ask("ann", "PATCH", f"/files/{file_id}", json={"alt": "Our table"})
    assert (said.status_code, said.json["alt"]) == (200, "Our table")
    assert talk.ask("ann", "PATCH", f"/files/{file_id}", json={"alt": "x" * 301}).status_code == 422
    for method, more in (("PATCH", {"json": {"alt": "x"}}), ("DELETE", {})):
        assert talk.ask("bob", method, f"/files/{file_id}", **more).status_code == 404
    assert talk.ask("ann", "DELETE", f"/files/{file_id}").status_code == 204
    assert talk.ask("ann", "GET", f"/files/{file_id}").status_code == 404


def test_b6_a_body_for_which_there_is_no_room_is_no_fault_of_ours(
    talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_args: Any, **_more: Any) -> Any:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("werkzeug.wrappers.request.default_stream_factory", full)
    refused = talk.send("ann", made.pdf())
    assert (refused.status_code, refused.json["code"]) == (507, "storage_full")
    monkeypatch.undo()
    assert talk.send("ann", made.pdf()).status_code == 201
