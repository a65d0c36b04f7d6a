"""The pages of a host: one tap sends and one undoes, her round ends, the week is given away, what is open."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from models.membership import Membership
from network import discussions, hosting, moderation
from network.kernel.actor import Actor
from network.kernel.ids import new_untimed_id
from network.kernel.runtime import Runtime
from network.kernel.transaction import session, unit_of_work
from tests.factories.discussions import Community, make_community, make_room
from tests.factories.membership import again, make_application, make_appointment
from tests.factories.people import make_user, sign_in
from tests.running import START, HandClock
from tests.web.discussions.conftest import RULES
from tests.web.discussions.visiting import Visitor

MONTH = START - timedelta(days=30)
API = "/api/v1/networks"


@pytest.fixture
def place(live: Runtime) -> Community:
    assert live
    return make_community(rules_version_id=RULES)


def host_of(place: Community, name: str, role: str) -> Actor:
    actor = place.member(user=make_user(display_name=name), since=MONTH)
    with unit_of_work():
        joined = session().get_one(Membership, actor.standings[place.network.id].membership_id)
        session().expunge(joined)
    make_appointment(joined, role)
    return again(actor)


def hello(place: Community, number: int = 1) -> tuple[Actor, str]:
    uwe = place.member(user=make_user(display_name="Uwe Lehmann"), since=MONTH)
    room = make_room(place.network, opening="welcome")
    topics = [
        discussions.open_topic(uwe, room.id, f"Hello {n}", "I am *Uwe*.", new_untimed_id(), "en").topic["id"]
        for n in range(number)
    ]
    return uwe, topics[0]


def test_one_tap_sends_and_one_undoes(place: Community, make_client: Callable[[], FlaskClient]) -> None:
    """From home to the page; words that were changed are sent, too long ones kept; undone it waits again."""
    fatma = Visitor(make_client(), host_of(place, "Fatma", "meta_mentor"))
    _uwe, topic_id = hello(place)
    assert "/host?network=" in fatma.see("/home").html
    page = fatma.see("/host")
    assert "Uwe Lehmann" in page.text and "“I am Uwe.”" in page.text and "Welcome, Uwe!" in page.html
    form = page.form("key", "body")
    kept = fatma.send(form, "/host", body="x" * 20_001)
    assert kept.response.status_code == 422 and "x" * 20_001 in kept.html
    sent = fatma.send(form, "/host", body="Glad that you are here!")
    assert "Your greeting is sent." in sent.text and "Nobody waits for you." in sent.text
    assert "Glad that you are here!" in fatma.see(f"/talk/t/{topic_id}").text
    assert "This was done already." in fatma.send(form, "/host", body="Again").text
    undone = fatma.send(sent.form("key", action=f"/network/{place.network.slug}/host/undo"), "/host")
    assert "It is undone." in undone.text and "Uwe Lehmann" in undone.text
    skipped = fatma.send(replace(form, action=f"/network/{place.network.slug}/host/skip"), "/host")
    assert "It is off your list." in skipped.text and "Nobody waits for you." in skipped.text


def test_a_round_ends_and_is_given_away(
    place: Community, clock: HandClock, make_client: Callable[[], FlaskClient]
) -> None:
    fatma = Visitor(make_client(), host_of(place, "Fatma", "meta_mentor"))
    jonas = Visitor(make_client(), host_of(place, "Jonas", "deputy"))
    hello(place, 6)
    clock.forward(days=1)
    assert hosting.begin_rounds() == 1
    week = fatma.see("/host").link("To the round")
    page = fatma.see(week)
    assert page.text.count("Send this") == 5 and "That is all until Tuesday." in page.text
    assert jonas.see(week).response.status_code == 404
    given = fatma.send(page.form(action=f"/network/{place.network.slug}/host/give"), week)
    assert "Jonas has this week" in given.text
    assert "The round of Fatma" in jonas.see(week).text
    taken = fatma.send(given.form(action=f"/network/{place.network.slug}/host/back"), week)
    assert "You have this week again." in taken.text and jonas.see(week).response.status_code == 404
    day = fatma.see("/host").form("day")
    assert "this day now: Friday" in fatma.send(day, "/host", day="4").text


def test_what_is_open_is_for_who_hands_over_and_takes_over(
    place: Community, make_client: Callable[[], FlaskClient]
) -> None:
    """Without what is about who goes on."""
    host_of(place, "Fatma", "meta_mentor")
    uwe, _topic = hello(place)
    make_application(place.network, make_user(display_name="Moussa Keita"))
    steward, member = Visitor(make_client(), place.steward()), Visitor(make_client(), uwe)
    path = f"/network/{place.network.slug}/handover"
    page = steward.see(path)
    assert "Moussa Keita" in page.text and "Hello 0" in page.text and "Fatma" in page.text
    assert "Hello 0" not in steward.see(f"{path}?for={uwe.user_id}").text
    assert [steward.see(f"{path}?for={who}").response.status_code for who in ("x", new_untimed_id())] == [
        404, 404,
    ]  # fmt: skip
    assert member.see(path).response.status_code == 403 and member.see("/host").response.status_code == 403
    assert "Moussa Keita would like to join" in steward.see("/host").text


def test_counts_without_content_over_the_api(place: Community, client: FlaskClient, clock: HandClock) -> None:
    fatma = host_of(place, "Fatma", "meta_mentor")
    hello(place, 2)
    make_application(place.network)
    headers = sign_in(client, fatma.user_id or "")
    found = client.get(f"{API}/{place.network.id}/hosting").json
    assert found["counts"] == {
        "welcome": 2, "answer": 0, "announce": 0, "applications": 1, "cases": 0, "oldest_case_at": None,
        "done_this_week": 0,
    }  # fmt: skip
    assert found["workload"] == {"minutes": 21, "too_much": False} and found["round"] is None
    path = f"{API}/{place.network.id}/hosting"
    assert client.put(f"{path}/day", json={"day": 4}, headers=headers).json == {"day": 4}
    assert client.put(f"{path}/day", json={"day": 7}, headers=headers).status_code == 422
    refused = client.post(f"{path}/delegation", headers=headers)
    assert (refused.status_code, refused.json["code"]) == (409, "no_deputy")
    host_of(place, "Jonas", "deputy")
    given = client.post(f"{path}/delegation", headers=headers).json
    assert given["deputy"]["display_name"] == "Jonas" and given["total"] == 2
    assert client.delete(f"{path}/delegation", headers=headers).json["deputy"] is None


def test_a_party_finds_nothing_of_her_case(place: Community, make_client: Callable[[], FlaskClient]) -> None:
    """Neither as a number nor on what is handed over, also not on what another one prints for her."""
    fatma, jonas = host_of(place, "Fatma", "meta_mentor"), host_of(place, "Jonas", "meta_mentor")
    uwe, _topic = hello(place)
    said = discussions.open_topic(fatma, make_room(place.network).id, "Xyz", "Xyz", new_untimed_id(), "en")
    moderation.report(uwe, "message", said.topic["first_message"]["id"], reason="Not kind.")
    own, other = Visitor(make_client(), fatma), Visitor(make_client(), jonas)
    path = f"/network/{place.network.slug}/handover"
    assert "A case" not in own.see(path).text and "A case" in other.see(path).text
    assert "A case" not in other.see(f"{path}?for={fatma.user_id}").text
    somebody = place.member(user=make_user(display_name="Ann"))
    assert "A case" in other.see(f"{path}?for={somebody.user_id}").text
    numbers = [page.see("/host").text.partition("Cases that wait ")[2][:1] for page in (own, other)]
    assert numbers == ["0", "1"]
    assert "All cases" in other.see("/host").text and "All cases" not in own.see("/host").text
    path = f"{API}/{place.network.id}/hosting"
    assert [one.client.get(path).json["counts"]["cases"] for one in (own, other)] == [0, 1]


def test_more_than_two_hours_are_too_much(place: Community, make_client: Callable[[], FlaskClient]) -> None:
    """It is said, with the deputy one tap away."""
    fatma = Visitor(make_client(), host_of(place, "Fatma", "meta_mentor"))
    host_of(place, "Jonas", "deputy")
    for _number in range(8):
        make_application(place.network)
    assert "This week is more than two hours." not in fatma.see("/host").text
    make_application(place.network)
    page = fatma.see("/host")
    assert "This week is more than two hours." in page.text
    assert page.text.count("Give this week to Jonas") == 1
    given = fatma.send(page.form(action=f"/network/{place.network.slug}/host/give"), "/host")
    assert "Jonas has this week" in given.text and "Give this week to" not in given.text
