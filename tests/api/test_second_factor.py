"""The second factor over the API: set up, asked for at the door, needed for weighty acts."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

import pyotp
from flask.testing import FlaskClient

from network.kernel import runtime
from network.kernel.runtime import Runtime
from tests.api.callers import Caller
from tests.factories.organisations import make_organisation
from tests.factories.people import PASSWORD, PASSWORD_HASH, make_user
from tests.running import HandClock

EMAIL = "amina@mail.example"
Clients = Callable[[], FlaskClient]


def code_of(secret: str, *, steps: int = 0) -> str:
    moment = int(runtime.current().clock.now().timestamp()) + 30 * steps
    return pyotp.TOTP(secret).at(moment)


def test_from_setting_up_to_signing_in(live: Runtime, make_client: Clients) -> None:
    user = make_user(email=EMAIL, password_hash=PASSWORD_HASH)
    ask, door = Caller(make_client, user.id), Caller(make_client)
    assert ask("get", "/me/second-factor").json == {
        "state": "off", "since": None, "required": False, "passkeys": 0, "recovery_codes_left": 0,
    }  # fmt: skip
    assert ask("put", "/me/second-factor", {"code": "123456"}).json["code"] == "no_second_factor"
    begun = ask("post", "/me/second-factor")
    assert begun.status_code == 201
    assert ask("put", "/me/second-factor", {"code": "12345x"}).status_code == 422
    on = ask("put", "/me/second-factor", {"code": code_of(begun.json["secret"], steps=-1)})
    assert (on.status_code, len(on.json["recovery_codes"])) == (200, 10)
    assert ask("post", "/me/second-factor").json["code"] == "second_factor_there"

    first = door("post", "/session", {"email": EMAIL, "password": PASSWORD, "shared_device": True})
    assert (first.status_code, first.json["code"]) == (401, "second_factor_required")
    assert "Set-Cookie" not in first.headers
    challenge = first.json["challenge"]
    wrong = door("post", "/session/second-factor", {"challenge": challenge, "code": "a2bc-defg-hjkm"})
    assert (wrong.status_code, wrong.json["code"]) == (401, "wrong_credentials")
    unknown = door("post", "/session/second-factor", {"challenge": "x" * 43, "code": "123456"})
    assert (unknown.status_code, unknown.json["code"]) == (401, "challenge_over")
    right = {"challenge": challenge, "code": code_of(begun.json["secret"])}
    done = door("post", "/session/second-factor", right)
    assert (done.status_code, done.json["user"]["email"]) == (200, EMAIL)
    assert door("get", "/session").json == done.json
    assert ask("delete", "/me/second-factor").status_code == 204
    assert ask("post", "/me/second-factor/recovery-codes").json["code"] == "no_second_factor"


def test_it_takes_a_proof(live: Runtime, make_client: Clients, clock: HandClock) -> None:
    ask = Caller(make_client, make_user().id)
    clock.forward(minutes=61)
    for method, path in (
        ("post", "/me/second-factor"), ("delete", "/me/second-factor"),
        ("post", "/me/second-factor/recovery-codes"),
    ):  # fmt: skip
        refused = ask(method, path)
        assert (refused.status_code, refused.json["code"]) == (403, "proof_required")


def test_a_steward_sets_one_up_before_a_weighty_act(live: Runtime, make_client: Clients) -> None:
    required = dataclasses.replace(live.settings, second_factor="required")  # type: ignore[type-var]
    runtime.install(dataclasses.replace(live, settings=required))
    steward, demo = make_user(), make_user(email="steward@demo.example")
    organisation = make_organisation(steward, demo)
    ask, path = Caller(make_client, steward.id), f"/organisations/{organisation.id}/stewards"
    refused = ask("post", path, {"email": "nora@mail.example"})
    assert (refused.status_code, refused.json["code"]) == (403, "second_factor_needed")
    assert ask("get", "/me/second-factor").json["required"] is True
    assert ask("get", f"/organisations/{organisation.id}").status_code == 200, "the rest goes on"
    begun = ask("post", "/me/second-factor").json
    ask("put", "/me/second-factor", {"code": code_of(begun["secret"])})
    assert ask("post", path, {"email": "nora@mail.example"}).status_code == 202
    assert ask("get", "/me/second-factor").json["required"] is False
