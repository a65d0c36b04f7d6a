"""Photos over HTTP: put as a form's file, seen by those to whom they are shown, by nobody else (A16)."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from PIL import Image
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

from network import blocks, people
from network.kernel.runtime import Runtime
from tests.factories import pictures
from tests.factories.membership import member_of
from tests.factories.networks import make_network
from tests.factories.people import actor_of, make_user, sign_in
from web.pictures.faces import drawn_face_file

API = "/api/v1"


def put(client: FlaskClient, headers: dict[str, str], content: bytes, **more: Any) -> Any:
    # Encoded here: the test client would leave a temporary file of a large body open.
    file = FileStorage(io.BytesIO(content), filename="../../photo.html", name="file")
    boundary, data = encode_multipart({"file": file, **more})
    kind = f"multipart/form-data; boundary={boundary}"
    return client.put(f"{API}/me/photo", data=data, headers=headers, content_type=kind)


def test_one_puts_and_removes_a_photo(client: FlaskClient) -> None:
    me = make_user(face="amina")
    headers = sign_in(client, me.id)
    answer = put(client, headers, pictures.photo_with_place())
    assert answer.status_code == 200
    url = answer.json["photo_url"]
    assert url == client.get(f"{API}/me").json["photo_url"]
    got = client.get(url)
    assert (got.status_code, got.content_type) == (200, "image/webp")
    assert pictures.CANARY.encode() not in got.data
    with Image.open(io.BytesIO(got.data)) as kept:
        assert (kept.size, kept.getexif()) == ((96, 96), {})
    assert got.headers["X-Content-Type-Options"] == "nosniff"
    assert got.headers["Content-Disposition"].startswith("attachment")
    assert got.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert got.headers["Cache-Control"].startswith("private, ")
    assert client.delete(f"{API}/me/photo", headers=headers).status_code == 204
    assert client.get(f"{API}/me").json["photo_url"] == "/faces/amina.svg"
    assert client.get(url).content_type == "image/svg+xml"


@pytest.mark.parametrize(
    ("content", "status", "code"),
    [
        (pictures.UNSUPPORTED["svg"], 415, "unsupported_file_type"),
        (pictures.UNSUPPORTED["moving webp"], 415, "unsupported_file_type"),
        (pictures.BROKEN["half a jpeg"], 422, "validation_failed"),
        (pictures.BOMBS["png of four thousand million pixels"], 422, "validation_failed"),
        (pictures.photo() + bytes(2_097_152), 413, "photo_too_large"),
    ],
)
def test_a16_what_cannot_be_taken(client: FlaskClient, content: bytes, status: int, code: str) -> None:
    headers = sign_in(client, make_user().id)
    before = client.get(f"{API}/me").json
    refused = put(client, headers, content)
    assert (refused.status_code, refused.json["code"]) == (status, code)
    assert list(refused.json["errors"]) == ["file"]
    assert client.get(f"{API}/me").json == before


def test_a13_nothing_comes_with_the_file(client: FlaskClient) -> None:
    headers = sign_in(client, make_user().id)
    for more in ({"is_operator": "true"}, {"shown_to": "everyone"}, {"user_id": "x"}):
        refused = put(client, headers, pictures.photo(), **more)
        assert (refused.status_code, list(refused.json["errors"])) == (422, list(more))
    assert client.put(f"{API}/me/photo", json={"file": "x"}, headers=headers).status_code == 415
    assert put(client, {}, pictures.photo()).status_code == 403


def test_a16_whoever_does_not_see_it_sees_what_all_see_who_have_none(
    client: FlaskClient, make_client: Callable[[], FlaskClient]
) -> None:
    network = make_network()
    amina, member, blocked = member_of(network), member_of(network), member_of(network)
    stranger = make_user()
    blocks.block(amina, blocked.user_id or "")
    key = (people.put_photo(amina, pictures.photo())["photo_url"] or "").rpartition("/")[2]
    url, no_photo = f"/faces/maria/{key}", f"/faces/maria/{'0' * 32}-96.webp"
    ids = {"own": amina.user_id, "member": member.user_id, "blocked": blocked.user_id}
    ids["stranger"] = stranger.id
    clients = {name: make_client() for name in (*ids, "nobody")}
    for name, user_id in ids.items():
        sign_in(clients[name], user_id or "")
    sees = {"nobody": {"own"}, "networks": {"own", "member"}, "everyone": {"own", "member", "stranger"}}
    for audience, seeing in sees.items():
        people.show_photo(amina, audience)
        for name, each in clients.items():
            found, nothing = each.get(url), each.get(no_photo)
            assert (found.content_type == "image/webp") == (name in seeing), (audience, name)
            if name not in seeing:
                assert (found.data, found.status) == (nothing.data, nothing.status)
                assert _headers(found) == _headers(nothing)
    assert clients["own"].get(no_photo).data == drawn_face_file("maria")


def _headers(answer: TestResponse) -> dict[str, str]:
    """What is said to everybody alike: no numbers of this one request."""
    return {
        key: value for key, value in answer.headers
        if key != "X-Request-Id" and not key.startswith("X-RateLimit")
    }  # fmt: skip


def test_a_photo_for_nobody_is_named_to_nobody(
    client: FlaskClient, make_client: Callable[[], FlaskClient]
) -> None:
    network = make_network()
    amina, member = member_of(network), member_of(network)
    sign_in(client, member.user_id or "")
    drawn = client.get(f"{API}/people/{amina.user_id}").json["photo_url"]
    people.put_photo(amina, pictures.photo())
    assert client.get(f"{API}/people/{amina.user_id}").json["photo_url"] == drawn
    people.show_photo(amina, "networks")
    shown = client.get(f"{API}/people/{amina.user_id}").json["photo_url"]
    listed = client.get(f"{API}/networks/{network.id}/people").json["items"]
    assert shown.endswith("-96.webp")
    assert shown in [person["photo_url"] for person in listed]
    assert client.get(shown.replace("-96", "-256")).content_type == "image/webp"
    assert client.get(shown.replace("-96", "-97")).content_type == "image/svg+xml"


def test_an_account_that_was_closed_shows_no_photo(client: FlaskClient) -> None:
    amina, operator = make_user(), make_user(is_operator=True)
    url = people.put_photo(actor_of(amina), pictures.photo(), shown_to="everyone")["photo_url"] or ""
    sign_in(client, operator.id)
    assert client.get(url).content_type == "image/webp"
    people.close_account(actor_of(operator), amina.id, "She asked for it.")
    assert client.get(url).content_type == "image/svg+xml"


def test_a16_the_whole_corpus_is_taken_as_a_new_picture_or_refused(
    client: FlaskClient, live: Runtime
) -> None:
    """Under a name that leads out of the folder, each file becomes a picture of ours or nothing."""
    headers = sign_in(client, make_user(face="amina").id)
    corpus = {**pictures.GOOD, **pictures.UNSUPPORTED, **pictures.BROKEN, **pictures.BOMBS}
    assert len(corpus) >= 40
    for name, content in corpus.items():
        client.delete(f"{API}/me/photo", headers=headers)
        answer = put(client, headers, content)
        assert answer.status_code in (200, 413, 415, 422), name
        kept = [path.name for path in (live.settings.data_dir / "uploads").rglob("*") if path.is_file()]
        if answer.status_code != 200:
            assert (kept, client.get(f"{API}/me").json["photo_url"]) == ([], "/faces/amina.svg"), name
            continue
        assert all(re.fullmatch(r"[0-9a-f]{32}-\d+\.webp", each) for each in kept), (name, kept)
        shown = client.get(answer.json["photo_url"])
        assert shown.content_type == "image/webp" and pictures.CANARY.encode() not in shown.data, name
