"""Founding, roadmap and the move to the next phase over the API."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from models.networks import Network
from models.organisations import Organisation
from models.people import User
from network import decisions
from network.kernel.ids import new_id
from network.kernel.runtime import Runtime
from network.kernel.transaction import unit_of_work
from tests.api.callers import Caller
from tests.factories.agreements import make_version
from tests.factories.courses import make_course_session
from tests.factories.decisions import open_decision
from tests.factories.goals import make_goal
from tests.factories.membership import make_membership, member_of, steward_of_network
from tests.factories.networks import make_network
from tests.factories.organisations import make_organisation
from tests.factories.people import make_user, sign_in
from tests.running import HandClock

API = "/api/v1"


@pytest.fixture
def founder(live: Runtime) -> User:
    return make_user(display_name="Gesine")


@pytest.fixture
def organisation(founder: User) -> Organisation:
    return make_organisation(founder, state="pending")


def founding(organisation: Organisation, **over: Any) -> dict[str, Any]:
    return {
        "name": "Netzwerk Lindenstadt",
        "purpose": "Wir helfen einander.",
        "organisation_id": organisation.id,
        "languages": ["de", "en"],
        "country": "DE",
        "visibility": "private",
        "features": "small",
        **over,
    }


def test_every_field_that_cannot_be_taken_is_told_at_once(live: Runtime, client: FlaskClient) -> None:
    founder = make_user(language="de")
    organisation = make_organisation(founder)
    headers = sign_in(client, founder.id)
    sent = founding(
        organisation,
        name="\u202e",
        languages=["xx"],
        country="ZZ",
        visibility="secret",
        purpose=7,
        colour="red",
    )
    del sent["features"]
    refused = client.post(f"{API}/networks", json=sent, headers=headers)
    assert (refused.status_code, refused.json["code"]) == (422, "validation_failed")
    assert set(refused.json["errors"]) == {
        "name", "languages", "country", "visibility", "purpose", "colour",
    }  # fmt: skip
    assert refused.json["errors"]["country"] == ["Dieses Land kennen wir nicht."]
    assert refused.json["errors"]["languages"] == ["Diese Sprache kennen wir nicht."]
    elsewhere = founding(organisation, course_session_id=make_course_session().id)
    refused = client.post(f"{API}/networks", json=elsewhere, headers=headers)
    assert (refused.status_code, set(refused.json["errors"])) == (422, {"course_session_id"})


def test_a_network_is_founded(client: FlaskClient, founder: User, organisation: Organisation) -> None:
    course = make_course_session(organisation)
    headers = sign_in(client, founder.id)
    goal = {"title": "Nobody waits", "why": "Letters cannot.", "review_on": "2027-02-01"}
    sent = founding(organisation, course_session_id=course.id, first_goal=goal)
    made = client.post(f"{API}/networks", json=sent, headers=headers)
    assert made.status_code == 201
    network = made.json
    assert {
        "id", "slug", "name", "purpose", "organisation_id", "course_session_id", "parent_id", "languages",
        "country", "visibility", "phase", "overlay", "features", "rules_version_id", "version",
    } <= set(network)  # fmt: skip
    assert (network["phase"], network["overlay"], network["parent_id"]) == ("initiation", None, None)
    assert network["course_session_id"] == course.id
    assert client.get(f"{API}/networks/{network['id']}").json == network
    goals = client.get(f"{API}/networks/{network['id']}/goals").json["items"]
    assert [(one["title"], one["state"]) for one in goals] == [("Nobody waits", "adopted")]
    rules = client.get(f"{API}/agreement-versions/{network['rules_version_id']}").json
    assert (rules["number"], rules["language"], len(rules["clauses"])) == (1, "de", 5)
    rooms = client.get(f"{API}/networks/{network['id']}/rooms").json["items"]
    assert len(rooms) == 2
    # The founder accepts the rules like everybody, before she writes.
    accepted = client.post(
        f"{API}/networks/{network['id']}/rules-acceptance", json={"version_id": rules["id"]}, headers=headers
    )
    assert accepted.status_code == 201


def test_an_idempotency_key_founds_once(
    client: FlaskClient, founder: User, organisation: Organisation
) -> None:
    headers = sign_in(client, founder.id) | {"Idempotency-Key": "founding-1"}
    first, second = (
        client.post(f"{API}/networks", json=founding(organisation), headers=headers) for _ in range(2)
    )
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json == second.json
    other = client.post(f"{API}/networks", json=founding(organisation, name="Another"), headers=headers)
    assert (other.status_code, other.json["code"]) == (409, "idempotency_conflict")


@pytest.mark.parametrize(
    ("over", "field"),
    [
        ({"name": " "}, "name"), ({"purpose": ""}, "purpose"), ({"languages": []}, "languages"),
        ({"languages": ["xx"]}, "languages"), ({"country": "XX"}, "country"),
        ({"visibility": "secret"}, "visibility"), ({"features": "huge"}, "features"),
        ({"organisation_id": "OTHER"}, "organisation_id"),
        ({"course_session_id": "OTHER"}, "course_session_id"),
        ({"phase": "outreach"}, "phase"), ({"parent_id": "x"}, "parent_id"), ({"slug": "mine"}, "slug"),
        ({"rules_accepted": True}, "rules_accepted"), ({"first_goal": {"title": ""}}, "first_goal.title"),
        ({"first_goal": {"title": "x", "review_on": "2026-11-01"}}, "first_goal.review_on"),
    ],
)  # fmt: skip
def test_a13_what_cannot_be_founded(
    client: FlaskClient, founder: User, organisation: Organisation, over: dict[str, Any], field: str
) -> None:
    headers = sign_in(client, founder.id)
    given = {name: new_id() if value == "OTHER" else value for name, value in over.items()}
    refused = client.post(f"{API}/networks", json=founding(organisation, **given), headers=headers)
    assert refused.status_code == 422, refused.json
    assert [name.split(".0")[0] for name in refused.json["errors"]] == [field]


@pytest.mark.parametrize(("who", "status"), [("stranger", 403), ("anonymous", 401), ("steward", 201)])
def test_who_founds(
    client: FlaskClient, founder: User, organisation: Organisation, who: str, status: int
) -> None:
    headers = {}
    if who != "anonymous":
        headers = sign_in(client, founder.id if who == "steward" else make_user().id)
    assert client.post(f"{API}/networks", json=founding(organisation), headers=headers).status_code == status


# ---- the way


@pytest.fixture
def network(live: Runtime) -> Network:
    """A network at the start to which nothing is missing."""
    made = make_network()
    make_goal(made)
    make_version(made)
    for _ in range(5):
        make_membership(made)
    return made


def test_the_roadmap_has_the_shape_of_the_contract(client: FlaskClient, network: Network) -> None:
    sign_in(client, member_of(network).id)
    got = client.get(f"{API}/networks/{network.id}/roadmap")
    assert got.status_code == 200
    way = got.json
    assert {"phase", "since", "strands", "steps", "gate", "version"} <= set(way)
    assert way["gate"] == {"to": "organisation", "ready": True, "missing": [], "not_before": None}
    assert way["since"].endswith("Z")
    assert len(way["steps"]) == 24
    for step in way["steps"]:
        assert {"key", "phase", "strand", "title", "state", "evidence", "guide_url"} <= set(step)
        assert step["strand"] in way["strands"]
        assert step["state"] in ("open", "done", "waived", "flagged")
        assert {"have", "need"} <= set(step["evidence"])
    assert way["version"] == client.get(f"{API}/networks/{network.id}").json["version"]


@pytest.mark.parametrize(
    ("language", "title"), [("de", "Die Ersten sind da"), ("en", "The first members are here")]
)
def test_titles_come_in_the_callers_language(
    client: FlaskClient, network: Network, language: str, title: str
) -> None:
    sign_in(client, member_of(network, user=make_user(language=language)).id)
    steps = client.get(f"{API}/networks/{network.id}/roadmap").json["steps"]
    assert [step["title"] for step in steps if step["key"] == "graduates_joined"] == [title]


@pytest.mark.parametrize("visibility", ["listed", "public"])
def test_outsiders_read_an_open_networks_way(client: FlaskClient, live: Runtime, visibility: str) -> None:
    network = make_network(visibility=visibility)
    got = client.get(f"{API}/networks/{network.id}/roadmap", headers={"Accept-Language": "de"})
    assert got.status_code == 200
    assert got.json["steps"][0]["title"] == "Die Organisation ist geprüft"
    sign_in(client, member_of(make_network()).id)
    assert client.get(f"{API}/networks/{network.id}/roadmap").status_code == 200


def test_a_private_networks_way_looks_like_none(client: FlaskClient, network: Network) -> None:
    def answers() -> list[Any]:
        return [client.get(f"{API}/networks/{one}/roadmap") for one in (network.id, new_id())]

    for _ in range(2):
        hidden, absent = answers()
        assert (hidden.status_code, absent.status_code) == (404, 404)
        assert hidden.data == absent.data
        sign_in(client, member_of(make_network()).id)
    sign_in(client, member_of(network, state="applied").id)
    assert client.get(f"{API}/networks/{network.id}/roadmap").status_code == 403


def test_a_sentence_is_recorded(client: FlaskClient, network: Network) -> None:
    path = f"{API}/networks/{network.id}/roadmap"
    headers = sign_in(client, member_of(network, "meta_mentor").id)
    noted = client.put(f"{path}/roles_known", json={"sentence": "Fatma welcomes."}, headers=headers)
    assert noted.status_code == 200
    assert (noted.json["state"], noted.json["sentence"]) == ("done", "Fatma welcomes.")
    assert noted.json in client.get(path).json["steps"]
    waived = client.put(f"{path}/first_meeting", json={"waived": True}, headers=headers)
    assert (waived.status_code, waived.json["state"]) == (200, "waived")
    refused = client.put(f"{path}/agreement_decided", json={"waived": True}, headers=headers)
    assert (refused.status_code, refused.json["code"]) == (409, "decision_required")
    assert client.put(f"{path}/no_such_step", json={"waived": True}, headers=headers).status_code == 404
    headers = sign_in(client, member_of(network).id)
    assert client.put(f"{path}/roles_known", json={"sentence": "I."}, headers=headers).status_code == 403
    headers = sign_in(client, member_of(make_network()).id)
    assert client.put(f"{path}/roles_known", json={"sentence": "I."}, headers=headers).status_code == 404


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"sentence": "x" * 1001},
        {"sentence": None},
        {"waived": "perhaps"},
        {"waived": None},
        {"done": True},
    ],
)
def test_what_cannot_be_recorded(client: FlaskClient, network: Network, body: dict[str, Any]) -> None:
    headers = sign_in(client, steward_of_network(network).id)
    path = f"{API}/networks/{network.id}/roadmap/roles_known"
    assert client.put(path, json=body, headers=headers).status_code == 422


def test_the_steward_begins_the_next_phase(client: FlaskClient, network: Network) -> None:
    headers = sign_in(client, steward_of_network(network).id)
    path = f"{API}/networks/{network.id}/phase-changes"
    body = {"to": "organisation", "reason": "Six of us are here.", "expected_version": network.version}
    stale = client.post(path, json=body | {"expected_version": network.version + 7}, headers=headers)
    assert (stale.status_code, stale.json["code"]) == (409, "version_conflict")
    assert stale.json["current"]["version"] == network.version
    moved = client.post(path, json=body, headers=headers)
    assert moved.status_code == 200
    assert (moved.json["id"], moved.json["phase"]) == (network.id, "organisation")
    way = client.get(f"{API}/networks/{network.id}/roadmap").json
    assert (way["phase"], way["gate"]["to"], way["version"]) == (
        "organisation",
        "maintenance",
        moved.json["version"],
    )
    later = client.post(
        path, json=body | {"to": "maintenance", "expected_version": moved.json["version"]}, headers=headers
    )
    assert (later.status_code, later.json["code"]) == (409, "decision_required")


def test_a_gate_that_is_not_ready_names_what_is_missing(client: FlaskClient, live: Runtime) -> None:
    network = make_network()
    headers = sign_in(client, steward_of_network(network).id)
    body = {"to": "organisation", "reason": "Now.", "expected_version": 1}
    refused = client.post(f"{API}/networks/{network.id}/phase-changes", json=body, headers=headers)
    assert (refused.status_code, refused.json["code"]) == (409, "gate_not_ready")
    assert refused.json["missing"] == ["graduates_joined", "purpose_and_goals"]


def test_moving_on_takes_a_fresh_proof(client: FlaskClient, network: Network, clock: HandClock) -> None:
    headers = sign_in(client, steward_of_network(network).id)
    clock.forward(minutes=61)
    body = {"to": "organisation", "reason": "Now.", "expected_version": network.version}
    path = f"{API}/networks/{network.id}/phase-changes"
    refused = client.post(path, json=body, headers=headers)
    assert (refused.status_code, refused.json["code"]) == (403, "proof_required")
    headers = sign_in(
        client, member_of(network, "meta_mentor").id, proof_at=clock.now() + timedelta(seconds=-1)
    )
    forbidden = client.post(path, json=body, headers=headers)
    assert (forbidden.status_code, forbidden.json["code"]) == (403, "forbidden")


@pytest.mark.parametrize(
    "over",
    [{"to": "winter"}, {"reason": ""}, {"reason": None}, {"expected_version": None}, {"phase": "outreach"}],
)
def test_what_is_no_move(client: FlaskClient, network: Network, over: dict[str, Any]) -> None:
    headers = sign_in(client, steward_of_network(network).id)
    body = {"to": "organisation", "reason": "Now.", "expected_version": network.version}
    path = f"{API}/networks/{network.id}/phase-changes"
    given = {name: value for name, value in (body | over).items() if value is not None}
    refused = client.post(path, json=given, headers=headers)
    assert (refused.status_code, list(refused.json["errors"])) == (422, list(over))


def test_what_was_decided_holds_for_whoever_looks_first(app: Flask, live: Runtime, clock: HandClock) -> None:
    """No job has run, and nobody looked at a decision since its end."""
    network = make_network(phase="organisation", size="full", features={"elections": True})
    made = make_version(network, builtin=None)
    people = [member_of(network, rules_version_id=made.id) for _ in range(3)]
    candidates = [one.standings[network.id].membership_id or "" for one in people]
    goal = make_goal(network, state="proposed")
    agreed = [
        open_decision(people[0], network, {"type": "set_features", "value": {"typing": False}}),
        open_decision(people[0], network, {"type": "adopt_goal", "id": goal.id}),
    ]
    elected = open_decision(
        people[0], network, {"type": "appoint", "value": "deputy"}, kind="election", options=candidates
    )
    with unit_of_work():
        first = decisions.get_decision(people[0], elected)["options"][0]["id"]
    for one in people:
        for decision_id in agreed:
            decisions.take_stance(one, decision_id, stance="consent")
        decisions.take_stance(one, elected, option_ids=[first])
    clock.forward(days=4)
    member = Caller(app.test_client, people[1].user_id)
    assert member("GET", f"/networks/{network.id}").json["features"]["typing"] is False
    assert member("GET", f"/goals/{goal.id}").json["state"] == "adopted"
    [held] = member("GET", f"/networks/{network.id}/appointments").json["items"]
    assert (held["role"], held["membership_id"]) == ("deputy", candidates[0])
