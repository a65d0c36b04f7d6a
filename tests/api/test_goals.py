"""A network's goals over the API."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient

from models.networks import Network
from models.people import User
from network.kernel.ids import new_id
from network.kernel.runtime import Runtime
from tests.factories.agreements import make_acceptance, make_version
from tests.factories.goals import make_goal
from tests.factories.membership import make_membership, member_of, steward_of_network
from tests.factories.networks import make_network
from tests.factories.people import make_user, sign_in

API = "/api/v1"
GOAL = {"title": "An evening a month", "why": "We like to eat.", "review_on": "2027-02-01"}


@pytest.fixture
def network(live: Runtime) -> Network:
    return make_network()


@pytest.fixture
def me(network: Network) -> User:
    """An active member who accepted the rules."""
    user = make_user(display_name="Olena")
    make_acceptance(make_version(network), make_membership(network, user))
    return user


def test_a_goal_is_proposed_and_adopted(client: FlaskClient, network: Network, me: User) -> None:
    headers = sign_in(client, me.id)
    path = f"{API}/networks/{network.id}/goals"
    made = client.post(path, json=GOAL, headers=headers)
    assert made.status_code == 201
    goal = made.json
    assert set(goal) == {
        "id", "network_id", "title", "why", "review_on", "state", "proposed_by", "created_at", "adopted_at",
        "supports", "supported", "percent", "outcome", "closing_sentence", "closed_at", "version",
    }  # fmt: skip
    assert {name: goal[name] for name in GOAL} == GOAL
    assert (goal["state"], goal["proposed_by"]["display_name"]) == ("proposed", "Olena")
    assert client.get(f"{API}/goals/{goal['id']}").json == goal
    make_goal(make_network())
    assert client.get(path).json == {"items": [goal], "next": None}

    adoption = f"{API}/goals/{goal['id']}/adoption"
    assert client.post(adoption, json={"expected_version": 1}, headers=headers).status_code == 403
    headers = sign_in(client, steward_of_network(network).id)
    assert client.post(adoption, json={}, headers=headers).status_code == 422
    adopted = client.post(adoption, json={"expected_version": 1}, headers=headers)
    assert (adopted.status_code, adopted.json["state"], adopted.json["version"]) == (200, "adopted", 2)
    stale = client.post(adoption, json={"expected_version": 1}, headers=headers)
    assert (stale.status_code, stale.json["code"]) == (409, "version_conflict")
    assert stale.json["current"]["state"] == "adopted"
    twice = client.post(adoption, json={"expected_version": 2}, headers=headers)
    assert (twice.status_code, twice.json["code"]) == (409, "invalid_transition")


def test_a_goal_can_be_short(client: FlaskClient, network: Network, me: User) -> None:
    headers = sign_in(client, me.id)
    made = client.post(f"{API}/networks/{network.id}/goals", json={"title": "Meet"}, headers=headers)
    assert (made.status_code, made.json["why"]) == (201, "")
    assert made.json["review_on"] == "2027-02-22"


@pytest.mark.parametrize(
    ("over", "field"),
    [
        ({"title": "  "}, "title"), ({"title": "x" * 201}, "title"), ({"title": None}, "title"),
        ({"why": "x" * 2001}, "why"), ({"review_on": "soon"}, "review_on"),
        ({"review_on": "2026-11-22"}, "review_on"), ({"state": "adopted"}, "state"),
        ({"adopted_at": "2026-11-23T09:00:00Z"}, "adopted_at"), ({"proposed_by": "x"}, "proposed_by"),
        ({"network_id": "x"}, "network_id"), ({"version": 9}, "version"),
    ],
)  # fmt: skip
def test_a13_what_cannot_be_a_goal(
    client: FlaskClient, network: Network, me: User, over: dict[str, Any], field: str
) -> None:
    headers = sign_in(client, me.id)
    path = f"{API}/networks/{network.id}/goals"
    refused = client.post(path, json=GOAL | over, headers=headers)
    assert (refused.status_code, list(refused.json["errors"])) == (422, [field])
    assert client.get(path).json["items"] == []


@pytest.mark.parametrize(
    ("who", "lists", "proposes", "code"),
    [
        ("new_member", 200, 403, "rules_not_accepted"),
        ("steward", 200, 403, "forbidden"),
        ("applied", 403, 403, "forbidden"),
        ("stranger", 404, 404, "not_found"),
    ],
)
def test_who_may_what(
    client: FlaskClient, network: Network, me: User, who: str, lists: int, proposes: int, code: str
) -> None:
    goal = make_goal(network)
    actor = {
        "new_member": lambda: member_of(network),
        "steward": lambda: steward_of_network(network),
        "applied": lambda: member_of(network, state="applied"),
        "stranger": lambda: member_of(make_network()),
    }[who]()
    headers = sign_in(client, actor.id)
    path = f"{API}/networks/{network.id}/goals"
    assert client.get(path).status_code == lists
    assert client.get(f"{API}/goals/{goal.id}").status_code == (200 if lists == 200 else 404)
    refused = client.post(path, json=GOAL, headers=headers)
    assert (refused.status_code, refused.json["code"]) == (proposes, code)
    assert client.post(path, json=GOAL, headers=sign_in(client, me.id)).status_code == 201


def test_a_goal_that_is_not_open_looks_like_none(client: FlaskClient, live: Runtime) -> None:
    goal = make_goal(make_network(visibility="public"))
    headers = sign_in(client, member_of(make_network()).id)
    for method, path in (("GET", ""), ("POST", "/adoption")):
        body = {"expected_version": 1} if method == "POST" else None
        answers = [
            client.open(f"{API}/goals/{goal_id}{path}", method=method, json=body, headers=headers)
            for goal_id in (goal.id, new_id())
        ]
        assert [answer.status_code for answer in answers] == [404, 404]
        assert answers[0].data == answers[1].data
