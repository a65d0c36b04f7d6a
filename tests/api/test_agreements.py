"""A network's documents over the API."""

from __future__ import annotations

import hashlib
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from models.networks import Network
from network.kernel.ids import new_id
from network.kernel.runtime import Runtime
from tests.factories.agreements import make_agreement, make_version
from tests.factories.membership import member_of, steward_of_network
from tests.factories.networks import make_network
from tests.factories.people import make_user, sign_in
from tests.running import START

API = "/api/v1"


@pytest.fixture
def network(live: Runtime) -> Network:
    return make_network()


def test_a_version_is_read_and_its_hash_can_be_computed(client: FlaskClient, network: Network) -> None:
    version = make_version(network)
    make_version(make_network())
    sign_in(client, member_of(network).id)
    got = client.get(f"{API}/agreement-versions/{version.id}")
    assert got.status_code == 200
    shown = got.json
    assert set(shown) >= {
        "id", "agreement_id", "network_id", "kind", "title", "language", "number", "state", "builtin",
        "clauses", "text_hash", "activation_rule", "deliberation_until", "signing_until", "valid_until",
        "review_on", "in_force_at", "counts", "version",
    }  # fmt: skip
    assert (shown["kind"], shown["number"], shown["state"]) == ("communication_rules", 1, "in_force")
    assert shown["counts"] == {"requested": 0, "signed": 0, "declined": 0}
    assert shown["activation_rule"] == {"members": "0/1", "organisations": []}
    assert shown["in_force_at"].endswith("Z")
    text = "".join(f"{clause['heading']}\n{clause['text']}\n\n" for clause in shown["clauses"])
    assert shown["text_hash"] == hashlib.sha256(text.encode()).hexdigest()
    assert set(shown["clauses"][0]) == {"id", "heading", "text", "short", "hash"}


@pytest.mark.parametrize("who", ["stranger", "operator", "left"])
def test_outsiders_cannot_tell_a_version_from_none(client: FlaskClient, network: Network, who: str) -> None:
    version, unknown = make_version(network), new_id()
    user_id = {
        "stranger": lambda: member_of(make_network()).id,
        "operator": lambda: make_user(is_operator=True).id,
        "left": lambda: member_of(network, state="left").id,
    }[who]()
    sign_in(client, user_id)
    hidden = client.get(f"{API}/agreement-versions/{version.id}")
    absent = client.get(f"{API}/agreement-versions/{unknown}")
    assert (hidden.status_code, absent.status_code) == (404, 404)
    assert hidden.data == absent.data


def test_a_version_is_not_for_who_is_not_signed_in(client: FlaskClient, network: Network) -> None:
    assert client.get(f"{API}/agreement-versions/{make_version(network).id}").status_code == 401


def test_the_rules_are_accepted_once(client: FlaskClient, network: Network) -> None:
    version = make_version(network)
    me = member_of(network)
    headers = sign_in(client, me.id)
    path = f"{API}/networks/{network.id}/rules-acceptance"
    first = client.post(path, json={"version_id": version.id}, headers=headers)
    assert first.status_code == 201
    assert set(first.json) == {"id", "network_id", "version_id", "user_id", "accepted_at"}
    assert (first.json["user_id"], first.json["version_id"]) == (me.id, version.id)
    again = client.post(path, json={"version_id": version.id}, headers=headers)
    assert (again.status_code, again.json) == (200, first.json)


def test_rules_that_hold_no_longer_are_refused(client: FlaskClient, network: Network) -> None:
    document = make_agreement(network)
    old = make_version(network, document, state="superseded")
    new = make_version(network, document, number=2)
    headers = sign_in(client, member_of(network).id)
    path = f"{API}/networks/{network.id}/rules-acceptance"
    refused = client.post(path, json={"version_id": old.id}, headers=headers)
    assert (refused.status_code, refused.json["code"]) == (409, "version_superseded")
    assert refused.json["current_version_id"] == new.id
    assert client.post(path, json={"version_id": new.id}, headers=headers).status_code == 201


@pytest.mark.parametrize(
    "body",
    [{}, {"version_id": "nonsense"}, {"version_id": None}, {"version_id": "UNKNOWN"}],
)
def test_what_is_no_version(client: FlaskClient, network: Network, body: dict[str, str]) -> None:
    make_version(network)
    headers = sign_in(client, member_of(network).id)
    if body.get("version_id") == "UNKNOWN":
        body = {"version_id": new_id()}
    refused = client.post(f"{API}/networks/{network.id}/rules-acceptance", json=body, headers=headers)
    assert (refused.status_code, list(refused.json["errors"])) == (422, ["version_id"])


@pytest.mark.parametrize(
    ("who", "visibility", "status"),
    [
        ("stranger", "private", 404),
        ("stranger", "listed", 403),
        ("steward", "private", 403),
        ("suspended", "private", 403),
    ],
)
def test_who_does_not_belong_accepts_nothing(
    client: FlaskClient, live: Runtime, who: str, visibility: str, status: int
) -> None:
    network = make_network(visibility=visibility)
    version = make_version(network)
    actor = {
        "stranger": lambda: member_of(make_network()),
        "steward": lambda: steward_of_network(network),
        "suspended": lambda: member_of(network, suspended_until=START + timedelta(days=2)),
    }[who]()
    headers = sign_in(client, actor.id)
    path = f"{API}/networks/{network.id}/rules-acceptance"
    assert client.post(path, json={"version_id": version.id}, headers=headers).status_code == status
    headers = sign_in(client, member_of(network).id)
    assert client.post(path, json={"version_id": version.id}, headers=headers).status_code == 201
