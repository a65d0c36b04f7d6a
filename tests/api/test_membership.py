"""Belonging over the API: memberships, people, roles, applications."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from models.networks import Network
from network.kernel.runtime import Runtime
from tests.api.callers import Caller
from tests.factories.membership import (
    make_application,
    make_appointment,
    make_membership,
    member_of,
    steward_of_network,
)
from tests.factories.networks import make_network
from tests.factories.people import make_user
from tests.running import HandClock

Clients = Callable[[], FlaskClient]
UNKNOWN = "0190a3c2-0000-7000-8000-000000000000"
MEMBERSHIP = {
    "id", "network_id", "user", "state", "suspended_until", "paused_until", "roles", "since", "version",
}  # fmt: skip


@pytest.fixture
def network(live: Runtime) -> Network:
    member_of(make_network(), user=make_user(display_name="Noise"))
    return make_network()


def test_members_see_who_belongs(network: Network, make_client: Clients) -> None:
    actor = member_of(network, "deputy", user=make_user(display_name="Amina"))
    make_membership(network, state="left")
    member = Caller(make_client, actor.user_id)
    [row] = member("get", f"/networks/{network.id}/memberships").json["items"]
    assert set(row) == MEMBERSHIP
    assert (row["user"]["display_name"], row["roles"], row["state"]) == (
        "Amina", ["deputy", "mentor"], "active",
    )  # fmt: skip
    assert "email" not in str(row)
    assert member("get", f"/memberships/{row['id']}").json == row
    [own] = member("get", "/me/memberships").json["items"]
    assert own["network"]["name"] == network.name
    assert own["url"] == f"/network/{network.slug}/membership"
    [person] = member("get", f"/networks/{network.id}/people?q=ami&limit=5").json["items"]
    assert set(person) == {
        "id", "membership_id", "display_name", "photo_url", "roles", "language", "since",
        "profile",
    }  # fmt: skip
    assert person["since"] == row["since"]
    seen = member("get", f"/people/{actor.user_id}").json
    assert [shared["id"] for shared in seen["networks"]] == [network.id]
    for path in (
        f"/networks/{network.id}/memberships", f"/memberships/{row['id']}", f"/networks/{network.id}/people",
        f"/people/{actor.user_id}", f"/networks/{network.id}/appointments",
        f"/networks/{network.id}/applications", f"/networks/{network.id}/invitations",
    ):  # fmt: skip
        stranger = Caller(make_client, make_user().id)
        assert stranger("get", path).status_code == 404, path
        assert Caller(make_client)("get", path).status_code == 401, path
    assert member("get", f"/networks/{network.id}/memberships?state=gone").status_code == 422


def test_pausing_coming_back_and_leaving(network: Network, make_client: Clients, clock: HandClock) -> None:
    actor = member_of(network)
    membership_id = actor.standings[network.id].membership_id
    member = Caller(make_client, actor.user_id)
    path = f"/memberships/{membership_id}"
    until = (clock.today() + timedelta(days=7)).isoformat()
    assert member("post", f"{path}/pause", {}).status_code == 422
    assert member("post", f"{path}/pause", {"expected_version": 1, "until": "tomorrow"}).status_code == 422
    paused = member("post", f"{path}/pause", {"expected_version": 1, "until": until})
    assert (paused.status_code, paused.json["state"], paused.json["paused_until"]) == (200, "paused", until)
    again = member("post", f"{path}/pause", {"expected_version": 2})
    assert (again.status_code, again.json["code"]) == (409, "invalid_transition")
    stale = member("post", f"{path}/resume", {"expected_version": 1})
    assert (stale.status_code, stale.json["code"]) == (409, "version_conflict")
    assert stale.json["current"]["state"] == "paused"
    assert member("post", f"{path}/resume", {"expected_version": 2}).json["state"] == "active"
    other = Caller(make_client, member_of(network, "meta_mentor").user_id)
    for step in ("pause", "resume", "leave"):
        assert other("post", f"{path}/{step}", {"expected_version": 3}).status_code == 403
        missing = other("post", f"/memberships/{UNKNOWN}/{step}", {"expected_version": 3})
        assert missing.status_code == 404
    left = member("post", f"{path}/leave", {"expected_version": 3})
    assert (left.json["state"], left.json["roles"]) == ("left", [])
    assert member("get", f"/networks/{network.id}").status_code == 404
    assert member("get", f"/networks/{network.id}/memberships").status_code == 404
    assert member("get", path).json["state"] == "left"


def test_the_last_meta_mentor_stays(network: Network, make_client: Clients) -> None:
    actor = member_of(network, "meta_mentor")
    lead = Caller(make_client, actor.user_id)
    path = f"/memberships/{actor.standings[network.id].membership_id}/leave"
    refused = lead("post", path, {"expected_version": 1})
    assert (refused.status_code, refused.json["code"]) == (409, "last_meta_mentor")


def test_the_steward_appoints_and_the_meta_mentor_hands_over(network: Network, make_client: Clients) -> None:
    lead, heir = member_of(network), member_of(network)
    steward = Caller(make_client, steward_of_network(network).user_id)
    path = f"/networks/{network.id}/appointments"
    body = {
        "membership_id": lead.standings[network.id].membership_id, "role": "meta_mentor", "capacity": "staff",
    }  # fmt: skip
    for wrong in (
        {"role": "queen"},
        {"capacity": "robot"},
        {"membership_id": UNKNOWN},
        {"until": "2020-01-01"},
    ):
        assert steward("post", path, {**body, **wrong}).status_code == 422
    made = steward("post", path, body)
    assert made.status_code == 201
    assert (made.json["state"], made.json["user"]["id"]) == ("running", lead.user_id)
    again = steward("post", path, body)
    assert (again.status_code, again.json["code"]) == (409, "already_appointed")
    member = Caller(make_client, heir.user_id)
    assert member("post", path, body).status_code == 403
    [listed] = member("get", path).json["items"]
    assert listed == made.json
    over = {"membership_id": heir.standings[network.id].membership_id, "expected_version": 1}
    handover = f"/appointments/{made.json['id']}/handover"
    assert member("post", handover, over).status_code == 403
    handed = Caller(make_client, lead.user_id)("post", handover, over)
    assert (handed.status_code, handed.json["user"]["id"]) == (200, heir.user_id)
    gone = steward("delete", f"/appointments/{made.json['id']}")
    assert (gone.status_code, gone.json["code"]) == (409, "appointment_ended")
    assert member("delete", f"/appointments/{handed.json['id']}").status_code == 403
    last = steward("delete", f"/appointments/{handed.json['id']}")
    assert (last.status_code, last.json["code"]) == (409, "last_meta_mentor")
    assert steward("post", path, body).status_code == 201
    assert steward("delete", f"/appointments/{handed.json['id']}").status_code == 204
    [running] = member("get", f"{path}?state=running").json["items"]
    assert running["user"]["id"] == lead.user_id


def test_appointing_takes_a_proof(network: Network, make_client: Clients, clock: HandClock) -> None:
    steward = Caller(make_client, steward_of_network(network).user_id)
    joined = make_membership(network)
    held = make_appointment(joined)
    clock.forward(minutes=61)
    body = {"membership_id": joined.id, "role": "deputy", "capacity": "staff"}
    refused = steward("post", f"/networks/{network.id}/appointments", body)
    assert (refused.status_code, refused.json["code"]) == (403, "proof_required")
    assert steward("delete", f"/appointments/{held.id}").json["code"] == "proof_required"


def test_an_application_from_asking_to_deciding(live: Runtime, make_client: Clients) -> None:
    network = make_network(visibility="listed")
    applicant, lead = make_user(), member_of(network, "meta_mentor")
    asking, deciding = Caller(make_client, applicant.id), Caller(make_client, lead.user_id)
    path = f"/networks/{network.id}/applications"
    assert asking("post", path, {"experience": "Ten years"}).status_code == 422
    made = asking("post", path, {"experience": "Ten years", "statement": "Hello"})
    assert (made.status_code, made.json["state"]) == (201, "open")
    twice = asking("post", path, {"experience": "x", "statement": "y"})
    assert (twice.status_code, twice.json["code"]) == (409, "already_applied")
    assert asking("get", path).status_code == 403
    assert asking("get", f"/applications/{made.json['id']}").json == made.json
    assert [row["id"] for row in deciding("get", f"{path}?state=open").json["items"]] == [made.json["id"]]
    decision = f"/applications/{made.json['id']}/decision"
    body = {"decision": "accept", "reason": "We talked.", "expected_version": 1}
    assert asking("post", decision, body).status_code == 403
    assert Caller(make_client, member_of(network).user_id)("post", decision, body).status_code == 404
    for missing in body:
        short = {key: value for key, value in body.items() if key != missing}
        assert deciding("post", decision, short).status_code == 422
    decided = deciding("post", decision, body)
    assert (decided.status_code, decided.json["state"], decided.json["version"]) == (200, "accepted", 2)
    [own] = asking("get", "/me/memberships").json["items"]
    assert own["state"] == "active"


def test_the_inviter_does_not_decide_alone(network: Network, make_client: Clients) -> None:
    inviter = member_of(network, "meta_mentor")
    application = make_application(network, invited_by=inviter.user_id)
    refused = Caller(make_client, inviter.user_id)(
        "post", f"/applications/{application.id}/decision",
        {"decision": "accept", "reason": "My friend", "expected_version": 1},
    )  # fmt: skip
    assert (refused.status_code, refused.json["code"]) == (403, "party_to_matter")


def test_withdrawing_an_application(network: Network, make_client: Clients) -> None:
    user = make_user()
    application = make_application(network, user)
    applicant = Caller(make_client, user.id)
    done = applicant("post", f"/applications/{application.id}/withdrawal", {"expected_version": 1})
    assert (done.status_code, done.json["state"]) == (200, "withdrawn")
    assert applicant("get", f"/networks/{network.id}").status_code == 404
