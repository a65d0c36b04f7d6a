"""What comes at the same moment: two tabs, a stance and the end, two who close, two who open."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

from sqlalchemy import func, select

from models.decisions import Decision, Elector, Stance
from network import decisions, goals, membership
from network.decisions.commands.closing import settle_decision
from network.decisions.rules import effects
from network.kernel.actor import system_actor
from network.kernel.errors import Conflict, DomainError
from network.kernel.runtime import Runtime
from network.kernel.transaction import session, unit_of_work
from tests.factories.decisions import Town, make_town, result_of, see
from tests.running import HandClock


def at_once(*deeds: Callable[[], Any]) -> list[Any]:
    """Each in a thread of its own, all from the same moment on; what each came to, refusals too."""
    ready = Barrier(len(deeds))

    def run(deed: Callable[[], Any]) -> Any:
        ready.wait()
        try:
            return deed()
        except DomainError as refusal:
            return refusal.code

    with ThreadPoolExecutor(len(deeds)) as pool:
        return list(pool.map(run, deeds))


def agree(town: Town, decision_id: str, who: Sequence[int]) -> list[Callable[[], Any]]:
    return [
        lambda number=number: decisions.take_stance(town.people[number], decision_id, stance="consent")
        for number in who
    ]


def test_c09_two_tabs_make_one_stance(live: Runtime, clock: HandClock) -> None:
    town = make_town(4)
    one = town.asks()["id"]
    said = [
        lambda stance=stance: decisions.take_stance(town.people[1], one, stance=stance)
        for stance in ("consent", "reservation", "stand_aside", "consent")
    ]
    assert all(isinstance(each, dict) for each in at_once(*said))
    with unit_of_work():
        last = select(func.count()).select_from(Stance).where(Stance.replaced_at.is_(None))
        assert session().scalar(last) == 1
    assert see(town.people[1], one)["taken_count"] == 1


def test_c01_a_stance_and_the_end_at_the_same_moment(live: Runtime, clock: HandClock) -> None:
    """Whichever comes first: what was taken counts, what was refused does not."""
    town = make_town(6)
    one = town.asks(quorum="0/1")["id"]
    for deed in agree(town, one, (0, 1, 2)):
        deed()
    ends = see(town.people[0], one)["closes_at"]
    clock.moment = ends - timedelta(microseconds=40)
    settle = [lambda: settle_decision(system_actor("test"), one) for _ in range(2)]
    came_to = at_once(*agree(town, one, (3, 4)), *settle)
    clock.moment = ends + timedelta(seconds=1)
    taken = sum(isinstance(each, dict) for each in came_to[:2])
    assert {each for each in came_to[:2] if isinstance(each, str)} <= {"decision_closed"}
    result = result_of(town.people[0], one)
    assert result["counts"]["consent"] == 3 + taken
    assert town.told().count("decision.closed") == 1


def test_two_who_close_count_once_and_bring_about_once(
    live: Runtime, clock: HandClock, monkeypatch: Any
) -> None:
    def adopt(_actor: Any, network_id: str, *_asked: Any) -> None:
        goals.propose_goal(town.people[0], network_id, "Together")

    monkeypatch.setitem(effects._effects, "adopt_goal", effects.Effect(lambda *_asked: None, adopt))
    town = make_town(4)
    one = town.asks(effect={"type": "adopt_goal", "id": "0" * 36})["id"]
    for deed in agree(town, one, (0, 1, 2)):
        deed()
    clock.forward(days=4)
    came_to = at_once(*[lambda: settle_decision(system_actor("test"), one) for _ in range(4)])
    assert sorted(came_to) == [False, False, False, True]
    told = town.told()
    assert (told.count("decision.closed"), told.count("goal.proposed")) == (1, 1)


def test_two_who_open_and_somebody_who_leaves(live: Runtime) -> None:
    town = make_town(6)
    draft = town.draft()
    with unit_of_work():
        own = membership.get_membership(
            town.people[5], town.people[5].standings[town.network.id].membership_id or ""
        )
    came_to = at_once(
        lambda: decisions.open_decision(town.people[0], draft["id"], 1),
        lambda: decisions.open_decision(town.people[0], draft["id"], 1),
        lambda: membership.leave_membership(town.people[5], own["id"], own["version"]),
    )
    assert sorted(isinstance(each, dict) for each in came_to) == [False, True, True]
    assert "version_conflict" in came_to
    assert see(town.people[0], draft["id"])["electorate_count"] == 5
    with unit_of_work():
        assert session().scalar(select(func.count()).select_from(Elector)) in (5, 6)


def test_two_next_rounds_are_one(live: Runtime, clock: HandClock) -> None:
    town = make_town(4)
    one = town.asks()["id"]
    clock.forward(days=4)
    version = see(town.people[0], one)["version"]
    came_to = at_once(*[lambda: decisions.next_round(town.people[0], one, version) for _ in range(3)])
    assert sorted(str(each) if isinstance(each, str) else "made" for each in came_to) == [
        "invalid_transition", "invalid_transition", "made",
    ]  # fmt: skip
    with unit_of_work():
        assert session().scalar(select(func.count()).select_from(Decision)) == 2


def test_an_effect_that_waits_for_the_network_and_somebody_who_leaves_end(
    live: Runtime, clock: HandClock, monkeypatch: Any
) -> None:
    """Closing takes the network's lock before the decision's, like whoever leaves: nobody waits in a ring."""

    def refuse(*_asked: Any) -> None:
        raise Conflict()

    monkeypatch.setitem(effects._effects, "adopt_goal", effects.Effect(lambda *_asked: None, refuse))
    town = make_town(6)
    one = town.asks(effect={"type": "adopt_goal", "id": "0" * 36})["id"]
    for deed in agree(town, one, (0, 1, 2)):
        deed()
    clock.forward(days=4)
    leaves = [lambda number=number: town.leaves(town.people[number]) for number in (3, 4)]
    came_to = at_once(lambda: settle_decision(system_actor("test"), one), *leaves)
    assert came_to[1:] == [None, None]
    result = result_of(town.people[0], one)
    assert (result["electorate_count"], result["outcome"]) == (6, "passed"), "they left after its end"


def test_many_who_find_a_late_opening_open_it_once(live: Runtime, clock: HandClock) -> None:
    town = make_town(6)
    begins = clock.now() + timedelta(days=1)
    one = town.asks(opens_at=begins, closes_at=begins + timedelta(days=2))["id"]
    clock.moment = begins + timedelta(hours=3)
    town.joins()
    came_to = at_once(*agree(town, one, (0, 1, 2)), lambda: town.leaves(town.people[5]))
    assert [isinstance(each, dict) for each in came_to] == [True, True, True, False]
    shown = see(town.people[0], one)
    assert (shown["electorate_count"], shown["taken_count"]) == (5, 3)
    with unit_of_work():
        assert session().scalar(select(func.count()).select_from(Elector)) == 6
    opened = [entry for entry in town.facts() if entry.type == "decision.opened"]
    assert [entry.codes["state"] for entry in opened] == ["scheduled", "open"]
