"""Goals while they are worked on: support, progress, changed words, how they end."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from models.goals import Goal, GoalProgress, GoalSupport
from models.networks import Network
from network import goals
from network.kernel.actor import Actor
from network.kernel.errors import Forbidden, Invalid, InvalidTransition, NotFound, VersionConflict
from network.kernel.events import entries_after
from network.kernel.paging import PageRequest
from network.kernel.runtime import Runtime
from network.kernel.transaction import session, unit_of_work
from network.membership import RulesNotAccepted
from tests.factories.agreements import make_acceptance, make_version
from tests.factories.goals import make_goal
from tests.factories.membership import make_membership, member_of, standing_actor, steward_of_network
from tests.factories.networks import make_network
from tests.factories.people import make_user
from tests.running import START

TODAY = START.date()
Act = Callable[[Actor, str], Any]


def told(network: Network) -> list[tuple[str, str]]:
    with unit_of_work():
        return [(entry.type, entry.entity_id) for entry in entries_after(f"network:{network.id}", 0, 100)]


def rows(table: type[GoalSupport | GoalProgress]) -> int:
    with unit_of_work():
        return session().scalar(select(func.count()).select_from(table)) or 0


@pytest.fixture
def network(live: Runtime) -> Network:
    return make_network()


@pytest.fixture
def version(network: Network) -> Any:
    return make_version(network)


@pytest.fixture
def join(network: Network, version: Any) -> Callable[[str], Actor]:
    """Another active member who accepted the rules."""

    def joined(name: str) -> Actor:
        user = make_user(display_name=name)
        make_acceptance(version, make_membership(network, user))
        return standing_actor(user)

    return joined


@pytest.fixture
def goal(network: Network) -> Goal:
    make_goal(network)  # noise
    return make_goal(network)


def test_members_stand_behind_a_goal_once_each(
    network: Network, goal: Goal, join: Callable[[str], Actor]
) -> None:
    ann, bob = join("Ann"), join("Bob")
    assert goals.support_goal(ann, goal.id)["supported"] is True
    again = goals.support_goal(ann, goal.id)
    assert (again["supports"], again["version"]) == (1, 1), "support is no change of what was decided about"
    assert goals.support_goal(bob, goal.id)["supports"] == 2
    with unit_of_work():
        mine = {one["id"]: one["supported"] for one in goals.list_goals(bob, network.id, PageRequest()).items}
    assert mine.pop(goal.id) is True
    assert list(mine.values()) == [False]
    left = goals.withdraw_support(ann, goal.id)
    assert (left["supports"], left["supported"]) == (1, False)
    assert goals.withdraw_support(ann, goal.id)["supports"] == 1
    assert told(network) == [("goal.supported", goal.id)] * 3


def test_progress_is_noted_and_the_day_moves(
    network: Network, goal: Goal, join: Callable[[str], Actor]
) -> None:
    ann, bob = join("Ann"), join("Bob")
    goals.note_progress(ann, goal.id, "We asked five people.", 20)
    later = TODAY + timedelta(days=60)
    after = goals.note_progress(bob, goal.id, "  Two answered. ", review_on=later)
    assert (after["percent"], after["review_on"], after["version"]) == (20, later, 3)
    with unit_of_work():
        notes = goals.list_progress(ann, goal.id, PageRequest()).items
    assert [(one["person"]["display_name"], one["percent"], one["note"]) for one in notes] == [
        ("Bob", None, "Two answered."),
        ("Ann", 20, "We asked five people."),
    ]
    assert told(network) == [("goal.progressed", goal.id)] * 2


@pytest.mark.parametrize(
    ("over", "field"),
    [
        ({"note": " "}, "note"),
        ({"note": "x" * 2001}, "note"),
        ({"percent": 101}, "percent"),
        ({"percent": -1}, "percent"),
        ({"review_on": TODAY - timedelta(days=1)}, "review_on"),
    ],
)
def test_what_is_no_progress(
    network: Network, goal: Goal, join: Callable[[str], Actor], over: dict[str, Any], field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        goals.note_progress(join("Ann"), goal.id, **{"note": "Well", "percent": 5, **over})
    assert list(refused.value.faults) == [field]
    assert (rows(GoalProgress), told(network)) == (0, [])


ACTS: dict[str, Act] = {
    "support": lambda actor, goal_id: goals.support_goal(actor, goal_id),
    "withdraw": lambda actor, goal_id: goals.withdraw_support(actor, goal_id),
    "progress": lambda actor, goal_id: goals.note_progress(actor, goal_id, "Well"),
    "change": lambda actor, goal_id: goals.change_goal(actor, goal_id, 1, {"title": "Another"}),
    "closing": lambda actor, goal_id: goals.close_goal(actor, goal_id, "reached", "Done.", 1),
}


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize(
    ("who", "error"),
    [("paused", Forbidden), ("new", RulesNotAccepted), ("stranger", NotFound), ("suspended", NotFound)],
)
def test_who_may_not(network: Network, goal: Goal, act: str, who: str, error: type[Exception]) -> None:
    actor = {
        "paused": lambda: member_of(network, state="paused"),
        "new": lambda: member_of(network),
        "stranger": lambda: member_of(make_network()),
        "suspended": lambda: member_of(network, suspended_until=START + timedelta(days=3)),
    }[who]()
    if who == "new" and act in ("change", "closing"):
        error = Forbidden
    with pytest.raises(error):
        ACTS[act](actor, goal.id)
    assert (rows(GoalSupport), rows(GoalProgress), told(network)) == (0, 0, [])


@pytest.mark.parametrize("role", ["meta_mentor", "deputy", "steward"])
def test_who_leads_ends_a_goal_with_a_sentence(
    network: Network, goal: Goal, join: Callable[[str], Actor], role: str
) -> None:
    actor = steward_of_network(network) if role == "steward" else member_of(network, role)
    with pytest.raises(VersionConflict):
        goals.close_goal(actor, goal.id, "reached", "We did it.", 7)
    with pytest.raises(Invalid) as refused:
        goals.close_goal(actor, goal.id, "forgotten", " ", 1)
    assert set(refused.value.faults) == {"outcome", "sentence"}
    closed = goals.close_goal(actor, goal.id, "reached", " We did it. ", 1)
    assert (closed["state"], closed["outcome"], closed["closing_sentence"], closed["version"]) == (
        "closed", "reached", "We did it.", 2,
    )  # fmt: skip
    assert closed["closed_at"] is not None
    assert told(network) == [("goal.closed", goal.id)]
    with pytest.raises(InvalidTransition):
        goals.close_goal(actor, goal.id, "given_up", "No.", 2)
    with unit_of_work():
        assert goals.count_adopted(network.id) == 1, "the other one"
    for act in ("support", "withdraw", "progress"):
        with pytest.raises(goals.GoalNotOpen):
            ACTS[act](join("Late"), goal.id)
    with pytest.raises(goals.GoalNotOpen):
        goals.change_goal(actor, goal.id, 2, {"title": "Another"})
    assert told(network) == [("goal.closed", goal.id)]


def test_a_proposal_is_reworded_by_who_made_it_until_it_is_adopted(
    network: Network, join: Callable[[str], Actor]
) -> None:
    ann, bob = join("Ann"), join("Bob")
    made = goals.propose_goal(ann, network.id, "An evening a month")
    with pytest.raises(Forbidden):
        goals.change_goal(bob, made["id"], 1, {"title": "Two"})
    same = goals.change_goal(ann, made["id"], 1, {"title": made["title"]})
    assert same["version"] == 1
    changed = goals.change_goal(ann, made["id"], 1, {"title": "Two evenings", "why": "One is short."})
    assert (changed["title"], changed["why"], changed["version"]) == ("Two evenings", "One is short.", 2)
    with pytest.raises(VersionConflict):
        goals.change_goal(ann, made["id"], 1, {"title": "Three"})
    lead = member_of(network, "meta_mentor")
    goals.adopt_goal(lead, made["id"], 2)
    with pytest.raises(Forbidden):
        goals.change_goal(ann, made["id"], 3, {"title": "Three"})
    assert goals.change_goal(lead, made["id"], 3, {"why": ""})["why"] == ""
    assert [kind for kind, _id in told(network)] == [
        "goal.proposed", "goal.changed", "goal.adopted", "goal.changed",
    ]  # fmt: skip


def test_an_overdue_day_may_stay_when_other_words_change(network: Network) -> None:
    goal = make_goal(network, review_on=TODAY - timedelta(days=3))
    lead = member_of(network, "meta_mentor")
    assert goals.change_goal(lead, goal.id, 1, {"title": "Other words"})["version"] == 2
    with pytest.raises(Invalid):
        goals.change_goal(lead, goal.id, 2, {"review_on": TODAY - timedelta(days=2)})
