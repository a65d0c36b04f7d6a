"""Who may see, propose and adopt goals; the select says the same as the law."""

from __future__ import annotations

from datetime import timedelta

import pytest

from network.goals.policy import may_adopt_goal, may_propose_goal, may_see_goals, visible_goals
from network.kernel.actor import ANONYMOUS
from network.kernel.runtime import Runtime
from network.kernel.transaction import session, unit_of_work
from tests.factories.agreements import make_acceptance, make_version
from tests.factories.goals import make_goal
from tests.factories.membership import (
    make_appointment,
    make_membership,
    member_of,
    standing_actor,
    steward_of_network,
)
from tests.factories.networks import make_network
from tests.factories.people import actor_of, make_user
from tests.running import START


@pytest.mark.parametrize(
    ("who", "sees", "proposes", "adopts"),
    [
        ("active", True, None, False),
        ("accepted_rules", True, None, False),
        ("paused", True, "forbidden", False),
        ("applied", False, "forbidden", False),
        ("left", False, "forbidden", False),
        ("suspended", False, "forbidden", False),
        ("meta_mentor", True, None, True),
        ("suspended_meta_mentor", False, "forbidden", False),
        ("deputy", True, None, True),
        ("steward", True, "forbidden", True),
        ("stranger", False, "forbidden", False),
        ("operator", False, "forbidden", False),
        ("anonymous", False, "forbidden", False),
    ],
)
def test_who_may_what(live: Runtime, who: str, sees: bool, proposes: str | None, adopts: bool) -> None:
    network, other = make_network(), make_network(visibility="public")
    version = make_version(network)
    goal, elsewhere = make_goal(network), make_goal(other)
    suspended = START + timedelta(days=3)
    if who in ("stranger", "operator", "anonymous", "steward"):
        actor = {
            "stranger": lambda: member_of(other),
            "operator": lambda: actor_of(make_user(is_operator=True)),
            "anonymous": lambda: ANONYMOUS,
            "steward": lambda: steward_of_network(network),
        }[who]()
    else:
        user = make_user()
        state = who if who in ("paused", "applied", "left") else "active"
        until = suspended if who.startswith("suspended") else None
        joined = make_membership(network, user, state=state, suspended_until=until)
        if "meta_mentor" in who or who == "deputy":
            make_appointment(joined, "deputy" if who == "deputy" else "meta_mentor")
        make_acceptance(version, joined)
        actor = standing_actor(user)
    with unit_of_work():
        assert bool(may_see_goals(actor, network.id)) is sees
        assert may_propose_goal(actor, network.id).code == proposes
        assert bool(may_adopt_goal(actor, network.id)) is adopts
        seen = {row.id for row in session().scalars(visible_goals(actor))}
    assert (goal.id in seen) is sees
    assert (elsewhere.id in seen) is (who == "stranger")


def test_before_the_rules_nobody_proposes(live: Runtime) -> None:
    network = make_network()
    make_version(network)
    assert may_propose_goal(member_of(network), network.id).code == "rules_not_accepted"
