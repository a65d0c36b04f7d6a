"""Another mail address, on pages."""

from __future__ import annotations

import re
from collections.abc import Callable

from flask.testing import FlaskClient

from network.kernel.outbox import drain
from network.kernel.runtime import Runtime
from network.people import mails  # noqa: F401 - the letters' texts are registered
from tests.factories.people import make_user, sign_in
from tests.running import LetterBox
from tests.web.people.browsing import send

OLD, NEW = "amina@mail.example", "amina.new@post.example"


def path_in(letterbox: LetterBox, address: str) -> str:
    drain()
    text = letterbox.to(address)[-1].get_body(("plain",)).get_content()
    found = re.search(r"/address/[\w/-]+", text)
    assert found
    return found[0]


def press_the_button(client: FlaskClient, path: str) -> str | None:
    page = client.get(path)
    assert page.status_code == 200
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page.text)
    assert token
    return client.post(path, data={"csrf_token": token[1]}).location


def test_there_and_back(
    live: Runtime, client: FlaskClient, make_client: Callable[[], FlaskClient], letterbox: LetterBox
) -> None:
    user = make_user(email=OLD)
    make_user(email="taken@mail.example")
    sign_in(client, user.id)
    free, taken = (send(client, "/me/address", email=email) for email in (NEW, "taken@mail.example"))
    assert free.status_code == taken.status_code == 200
    assert free.text.replace(NEW, "taken@mail.example").count("taken@mail.example") == 1
    assert send(client, "/me/address", email="nonsense").status_code == 422
    send(client, "/me/address", email=NEW)
    elsewhere = make_client()
    assert press_the_button(elsewhere, path_in(letterbox, NEW)) == "/signin"
    assert NEW in client.get("/me").text
    assert elsewhere.get(path_in(letterbox, NEW)).status_code == 404
    assert press_the_button(elsewhere, path_in(letterbox, OLD)) == "/signin"
    assert client.get("/me").location == "/signin?next=/me", "signed out everywhere"
