"""The page of a network, the pages of its steps, and the move to the next phase, as forms without scripts."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from models.networks import Network
from network import roadmap
from network.kernel.actor import Actor
from network.kernel.runtime import Runtime
from network.kernel.transaction import session, unit_of_work
from tests.factories.agreements import make_version
from tests.factories.goals import make_goal
from tests.factories.membership import make_membership, member_of, steward_of_network
from tests.factories.networks import make_network
from tests.factories.people import make_user, sign_in
from tests.running import HandClock

PROOF = "/signin/proof"


def send(client: FlaskClient, path: str, to: str = "", **typed: str) -> TestResponse:
    """Open a page and send a form of it with what was typed."""
    opened = client.get(path)
    assert opened.status_code == 200, opened.status
    token = re.search(r'name="csrf_token" value="([^"]+)"', opened.text)
    version = re.search(r'name="expected_version" [^>]*value="(\d+)"', opened.text)
    assert token is not None
    fields = {"csrf_token": token[1], **({"expected_version": version[1]} if version else {}), **typed}
    return client.post(to or path, data=fields)


def text_of(page: TestResponse) -> str:
    """The page's words in one line."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page.text)).split())


@pytest.fixture
def network(live: Runtime) -> Network:
    """A network at the start to which nothing is missing."""
    made = make_network(purpose="Nobody sits alone.\nWe answer.")
    make_goal(made)
    make_version(made)
    for _ in range(5):
        make_membership(made)
    return made


def visit(client: FlaskClient, actor: Actor, path: str) -> TestResponse:
    sign_in(client, actor.id)
    return client.get(path)


def test_a_member_sees_picture_and_list_with_the_same_facts(client: FlaskClient, network: Network) -> None:
    page = visit(client, member_of(network), f"/network/{network.slug}")
    assert page.status_code == 200
    said = text_of(page)
    assert "6 members" in said
    assert "Nobody sits alone." in said
    picture = re.search(r"<desc[^>]*>(.*?)</desc>", page.text)
    assert picture is not None
    assert picture[1].startswith("Starting, here we are: 3 of 7.")
    assert page.text.count('<li class="step ') == 24
    assert len(re.findall(r'<circle class="dot full"', page.text)) == len(
        re.findall(r'<li class="step done', page.text)
    )
    with unit_of_work():
        way = roadmap.get_roadmap(member_of(network), network.id)
    for step in way["steps"]:
        assert unescape(step["title"]) in said
    assert "Go on to the next phase" not in said
    assert "The contact of the organisation can now begin the next phase." in said


def test_the_next_step_stands_open_with_one_filled_button(client: FlaskClient, live: Runtime) -> None:
    network = make_network()
    page = visit(client, steward_of_network(network), f"/network/{network.slug}")
    assert page.text.count(" primary") == 1
    assert 'class="button primary" href="/network/' in page.text
    # The whole half page, with its text to copy, is one tap away.
    guide = f'href="/network/{network.slug}/steps/graduates_joined"'
    assert guide in page.text
    assert "The first members are here , next" in text_of(page)


def test_it_speaks_german(client: FlaskClient, network: Network) -> None:
    page = visit(client, member_of(network, user=make_user(language="de")), f"/network/{network.slug}")
    assert 'lang="de"' in page.text
    assert "Die Ersten sind da" in page.text


def test_who_is_outside_sees_an_open_network_from_the_door(client: FlaskClient, live: Runtime) -> None:
    network = make_network(visibility="public", purpose="We answer.")
    roadmap.note_step(steward_of_network(network), network.id, "roles_known", sentence="Ask Fatma Demir.")
    for path in (f"/network/{network.slug}", f"/network/{network.slug}/steps/roles_known"):
        page = client.get(path)
        assert page.status_code == 200
        assert "Fatma" not in page.text
        assert "door-page" in page.text
    assert "We answer." in client.get(f"/network/{network.slug}").text
    inside = visit(client, member_of(network), f"/network/{network.slug}/steps/roles_known")
    assert "Ask Fatma Demir." in inside.text


@pytest.mark.parametrize("path", ["", "/steps/roles_known", "/goals", "/rules"])
def test_a_private_network_cannot_be_told_from_none(client: FlaskClient, network: Network, path: str) -> None:
    doors = [client.get(f"/network/{slug}{path}") for slug in (network.slug, "no-such-network")]
    assert [door.status_code for door in doors] == [302, 302]
    assert all(door.headers["Location"].startswith("/signin?next=/network/") for door in doors)
    stranger = member_of(make_network())
    pages = [visit(client, stranger, f"/network/{slug}{path}") for slug in (network.slug, "no-such-network")]
    assert [page.status_code for page in pages] == [404, 404]
    assert visit(client, member_of(network), f"/network/{network.slug}{path}").status_code == 200


@pytest.mark.parametrize(
    ("state", "suspended", "said"),
    [
        ("applied", False, "Somebody here will decide soon"),
        ("active", True, "only the rules are open to you"),
    ],
)
def test_who_waits_or_is_suspended_finds_purpose_and_rules(
    client: FlaskClient, network: Network, clock: HandClock, state: str, suspended: bool, said: str
) -> None:
    until = clock.now() + timedelta(days=3) if suspended else None
    page = visit(client, member_of(network, state=state, suspended_until=until), f"/network/{network.slug}")
    assert page.status_code == 200
    assert said in page.text
    assert "Nobody sits alone." in page.text
    assert f'href="/network/{network.slug}/rules"' in page.text
    assert "The first members are here" not in page.text


def test_a_step_opens_half_a_page_with_a_text_to_copy(client: FlaskClient, network: Network) -> None:
    page = visit(client, member_of(network), f"/network/{network.slug}/steps/roles_known")
    said = text_of(page)
    for heading in ("How you get there", "To copy", "Watch out"):
        assert heading in said
    # The text to copy stands there as text, for who has no script.
    assert re.search(r'<blockquote class="draft">.{80,}?</blockquote>', page.text, re.S)
    assert "<textarea" not in page.text
    assert visit(client, member_of(network), f"/network/{network.slug}/steps/none").status_code == 404


def test_who_leads_writes_a_sentence_down_and_takes_it_back(client: FlaskClient, network: Network) -> None:
    sign_in(client, member_of(network, "meta_mentor").id)
    path = f"/network/{network.slug}/steps/roles_known"
    done = send(client, path, f"{path}/sentence", sentence="Fatma <b>welcomes</b>.")
    assert (done.status_code, done.headers["Location"]) == (302, path)
    shown = client.get(path)
    assert "Fatma &lt;b&gt;welcomes&lt;/b&gt;." in shown.text
    assert "done" in text_of(shown)
    assert send(client, path, f"{path}/sentence", sentence="").status_code == 302
    assert "Fatma" not in client.get(path).text


def test_too_long_a_sentence_is_kept_to_be_shortened(client: FlaskClient, network: Network) -> None:
    sign_in(client, steward_of_network(network).id)
    path = f"/network/{network.slug}/steps/roles_known"
    refused = send(client, path, f"{path}/sentence", sentence="Fatma " * 200)
    assert refused.status_code == 422
    assert "Fatma Fatma" in refused.text
    assert 'id="error-summary"' in refused.text


def test_a_step_is_done_without_and_taken_up_again(client: FlaskClient, network: Network) -> None:
    sign_in(client, member_of(network, "meta_mentor").id)
    path = f"/network/{network.slug}/steps/first_meeting"
    assert send(client, path, f"{path}/waiver", waived="yes").status_code == 302
    assert "done without" in text_of(client.get(path))
    assert send(client, path, f"{path}/waiver", waived="no").status_code == 302
    assert "We do without this step" in client.get(path).text
    assert send(client, path, f"{path}/waiver", waived="perhaps").status_code == 400
    gate = f"/network/{network.slug}/steps/office_decided"
    assert "We do without this step" not in client.get(gate).text
    assert send(client, path, f"{gate}/waiver", waived="yes").status_code == 409


def test_a_plain_member_writes_nothing(client: FlaskClient, network: Network) -> None:
    sign_in(client, member_of(network).id)
    path = f"/network/{network.slug}/steps/roles_known"
    refused = send(client, f"/network/{network.slug}/rules", f"{path}/sentence", sentence="I am.")
    assert refused.status_code == 403
    assert "I am." not in client.get(path).text


def test_the_steward_begins_the_next_phase(client: FlaskClient, network: Network) -> None:
    sign_in(client, steward_of_network(network).id)
    page = client.get(f"/network/{network.slug}")
    assert page.text.count(" primary") == 1
    assert f'href="/network/{network.slug}/next-phase"' in page.text
    empty = send(client, f"/network/{network.slug}/next-phase", reason=" ")
    assert (empty.status_code, "Please say why" in empty.text) == (422, True)
    done = send(client, f"/network/{network.slug}/next-phase", reason="Six of us are here.")
    assert (done.status_code, done.headers["Location"]) == (302, f"/network/{network.slug}")
    shown = client.get(f"/network/{network.slug}")
    assert "Phase 2 of 4: Organising" in text_of(shown)
    assert client.get(f"/network/{network.slug}/next-phase").status_code == 302


def test_the_next_phase_asks_who_it_is(client: FlaskClient, network: Network, clock: HandClock) -> None:
    sign_in(client, steward_of_network(network).id)
    path = f"/network/{network.slug}/next-phase"
    opened = client.get(path)
    token = re.search(r'name="csrf_token" value="([^"]+)"', opened.text)
    assert token is not None
    clock.forward(minutes=61)
    proof = f"{PROOF}?next={path}"
    assert client.get(path).headers["Location"] == proof
    fields = {"csrf_token": token[1], "reason": "Now.", "expected_version": str(network.version)}
    late = client.post(path, data=fields)
    assert late.status_code == 302
    assert late.headers["Location"].startswith(PROOF)
    with unit_of_work():
        assert session().get_one(Network, network.id).phase == "initiation"


def test_somebody_else_was_faster(client: FlaskClient, network: Network) -> None:
    sign_in(client, steward_of_network(network).id)
    refused = send(
        client,
        f"/network/{network.slug}/next-phase",
        reason="Now.",
        expected_version=str(network.version - 1),
    )
    assert refused.status_code == 422
    assert "Somebody changed this in the meantime" in refused.text
    assert "Now." in refused.text


@pytest.mark.parametrize("who", ["member", "meta_mentor"])
def test_nobody_else_finds_the_way_to_the_next_phase(client: FlaskClient, network: Network, who: str) -> None:
    actor = member_of(network) if who == "member" else member_of(network, "meta_mentor")
    sign_in(client, actor.id)
    assert "next-phase" not in client.get(f"/network/{network.slug}").text
