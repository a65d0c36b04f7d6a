"""The second factor on pages: set up without a script, asked for at the door, needed for weighty pages."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable

import pyotp
from flask.testing import FlaskClient

from network.kernel import runtime
from network.kernel.runtime import Runtime
from tests.factories.people import PASSWORD, PASSWORD_HASH, make_user, sign_in
from tests.web.people.browsing import press, send

EMAIL = "amina@mail.example"
PAGE = "/me/second-factor"


def code_of(secret: str, *, steps: int = 0) -> str:
    moment = int(runtime.current().clock.now().timestamp()) + 30 * steps
    return pyotp.TOTP(secret).at(moment)


def set_up(client: FlaskClient) -> tuple[str, list[str]]:
    begun = press(client, PAGE, f"{PAGE}/begin")
    assert (begun.status_code, begun.location) == (302, f"{PAGE}/app")
    shown = client.get(begun.location).text
    assert "<svg" in shown and 'style="' not in shown
    found = re.search(r"[A-Z2-7]{4}( [A-Z2-7]{4}){7}", shown)
    assert found
    secret = found[0].replace(" ", "")
    wrong = send(client, begun.location, code=code_of(secret, steps=9))
    assert wrong.status_code == 422
    assert found[0] in wrong.text, "the picture and the key are still there"
    done = send(client, begun.location, code=code_of(secret, steps=-1))
    codes = re.findall(r"<code>([a-z0-9-]{14})</code>", done.text)
    assert (done.status_code, len(codes)) == (200, 10)
    assert secret not in done.text
    assert client.get(begun.location).location == PAGE, "it is never shown again"
    return secret, codes


def test_set_up_and_asked_for_at_the_door(
    live: Runtime, client: FlaskClient, make_client: Callable[[], FlaskClient]
) -> None:
    user = make_user(email=EMAIL, password_hash=PASSWORD_HASH)
    sign_in(client, user.id)
    assert PAGE in client.get("/me").text
    secret, codes = set_up(client)

    door = make_client()
    asked = send(door, "/signin/password?next=/talk", email=EMAIL, password=PASSWORD)
    assert (asked.status_code, asked.location) == (302, "/signin/second-factor?next=/talk")
    assert door.get("/home").status_code == 302, "not in yet"
    assert send(door, asked.location, code="a2bc-defg-hjkm").status_code == 422
    let_in = send(door, asked.location, code=f"{code_of(secret)[:3]} {code_of(secret)[3:]}")
    assert (let_in.status_code, let_in.location) == (302, "/talk")
    assert door.get("/me").status_code == 200

    other = make_client()
    asked = send(other, "/signin/password", email=EMAIL, password=PASSWORD)
    assert send(other, asked.location, code=codes[0]).location == "/home"
    assert "9 recovery codes" in client.get(PAGE).text
    assert len(re.findall(r"<code>", press(client, PAGE, f"{PAGE}/recovery-codes").text)) == 10
    assert press(client, PAGE, f"{PAGE}/remove").location == PAGE
    assert send(make_client(), "/signin/password", email=EMAIL, password=PASSWORD).location == "/home"


def test_who_comes_too_late_begins_once_more(live: Runtime, client: FlaskClient) -> None:
    assert client.get("/signin/second-factor").location == "/signin"
    user = make_user(email=EMAIL, password_hash=PASSWORD_HASH)
    sign_in(client, user.id)
    set_up(client)
    client.delete_cookie("mentornet_session")
    asked = send(client, "/signin/password", email=EMAIL, password=PASSWORD)
    live.clock.forward(minutes=11)  # type: ignore[attr-defined]
    late = send(client, asked.location, code="123456")
    assert (late.status_code, late.location) == (302, "/signin")
    assert "begin once more" in client.get("/signin").text


def test_the_operator_is_led_to_it_first(live: Runtime, client: FlaskClient) -> None:
    required = dataclasses.replace(live.settings, second_factor="required")  # type: ignore[type-var]
    runtime.install(dataclasses.replace(live, settings=required))
    sign_in(client, make_user(email=EMAIL, is_operator=True).id)
    assert f"{PAGE}?next=/home" in client.get("/home").text
    led = client.get("/admin")
    assert (led.status_code, led.location) == (302, f"{PAGE}?next=/admin")
    assert "please set up a second factor first" in client.get(led.location).text
    set_up(client)
    assert client.get("/admin").status_code == 200
    assert PAGE not in client.get("/home").text
