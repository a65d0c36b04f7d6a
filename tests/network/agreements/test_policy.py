"""Who may read the documents of a network and accept its rules; the select says the same as the law."""

from __future__ import annotations

from datetime import timedelta

import pytest

from network.agreements.policy.versions import (
    may_accept_rules,
    may_adopt_builtin_rules,
    may_read_agreements,
    visible_agreement_versions,
)
from network.kernel.actor import ANONYMOUS, Actor, system_actor
from network.kernel.ids import new_id
from network.kernel.runtime import Runtime
from network.kernel.transaction import session, unit_of_work
from tests.factories.agreements import make_version
from tests.factories.membership import member_of, steward_of_network
from tests.factories.networks import make_network
from tests.factories.people import actor_of, make_user
from tests.running import START

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.mark.parametrize(
    ("who", "reads", "accepts"),
    [
        ("active", True, True),
        ("paused", True, True),
        ("applied", True, True),
        ("left", False, False),
        ("removed", False, False),
        ("suspended", True, False),
        ("meta_mentor", True, True),
        ("steward", True, False),
        ("stranger", False, False),
        ("operator", False, False),
        ("anonymous", False, False),
    ],
)
def test_who_reads_and_who_accepts(live: Runtime, who: str, reads: bool, accepts: bool) -> None:
    network, other = make_network(), make_network()
    version, _elsewhere = make_version(network), make_version(other)
    actors = {
        "stranger": lambda: member_of(other),
        "operator": lambda: actor_of(make_user(is_operator=True)),
        "anonymous": lambda: ANONYMOUS,
        "steward": lambda: steward_of_network(network),
        "suspended": lambda: member_of(network, suspended_until=START + timedelta(days=3)),
        "meta_mentor": lambda: member_of(network, "meta_mentor"),
    }
    actor = actors[who]() if who in actors else member_of(network, state=who)
    with unit_of_work():
        assert bool(may_read_agreements(actor, network.id)) is reads
        assert bool(may_accept_rules(actor, network.id)) is accepts
        seen = {row[0].id for row in session().execute(visible_agreement_versions(actor))}
    # The law and the select agree, and nothing of another network comes along.
    assert (version.id in seen) is reads
    assert all(bool(may_read_agreements(actor, other.id)) or key == version.id for key in seen)


@pytest.mark.parametrize(
    ("who", "may"), [("founder", True), ("system", True), ("meta_mentor", False), ("other_steward", False)]
)
def test_who_adopts_the_first_rules(live: Runtime, who: str, may: bool) -> None:
    network = make_network()
    actor: Actor = {
        "founder": lambda: steward_of_network(network),
        "system": lambda: system_actor("import"),
        "meta_mentor": lambda: member_of(network, "meta_mentor"),
        "other_steward": lambda: steward_of_network(make_network()),
    }[who]()
    assert bool(may_adopt_builtin_rules(actor, network)) is may


def test_an_unknown_network_is_denied(live: Runtime) -> None:
    assert not may_read_agreements(member_of(make_network()), new_id())
