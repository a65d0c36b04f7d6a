"""Goals: what is true after each act, what is recorded, and what a refusal leaves."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from models.audit import AuditRow
from models.goals import Goal
from models.networks import Network
from network import goals
from network.kernel.actor import Actor
from network.kernel.errors import Forbidden, Invalid, InvalidTransition, NotFound, VersionConflict
from network.kernel.events import LogEntry, entries_after, rendered
from network.kernel.ids import new_id
from network.kernel.paging import PageRequest
from network.kernel.runtime import Runtime
from network.kernel.transaction import session, unit_of_work
from network.membership import RulesNotAccepted
from tests.factories.agreements import make_acceptance, make_version
from tests.factories.goals import make_goal
from tests.factories.membership import make_membership, member_of, standing_actor, steward_of_network
from tests.factories.networks import make_network
from tests.factories.people import make_user
from tests.running import START, HandClock

TODAY = START.date()


def facts(network: Network) -> list[LogEntry]:
    with unit_of_work():
        return entries_after(f"network:{network.id}", 0, 100)


def count() -> int:
    with unit_of_work():
        return session().scalar(select(func.count()).select_from(Goal)) or 0


@pytest.fixture
def network(live: Runtime) -> Network:
    return make_network()


@pytest.fixture
def member(network: Network) -> Actor:
    """An active member who accepted the rules."""
    user = make_user(display_name="Olena")
    make_acceptance(make_version(network), make_membership(network, user))
    return standing_actor(user)


def test_a_member_proposes_a_goal(network: Network, member: Actor) -> None:
    day = date(2027, 1, 31)
    made = goals.propose_goal(member, network.id, "  An evening a month ", "We like to eat.", day)
    assert made["title"] == "An evening a month"
    assert (made["state"], made["version"], made["adopted_at"]) == ("proposed", 1, None)
    assert made["review_on"] == day
    assert made["proposed_by"]["display_name"] == "Olena"
    told = facts(network)
    assert [(entry.type, entry.entity_id) for entry in told] == [("goal.proposed", made["id"])]
    with unit_of_work():
        assert goals.get_goal(member, made["id"]) == made
        assert goals.count_adopted(network.id) == 0
        assert {**rendered(told)[0]["data"], "supported": False} == made, (
            "events leave out what differs by viewer"
        )


def test_a_goal_without_a_day_is_looked_at_after_three_months(network: Network, member: Actor) -> None:
    made = goals.propose_goal(member, network.id, "An evening a month")
    assert made["review_on"] == TODAY + timedelta(days=91)


@pytest.mark.parametrize(
    ("over", "field"),
    [
        ({"title": "   "}, "title"),
        ({"title": "x" * 201}, "title"),
        ({"why": "x" * 2001}, "why"),
        ({"review_on": TODAY - timedelta(days=1)}, "review_on"),
    ],
)
def test_what_cannot_be_a_goal(network: Network, member: Actor, over: dict[str, Any], field: str) -> None:
    good = {"title": "A goal", "why": "", "review_on": TODAY}
    with pytest.raises(Invalid) as refused:
        goals.propose_goal(member, network.id, **{**good, **over})
    assert list(refused.value.faults) == [field]
    assert count() == 0
    assert facts(network) == []
    goals.propose_goal(member, network.id, **good)
    assert count() == 1


@pytest.mark.parametrize(
    ("who", "error"),
    [("paused", Forbidden), ("steward", Forbidden), ("stranger", NotFound), ("new", RulesNotAccepted)],
)
def test_who_may_not_propose(network: Network, member: Actor, who: str, error: type[Exception]) -> None:
    actor = {
        "paused": lambda: member_of(network, state="paused"),
        "steward": lambda: steward_of_network(network),
        "stranger": lambda: member_of(make_network()),
        "new": lambda: member_of(network),
    }[who]()
    with pytest.raises(error):
        goals.propose_goal(actor, network.id, "A goal", "", TODAY)
    assert count() == 0
    assert facts(network) == []


@pytest.mark.parametrize("role", ["meta_mentor", "deputy", "steward"])
def test_who_leads_adopts_a_goal(network: Network, role: str) -> None:
    goal, other = (make_goal(network, state="proposed", adopted_at=None) for _ in range(2))
    actor = steward_of_network(network) if role == "steward" else member_of(network, role)
    adopted = goals.adopt_goal(actor, goal.id, 1)
    assert (adopted["state"], adopted["version"]) == ("adopted", 2)
    assert adopted["adopted_at"] is not None
    assert [(entry.type, entry.entity_id, entry.entity_version) for entry in facts(network)] == [
        ("goal.adopted", goal.id, 2)
    ]
    with unit_of_work():
        assert goals.get_goal(actor, other.id)["state"] == "proposed"
        assert goals.count_adopted(network.id) == 1
        trail = session().scalars(select(AuditRow)).one()
        assert (trail.action, trail.acting_role, trail.entity_id) == ("goal.adoption", role, goal.id)


def test_adopting_takes_the_version_that_was_seen(network: Network) -> None:
    goal = make_goal(network, state="proposed", adopted_at=None, version=3)
    steward = steward_of_network(network)
    with pytest.raises(VersionConflict) as refused:
        goals.adopt_goal(steward, goal.id, 2)
    assert refused.value.current is not None
    assert refused.value.current["version"] == 3
    goals.adopt_goal(steward, goal.id, 3)
    with pytest.raises(InvalidTransition):
        goals.adopt_goal(steward, goal.id, 4)
    assert len(facts(network)) == 1


@pytest.mark.parametrize(("who", "error"), [("member", Forbidden), ("stranger", NotFound)])
def test_who_may_not_adopt(network: Network, who: str, error: type[Exception]) -> None:
    goal = make_goal(network, state="proposed", adopted_at=None)
    actor = member_of(network) if who == "member" else member_of(make_network())
    with pytest.raises(error):
        goals.adopt_goal(actor, goal.id, 1)
    with unit_of_work():
        assert session().get_one(Goal, goal.id).state == "proposed"
    assert facts(network) == []


def test_the_first_goal_is_adopted_at_once(network: Network) -> None:
    steward = steward_of_network(network)
    made = goals.adopt_first_goal(steward, network.id, "Nobody waits")
    assert (made["state"], made["adopted_at"]) == ("adopted", made["created_at"])
    assert [entry.type for entry in facts(network)] == ["goal.adopted"]
    with pytest.raises(Forbidden):
        goals.adopt_first_goal(member_of(network, "meta_mentor"), network.id, "Another")
    assert count() == 1


def test_goals_in_time_are_counted_day_by_day(network: Network, clock: HandClock) -> None:
    make_goal(network, review_on=TODAY)
    make_goal(network, review_on=TODAY + timedelta(days=5))
    make_goal(network, review_on=None)
    make_goal(network, review_on=TODAY, state="proposed", adopted_at=None)
    make_goal(make_network(), review_on=TODAY)
    with unit_of_work():
        assert goals.count_goals(network.id) == goals.GoalCounts(adopted=3, in_time=2)
    clock.forward(days=1)
    with unit_of_work():
        assert goals.count_goals(network.id) == goals.GoalCounts(adopted=3, in_time=1)


def test_the_list_is_paged_and_only_the_networks_own(network: Network, clock: HandClock) -> None:
    made = []
    for _ in range(5):
        clock.forward(seconds=1)
        made.append(make_goal(network).id)
    make_goal(make_network())
    member = member_of(network)
    with unit_of_work():
        first = goals.list_goals(member, network.id, PageRequest(3))
        second = goals.list_goals(member, network.id, PageRequest(3, first.next))
    assert [goal["id"] for goal in [*first.items, *second.items]] == made
    assert second.next is None


@pytest.mark.parametrize(("visibility", "error"), [("private", NotFound), ("public", Forbidden)])
def test_outsiders_see_no_goals(live: Runtime, visibility: str, error: type[Exception]) -> None:
    network = make_network(visibility=visibility)
    goal = make_goal(network)
    stranger = member_of(make_network())
    with unit_of_work():
        with pytest.raises(error):
            goals.list_goals(stranger, network.id, PageRequest())
        with pytest.raises(NotFound):
            goals.get_goal(stranger, goal.id)
        with pytest.raises(NotFound):
            goals.get_goal(member_of(network), new_id())
