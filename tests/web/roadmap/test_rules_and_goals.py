"""The pages of a network's rules and goals."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from models.networks import Network
from models.people import User
from network import agreements
from network.kernel.runtime import Runtime
from network.kernel.transaction import unit_of_work
from tests.factories.agreements import make_agreement, make_version
from tests.factories.goals import make_goal
from tests.factories.membership import again, make_membership, member_of, standing_actor, steward_of_network
from tests.factories.networks import make_network
from tests.factories.people import make_user, save, sign_in
from tests.running import START


@pytest.fixture
def network(live: Runtime) -> Network:
    made = make_network(languages=["de"])
    agreements.adopt_builtin_rules(steward_of_network(made), made.id, "de")
    return made


def send(client: FlaskClient, path: str, to: str = "", **typed: str) -> TestResponse:
    opened = client.get(path)
    hidden = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', opened.text))
    return client.post(to or path, data={**hidden, **typed})


def test_the_rules_are_read_in_ones_own_language_and_accepted(client: FlaskClient, network: Network) -> None:
    actor = member_of(network)
    sign_in(client, actor.id)
    path = f"/network/{network.slug}/rules"
    page = unescape(client.get(path).text)
    assert "We talk to each other with respect" in page
    assert "This is a translation. The text in German is the one that counts." in page
    assert "Wir gehen gut miteinander um" in page
    assert page.count(" primary") == 1
    done = send(client, path)
    assert (done.status_code, done.headers["Location"]) == (302, "/talk")
    assert again(actor).standings[network.id].rules_accepted is True
    shown = client.get(path).text
    assert "You have accepted these rules." in shown
    assert " primary" not in shown


def test_after_accepting_one_goes_on_where_one_was(client: FlaskClient, network: Network) -> None:
    sign_in(client, member_of(network).id)
    path = f"/network/{network.slug}/rules"
    assert send(client, f"{path}?next=/talk/r/7").headers["Location"] == "/talk/r/7"
    sign_in(client, member_of(network).id)
    assert send(client, f"{path}?next=https://evil.example/").headers["Location"] == "/talk"


def test_german_rules_for_german_readers_are_no_translation(client: FlaskClient, network: Network) -> None:
    sign_in(client, member_of(network, user=make_user(language="de")).id)
    page = unescape(client.get(f"/network/{network.slug}/rules").text)
    assert page.count("Wir gehen gut miteinander um") == 1
    assert "We talk to each other" not in page


def test_rules_that_changed_while_reading_are_shown_anew(client: FlaskClient, live: Runtime) -> None:
    network = make_network()
    document = make_agreement(network)
    old = make_version(network, document)
    actor = member_of(network)
    sign_in(client, actor.id)
    path = f"/network/{network.slug}/rules"
    hidden = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', client.get(path).text))
    old.state = "superseded"
    save(old)
    new = make_version(network, document, number=2, builtin=None)
    refused = client.post(path, data=hidden)
    assert refused.status_code == 409
    assert "The rules have changed in the meantime." in refused.text
    assert f'value="{new.id}"' in refused.text
    assert again(actor).standings[network.id].rules_accepted is False


@pytest.mark.parametrize(
    ("who", "status", "accepts"),
    [("steward", 200, False), ("applied", 200, True), ("stranger", 404, False)],
)
def test_who_reads_the_rules(
    client: FlaskClient, network: Network, who: str, status: int, accepts: bool
) -> None:
    actor = {
        "steward": lambda: steward_of_network(network),
        "applied": lambda: member_of(network, state="applied"),
        "stranger": lambda: member_of(make_network()),
    }[who]()
    sign_in(client, actor.id)
    page = client.get(f"/network/{network.slug}/rules")
    assert page.status_code == status
    assert ("I accept the rules" in page.text) is accepts


@pytest.fixture
def me(network: Network) -> User:
    """An active member who accepted the rules."""
    user = make_user(display_name="Olena")
    make_membership(network, user)
    actor = standing_actor(user)
    with unit_of_work():
        version_id = agreements.rules_of_network(network.id)["id"]
    agreements.accept_rules(actor, network.id, version_id)
    return user


def test_a_member_proposes_a_goal_and_the_steward_adopts_it(
    client: FlaskClient, network: Network, me: User
) -> None:
    sign_in(client, me.id)
    path = f"/network/{network.slug}/goals"
    assert "There is no goal yet." in client.get(path).text
    done = send(client, f"{path}/new", title="An evening <i>a month</i>", why="We like to eat.", review_on="")
    assert (done.status_code, done.headers["Location"]) == (302, path)
    shown = client.get(path).text
    assert "An evening &lt;i&gt;a month&lt;/i&gt;" in shown
    assert "Adopt this goal" not in shown
    sign_in(client, steward_of_network(network).id)
    action = re.search(r'action="([^"]+/adoption)"', client.get(path).text)
    assert action is not None
    assert send(client, path, action[1]).status_code == 302
    assert "Adopt this goal" not in client.get(path).text


def test_a_goal_without_words_is_asked_for_again(client: FlaskClient, network: Network, me: User) -> None:
    sign_in(client, me.id)
    path = f"/network/{network.slug}/goals/new"
    refused = send(client, path, title="", why="We like to eat.", review_on="2026-11-01")
    assert refused.status_code == 422
    assert "We like to eat." in refused.text
    late = send(client, path, title="Eat", why="We like to eat.", review_on="2026-11-01")
    assert late.status_code == 422
    assert "Please choose a day that is still to come." in late.text


def test_a_goal_whose_day_is_over_says_so(client: FlaskClient, network: Network, me: User) -> None:
    make_goal(network, review_on=START.date() - timedelta(days=1))
    make_goal(network, review_on=START.date() + timedelta(days=1))
    sign_in(client, me.id)
    page = client.get(f"/network/{network.slug}/goals").text
    assert page.count("To be looked at since") == 1
    assert page.count("We look at it again") == 1


def test_before_the_rules_one_reads_them_first(client: FlaskClient, network: Network) -> None:
    sign_in(client, member_of(network).id)
    sent = client.get(f"/network/{network.slug}/goals/new")
    assert (sent.status_code, sent.headers["Location"]) == (
        302,
        f"/network/{network.slug}/rules?next=/network/{network.slug}/goals/new",
    )
    sign_in(client, steward_of_network(network).id)
    assert client.get(f"/network/{network.slug}/goals/new").status_code == 403
