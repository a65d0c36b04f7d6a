"""A decision's life: what is true after each act, what is told, and what a refusal leaves."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from models.audit import AuditRow
from models.decisions import Decision
from network import decisions, goals
from network.decisions import (
    LastRound,
    NetworkDormant,
    NothingChanged,
    StillOpen,
    TooFewElectors,
    WasCancelled,
)
from network.decisions.rules import effects
from network.kernel.errors import (
    Conflict,
    FeatureOff,
    Forbidden,
    Invalid,
    InvalidTransition,
    VersionConflict,
)
from network.kernel.runtime import Runtime
from network.kernel.transaction import session, unit_of_work
from network.kernel.transitions import PartyToMatter
from tests.factories.decisions import Town, make_town, now, objections_to, result_of, see
from tests.factories.membership import again
from tests.factories.people import save
from tests.running import HandClock

Registered = Callable[..., list[Any]]


class Refused(Conflict):
    code = "not_like_this"


@pytest.fixture
def effect(monkeypatch: pytest.MonkeyPatch) -> Registered:
    """Registers an effect of a type; what it was asked to bring about."""

    def register(
        type: str = "adopt_goal", bring_about: Any = None, check: Any = lambda *_asked: None
    ) -> list[Any]:
        done: list[Any] = []

        def note(*asked: Any) -> None:
            if bring_about is not None:
                bring_about(*asked)
            done.append(asked[1:])

        monkeypatch.setitem(effects._effects, type, effects.Effect(check, note))
        return done

    return register


def agree(town: Town, decision_id: str, *who: int) -> None:
    for number in who:
        decisions.take_stance(town.people[number], decision_id, stance="consent")


def test_from_the_draft_to_the_outcome(live: Runtime, clock: HandClock) -> None:
    town = make_town()
    draft = town.draft(by=1, question=" Shall we meet in the park? ", hidden_until_closed=True)
    assert (draft["state"], draft["question"], draft["quorum"]) == (
        "draft",
        "Shall we meet in the park?",
        "1/2",
    )
    assert town.facts() == [], "nobody hears of a draft"
    opened = decisions.open_decision(town.people[1], draft["id"], 1)
    assert (opened["state"], opened["electorate_count"], opened["quorum_needed"]) == ("open", 4, 3)
    agree(town, draft["id"], 0, 2, 3)
    shown = see(town.people[1], draft["id"])
    assert (shown["counts"], shown["taken_count"], shown["mine"]) == (None, 3, None)
    with pytest.raises(StillOpen):
        result_of(town.people[1], draft["id"])
    clock.forward(days=3)
    result = result_of(town.people[1], draft["id"])
    assert result == {
        "outcome": "passed", "option_id": None, "electorate_count": 4, "closed_at": opened["closes_at"],
        "counts": {"consent": 3, "reservation": 0, "stand_aside": 0, "objection": 0}, "taken_count": 3,
        "quorum_needed": 3, "rule": "consent",
    }  # fmt: skip
    with pytest.raises(Invalid):
        decisions.publish_outcome(town.people[1], draft["id"], 3, "x", review_on=now().date() - timedelta(1))
    done = decisions.publish_outcome(
        town.people[1], draft["id"], 3, "We do.", responsible_id=town.people[2].user_id
    )
    assert done["outcome"] is not None
    assert (done["state"], done["outcome"]["responsible"]["id"]) == (
        "outcome_published",
        town.people[2].user_id,
    )
    with pytest.raises(InvalidTransition):
        decisions.publish_outcome(town.people[1], draft["id"], done["version"], "Again.")
    assert town.told() == ["decision.opened", *["stance.taken"] * 3, "decision.closed", "outcome.published"]
    assert [e.codes for e in town.facts() if e.type == "stance.taken"] == [{}] * 3, "never who"
    with unit_of_work():
        trail = list(session().scalars(select(AuditRow.action).where(AuditRow.entity_id == draft["id"])))
    assert trail == ["decision.draft", "decision.opening", "decision.closing", "decision.outcome"]


CANNOT_BE_ASKED: list[tuple[str, dict[str, Any], str]] = [
    ("consent", {"question": " "}, "question"),
    ("consent", {"question": "x" * 501}, "question"),
    ("consent", {"options": ["a", "b"]}, "options"),
    ("choice", {}, "options"),
    ("choice", {"options": ["a", "a"]}, "options"),
    ("person", {"options": ["a", "b"]}, "concerned_user_id"),
    ("consent", {"concerned_user_id": "x"}, "concerned_user_id"),
    (
        "choice",
        {"options": ["a", "b"], "silence": "announced", "closes_at": timedelta(days=8)},
        "silence",
    ),
    ("consent", {"silence": "announced"}, "closes_at"),
    ("consent", {"closes_at": timedelta(0)}, "closes_at"),
    ("consent", {"closes_at": timedelta(days=400)}, "closes_at"),
    ("consent", {"opens_at": timedelta(days=4)}, "closes_at"),
    ("consent", {"effect": {"type": "accept_affiliation"}}, "effect"),
    ("temperature", {"effect": {"type": "adopt_goal", "id": "x"}}, "effect"),
    ("consent", {"effect": {"type": "adopt_goal"}, "silence": "announced"}, "silence"),
]


def test_what_cannot_be_asked(live: Runtime, effect: Registered) -> None:
    effect()
    town = make_town(2)
    for kind, over, field in CANNOT_BE_ASKED:
        if "silence" in over and "effect" in over:
            over = {**over, "closes_at": timedelta(days=8)}
        values = {key: now() + each if isinstance(each, timedelta) else each for key, each in over.items()}
        with pytest.raises(Invalid) as refused:
            town.draft(kind, **values)
        assert list(refused.value.faults) == [field], (kind, over)
    with unit_of_work():
        assert session().scalar(select(func.count()).select_from(Decision)) == 0


def test_a_scheduled_one_opens_by_the_clock_with_those_who_are_there_then(
    live: Runtime, clock: HandClock
) -> None:
    town = make_town(3)
    begins = now() + timedelta(days=1)
    one = town.asks(opens_at=begins)
    assert (one["state"], one["electorate_count"], one["opened_at"]) == ("scheduled", None, None)
    with pytest.raises(decisions.DecisionNotOpen):
        agree(town, one["id"], 1)
    town.leaves(town.people[2])
    town.joins()
    clock.moment = begins + timedelta(hours=1)
    town.joins()
    shown = see(town.people[1], one["id"])
    assert (shown["state"], shown["electorate_count"], shown["opened_at"]) == ("open", 3, begins)
    assert [e.codes["state"] for e in town.facts() if e.type == "decision.opened"] == ["scheduled", "open"]


def test_objections_are_met_by_who_raised_them_or_by_another_text(live: Runtime, clock: HandClock) -> None:
    town = make_town(4)
    first = town.asks(explanation="At eight.")
    with pytest.raises(Invalid):
        decisions.take_stance(town.people[2], first["id"], stance="objection")
    decisions.take_stance(
        town.people[2], first["id"], stance="objection", reason="Too late", would_change="At six"
    )
    (raised,) = objections_to(town.people[0], first["id"])
    assert (raised["state"], raised["would_change"], raised["mine"]) == ("raised", "At six", False)
    with pytest.raises(Forbidden):
        decisions.withdraw_objection(town.people[0], raised["id"])
    with pytest.raises(Forbidden):
        decisions.integrate_objection(town.people[1], raised["id"], "No")
    met = decisions.integrate_objection(town.people[0], raised["id"], "At seven?")
    assert (met["state"], met["answer"]) == ("in_integration", "At seven?")
    with pytest.raises(NothingChanged):
        decisions.next_round(town.people[0], first["id"], first["version"])
    second = decisions.next_round(town.people[0], first["id"], first["version"], explanation="At seven.")
    assert (second["state"], second["round"], second["taken_count"]) == ("open", 2, 0)
    assert [(c["field"], c["before"], c["after"]) for c in second["changes"]] == [
        ("explanation", "At eight.", "At seven.")
    ]
    old = see(town.people[0], first["id"])
    assert (old["state"], old["cancel_reason"], old["next_id"]) == ("cancelled", "next_round", second["id"])
    assert [o["state"] for o in objections_to(town.people[0], first["id"])] == ["resolved_by_change"]
    decisions.take_stance(town.people[2], second["id"], stance="objection", reason="Still")
    (raised,) = objections_to(town.people[2], second["id"])
    assert decisions.resolve_objection(town.people[2], raised["id"])["state"] == "resolved_by_change"
    assert (see(town.people[2], second["id"])["mine"] or {})["stance"] == "stand_aside"  # type: ignore[typeddict-item]
    agree(town, second["id"], 0, 1)
    clock.forward(days=4)
    assert result_of(town.people[0], second["id"])["outcome"] == "passed"
    with pytest.raises(InvalidTransition):
        decisions.next_round(town.people[0], second["id"], 3, explanation="Never mind")


def test_after_two_failed_rounds_two_thirds_decide(live: Runtime, clock: HandClock) -> None:
    town = make_town(6)
    one = town.asks()
    for number in range(1, 4):
        agree(town, one["id"], 0, 1, 2, 3)
        decisions.take_stance(town.people[4], one["id"], stance="objection", reason="Never")
        clock.forward(days=4)
        shown = see(town.people[0], one["id"])
        assert shown["result"] is not None
        assert shown["result"]["rule"] == ("fallback" if number == 3 else "objection")
        assert [o["state"] for o in objections_to(town.people[0], one["id"])] == ["sustained"]
        if number < 3:
            one = decisions.next_round(town.people[0], one["id"], shown["version"])


def test_begun_again_too_often_ends_without_the_fallback(live: Runtime, clock: HandClock) -> None:
    town = make_town(6)
    one = town.asks()
    for number in range(2):
        one = decisions.next_round(town.people[0], one["id"], one["version"], explanation=f"Words {number}")
    agree(town, one["id"], 0, 1, 2, 3)
    decisions.take_stance(town.people[4], one["id"], stance="objection", reason="Never")
    with pytest.raises(LastRound):
        decisions.next_round(town.people[0], one["id"], one["version"], explanation="More words")
    clock.forward(days=4)
    assert result_of(town.people[0], one["id"])["rule"] == "objection"


def test_silence_counts_only_where_it_was_announced(live: Runtime, clock: HandClock) -> None:
    town = make_town(5)
    week = now() + timedelta(days=7, minutes=1)
    draft, plain = town.draft(silence="announced", closes_at=week), town.asks(closes_at=week)
    clock.forward(hours=5)
    announced = decisions.open_decision(town.people[0], draft["id"], 1)
    assert announced["opened_at"] is not None
    assert announced["closes_at"] - announced["opened_at"] == timedelta(days=7), "a whole week from then"
    clock.forward(days=8)
    assert result_of(town.people[0], announced["id"])["counts"]["silent"] == 5
    assert result_of(town.people[0], announced["id"])["outcome"] == "passed"
    assert result_of(town.people[0], plain["id"])["outcome"] == "no_result"


def test_an_effect_comes_about_once_and_with_the_closing(
    live: Runtime, clock: HandClock, effect: Registered
) -> None:
    done = effect()
    town = make_town()
    wish = {"type": "adopt_goal", "id": "0" * 36, "value": None}
    one = town.asks(effect=wish)["id"]
    agree(town, one, 0, 1, 2)
    clock.forward(days=4)
    for _ in range(3):
        decisions.settle_due()
        shown = see(town.people[0], one)
    assert done == [(town.network.id, "0" * 36, None, one)]
    assert shown["effect"] == {**wish, "state": "done", "code": None}
    with unit_of_work():
        assert decisions.passed_decision("adopt_goal", "0" * 36) == one
        assert decisions.passed_decision("adopt_goal", "1" * 36) is None


@pytest.mark.parametrize(
    ("error", "code"), [(Refused, "not_like_this"), (ZeroDivisionError, "internal_error")]
)
def test_an_effect_that_is_refused_leaves_nothing_and_the_decision_stands(
    live: Runtime, clock: HandClock, effect: Registered, error: type[Exception], code: str
) -> None:
    def half_done(actor: Any, network_id: str, *_asked: Any) -> None:
        goals.propose_goal(town.people[0], network_id, "Half done")
        raise error()

    effect(bring_about=half_done)
    town = make_town()
    one = town.asks(effect={"type": "adopt_goal", "id": "0" * 36})["id"]
    agree(town, one, 0, 1, 2)
    clock.forward(days=4)
    shown = see(town.people[0], one)
    assert shown["result"] is not None
    assert (shown["result"]["outcome"], shown["effect"] and shown["effect"]["code"]) == ("passed", code)
    assert "goal.proposed" not in town.told()
    with unit_of_work():
        assert goals.count_goals(town.network.id).adopted == 0
        assert decisions.passed_decision("adopt_goal", "0" * 36) is None


def test_an_effect_is_checked_as_it_is_drafted_and_as_it_opens(live: Runtime, effect: Registered) -> None:
    asked: list[Any] = []

    def check(*question: Any) -> None:
        asked.append(question[1:])
        if len(asked) > 1:
            raise Refused()

    effect(check=check)
    town = make_town()
    draft = town.draft(effect={"type": "adopt_goal", "id": "0" * 36, "value": 3})
    with pytest.raises(Refused):
        decisions.open_decision(town.people[0], draft["id"], 1)
    assert asked == [(town.network.id, "0" * 36, 3)] * 2
    assert see(town.people[0], draft["id"])["state"] == "draft"
    assert town.facts() == []


def test_an_election_takes_active_members_and_a_tie_elects_nobody(
    live: Runtime, clock: HandClock, effect: Registered
) -> None:
    done = effect("appoint")
    town = make_town(6, size="full")
    ids = [actor.standings[town.network.id].membership_id for actor in town.people]
    gone = town.joins(state="paused").standings[town.network.id].membership_id
    with pytest.raises(Invalid):
        town.draft("election", options=[ids[1], gone])
    wish = {"type": "appoint", "value": "deputy"}
    tied, won = (
        town.asks("election", options=ids[1:3], effect=wish, threshold="1/2", question=f"Who? {n}")
        for n in range(2)
    )
    assert [option["membership_id"] for option in won["options"]] == ids[1:3]
    assert won["options"][0]["text"] == town.people[1].name
    for number, actor in enumerate(town.people[:6]):
        first, second = (option["id"] for option in tied["options"])
        decisions.take_stance(actor, tied["id"], option_ids=[first if number % 2 else second])
        first, second = (option["id"] for option in won["options"])
        with pytest.raises(Invalid):
            decisions.take_stance(actor, won["id"], option_ids=[first, second])
        decisions.take_stance(actor, won["id"], option_ids=[second if number else first])
    clock.forward(days=4)
    decisions.settle_due()
    assert result_of(town.people[0], tied["id"])["rule"] == "tie"
    assert done == [(town.network.id, ids[2], "deputy", won["id"])]
    assert (see(town.people[0], won["id"])["effect"] or {})["id"] == ids[2]  # type: ignore[typeddict-item]


def test_a_small_network_elects_nobody(live: Runtime) -> None:
    town = make_town(3)
    own = town.people[1].standings[town.network.id].membership_id
    with pytest.raises(FeatureOff):
        town.draft("election", options=[own])


def test_whom_a_matter_concerns_hears_first_and_says_something(live: Runtime, clock: HandClock) -> None:
    town = make_town(5)
    meta = town.people[0]
    made = town.draft("person", 1, options=["Stays", "Goes"], concerned_user_id=meta.user_id)
    for verb in (decisions.open_decision, decisions.cancel_decision):
        with pytest.raises(PartyToMatter):
            verb(meta, made["id"], 1)
    said = decisions.make_statement(meta, made["id"], "I did my best.")
    with pytest.raises(VersionConflict):
        decisions.open_decision(town.people[1], made["id"], 1)
    opened = decisions.open_decision(town.people[1], made["id"], said["version"])
    assert opened["state"] == "scheduled", "a day after she was told"
    clock.forward(days=1, minutes=1)
    shown = see(town.people[2], made["id"])
    assert (shown["state"], shown["electorate_count"], shown["statement"]) == ("open", 4, "I did my best.")
    clock.forward(days=3)
    assert see(town.people[2], made["id"])["cancel_reason"] == "no_stances"


def test_a_matter_about_somebody_who_leaves_is_over(live: Runtime, clock: HandClock) -> None:
    town = make_town(5)
    made = town.draft("person", 1, options=["Stays", "Goes"], concerned_user_id=town.people[4].user_id)
    decisions.open_decision(town.people[1], made["id"], 1)
    clock.forward(days=1, minutes=1)
    assert see(town.people[2], made["id"])["state"] == "open"
    town.leaves(again(town.people[4]))
    assert see(town.people[2], made["id"])["cancel_reason"] == "concerned_left"


def test_a_network_that_sleeps_opens_nothing(live: Runtime, clock: HandClock) -> None:
    town = make_town(3)
    later = town.asks(opens_at=now() + timedelta(days=1))
    draft = town.draft()
    town.network.overlay = "dormant"
    save(town.network)
    with pytest.raises(NetworkDormant):
        decisions.open_decision(town.people[0], draft["id"], 1)
    clock.forward(days=2)
    assert see(town.people[0], later["id"])["cancel_reason"] == "network_dormant"


def test_anonymous_until_somebody_took_part(live: Runtime) -> None:
    town = make_town(5)
    one = town.asks()
    made = decisions.change_decision(town.people[0], one["id"], one["version"], {"anonymous": True})
    assert (made["anonymous"], made["hidden_until_closed"]) == (True, True)
    few = make_town(4)
    other = few.asks()
    with pytest.raises(TooFewElectors):
        decisions.change_decision(few.people[0], other["id"], other["version"], {"anonymous": True})


def test_a_cancelled_one_is_not_still_open(live: Runtime) -> None:
    town = make_town(3)
    one = town.asks()
    decisions.cancel_decision(town.people[0], one["id"], one["version"], "We forgot Ruth.")
    with pytest.raises(WasCancelled) as refused:
        result_of(town.people[1], one["id"])
    assert (refused.value.code, refused.value.params["reason"]) == ("decision_cancelled", "We forgot Ruth.")


def test_about_a_person_there_are_usual_answers(live: Runtime) -> None:
    town = make_town(3)
    made = town.draft("person", concerned_user_id=town.people[2].user_id, language="de")
    assert [each["text"] for each in made["options"]] == ["Ja", "Nein", "Lasst uns erst weiter reden"]


def test_what_was_agreed_is_found_however_much_was_decided_since(live: Runtime, clock: HandClock) -> None:
    town = make_town(3)
    agreed, mood = town.asks(question="An office?")["id"], town.asks("temperature")["id"]
    for one in (agreed, mood):
        agree(town, one, 0, 1, 2)
    clock.forward(days=4)
    for number in range(51):
        town.draft(question=f"Question {number}")
    with unit_of_work():
        found = decisions.list_agreed(town.people[1], town.network.id)
        assert decisions.list_agreed(town.people[1], town.network.id, now()) == []
    assert [(one["id"], one["question"]) for one in found] == [(agreed, "An office?")]
