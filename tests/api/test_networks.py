"""Networks over the API."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from models.networks import Network
from network.kernel.runtime import Runtime
from network.networks import FEATURES
from tests.api.callers import Caller
from tests.factories.membership import member_of, steward_of_network
from tests.factories.networks import make_network
from tests.factories.people import make_user

Clients = Callable[[], FlaskClient]
FIELDS = {
    "id", "slug", "name", "purpose", "organisation_id", "course_session_id", "parent_id", "languages",
    "country", "visibility", "phase", "overlay", "features", "rules_version_id", "version",
}  # fmt: skip


@pytest.fixture
def network(live: Runtime) -> Network:
    make_network(name="Noise")
    return make_network()


def test_a_private_network_is_there_for_its_own_people(network: Network, make_client: Clients) -> None:
    member = Caller(make_client, member_of(network).user_id)
    seen = member("get", f"/networks/{network.id}")
    assert seen.status_code == 200
    assert set(seen.json) == FIELDS
    unknown = "0190a3c2-0000-7000-8000-000000000000"
    for stranger in (Caller(make_client), Caller(make_client, make_user().id)):
        hidden = stranger("get", f"/networks/{network.id}")
        missing = stranger("get", f"/networks/{unknown}")
        assert hidden.status_code == missing.status_code == 404
        assert hidden.data == missing.data
    assert [row["id"] for row in member("get", "/networks").json["items"]] == [network.id]
    assert Caller(make_client)("get", "/networks").json == {"items": [], "next": None}


def test_a_listed_network_shows_itself_to_everybody(live: Runtime, make_client: Clients) -> None:
    listed = make_network(visibility="listed")
    nobody = Caller(make_client)
    assert nobody("get", f"/networks/{listed.id}").json["name"] == listed.name
    assert [row["id"] for row in nobody("get", "/networks?limit=1").json["items"]] == [listed.id]


def test_changing_a_network(network: Network, make_client: Clients) -> None:
    lead = Caller(make_client, member_of(network, "meta_mentor").user_id)
    path = f"/networks/{network.id}"
    changed = lead("patch", path, {"name": "New", "languages": ["de", "uk"], "expected_version": 1})
    assert changed.status_code == 200
    assert (changed.json["name"], changed.json["languages"], changed.json["version"]) == (
        "New", ["de", "uk"], 2,
    )  # fmt: skip
    stale = lead("patch", path, {"name": "Newer", "expected_version": 1})
    assert (stale.status_code, stale.json["code"]) == (409, "version_conflict")
    assert stale.json["current"]["name"] == "New"
    assert lead("patch", path, {"purpose": "For us."}).json["version"] == 3
    for broken in (None, "3", True, -1):
        refused = lead("patch", path, {"purpose": "For me.", "expected_version": broken})
        assert (refused.status_code, list(refused.json["errors"])) == (422, ["expected_version"])
    member = Caller(make_client, member_of(network).user_id)
    assert member("patch", path, {"name": "Mine"}).status_code == 403
    assert Caller(make_client, make_user().id)("patch", path, {"name": "Mine"}).status_code == 404
    assert Caller(make_client)("patch", path, {"name": "Mine"}).status_code == 401


@pytest.mark.parametrize(
    "body",
    [
        {"parent_id": None}, {"phase": "outreach"}, {"features": {}}, {"slug": "mine"},
        {"organisation_id": ""},
        {"version": 9}, {"overlay": None}, {"rules_version_id": None}, {"size": "full"}, {"name": ""},
        {"name": "x" * 121}, {"languages": []}, {"languages": ["xx-yy-zz"]}, {"country": "QQ"},
        {"visibility": "secret"}, {"expected_version": "1"}, {"course_session_id": "no-id"},
        {"course_session_id": "0190a3c2-0000-7000-8000-000000000000"},
    ],
)  # fmt: skip
def test_what_cannot_be_changed_here(network: Network, make_client: Clients, body: dict[str, Any]) -> None:
    lead = Caller(make_client, member_of(network, "meta_mentor").user_id)
    refused = lead("patch", f"/networks/{network.id}", body)
    assert refused.status_code == 422
    assert {field.split(".")[0] for field in refused.json["errors"]} == set(body)
    assert lead("get", f"/networks/{network.id}").json["version"] == 1


def test_switching_features(network: Network, make_client: Clients) -> None:
    path = f"/networks/{network.id}/features"
    lead = Caller(make_client, member_of(network, "meta_mentor").user_id)
    switched = lead("put", path, {"elections": True})
    assert switched.status_code == 200
    assert set(switched.json["features"]) == set(FEATURES)
    assert switched.json["features"]["elections"] is True
    for body in ({"coffee": True}, {"elections": "yes"}, {"elections": 1}, {"elections": None}):
        assert lead("put", path, body).status_code == 422
    assert Caller(make_client, member_of(network).user_id)("put", path, {"feeds": True}).status_code == 403


def test_a_full_network_decides_about_its_features(live: Runtime, make_client: Clients) -> None:
    network = make_network(size="full", phase="organisation")
    for actor in (member_of(network, "meta_mentor"), steward_of_network(network)):
        refused = Caller(make_client, actor.user_id)(
            "put", f"/networks/{network.id}/features", {"feeds": False}
        )
        assert (refused.status_code, refused.json["code"]) == (409, "decision_required")
