"""Who may what with a network, as a table; and the filter that says the same."""

from __future__ import annotations

import dataclasses
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from network.kernel.actor import ANONYMOUS, Actor, Standing, system_actor
from network.kernel.errors import NotFound
from network.kernel.runtime import Runtime
from network.kernel.transaction import session, unit_of_work
from network.networks import policy
from tests.factories.membership import make_membership, member_of, standing_actor, steward_of_network
from tests.factories.networks import make_network
from tests.factories.organisations import make_organisation, steward_of
from tests.factories.people import actor_of, make_user

OK, IN, NO = None, "not_signed_in", "forbidden"
DECIDE, PROOF = "decision_required", "proof_required"
# anonymous, stranger, applicant, member, suspended member, deputy, meta-mentor, steward, operator
PRIVATE = {
    "may_see_network": (NO, NO, OK, OK, OK, OK, OK, OK, NO),
    "may_change_network": (NO, NO, NO, NO, NO, NO, OK, OK, NO),
    "sees_inside": (NO, NO, NO, OK, NO, OK, OK, OK, NO),
    "is_host": (NO, NO, NO, NO, NO, OK, OK, NO, NO),
}
# by size and phase
FEATURES = {
    ("small", "initiation"): (NO, NO, NO, NO, NO, DECIDE, OK, OK, NO),
    ("full", "initiation"): (NO, NO, NO, NO, NO, DECIDE, DECIDE, OK, NO),
    ("small", "organisation"): (NO, NO, NO, NO, NO, DECIDE, OK, DECIDE, NO),
    ("full", "maintenance"): (NO, NO, NO, NO, NO, DECIDE, DECIDE, DECIDE, NO),
}


def everybody(network: policy.Network, live: Runtime) -> tuple[Actor, ...]:
    tomorrow = live.clock.now() + timedelta(days=1)
    return (
        ANONYMOUS,
        actor_of(make_user()),
        member_of(network, state="applied"),
        member_of(network),
        member_of(network, "meta_mentor", suspended_until=tomorrow),
        member_of(network, "deputy"),
        member_of(network, "meta_mentor"),
        steward_of_network(network),
        standing_actor(make_user(is_operator=True)),
    )


@pytest.mark.parametrize("law", sorted(PRIVATE))
def test_the_table_of_rights_in_a_private_network(live: Runtime, law: str) -> None:
    network = make_network()
    actors = everybody(network, live)
    assert tuple(getattr(policy, law)(actor, network).code for actor in actors) == PRIVATE[law]


@pytest.mark.parametrize(("size", "phase"), sorted(FEATURES))
def test_the_table_of_who_switches_features(live: Runtime, size: str, phase: str) -> None:
    network = make_network(size=size, phase=phase)
    actors = everybody(network, live)
    codes = tuple(policy.may_set_features(actor, network).code for actor in actors)
    assert codes == FEATURES[size, phase]


def test_features_take_a_proof(live: Runtime) -> None:
    network, late = make_network(), live.clock.now() - timedelta(minutes=61)
    founder = standing_actor(make_user(), proof_at=late)
    assert policy.may_set_features(founder, network).code == NO
    held = steward_of_network(network)
    stale = Actor(kind="person", user_id=held.user_id, proof_at=late, standings=held.standings)
    assert policy.may_set_features(held, network)
    assert policy.may_set_features(stale, network).code == PROOF
    assert policy.may_set_features(system_actor("decisions"), network)


def test_only_the_organisations_own_stewards_found_networks(live: Runtime) -> None:
    organisation, another = make_organisation(state="pending"), make_organisation()
    actors = (ANONYMOUS, actor_of(make_user()), steward_of(another), steward_of(organisation))
    codes = tuple(policy.may_found_network(actor, organisation).code for actor in actors)
    assert codes == (IN, NO, NO, OK)


def test_every_law_stands_in_a_table() -> None:
    laws = {name for name in vars(policy) if name.startswith("may_")}
    assert laws == {
        "may_see_network", "may_change_network", "may_set_features", "may_found_network",
        "may_see_all_networks",
    }  # fmt: skip


def test_only_who_runs_the_platform_sees_all_networks(live: Runtime) -> None:
    network, person = make_network(), make_user()
    actors = (steward_of_network(network), standing_actor(person), ANONYMOUS)
    assert [policy.may_see_all_networks(actor).refusal for actor in actors] == [NotFound] * 3
    assert policy.may_see_all_networks(dataclasses.replace(standing_actor(person), is_operator=True))


def test_a_removed_member_is_a_stranger_again(live: Runtime) -> None:
    network, person = make_network(), make_user()
    make_membership(network, person, state="removed")
    assert not policy.may_see_network(standing_actor(person), network)


@given(
    networks=st.lists(st.sampled_from(("private", "listed", "public")), min_size=1, max_size=5),
    stands=st.lists(st.sampled_from((None, "applied", "active", "paused")), min_size=5, max_size=5),
)
@settings(
    max_examples=25, deadline=None, derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)  # fmt: skip
def test_the_filter_says_what_the_law_says(live: Runtime, networks: list[str], stands: list[str]) -> None:
    rows = [make_network(visibility=visibility) for visibility in networks]
    standings = {
        row.id: Standing(row.id, "m", state, frozenset({"mentor"}))
        for row, state in zip(rows, stands, strict=False)
        if state is not None
    }
    actor = Actor(kind="person", user_id="u", standings=standings)
    ids = {row.id for row in rows}
    for asking in (actor, ANONYMOUS):
        with unit_of_work():
            found = {row.id for row in session().scalars(policy.visible_networks(asking))} & ids
        assert found == {row.id for row in rows if policy.may_see_network(asking, row)}
