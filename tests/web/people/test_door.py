"""The pages at the door: in with a code or a password, out, forgotten passwords, proof."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from models.people import SignInCode, User, UserSession
from network import people
from network.kernel.actor import ANONYMOUS
from network.kernel.ids import derived_code
from network.kernel.outbox import drain
from network.kernel.transaction import session, unit_of_work
from network.people import mails  # noqa: F401 - the letters' texts are registered
from network.people.rules.codes import SIGN_IN
from tests.factories.people import PASSWORD, PASSWORD_HASH, make_code, make_session, make_user, sign_in
from tests.running import HandClock, LetterBox
from tests.web.people.browsing import forms, press, send

EMAIL = "amina@mail.example"
NEW = "velvet tram in march rain"


def count(table: type) -> int:
    with unit_of_work():
        return session().scalar(select(func.count()).select_from(table)) or 0


def who(client: FlaskClient) -> str | None:
    cookie = client.get_cookie("mentornet_session")
    with unit_of_work():
        actor = people.find_session(cookie.value) if cookie else None
    return actor.user_id if actor else None


def letter(letterbox: LetterBox, email: str = EMAIL) -> str:
    drain()
    return letterbox.to(email)[-1].get_body(("plain",)).get_content()


def code_in(text: str) -> str:
    found = re.search(r"^\d{6}$", text, re.M)
    assert found
    return found[0]


def test_a_newcomer_comes_in_with_a_code(client: FlaskClient, letterbox: LetterBox) -> None:
    asked = send(client, "/signin?next=/talk", email=f" {EMAIL} ")
    assert (asked.status_code, asked.location) == (302, "/signin/code?next=/talk")
    assert EMAIL in client.get(asked.location).text
    let_in = send(client, asked.location, code=code_in(letter(letterbox)))
    assert (let_in.status_code, let_in.location) == (302, "/welcome?next=/talk")
    named = send(client, let_in.location, display_name="Amina Yusuf", time_zone="Europe/Vienna")
    assert (named.status_code, named.location) == (302, "/talk")
    with unit_of_work():
        user = session().scalars(select(User)).one()
        assert (user.display_name, user.time_zone, user.email) == ("Amina Yusuf", "Europe/Vienna", EMAIL)
        user_id = user.id
    assert who(client) == user_id
    assert client.get_cookie("mentornet_device") is not None


def test_who_is_known_goes_straight_home(client: FlaskClient) -> None:
    user = make_user(email=EMAIL)
    send(client, "/signin", email=EMAIL)
    with unit_of_work():
        code_id = session().scalars(select(SignInCode.id)).one()
    let_in = send(client, "/signin/code", code=derived_code(SIGN_IN, code_id))
    assert (let_in.status_code, let_in.location) == (302, "/home")
    assert who(client) == user.id


def test_a_wrong_code_is_told_and_the_way_on_stays(client: FlaskClient) -> None:
    make_user(email=EMAIL)
    send(client, "/signin", email=EMAIL)
    refused = send(client, "/signin/code", code="000000")
    assert refused.status_code == 422
    assert "error-summary" in refused.text
    assert 'value="000000"' in refused.text
    assert who(client) is None
    again = press(client, "/signin/code", "/signin/code/again")
    assert again.location == "/signin/code"
    assert count(SignInCode) == 2


def test_what_is_no_address_is_told_and_stays(client: FlaskClient) -> None:
    for typed in ("", "no address"):
        refused = send(client, "/signin", email=typed)
        assert refused.status_code == 422
        assert f'value="{typed}"' in refused.text
        assert 'aria-invalid="true"' in refused.text
    assert count(SignInCode) == 0


def test_without_an_address_there_is_no_second_step(client: FlaskClient) -> None:
    assert client.get("/signin/code").location == "/signin"


def test_in_with_a_password(client: FlaskClient) -> None:
    user = make_user(email=EMAIL, password_hash=PASSWORD_HASH)
    refused = send(client, "/signin/password?next=/talk", email=EMAIL, password="wrong cups")
    assert refused.status_code == 422
    assert f'value="{EMAIL}"' in refused.text
    assert "wrong cups" not in refused.text
    let_in = send(client, "/signin/password?next=/talk", email=EMAIL, password=PASSWORD)
    assert (let_in.status_code, let_in.location) == (302, "/talk")
    assert who(client) == user.id
    for path in ("/signin", "/signin/password"):
        assert client.get(path).location == "/home", "who is inside need not knock"


def test_a20_the_page_says_how_long_to_wait(client: FlaskClient) -> None:
    make_user(email=EMAIL, password_hash=PASSWORD_HASH)
    for _ in range(5):
        assert send(client, "/signin/password", email=EMAIL, password="wrong cups").status_code == 422
    waiting = send(client, "/signin/password", email=EMAIL, password=PASSWORD)
    assert waiting.status_code == 429
    assert "30 min" in waiting.text
    assert int(waiting.headers["Retry-After"]) > 0


def test_on_a_device_that_others_use(client: FlaskClient) -> None:
    make_user(email=EMAIL, password_hash=PASSWORD_HASH)
    let_in = send(client, "/signin/password", "stay", email=EMAIL, password=PASSWORD)
    assert let_in.status_code == 302
    assert client.get_cookie("mentornet_device") is None
    kept = client.get_cookie("mentornet_session")
    assert kept is not None
    assert kept.max_age is None
    with unit_of_work():
        assert session().scalars(select(UserSession.shared_device)).one() is True


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:1"]
)
def test_no_way_leads_to_another_site(client: FlaskClient, target: str) -> None:
    make_user(email=EMAIL, password_hash=PASSWORD_HASH)
    path = f"/signin/password?next={target}"
    assert send(client, path, email=EMAIL, password=PASSWORD).location == "/home"


def test_a21_signing_in_changes_every_secret_of_the_browser(client: FlaskClient) -> None:
    make_user(email=EMAIL, password_hash=PASSWORD_HASH)
    client.set_cookie("mentornet_session", "planted")
    old = forms(client.get("/signin/password"))[0].values
    send(client, "/signin/password", email=EMAIL, password=PASSWORD)
    assert who(client)
    stale = client.post("/me", data={**old, "display_name": "Eve", "language": "en", "time_zone": "UTC"})
    assert stale.status_code == 403


def test_a22_a_form_without_its_token_does_nothing(client: FlaskClient) -> None:
    user = make_user(email=EMAIL, password_hash=PASSWORD_HASH)
    assert client.post("/signin/password", data={"email": EMAIL, "password": PASSWORD}).status_code == 403
    sign_in(client, user.id)
    assert client.post("/signout").status_code == 403
    assert who(client) == user.id
    for path in ("/signout", "/signin/proof/code", "/signin/code/again"):
        assert client.get(path).status_code == 405


def test_out_again(client: FlaskClient) -> None:
    user = make_user(display_name="Amina")
    sign_in(client, user.id)
    stolen = client.get_cookie("mentornet_session")
    assert stolen is not None
    out = press(client, "/me", "/signout")
    assert (out.status_code, out.location) == (302, "/")
    assert out.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert client.get_cookie("mentornet_session") is None
    client.set_cookie("mentornet_session", stolen.value)
    assert client.get("/me").location.startswith("/signin?next=")


def test_a_forgotten_password(client: FlaskClient, letterbox: LetterBox) -> None:
    make_user(email=EMAIL, password_hash=PASSWORD_HASH)
    told = []
    for email in ("nobody@mail.example", EMAIL):
        sent = send(client, "/password", email=email)
        assert sent.location == "/password?sent=1"
        told.append(client.get(sent.location).text.replace(email, "…"))
    nonce = re.compile(r'nonce="[^"]*"')
    assert nonce.sub("", told[0]) == nonce.sub("", told[1])
    link = re.search(r"/password/\S+", letter(letterbox))
    assert link
    refused = send(client, link[0], password="amina12345")
    assert refused.status_code == 422
    assert "amina12345" not in refused.text
    chosen = send(client, link[0], password=NEW)
    assert chosen.location == "/signin/password"
    assert send(client, chosen.location, email=EMAIL, password=NEW).location == "/home"
    for path in (link[0], "/password/" + "x" * 43):
        over = client.get(path)
        assert over.status_code == 404
        assert "/password" in over.text


@pytest.mark.parametrize("means", ["password", "code"])
def test_proof_before_something_weighty(
    client: FlaskClient, clock: HandClock, letterbox: LetterBox, means: str
) -> None:
    user = make_user(email=EMAIL, password_hash=PASSWORD_HASH if means == "password" else None)
    sign_in(client, user.id)
    clock.forward(minutes=61)
    asked = client.get("/me/password")
    assert (asked.status_code, asked.location) == (302, "/signin/proof?next=/me/password")
    if means == "password":
        assert send(client, asked.location, password="wrong cups").status_code == 422
        proved = send(client, asked.location, password=PASSWORD)
    else:
        sent = press(client, asked.location, "/signin/proof/code")
        assert sent.location == "/signin/proof?way=code&sent=1&next=/me/password"
        assert send(client, sent.location, code="000000").status_code == 422
        proved = send(client, sent.location, code=code_in(letter(letterbox)))
    assert (proved.status_code, proved.location) == (302, "/me/password")
    assert client.get("/me/password").status_code == 200


def test_who_has_a_password_may_still_prove_with_a_code(client: FlaskClient) -> None:
    user = make_user(email=EMAIL, password_hash=PASSWORD_HASH)
    sign_in(client, user.id)
    path = "/signin/proof?way=code&sent=1"
    typed = derived_code(SIGN_IN, make_code(EMAIL).id)
    assert send(client, path, code=typed).location == "/home"


def test_one_sees_ones_devices_and_signs_out_elsewhere(
    client: FlaskClient, make_client: Callable[[], FlaskClient]
) -> None:
    user, other = make_user(), make_user()
    sign_in(client, user.id)
    far, far_token = make_session(user, device="Safari · iPhone")
    theirs, _ = make_session(other, device="Chrome · Windows")
    shown = client.get("/me/devices").text
    assert "Safari · iPhone" in shown
    assert "Chrome · Windows" not in shown
    ended = press(client, "/me/devices", f"/me/devices/{far.id}/end")
    assert ended.location == "/me/devices"
    assert "Safari · iPhone" not in client.get("/me/devices").text
    secret = forms(client.get("/me"))[0].values["csrf_token"]
    assert client.post(f"/me/devices/{theirs.id}/end", data={"csrf_token": secret}).status_code == 404
    elsewhere = make_client()
    elsewhere.set_cookie("mentornet_session", far_token)
    assert elsewhere.get("/me").status_code == 302
    assert people.open_session(ANONYMOUS, other.id, "x")


def test_one_changes_ones_page(client: FlaskClient) -> None:
    user = make_user(display_name="amina", language="uk", time_zone="Europe/Kyiv")
    noise = make_user(display_name="noise")
    sign_in(client, user.id)
    refused = send(client, "/me", display_name="A\u202e")
    assert refused.status_code == 422
    saved = send(client, "/me", display_name="Amina Yusuf", time_zone="Europe/Berlin")
    assert saved.location == "/me"
    with unit_of_work():
        row = session().get_one(User, user.id)
        assert (row.display_name, row.language, row.time_zone) == ("Amina Yusuf", "uk", "Europe/Berlin")
        assert session().get_one(User, noise.id).display_name == "noise"
    shown = client.get("/me").text
    assert "Amina Yusuf" in shown
    foreign = send(client, "/me", language="xx")
    assert foreign.status_code == 422


def test_a_first_password_is_chosen_on_a_page(client: FlaskClient) -> None:
    user = make_user(email=EMAIL)
    sign_in(client, user.id)
    assert send(client, "/me/password", password="password1").status_code == 422
    assert send(client, "/me/password", password=NEW).location == "/me"
    assert who(client) == user.id
    client.delete_cookie("mentornet_session")
    assert send(client, "/signin/password", email=EMAIL, password=NEW).location == "/home"
