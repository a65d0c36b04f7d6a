"""From the link in a letter to the first hello, as a person without JavaScript goes it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from models.membership import Application, Invitation, Membership
from models.people import User, UserSession
from network import agreements, discussions, people
from network.kernel.outbox import drain
from network.kernel.transaction import session, unit_of_work
from network.membership import mails  # noqa: F401 - the letters' texts are registered
from tests.factories.membership import make_invitation, member_of, standing_actor
from tests.factories.people import make_user, sign_in
from tests.running import START, HandClock, LetterBox
from tests.web.invitations.community import Founded, found
from tests.web.people.browsing import forms, press, send

EMAIL = "amina@mail.example"
TYPED = {"display_name": "Amina Yusuf"}
TRANSIENT = re.compile(r'nonce="[^"]*"|value="[^"]{80,}"')


@pytest.fixture
def founded(live: object) -> Founded:
    return found()


def invited(founded: Founded, **over: object) -> str:
    """The address of an invitation's page."""
    return f"/i/{make_invitation(founded.network, EMAIL, **over)[1]}"


def who(client: FlaskClient) -> str | None:
    cookie = client.get_cookie("mentornet_session")
    with unit_of_work():
        actor = people.find_session(cookie.value) if cookie else None
    return actor.user_id if actor else None


def account() -> User:
    """The one account at the invited address."""
    with unit_of_work():
        user = session().scalars(select(User).where(User.email == EMAIL)).one()
        session().expunge(user)
    return user


def states_of(user_id: str | None) -> list[str]:
    with unit_of_work():
        wanted = select(Membership.state).where(Membership.user_id == user_id)
        return list(session().scalars(wanted))


def welcome_room(founded: Founded) -> str:
    with unit_of_work():
        return f"/talk/r/{discussions.first_rooms(founded.network.id)['welcome']}#new"


def agree(client: FlaskClient, path: str) -> TestResponse:
    """Press the one button under the rules."""
    page = client.get(f"{path}/rules")
    assert page.status_code == 200, page.location
    (form,) = forms(page)
    return client.post(form.action, data=form.values)


def test_a_graduate_comes_in_and_says_hello(client: FlaskClient, founded: Founded) -> None:
    path = invited(founded, message="Come to our table!", origin="course")
    first = client.get(path)
    assert first.status_code == 200
    for word in (
        "Henrik Vogt",
        "Come to our table!",
        "Circle of Lindenstadt",
        "Mentors help each other.",
        "a…@mail.example",
        "Wednesday, 23 December",
        "Bridge House",
        f'href="{path}/name"',
    ):
        assert word in first.text, word
    assert EMAIL not in first.text
    name_page = client.get(f"{path}/name")
    assert 'value="Amina"' in name_page.text, "the name of the course's list is there already"
    assert 'selected value="Europe/Vienna"' in name_page.text, "the time of the network's country"
    named = send(client, f"{path}/name", **TYPED, language="en")
    assert (named.status_code, named.location) == (302, f"{path}/rules")
    rules = client.get(named.location)
    with unit_of_work():
        clauses = agreements.rules_of_network(founded.network.id)["clauses"]
    assert all(clause["text"] in rules.text for clause in clauses)
    assert len(clauses) == 5
    joined = agree(client, path)
    assert (joined.status_code, joined.location) == (302, welcome_room(founded))
    assert client.get(joined.location).status_code == 200
    user = account()
    assert (user.display_name, user.language, user.time_zone) == ("Amina Yusuf", "en", "Europe/Vienna")
    assert user.password_hash is None
    assert who(client) == user.id
    assert states_of(user.id) == ["active"]
    assert standing_actor(user).standings[founded.network.id].rules_accepted, "she may write at once"


def test_the_pages_follow_the_chosen_language_at_once(client: FlaskClient, founded: Founded) -> None:
    path = invited(founded)
    assert '<html lang="en"' in client.get(path).text
    chosen = send(client, f"{path}/name", **TYPED, language="de")
    rules = client.get(chosen.location)
    assert '<html lang="de"' in rules.text
    german = agreements.builtin_rules("de")[0].text
    assert german in rules.text
    with unit_of_work():
        original = agreements.rules_of_network(founded.network.id)["clauses"][0]["text"]
    assert original in rules.text, "the words that count are there as well"
    assert 'lang="en"' in rules.text
    assert agree(client, path).status_code == 302
    assert account().language == "de"


def test_the_language_on_top_leads_back_to_the_same_page(client: FlaskClient, founded: Founded) -> None:
    path = invited(founded)
    link = re.search(r'href="(/language/de\?[^"]*)"', client.get(path).text)
    assert link
    back = client.get(link[1])
    assert back.location == path
    assert '<html lang="de"' in client.get(back.location).text


def test_the_way_back_keeps_what_was_typed(client: FlaskClient, founded: Founded) -> None:
    path = invited(founded)
    send(client, f"{path}/name", without="stay", display_name="Amina Y.", time_zone="Europe/Warsaw")
    again_there = client.get(f"{path}/name").text
    assert 'value="Amina Y."' in again_there
    assert 'selected value="Europe/Warsaw"' in again_there
    assert "checked" in again_there
    assert 'name="stay" value="y" checked' not in again_there
    other = f"/i/{make_invitation(founded.network, 'other@mail.example', name=None)[1]}"
    assert "Amina Y." not in client.get(f"{other}/name").text, "not to the holder of another link"


def test_on_a_device_that_others_use(client: FlaskClient, founded: Founded) -> None:
    path = invited(founded)
    send(client, f"{path}/name", without="stay", **TYPED)
    agree(client, path)
    with unit_of_work():
        assert session().scalars(select(UserSession.shared_device)).one() is True
    assert client.get_cookie("mentornet_device") is None


def test_what_cannot_be_a_name_is_told_and_stays(client: FlaskClient, founded: Founded) -> None:
    path = invited(founded)
    for typed in ("", "A\u202eB", "x" * 150):
        refused = send(client, f"{path}/name", display_name=typed)
        assert refused.status_code == 422
        assert "error-summary" in refused.text
        assert f'value="{typed}"' in refused.text
    assert client.get(f"{path}/rules").location == f"{path}/name", "first the name, then the rules"
    assert who(client) is None


def test_rules_that_changed_meanwhile_are_read_again(client: FlaskClient, founded: Founded) -> None:
    path = invited(founded)
    send(client, f"{path}/name", **TYPED)
    (form,) = forms(client.get(f"{path}/rules"))
    stale = form.values | {"version_id": founded.network.id}
    refused = client.post(form.action, data=stale)
    assert refused.status_code == 409
    assert "error-summary" in refused.text
    assert who(client) is None
    assert client.post(form.action, data=form.values).status_code == 302


def test_a10_used_revoked_and_unknown_links_look_alike(
    client: FlaskClient, make_client: Callable[[], FlaskClient], founded: Founded
) -> None:
    used = invited(founded)
    send(client, f"{used}/name", **TYPED)
    agree(client, used)
    revoked = f"/i/{make_invitation(founded.network, 'r@mail.example', state='revoked')[1]}"
    declined = f"/i/{make_invitation(founded.network, 'd@mail.example', state='declined')[1]}"
    pages = set()
    for path in (used, revoked, declined, "/i/" + "x" * 43, "/i/0", "/i/%00%F0%9F%98%80"):
        for step in ("", "/name", "/rules"):
            page = make_client().get(path + step)
            assert page.status_code == 404
            pages.add(TRANSIENT.sub("", page.text))
    assert len(pages) == 1
    assert "sign in" in pages.pop()
    assert client.get(used).status_code == 404, "also for the one who used it"


def test_a_link_that_ran_out_is_renewed_and_the_answer_is_always_the_same(
    client: FlaskClient, letterbox: LetterBox, clock: HandClock, founded: Founded
) -> None:
    path = invited(founded, expires_at=START - timedelta(days=1))
    for step in ("", "/name", "/rules"):
        over = client.get(path + step)
        assert over.status_code == 410
        assert f"{path}/renewal" in over.text
    asked = press(client, path, f"{path}/renewal")
    assert asked.status_code == 202
    drain()
    (letter,) = letterbox.to(EMAIL)
    fresh = re.search(r"/i/\S+", letter.get_body(("plain",)).get_content())
    assert fresh
    assert client.get(fresh[0]).status_code == 200
    assert client.get(path).status_code == 404
    secret = forms(client.get(fresh[0]))[0].values["csrf_token"]
    for other in ("/i/" + "x" * 43, path, fresh[0]):
        answer = client.post(f"{other}/renewal", data={"csrf_token": secret})
        assert answer.status_code == 202
        assert TRANSIENT.sub("", answer.text) == TRANSIENT.sub("", asked.text)
    drain()
    assert len(letterbox.to(EMAIL)) == 1, "nobody is written to twice"
    assert client.get(fresh[0]).status_code == 200


def test_no_thank_you_forgets_the_address(client: FlaskClient, founded: Founded) -> None:
    path = invited(founded)
    done = press(client, path, f"{path}/refusal")
    assert done.status_code == 200
    assert client.get(path).status_code == 404
    with unit_of_work():
        row = session().scalars(select(Invitation)).one()
        assert (row.state, row.email, row.name) == ("declined", None, None)
    assert client.get(f"{path}/refusal").status_code == 405, "a look, or a mail scanner, deletes nothing"


def test_the_link_leaks_nowhere(client: FlaskClient, founded: Founded) -> None:
    path = invited(founded)
    send(client, f"{path}/name", **TYPED)
    for step in ("", "/name", "/rules"):
        page = client.get(path + step)
        assert page.headers["Referrer-Policy"] == "no-referrer"
        assert page.headers["Cache-Control"] == "no-store"
        policies = re.findall(r'<meta name="referrer" content="([^"]*)"', page.text)
        assert policies[-1] == "strict-origin"
        assert not re.search(r'(?:src|href)="(?:https?:)?//', page.text), "nothing from elsewhere"


def test_who_has_an_account_signs_in_and_comes_back(client: FlaskClient, founded: Founded) -> None:
    user = make_user(email=EMAIL, display_name="Amina Yusuf", language="de")
    path = invited(founded)
    first = client.get(path)
    assert f"/signin?next={path}/rules" in first.text.replace("%2F", "/")
    assert client.get(f"{path}/rules").location.replace("%2F", "/") == f"/signin?next={path}/rules"
    assert client.get(f"{path}/name").location == path, "no second account at the same address"
    sign_in(client, user.id)
    assert f'href="{path}/rules"' in client.get(path).text
    joined = agree(client, path)
    assert (joined.status_code, joined.location) == (302, welcome_room(founded))
    assert states_of(user.id) == ["active"]
    assert standing_actor(user).standings[founded.network.id].rules_accepted
    assert account().language == "de", "nobody asked her to choose again"


def test_a10_who_is_signed_in_as_somebody_else_cannot_take_it(client: FlaskClient, founded: Founded) -> None:
    other = make_user(email="amin@mail.example", display_name="Amin")
    sign_in(client, other.id)
    path = invited(founded)
    shown = client.get(path)
    assert "Amin" in shown.text
    assert f"{path}/rules" not in shown.text
    for step in ("/name", "/rules"):
        assert client.get(path + step).location == path
    out = press(client, path, f"{path}/signout")
    assert out.location == path
    assert who(client) is None
    assert f'href="{path}/name"' in client.get(path).text
    assert states_of(other.id) == []


def test_the_guest_of_an_ordinary_member_waits_for_an_answer(client: FlaskClient, founded: Founded) -> None:
    member = member_of(founded.network)
    path = invited(founded, origin="member", invited_by=member.user_id)
    send(client, f"{path}/name", **TYPED)
    joined = agree(client, path)
    assert joined.location == f"/home?network={founded.network.id}"
    assert states_of(who(client)) == ["applied"]
    with unit_of_work():
        assert session().scalars(select(Application.state)).one() == "open"


def test_agreeing_twice_makes_one_account(
    client: FlaskClient, make_client: Callable[[], FlaskClient], founded: Founded
) -> None:
    path = invited(founded)
    second = make_client()
    for browser in (client, second):
        send(browser, f"{path}/name", **TYPED)
    pages = [forms(browser.get(f"{path}/rules"))[0] for browser in (client, second)]
    answers = [
        browser.post(form.action, data=form.values)
        for browser, form in zip((client, second), pages, strict=True)
    ]
    assert [answer.status_code for answer in answers] == [302, 404]
    assert who(second) is None
    assert account().id == who(client)


def test_a22_nothing_happens_without_the_hidden_token(client: FlaskClient, founded: Founded) -> None:
    path = invited(founded)
    for step in ("/name", "/rules", "/renewal", "/refusal", "/signout"):
        assert client.post(path + step, data=TYPED).status_code == 403
    assert client.get(path).status_code == 200
