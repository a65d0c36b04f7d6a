"""What I tell about myself, on its page; and the people, as they show themselves."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from network import profiles
from network.kernel.transaction import unit_of_work
from tests.factories.membership import member_of
from tests.factories.people import make_user, sign_in
from tests.web.invitations.community import Founded, found
from tests.web.people.browsing import send


@pytest.fixture
def founded(live: object) -> Founded:
    return found()


def test_what_i_tell_is_private_until_i_say_who_sees_it(client: FlaskClient, founded: Founded) -> None:
    amina = member_of(founded.network, user=make_user(display_name="Amina"))
    other = member_of(founded.network, user=make_user(display_name="Zoe"))
    sign_in(client, amina.user_id or "")
    answer = send(client, "/me/profile", introduction="I like tea.", offers="Forms\nBikes, Tea")
    assert answer.status_code == 302
    with unit_of_work():
        assert profiles.get_person(other, amina.user_id or "")["profile"]["offers"] is None
    answer = send(client, "/me/profile", offers_for="networks")
    assert answer.status_code == 302
    own = client.get(answer.location).text
    assert "I like tea." in own
    sign_in(client, other.user_id or "")
    seen = client.get(f"/people/{amina.user_id}").text
    assert "Bikes" in seen
    assert "I like tea." not in seen


def test_people_are_narrowed_by_what_they_show(client: FlaskClient, founded: Founded) -> None:
    amina = member_of(founded.network, user=make_user(display_name="Amina"))
    zoe = member_of(founded.network, user=make_user(display_name="Łucja"))
    shown = dict.fromkeys(profiles.FIELDS, "networks")
    profiles.change_profile(amina, 0, offers=["Bikes"], languages=["tr"], region="Łódź", shown_to=shown)
    sign_in(client, zoe.user_id or "")
    for query in ("offers=bike", "language=tr", "region=lodz", "q=amina"):
        page = client.get(f"/people?{query}").text
        assert "Amina" in page
        assert "Łucja" not in page.partition("<main")[2]
    assert "Łucja" in client.get("/people?q=LUCJA").text.partition("<main")[2]
    assert "Nobody here shows something like that." in client.get("/people?can_help_now=y").text


def test_a_mistake_keeps_what_was_typed(client: FlaskClient, founded: Founded) -> None:
    amina = member_of(founded.network)
    sign_in(client, amina.user_id or "")
    answer = send(client, "/me/profile", introduction="Tea " * 200, region="Old town")
    assert answer.status_code == 422
    assert "Old town" in answer.text
    assert "This is longer than 600 characters." in answer.text
    answer = send(client, "/me/profile", offers="\n".join(f"Thing {n}" for n in range(13)))
    assert answer.status_code == 422
    assert "Thing 12" in answer.text


def test_an_older_page_does_not_overwrite(client: FlaskClient, founded: Founded) -> None:
    amina = member_of(founded.network)
    sign_in(client, amina.user_id or "")
    profiles.change_profile(amina, 0, introduction="Newer")
    answer = send(client, "/me/profile", introduction="Older", expected_version="0")
    assert answer.status_code == 422
    assert "Older" in answer.text
    with unit_of_work():
        assert profiles.show_my_profile(amina)["introduction"] == "Newer"
