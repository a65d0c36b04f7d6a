"""Buddy and newcomer at their pages: one tap greets, either of the two ends it, who greets says so."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from network import arrivals, discussions
from network.kernel.actor import Actor, system_actor
from network.kernel.runtime import Runtime
from network.kernel.transaction import unit_of_work
from tests.factories.discussions import Community, make_community, make_room
from tests.factories.people import make_user
from tests.web.discussions.conftest import RULES
from tests.web.discussions.visiting import Visitor


@pytest.fixture
def place(live: Runtime) -> Community:
    assert live
    return make_community(rules_version_id=RULES)


def meet(place: Community, newcomer: Actor) -> None:
    membership_id = newcomer.standings[place.network.id].membership_id
    assert membership_id is not None
    arrivals.find_buddy(system_actor("test"), membership_id)


def first_days(place: Community, actor: Actor) -> arrivals.ArrivalView:
    with unit_of_work():
        return arrivals.get_arrival(actor, place.network.id)


def test_one_tap_greets_and_she_reads_it_on_her_home(
    place: Community, make_client: Callable[[], FlaskClient]
) -> None:
    kind = place.member(user=make_user(display_name="Kim Kind"))
    rosa = place.member(user=make_user(display_name="Rosa Neu"))
    buddy, newcomer = Visitor(make_client(), kind), Visitor(make_client(), rosa)
    me = buddy.see("/me")
    buddy.send(me.form("greets"), "/me")
    assert "You greet newcomers here." in buddy.see("/me").text
    meet(place, rosa)

    assert "is there for your first questions" in newcomer.see("/home").text
    greeted = buddy.send(buddy.see("/home").form("body", "client_msg_id"))
    assert greeted.response.status_code == 200 and "/talk/t/" in greeted.response.request.path
    assert "Hello Rosa, nice that you are here! I am Kim Kind" in greeted.text
    assert "Send this" not in buddy.see("/home").text
    page = newcomer.see("/home")
    assert "“Hello Rosa, nice that you are here!" in page.text and "has written to you" in page.text
    assert 'class="saying" dir="auto" lang="en"' in page.html, "a screen reader speaks it in its language"
    room = make_room(place.network)
    discussions.open_topic(kind, room.id, "Привіт", "Як справи?", "m-1", "uk")
    for path in ("/home", "/talk", f"/talk/r/{room.id}"):
        assert '<span class="what" lang="uk">Привіт<' in newcomer.see(path).html, path
    assert 'class="line clip" lang="uk"' in newcomer.see("/home").html
    assert first_days(place, rosa)["greeted"]


def test_either_of_the_two_ends_it(place: Community, make_client: Callable[[], FlaskClient]) -> None:
    kind, other, rosa = place.member(), place.member(), place.member()
    for one in (kind, other):
        arrivals.greet_newcomers(one, place.network.id, one.user_id or "")
    meet(place, rosa)
    people = {one.user_id: one for one in (kind, other)}
    first = people.pop((first_days(place, rosa)["buddy"] or {"id": ""})["id"])
    path = f"/network/{place.network.slug}"

    buddy = Visitor(make_client(), first)
    form = buddy.see(f"{path}/greeting").form("user_id", action=f"{path}/first-days/end")
    assert "That is settled." in buddy.send(form).text
    buddy.send(form)  # tapped twice
    found = first_days(place, rosa)["buddy"]
    assert found is not None and found["id"] in people

    newcomer = Visitor(make_client(), rosa)
    newcomer.send(newcomer.see(f"{path}/greeting").form("user_id", action=f"{path}/first-days/end"))
    assert first_days(place, rosa)["buddy"] is None
    assert "Your buddy" not in newcomer.see("/home").text
