"""Home for those who look after a network: people who wait come before steps; and the way to graduates."""

from __future__ import annotations

import re
from html import unescape

import pytest
from flask.testing import FlaskClient

from models.organisations import Organisation
from network import agreements, discussions
from network.kernel.actor import Actor
from network.kernel.transaction import session, unit_of_work
from tests.factories.courses import make_completion, make_course_session
from tests.factories.membership import again, make_application, member_of, standing_actor
from tests.factories.people import make_user, sign_in
from tests.web.invitations.community import Founded, found


@pytest.fixture
def founded(live: object) -> Founded:
    return found()


def settle(founded: Founded, *roles: str, name: str) -> Actor:
    """A member who has accepted the rules."""
    actor = member_of(founded.network, *roles, user=make_user(display_name=name))
    with unit_of_work():
        version = agreements.rules_of_network(founded.network.id)["id"]
    agreements.accept_rules(actor, founded.network.id, version)
    return again(actor)


def say_hello(founded: Founded, actor: Actor, body: str) -> str:
    with unit_of_work():
        welcome = discussions.first_rooms(founded.network.id)["welcome"]
    return discussions.open_topic(actor, welcome, f"Hello from {actor.name}", body).topic["id"]


def home_of(client: FlaskClient, actor: Actor) -> str:
    sign_in(client, actor.user_id or "")
    return unescape(client.get("/home").text)


def test_a_hello_without_an_answer_waits_for_the_hosts(client: FlaskClient, founded: Founded) -> None:
    host, other = settle(founded, "meta_mentor", name="Fatma"), settle(founded, name="Uwe")
    say_hello(founded, host, "I am your host.")
    say_hello(founded, other, "Good evening.")
    topic = say_hello(founded, settle(founded, name="Rosa Jiménez"), "I am new here.")

    shown = home_of(client, host)
    assert "“I am new here.”" in shown
    assert f'href="/talk/t/{topic}">Say welcome' in shown
    assert "Uwe has said hello" in shown, "the one before stands below"
    assert "Say welcome" not in home_of(client, other), "members look after nobody"

    discussions.post_message(host, topic, "Welcome, Rosa!", client_msg_id="welcome")
    after = home_of(client, host)
    assert "Good evening." in after
    assert f'href="/talk/t/{topic}">Say welcome' not in after


def test_who_would_like_to_join_waits_for_those_who_decide(client: FlaskClient, founded: Founded) -> None:
    host, member = settle(founded, "meta_mentor", name="Fatma"), settle(founded, name="Uwe")
    for actor in (host, member):
        say_hello(founded, actor, "Hello!")
    discussions.post_message(host, say_hello(founded, member, "Me again"), "Hi", client_msg_id="hi")
    asked = make_application(
        founded.network, make_user(display_name="Moussa Keita"), statement="Four years a mentor in Bochum."
    )
    shown = home_of(client, host)
    assert "Moussa Keita" in shown
    assert f"/network/{founded.network.slug}/applications/{asked.id}" in shown
    assert "Moussa Keita" not in home_of(client, member)


@pytest.mark.parametrize(
    ("states", "label", "path"),
    [
        ([], "Load the list of graduates", "load"),
        (["ready"], "Invite the graduates", "invite"),
        (["invited"], "Invite people", ""),
    ],
    ids=["no list yet", "a list", "all invited"],
)
def test_after_founding_inviting_leads_to_the_courses_list(
    client: FlaskClient, live: object, states: list[str], label: str, path: str
) -> None:
    founded = found()
    with unit_of_work():
        house = session().get_one(Organisation, founded.network.organisation_id)
        session().expunge(house)
    course = make_course_session(house)
    for state in states:
        make_completion(course, state=state)
    steward = standing_actor(founded.steward)
    sign_in(client, steward.user_id or "")
    step = client.get(f"/network/{founded.network.slug}/steps/graduates_invited").text
    wanted = f"/org/courses/{course.id}/{path}" if path else f"/network/{founded.network.slug}/invitations"
    assert re.search(rf'href="{wanted}"[^>]*>{label}', step)
