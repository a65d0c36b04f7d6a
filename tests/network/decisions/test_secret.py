"""What an anonymous decision keeps to itself: nothing that is seen before and after tells what one person
said (state-machines, C13)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from network import decisions
from network.decisions import TextFixed
from network.kernel.errors import InvalidTransition
from network.kernel.runtime import Runtime
from network.kernel.transaction import unit_of_work
from tests.factories.decisions import Town, make_town, now, objections_to, result_of, see
from tests.running import HandClock


def seen(town: Town, decision_id: str) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """What an onlooker reads, but for the number of those who take part and the version that goes with it."""
    shown = dict(see(town.people[0], decision_id))
    for told_anyway in ("electorate_count", "quorum_needed", "version", "mine"):
        del shown[told_anyway]
    return shown, [dict(one) for one in objections_to(town.people[0], decision_id)]


def test_c13_who_leaves_takes_nothing_along_that_can_be_seen(live: Runtime, clock: HandClock) -> None:
    town = make_town(9)
    one = town.asks(anonymous=True)["id"]
    for number in (1, 2, 3):
        decisions.take_stance(town.people[number], one, stance="consent")
    for number in (5, 6):
        decisions.take_stance(town.people[number], one, stance="objection", reason=f"Reason {number}")
    before, told = seen(town, one), town.told()
    assert (before[0]["taken_count"], before[0]["counts"], before[0]["open_objections"]) == (None, None, 2)
    for number in (8, 3, 5):  # who was silent, who agreed, who objected
        town.leaves(town.people[number])
        assert seen(town, one) == before
    decisions.take_stance(town.people[6], one, stance="consent")  # takes hers back
    assert seen(town, one) == before
    after = [entry for entry in town.told()[len(told) :] if not entry.startswith("membership")]
    assert after == ["decision.changed"] * 3
    clock.forward(days=4)
    result = result_of(town.people[0], one)
    assert (result["outcome"], result["counts"]["consent"], result["counts"]["objection"]) == (
        "passed",
        3,
        0,
    ), "hers who left is out"
    assert {each["state"] for each in objections_to(town.people[0], one)} == {"withdrawn"}


def test_c13_of_an_objection_that_is_taken_back_she_alone_knows(live: Runtime) -> None:
    town = make_town(6)
    one = town.asks(anonymous=True)["id"]
    decisions.take_stance(town.people[2], one, stance="objection", reason="Too loud")
    (raised,) = objections_to(town.people[2], one)
    before = town.told()
    assert decisions.withdraw_objection(town.people[2], raised["id"], "consent")["state"] == "withdrawn"
    assert town.told() == before
    assert [each["state"] for each in objections_to(town.people[2], one)] == ["withdrawn"]
    assert [each["state"] for each in objections_to(town.people[0], one)] == ["raised"]
    with pytest.raises(InvalidTransition):
        decisions.withdraw_objection(town.people[2], raised["id"])
    met = decisions.integrate_objection(town.people[0], raised["id"], "At six?", raised["version"])
    assert met["state"] == "in_integration", "who leads it learns nothing either"
    decisions.take_stance(town.people[2], one, stance="objection", reason="Still too loud")
    assert [each["reason"] for each in objections_to(town.people[0], one)] == ["Still too loud"]


def test_c13_the_words_stand_from_the_opening_whether_anybody_spoke_or_not(live: Runtime) -> None:
    town = make_town(6)
    one = town.asks(anonymous=True)
    with pytest.raises(TextFixed):
        decisions.change_decision(town.people[0], one["id"], one["version"], {"question": "Shall they?"})


@pytest.mark.parametrize("stance", ["consent", "objection"])
def test_c13_of_fewer_than_five_only_the_way_it_went_is_told(
    live: Runtime, clock: HandClock, stance: str
) -> None:
    town = make_town(6)
    one = town.asks(anonymous=True, closes_at=now() + timedelta(days=3))["id"]
    for number in range(3):
        decisions.take_stance(town.people[number], one, stance="reservation", reason="Bring chairs")
    decisions.take_stance(town.people[3], one, stance=stance, reason="So")
    for _ in range(2):
        town.leaves(town.people.pop())
    clock.forward(days=4)
    result = result_of(town.people[0], one)
    assert (result["electorate_count"], result["counts"], result["taken_count"]) == (4, {}, None)
    assert result["outcome"] == ("passed" if stance == "consent" else "not_passed")
    with unit_of_work():
        assert decisions.list_concerns(town.people[0], one) == []
