"""What somebody keeps who is suspended (state-machines, B2, edge case 33), way by way; and what is shut."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from network import membership
from network.kernel.actor import Actor
from network.kernel.policy import ALLOWED, require
from network.kernel.runtime import Runtime
from network.kernel.transaction import command, unit_of_work
from tests.api.callers import Caller
from tests.factories.agreements import make_agreement, make_version
from tests.factories.discussions import make_room, make_topic
from tests.factories.membership import member_of
from tests.factories.networks import make_network
from tests.factories.people import make_user
from tests.factories.signatures import make_signature
from tests.running import HandClock

KEPT = {
    "/api/v1/me": 200,
    "/api/v1/me/memberships": 200,
    "/api/v1/memberships/{membership}": 200,
    "/api/v1/me/notifications": 200,
    "/api/v1/me/sanctions": 200,
    "/api/v1/networks/{network}": 200,
    "/api/v1/networks/{network}/agreements": 200,
    "/api/v1/agreements/{agreement}": 200,
    "/api/v1/agreement-versions/{version}": 200,
    "/api/v1/agreement-versions/{version}/signatures": 200,
    "/api/v1/agreement-versions/{version}/document.pdf": 200,
    "/home": 200,
    "/n": 200,
    "/measures": 200,
    "/me/devices": 200,
    "/network/{slug}/membership": 200,
    "/network/{slug}/agreements": 200,
    "/network/{slug}/agreements/v/{version}": 200,
    "/network/{slug}/agreements/v/{version}/signatures": 200,
    "/agreement-versions/{version}/document.pdf": 200,
}
SHUT = {
    "/api/v1/networks/{network}/rooms": 404,
    "/api/v1/rooms/{room}": 404,
    "/api/v1/rooms/{room}/topics": 404,
    "/api/v1/topics/{topic}/messages": 404,
    "/api/v1/networks/{network}/search?q=word": 404,
    "/api/v1/networks/{network}/memberships": 403,
    "/api/v1/networks/{network}/meetings": 403,
    "/api/v1/networks/{network}/goals": 403,
    "/api/v1/events?scope=room:{room}&after=0": 404,
    "/api/v1/events?scope=network:{network}&after=0": 404,
    "/talk/r/{room}": 404,
    "/talk/t/{topic}": 404,
}
COMING = {"/measures"}
"""Tested with what they show, where measures are."""


@command
def _suspend(lead: Actor, network_id: str, user_id: str, clock: HandClock) -> None:
    require(ALLOWED)
    membership.suspend_member(lead, network_id, user_id, clock.now() + timedelta(days=7))


@pytest.fixture
def places(live: Runtime, clock: HandClock) -> dict[str, str]:
    """Somebody who has signed, and was suspended afterwards; what there is in her network."""
    network, user = make_network(), make_user(display_name="Sara")
    lead, sara = member_of(network, "meta_mentor"), member_of(network, user=user)
    agreement = make_agreement(network, kind="network_agreement")
    version = make_version(network, agreement)
    make_signature(version, user)
    room = make_room(network)
    found = {
        "user": user.id, "network": network.id, "slug": network.slug, "agreement": agreement.id,
        "version": version.id, "room": room.id, "topic": make_topic(room, sara).id,
        "membership": sara.standings[network.id].membership_id or "",
    }  # fmt: skip
    _suspend(lead, network.id, user.id, clock)
    return found


def test_c33_what_a_suspended_person_keeps_and_what_is_shut(
    places: dict[str, str], make_client: Callable[[], FlaskClient]
) -> None:
    sara = Caller(make_client, places["user"])
    told = {
        path: sara.client.get(path.format(**places), headers=sara.headers).status_code
        for path in {**KEPT, **SHUT}
        if path not in COMING
    }
    assert told == {path: status for path, status in {**KEPT, **SHUT}.items() if path not in COMING}
    own = sara("get", f"/memberships/{places['membership']}").json
    assert own["suspended_until"] is not None
    assert "/measures" in sara.client.get("/home").text
    assert "/measures" in sara.client.get(f"/network/{places['slug']}/membership").text


def test_c33_a_suspended_person_takes_her_data_and_leaves(
    places: dict[str, str], make_client: Callable[[], FlaskClient]
) -> None:
    sara = Caller(make_client, places["user"])
    assert sara("post", "/me/export").status_code == 202
    version = sara("get", f"/memberships/{places['membership']}").json["version"]
    gone = sara("post", f"/memberships/{places['membership']}/leave", {"expected_version": version})
    assert (gone.status_code, gone.json["state"]) == (200, "left")
    with unit_of_work():
        assert membership.running_membership(places["network"], places["user"]) is None
    assert sara("get", f"/agreement-versions/{places['version']}/document.pdf").status_code in (200, 404)
