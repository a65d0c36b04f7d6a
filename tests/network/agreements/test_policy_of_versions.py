"""Who drafts, opens, fixes, activates, ends and signs: part E of the state machines, and B4."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from network.agreements.policy import versions as policy
from network.kernel.actor import ANONYMOUS, Actor, system_actor
from network.kernel.policy import Verdict
from network.kernel.runtime import Runtime
from tests.factories.membership import member_of, standing_actor, steward_of_network
from tests.factories.networks import make_network
from tests.factories.people import make_user
from tests.factories.stories import make_story
from tests.running import START, HandClock

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

LAWS: dict[str, Callable[[Actor, str], Verdict]] = {
    "draft alone": policy.may_draft_version,
    "draft with two others": lambda actor, network: policy.may_draft_version(actor, network, 2),
    "change another's": lambda actor, network: policy.may_change_version(actor, network, ["somebody"]),
    "change her own": lambda actor, network: policy.may_change_version(
        actor, network, ["somebody", actor.id]
    ),
    "open": policy.may_open_deliberation,
    "freeze": policy.may_freeze_version,
    "request signatures": policy.may_request_signatures,
    "activate": policy.may_activate_version,
    "terminate": policy.may_terminate_version,
    "sign": policy.may_sign,
    "decline": policy.may_decline,
    "discuss a correction": policy.may_discuss_correction,
    "see who signed": policy.sees_signers,
    "see why not": policy.sees_reasons,
    "settle": lambda actor, _network: policy.may_settle_versions(actor),
}
LEADS = {
    "draft alone", "draft with two others", "change another's", "change her own", "open", "freeze",
    "request signatures", "terminate", "see who signed", "see why not",
}  # fmt: skip
MEMBER = {"sign", "decline", "discuss a correction", "see who signed"}
MAY = {
    "member": MEMBER | {"draft with two others", "change her own"},
    "without rules": MEMBER,
    "paused": MEMBER,
    "meta_mentor": LEADS | MEMBER | {"activate"},
    "deputy": LEADS | MEMBER | {"activate"},
    "steward": LEADS,
    "system": {"request signatures", "activate", "settle"},
    "applied": set(),
    "suspended": set(),
    "left": set(),
    "stranger": set(),
    "operator": set(),
    "anonymous": set(),
}


@pytest.fixture
def somebody(live: Runtime, clock: HandClock) -> tuple[str, dict[str, Callable[[], Actor]]]:
    story = make_story(clock, members=1)
    network = story.network
    return network.id, {
        "member": lambda: story.members[0],
        "without rules": lambda: member_of(network),
        "paused": lambda: member_of(network, state="paused"),
        "meta_mentor": lambda: story.meta,
        "deputy": lambda: member_of(network, "deputy"),
        "steward": lambda: steward_of_network(network),
        "system": lambda: system_actor("tests"),
        "applied": lambda: member_of(network, state="applied"),
        "suspended": lambda: member_of(network, suspended_until=START + timedelta(days=3)),
        "left": lambda: member_of(network, state="left"),
        "stranger": lambda: member_of(make_network(), "meta_mentor"),
        "operator": lambda: standing_actor(make_user(is_operator=True)),
        "anonymous": lambda: ANONYMOUS,
    }


def test_who_may(somebody: tuple[str, dict[str, Callable[[], Actor]]]) -> None:
    network_id, people = somebody
    for who, make in people.items():
        actor = make()
        assert {name for name, law in LAWS.items() if law(actor, network_id)} == MAY[who], who


def test_for_an_organisation_its_stewards_sign(
    somebody: tuple[str, dict[str, Callable[[], Actor]]], clock: HandClock
) -> None:
    _network_id, people = somebody
    steward, member = people["steward"](), people["member"]()
    for organisation in steward.stewardships:
        assert policy.may_sign_for(steward, organisation)
        assert policy.may_decline_for(steward, organisation)
        assert not policy.may_sign_for(member, organisation)
        assert not policy.may_decline_for(member, organisation)
        clock.forward(minutes=61)
        assert policy.may_sign_for(steward, organisation).code == "proof_required"


def test_what_weighs_takes_a_proof(
    somebody: tuple[str, dict[str, Callable[[], Actor]]], clock: HandClock
) -> None:
    network_id, people = somebody
    steward, member = people["steward"](), people["member"]()
    clock.forward(minutes=61)
    assert policy.may_sign(member, network_id).code == "proof_required"
    assert policy.may_terminate_version(steward, network_id).code == "proof_required"
    assert policy.may_decline(member, network_id), "saying no takes none"
