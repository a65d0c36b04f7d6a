"""How long people have: nobody is bound in her sleep, the person concerned is first, and who takes part is
settled as of the opening, however late somebody looks."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event, select

from models.decisions import Elector
from network import decisions, membership
from network.decisions import DecisionNotOpen, TextFixed, TooLittleTime
from network.decisions.rules.drafting import least_time
from network.kernel.actor import Actor
from network.kernel.events import entries_after
from network.kernel.runtime import Runtime
from network.kernel.transaction import session, unit_of_work
from tests.factories.decisions import Town, make_town, now, result_of, see
from tests.factories.people import save
from tests.running import HandClock

HOURS: list[tuple[str, str, bool, int]] = [
    ("consent", "never", False, 24),
    ("consent", "never", True, 12),
    ("consent", "announced", True, 168),
    ("choice", "never", False, 24),
    ("election", "never", False, 48),
    ("person", "never", True, 24),
    ("temperature", "never", False, 0),
]


@pytest.mark.parametrize(("kind", "silence", "small", "hours"), HOURS)
def test_how_long_it_takes_at_least(kind: str, silence: str, small: bool, hours: int) -> None:
    least = least_time(kind, silence, small=small, on_trial=False)
    assert least == timedelta(hours=hours)
    tried = least_time(kind, silence, small=small, on_trial=True)
    assert tried == (timedelta(days=7) if silence == "announced" else timedelta(0))


def test_nobody_is_bound_in_her_sleep(live: Runtime, clock: HandClock) -> None:
    town = make_town(4, size="full")
    for over in ({"minutes": 5}, {"hours": 22}):
        with pytest.raises(TooLittleTime) as refused:
            town.draft(closes_at=now() + timedelta(**over))
        assert (refused.value.code, list(refused.value.faults)) == ("too_little_time", ["closes_at"])
    assert town.asks("temperature", closes_at=now() + timedelta(minutes=5))["state"] == "open"
    draft = town.draft(closes_at=now() + timedelta(hours=23, minutes=30))
    clock.forward(hours=9)  # it lay about, and people have their day all the same
    opened = decisions.open_decision(town.people[0], draft["id"], 1)
    assert opened["opened_at"] is not None
    assert opened["closes_at"] - opened["opened_at"] == timedelta(days=1)
    with pytest.raises(TooLittleTime):
        decisions.next_round(
            town.people[0], draft["id"], opened["version"], question="Shall we not?",
            closes_at=now() + timedelta(hours=2),
        )  # fmt: skip
    assert see(town.people[0], draft["id"])["state"] == "open"
    scheduled = town.asks(opens_at=now() + timedelta(days=1))
    with pytest.raises(TooLittleTime):
        decisions.change_decision(
            town.people[0], scheduled["id"], scheduled["version"],
            {"closes_at": now() + timedelta(days=1, hours=2)},
        )  # fmt: skip


def test_who_takes_over_a_matter_about_a_person_waits_for_her_too(live: Runtime, clock: HandClock) -> None:
    town = make_town(6)
    concerned = town.people[4]
    first = town.asks("person", 3, concerned_user_id=concerned.user_id)
    assert first["state"] == "scheduled"
    clock.forward(hours=20)
    town.leaves(town.people[3])
    taken = decisions.next_round(
        town.people[0], first["id"], see(town.people[0], first["id"])["version"], question="Does she go?"
    )
    assert taken["state"] == "scheduled"
    assert taken["opens_at"] is not None
    assert taken["opens_at"] >= told_at(concerned) + timedelta(hours=23, minutes=59)
    assert taken["opens_at"] - now() > timedelta(hours=23)
    with pytest.raises(DecisionNotOpen):
        choose(town, taken["id"], 0, 1)
    decisions.make_statement(concerned, taken["id"], "Let me explain.")
    clock.forward(days=1, minutes=1)
    assert see(town.people[1], taken["id"])["state"] == "open"


def test_she_is_first_in_each_round_and_for_other_words(live: Runtime, clock: HandClock) -> None:
    town = make_town(6)
    concerned = town.people[5]
    draft = town.draft("person", concerned_user_id=concerned.user_id)
    clock.forward(days=1, hours=2)
    other = decisions.change_decision(town.people[0], draft["id"], 1, {"question": "Does she go?"})
    opened = decisions.open_decision(town.people[0], draft["id"], other["version"])
    assert opened["state"] == "scheduled", "she had her day for the first words only"
    clock.forward(days=1, minutes=1)
    shown = see(town.people[1], draft["id"])
    assert shown["state"] == "open"
    with pytest.raises(TextFixed):
        decisions.change_decision(
            town.people[0], draft["id"], shown["version"], {"question": "Does she stay?"}
        )
    before = told_at(concerned)
    second = decisions.next_round(
        town.people[0], draft["id"], shown["version"], explanation="After all that was said."
    )
    assert (second["state"], second["round"]) == ("scheduled", 2)
    assert told_at(concerned) > before, "and hears of it"
    clock.forward(days=1, minutes=1)
    shown = see(town.people[1], second["id"])
    assert (shown["state"], shown["closes_at"] - now() > timedelta(hours=23)) == ("open", True)


def told_at(concerned: Actor) -> Any:
    """When the last matter about her was raised, by what she was told."""
    with unit_of_work():
        raised = [
            entry for entry in entries_after(f"user:{concerned.user_id}", 0, 100)
            if entry.type == "person_matter.raised" and entry.codes["state"] == "draft"
        ]  # fmt: skip
    return raised[-1].at


def choose(town: Town, decision_id: str, *who: int) -> None:
    option = see(town.people[0], decision_id)["options"][0]["id"]
    for number in who:
        decisions.take_stance(town.people[number], decision_id, option_ids=[option])


def test_a_late_opening_asks_those_who_were_there_then(live: Runtime, clock: HandClock) -> None:
    town = make_town(6)
    begins = now() + timedelta(days=1)
    one = town.asks(opens_at=begins, closes_at=begins + timedelta(days=2))["id"]
    clock.forward(hours=23)
    pause(town.people[1])
    clock.moment = begins + timedelta(hours=1)  # nobody has looked since, and the jobs are down
    town.joins()
    pause(town.people[2])
    town.leaves(town.people[3])
    clock.moment = begins + timedelta(hours=5)
    shown = see(town.people[0], one)
    assert (shown["state"], shown["electorate_count"], shown["opened_at"]) == ("open", 4, begins)
    with unit_of_work():
        rows = session().scalars(select(Elector)).all()
        gone = {row.user_id for row in rows if row.voided_at is not None}
        session().expunge_all()
    asked = {row.user_id for row in rows}
    assert asked == {town.people[number].user_id for number in (0, 2, 3, 4, 5)}
    assert gone == {town.people[3].user_id}, "who left since is void, as ever"


def test_a_late_opening_counts_those_who_were_there_then(live: Runtime, clock: HandClock) -> None:
    begins = now() + timedelta(days=1)
    over = {"anonymous": True, "opens_at": begins, "closes_at": begins + timedelta(days=2)}
    enough, too_few = make_town(5), make_town(5)
    one, other = enough.asks(**over)["id"], too_few.asks(**over)["id"]
    clock.forward(hours=23)
    too_few.leaves(too_few.people[4])
    clock.moment = begins + timedelta(hours=1)  # nobody has looked since
    enough.leaves(enough.people[4])
    too_few.joins()
    shown = see(enough.people[0], one)
    assert (shown["state"], shown["electorate_count"]) == ("open", 4), "five were there as it opened"
    shown = see(too_few.people[0], other)
    assert (shown["state"], shown["cancel_reason"]) == ("cancelled", "too_few_electors")


def test_an_opening_at_once_is_not_late(live: Runtime, clock: HandClock) -> None:
    town, said = make_town(4), list[str]()
    draft = town.draft()
    event.listen(live.database.engine, "before_cursor_execute", lambda *args: said.append(args[2]))
    assert decisions.open_decision(town.people[0], draft["id"], 1)["electorate_count"] == 4
    [written] = [one for one in said if "INSERT INTO electors" in one]
    assert "SELECT" in written, "nobody looks back into the audit trail"


def test_an_opening_that_everybody_slept_through(live: Runtime, clock: HandClock) -> None:
    town = make_town(4)
    begins = now() + timedelta(days=1)
    one = town.asks(opens_at=begins, closes_at=begins + timedelta(days=2))["id"]
    clock.moment = begins + timedelta(days=3)
    town.leaves(town.people[3])  # after the end
    result = result_of(town.people[0], one)
    assert (result["outcome"], result["electorate_count"]) == ("no_result", 4)


def pause(actor: Actor) -> None:
    with unit_of_work():
        now_hers = membership.with_standings(actor)
        (standing,) = now_hers.standings.values()
        own = membership.get_membership(now_hers, standing.membership_id or "")
    membership.pause_membership(now_hers, own["id"], own["version"])


@pytest.mark.parametrize("overlay", ["dormant", "archived"])
def test_a_network_that_goes_to_sleep_ends_what_is_open(
    live: Runtime, clock: HandClock, overlay: str
) -> None:
    town = make_town(4)
    counted = town.asks()["id"]
    for number in range(3):
        decisions.take_stance(town.people[number], counted, stance="consent")
    running, draft = town.asks(closes_at=now() + timedelta(days=9)), town.draft()["id"]
    waiting = town.asks(opens_at=now() + timedelta(days=8), closes_at=now() + timedelta(days=10))["id"]
    clock.forward(days=4)
    town.network.overlay = overlay
    save(town.network)
    assert result_of(town.people[0], counted)["outcome"] == "passed", "it was over before"
    for one in (running["id"], waiting):
        shown = see(town.people[0], one)
        assert (shown["state"], shown["cancel_reason"]) == ("cancelled", f"network_{overlay}")
    assert see(town.people[0], draft)["state"] == "draft"
    assert town.told().count("decision.cancelled") == 2
    with pytest.raises(DecisionNotOpen):
        decisions.take_stance(town.people[0], running["id"], stance="consent")
