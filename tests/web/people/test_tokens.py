"""Tokens for programmes on pages: made and shown once, listed, made void; and signing out everywhere else."""

from __future__ import annotations

import re
from collections.abc import Callable

from flask.testing import FlaskClient

from network.kernel.runtime import Runtime
from tests.factories.people import make_session, make_user, sign_in
from tests.running import HandClock
from tests.web.people.browsing import forms, press, send


def test_a_token_is_shown_once_works_and_ends(
    live: Runtime, client: FlaskClient, make_client: Callable[[], FlaskClient]
) -> None:
    sign_in(client, make_user().id)
    assert send(client, "/me/tokens/new", name="Report", scopes="nonsense").status_code == 422
    made = send(client, "/me/tokens/new", name="Report", scopes="read", days="30")
    found = re.search(r"mentornet_[\w-]{43}", made.text)
    assert found
    programme, headers = make_client(), {"Authorization": f"Bearer {found[0]}"}
    assert programme.get("/api/v1/me", headers=headers).status_code == 200
    assert programme.patch("/api/v1/me", json={}, headers=headers).json["code"] == "insufficient_scope"
    listed = client.get("/me/tokens").text
    assert "Report" in listed and found[0] not in listed
    assert press(client, "/me/tokens", "/me/tokens/").location == "/me/tokens"
    assert programme.get("/api/v1/me", headers=headers).status_code == 401


def test_making_one_takes_a_proof(live: Runtime, client: FlaskClient, clock: HandClock) -> None:
    sign_in(client, make_user().id)
    clock.forward(minutes=61)
    assert client.get("/me/tokens/new").location == "/signin/proof?next=/me/tokens/new"


def test_out_everywhere_else(
    live: Runtime, client: FlaskClient, make_client: Callable[[], FlaskClient]
) -> None:
    user = make_user()
    sign_in(client, user.id)
    assert not any("end-others" in form.action for form in forms(client.get("/me/devices")))
    other, another = make_client(), make_client()
    for browser in (other, another):
        browser.set_cookie("mentornet_session", make_session(user)[1])
    assert press(client, "/me/devices", "/me/devices/end-others").location == "/me/devices"
    assert client.get("/me").status_code == 200
    assert other.get("/me").status_code == another.get("/me").status_code == 302
