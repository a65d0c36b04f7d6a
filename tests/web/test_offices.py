"""The pages of the office: read by members in their own time, settled by who may, nothing typed is lost."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from models.networks import Network
from network import offices
from network.kernel.runtime import Runtime
from network.kernel.transaction import unit_of_work
from tests.factories.decisions import decide, make_town
from tests.factories.membership import member_of
from tests.factories.networks import make_network
from tests.factories.people import make_user, sign_in
from tests.running import HandClock

TYPED = {
    "exists": "yes", "reason": "We need a door.", "contact": "Room 2", "tasks": "Answers",
    "expected_version": "0", "opens_1": "16:00", "closes_1": "18:00", "time_zone": "Europe/Berlin",
}  # fmt: skip


def send(client: FlaskClient, path: str, **typed: str) -> TestResponse:
    """Send the page's form as a browser does."""
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get(path).text)
    assert token is not None
    return client.post(path, data={"csrf_token": token[1], **typed})


@pytest.fixture
def network(live: Runtime) -> Network:
    return make_network()


@pytest.fixture
def as_meta(client: FlaskClient, network: Network) -> FlaskClient:
    sign_in(client, member_of(network, "meta_mentor").user_id or "")
    return client


def test_the_office_is_settled_on_a_page_and_read_in_ones_own_time(
    as_meta: FlaskClient, network: Network, make_client: Callable[[], FlaskClient]
) -> None:
    path = f"/network/{network.slug}/office"
    assert "not decided yet" in as_meta.get(path).text
    assert send(as_meta, f"{path}/change", **TYPED).status_code == 302
    far = make_client()
    member = member_of(network, user=make_user(time_zone="Asia/Tokyo"))
    sign_in(far, member.user_id or "")
    shown = far.get(path).text
    assert "Room 2" in shown and "Answers" in shown
    assert "16:00–18:00" in shown, "its own time, one tap away"
    assert "23:00–01:00" in shown or "00:00–02:00" in shown, "and the reader's, whatever the season"
    assert "Change" not in shown
    assert far.get(f"{path}/change").status_code == 403
    assert "Room 2" in far.get(f"/network/{network.slug}/roles").text


@pytest.mark.parametrize(
    ("over", "says"),
    [
        ({"closes_1": ""}, "from when to when"),
        ({"exists": ""}, "yes or no"),
        ({"reason": ""}, "why"),
        ({"expected_version": "7"}, "meantime"),
    ],
)
def test_what_was_typed_stays_where_it_cannot_be_taken(
    as_meta: FlaskClient, network: Network, over: dict[str, str], says: str
) -> None:
    answer = send(as_meta, f"/network/{network.slug}/office/change", **{**TYPED, **over})
    assert answer.status_code == 422
    assert says in answer.text
    assert 'value="Room 2"' in answer.text and 'value="16:00"' in answer.text
    with unit_of_work():
        assert not offices.office_standing(network.id).decided


def test_a_network_that_decides_together_is_told_so(client: FlaskClient, live: Runtime) -> None:
    network = make_network(size="full", phase="organisation")
    sign_in(client, member_of(network, "meta_mentor").user_id or "")
    path = f"/network/{network.slug}/office/change"
    shown = client.get(path).text
    assert "decides this together" in shown
    assert "Write it down" not in shown, "there is nothing to write down yet"
    assert shown.count(" primary") == 1


def test_which_decision_it_is_has_to_be_said_and_is_chosen_by_its_question(
    client: FlaskClient, clock: HandClock, live: Runtime
) -> None:
    town = make_town(size="full", phase="organisation")
    meta = town.people[0]
    passed = decide(meta, town.people, town.network, clock, None, question="Do we have an office?")
    sign_in(client, meta.user_id or "")
    shown = client.get(f"/network/{town.network.slug}/office/change").text
    assert f'value="{passed.id}">Do we have an office?' in shown
    assert "(if you like)" not in shown.split("Which decision is this?")[1].split("</label>")[0]
