"""The edge cases of decisions (state-machines, part C, 1–14), each by its number."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from models.decisions import Decision, Elector, Stance
from network import decisions, privacy
from network.decisions import (
    DecisionEnded,
    LastRound,
    NotAnElector,
    NotTightened,
    TextFixed,
    TooFewElectors,
)
from network.kernel.actor import system_actor
from network.kernel.errors import Invalid, NotFound
from network.kernel.jobs import all_jobs
from network.kernel.runtime import Runtime
from network.kernel.transaction import session, unit_of_work
from tests.factories.decisions import Town, make_town, now, objections_to, result_of, see
from tests.factories.membership import again
from tests.running import HandClock


def stances(decision_id: str) -> list[Stance]:
    with unit_of_work():
        rows = select(Stance).where(Stance.decision_id == decision_id).order_by(Stance.said_at)
        found = list(session().scalars(rows))
        session().expunge_all()
        return found


def agree(town: Town, decision_id: str, *who: int) -> None:
    for number in who:
        decisions.take_stance(town.people[number], decision_id, stance="consent")


def test_c01_what_comes_in_the_second_of_the_end_counts_by_the_clock(live: Runtime, clock: HandClock) -> None:
    town = make_town()
    one = town.asks()["id"]
    ends = see(town.people[0], one)["closes_at"]
    clock.moment = ends - timedelta(microseconds=200)
    agree(town, one, 0)
    clock.moment = ends - timedelta(microseconds=1)
    before = town.told()
    with pytest.raises(DecisionEnded) as late:
        agree(town, one, 1)
    assert late.value.params["closes_at"] == ends
    clock.moment = ends + timedelta(hours=5)  # kept on a phone without a net, sent much later
    with pytest.raises(DecisionEnded):
        agree(town, one, 2)
    assert [row.voter for row in stances(one)] == [town.people[0].user_id]
    assert [kind for kind in town.told()[len(before) :] if kind != "decision.closed"] == []


def test_c01_what_was_in_time_as_it_began_is_late_at_its_commit(
    live: Runtime, clock: HandClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    town = make_town()
    one = town.asks()["id"]
    ends = see(town.people[0], one)["closes_at"]
    clock.moment = ends - timedelta(microseconds=100)
    from_then = clock.now

    def slow() -> Any:
        clock.moment += timedelta(microseconds=12)  # the work between the first look and the commit
        return from_then()

    monkeypatch.setattr(clock, "now", slow)
    with pytest.raises(DecisionEnded):
        agree(town, one, 1)
    monkeypatch.undo()
    assert stances(one) == []


def test_c02_a_job_that_was_down_for_a_day_keeps_nothing_open(live: Runtime, clock: HandClock) -> None:
    town = make_town()
    one = town.asks()["id"]
    agree(town, one, 0, 1, 2)
    ends = see(town.people[0], one)["closes_at"]
    clock.moment = ends + timedelta(days=1)
    shown = see(town.people[0], one)
    assert (shown["state"], shown["result"]["outcome"] if shown["result"] else None) == ("closed", "passed")
    assert shown["result"] is not None and shown["result"]["closed_at"] == ends, "as of then, however late"
    job = next(each for each in all_jobs() if each.name == "decisions.settle")
    with unit_of_work():
        job.run()
        job.run()
    assert town.told().count("decision.closed") == 1, "who tells of it does so once"


def test_c03_who_leaves_decides_nothing_and_the_quorum_is_looked_at_in_the_end(
    live: Runtime, clock: HandClock
) -> None:
    town = make_town(6)
    one = town.asks(quorum="1/2")["id"]
    agree(town, one, 0, 1, 2)
    town.leaves(town.people[3])
    shown = see(town.people[0], one)
    assert (shown["electorate_count"], shown["state"], shown["result"]) == (5, "open", None)
    town.leaves(town.people[2])  # hers is out of both: two of four are left, and three are needed
    shown = see(town.people[0], one)
    assert (shown["electorate_count"], shown["taken_count"], shown["state"]) == (4, 2, "open")
    clock.forward(days=4)
    result = result_of(town.people[0], one)
    assert (result["outcome"], result["rule"], result["electorate_count"]) == ("no_result", "quorum", 4)
    assert see(town.people[0], one)["state"] == "no_result"


def test_c03_with_who_leaves_goes_her_objection(live: Runtime) -> None:
    town = make_town(5)
    one = town.asks()["id"]
    decisions.take_stance(town.people[3], one, stance="objection", reason="It is too early.")
    assert see(town.people[0], one)["open_objections"] == 1
    town.leaves(town.people[3])
    assert see(town.people[0], one)["open_objections"] == 0


def test_c04_who_comes_back_finds_her_stance_void(live: Runtime, clock: HandClock) -> None:
    town = make_town(5)
    one = town.asks()["id"]
    agree(town, one, 4)
    town.leaves(town.people[4])
    rival = town.asks(by=1)["id"]
    back = town.comes_back(town.people[4])
    with pytest.raises(NotAnElector):
        decisions.take_stance(back, one, stance="consent")
    with pytest.raises(NotAnElector):
        decisions.take_stance(back, rival, stance="consent")
    agree(town, one, 0, 1, 2)
    clock.forward(days=4)
    result = result_of(town.people[0], one)
    assert (result["counts"]["consent"], result["electorate_count"]) == (3, 4)
    assert not see(back, one)["is_elector"]


def test_c04_her_own_proposal_is_cancelled_and_may_be_taken_over(live: Runtime) -> None:
    town = make_town(5)
    one = town.asks(by=3)
    draft = town.draft(by=3)["id"]
    town.leaves(town.people[3])
    shown = see(town.people[1], one["id"])
    assert (shown["state"], shown["cancel_reason"]) == ("cancelled", "proposer_left")
    assert [entry.codes for entry in town.facts() if entry.type == "decision.cancelled"] == [
        {"reason": "proposer_left"}
    ]
    with pytest.raises(NotFound):
        see(town.people[1], draft)
    again_asked = decisions.next_round(town.people[1], one["id"], shown["version"])
    assert again_asked["proposed_by"]["id"] == town.people[1].user_id
    assert (again_asked["round"], again_asked["electorate_count"]) == (2, 4)


def test_c04_an_old_draft_goes_with_her(live: Runtime, clock: HandClock) -> None:
    town = make_town(4)
    hers, running = town.draft(by=3), town.asks(by=3)["id"]
    about = town.draft("person", concerned_user_id=town.people[3].user_id)["id"]
    clock.forward(days=9)
    town.leaves(town.people[3])
    with unit_of_work():
        kept = session().scalars(select(Decision).where(Decision.id.in_((hers["id"], about)))).all()
        assert {row.cancel_reason for row in kept} == {"proposer_left", "concerned_left"}
    assert result_of(town.people[0], running)["outcome"] == "no_result", "it was over while she was here"


def test_c05_friends_who_join_meanwhile_decide_about_nobody(live: Runtime, clock: HandClock) -> None:
    town = make_town(5)
    concerned = town.people[4]
    late = town.joins(since=now() - timedelta(days=12))
    made = town.draft(
        "person", options=["She leads on", "Somebody else"], concerned_user_id=concerned.user_id
    )
    friend = town.joins()
    decisions.open_decision(town.people[0], made["id"], 1)
    clock.forward(days=1, minutes=1)
    shown = see(town.people[1], made["id"])
    assert (shown["state"], shown["electorate_count"]) == ("open", 4)
    for actor in (late, friend, concerned):
        with pytest.raises(NotAnElector):
            decisions.take_stance(actor, made["id"], option_ids=[shown["options"][0]["id"]])


def test_c06_nobody_only_abstentions_and_no_end(live: Runtime, clock: HandClock) -> None:
    town = make_town(4)
    nobody = town.asks(quorum="0/1")["id"]
    aside = town.asks()["id"]
    for actor in town.people:
        decisions.take_stance(actor, aside, stance="stand_aside")
    tied = town.asks("choice", options=["Tea", "Coffee"])
    for rounds_before in range(3):
        tea, coffee = (option["id"] for option in tied["options"])
        for number, actor in enumerate(town.people):
            decisions.take_stance(actor, tied["id"], option_ids=[tea if number % 2 else coffee])
        clock.forward(days=4)
        result = result_of(town.people[0], tied["id"])
        assert (result["outcome"], result["rule"], result["option_id"]) == ("not_passed", "tie", None)
        version = see(town.people[0], tied["id"])["version"]
        if rounds_before < 2:
            tied = decisions.next_round(town.people[0], tied["id"], version)
    with pytest.raises(LastRound):
        decisions.next_round(town.people[0], tied["id"], version)
    assert result_of(town.people[0], nobody)["rule"] == "nobody"
    assert result_of(town.people[0], aside)["rule"] == "only_abstentions"


@pytest.mark.parametrize(("threshold", "passes"), [("2/3", True), ("67/100", False)])
def test_c07_four_of_six_are_two_thirds(
    live: Runtime, clock: HandClock, threshold: str, passes: bool
) -> None:
    town = make_town(6)
    one = town.asks(threshold=threshold)["id"]
    agree(town, one, 0, 1, 2, 3)
    clock.forward(days=4)
    assert (result_of(town.people[0], one)["outcome"] == "passed") is passes


def test_c07_what_nobody_can_reach_is_refused(live: Runtime) -> None:
    town = make_town(2)
    for field in ("quorum", "threshold"):
        for written in ("7/6", "1/0", "0.66", "66%", " ", "-1/2", "2 / 3"):
            with pytest.raises(Invalid) as refused:
                town.draft(**{field: written})
            assert list(refused.value.faults) == [field]
    assert town.facts() == []


def test_c08_once_somebody_took_part_the_words_stay(live: Runtime) -> None:
    town = make_town()
    one = town.asks(question="Shall we meat in the garden on Sunday?")
    first = decisions.change_decision(
        town.people[0], one["id"], one["version"], {"question": "Shall we meat in the gardem on Sunday?"}
    )
    agree(town, one["id"], 1)
    for other in (
        "Shall we meat in the gardem on Monday?",
        "Shall we not meat in the gardem on Sunday?",
        "Shall we meat in the gardem on Sunday, always?",
    ):
        with pytest.raises(TextFixed):
            decisions.change_decision(town.people[0], one["id"], first["version"], {"question": other})
    fixed = decisions.change_decision(
        town.people[0], one["id"], first["version"], {"question": "Shall we meat in the garden on Sunday?"}
    )
    assert fixed["question"].endswith("garden on Sunday?")
    assert [(each["field"], each["after"]) for each in fixed["changes"]][-1] == (
        "question",
        fixed["question"],
    )
    for changes, error in (
        ({"closes_at": one["closes_at"] - timedelta(hours=1)}, Invalid),
        ({"quorum": "1/10"}, TextFixed),
        ({"silence": "announced"}, TextFixed),
        ({"anonymous": True}, NotTightened),
    ):
        with pytest.raises(error):
            decisions.change_decision(town.people[0], one["id"], fixed["version"], changes)
    later = one["closes_at"] + timedelta(days=1)
    changed = decisions.change_decision(
        town.people[0], one["id"], fixed["version"], {"closes_at": later, "hidden_until_closed": True}
    )
    assert (changed["closes_at"], changed["counts"]) == (later, None)
    with pytest.raises(NotTightened):
        decisions.change_decision(
            town.people[0], one["id"], changed["version"], {"hidden_until_closed": False}
        )


def test_c13_what_was_announced_as_secret_stays_so_before_it_opens(live: Runtime) -> None:
    town = make_town(5)
    one = town.asks(opens_at=now() + timedelta(days=1), anonymous=True)
    before = town.told()
    for name in ("anonymous", "hidden_until_closed"):
        with pytest.raises(NotTightened):
            decisions.change_decision(
                town.people[0], one["id"], one["version"], {"anonymous": False, name: False}
            )
    assert town.told() == before


def test_c09_somebody_counts_once(live: Runtime, clock: HandClock) -> None:
    town = make_town()
    one = town.asks()["id"]
    agree(town, one, 0, 1, 1, 2)
    decisions.take_stance(town.people[2], one, stance="reservation", reason="Bring chairs")
    clock.forward(days=4)
    assert result_of(town.people[0], one)["counts"] == {
        "consent": 2, "reservation": 1, "stand_aside": 0, "objection": 0
    }  # fmt: skip


def test_c10_who_is_erased_after_the_end_changes_no_result(live: Runtime, clock: HandClock) -> None:
    town = make_town(5)
    one = town.asks()["id"]
    agree(town, one, 0, 1, 2)
    decisions.take_stance(town.people[3], one, stance="reservation", reason="I am called Amina")
    clock.forward(days=4)
    before = result_of(town.people[0], one)
    privacy.erase_account(system_actor("test"), town.people[3].user_id or "")
    privacy.erase_account(system_actor("test"), town.people[2].user_id or "")
    assert result_of(town.people[0], one) == before
    assert [row.reason for row in stances(one)] == [None] * 4


def test_c10_who_is_erased_before_the_end_is_out(live: Runtime, clock: HandClock) -> None:
    town = make_town(6)
    for anonymous in (False, True):
        one = town.asks(anonymous=anonymous)["id"]
        agree(town, one, *(number for number in range(1, len(town.people))))
        privacy.erase_account(system_actor("test"), town.people.pop().user_id or "")
        town.joins(since=now() - timedelta(days=30))
        clock.forward(days=4)
        result = result_of(town.people[0], one)
        assert (result["electorate_count"], result["counts"]["consent"]) == (5, 4)


@pytest.mark.parametrize("away", [{"state": "paused"}, {"state": "left"}, {"state": "applied"}])
def test_c11_who_is_not_there_is_not_asked_and_lowers_no_quorum(live: Runtime, away: dict[str, Any]) -> None:
    town = make_town(3)
    ended = {"ended_at": now()} if away["state"] == "left" else {}
    actor = town.joins(since=now() - timedelta(days=3), **away, **ended)
    suspended = town.joins(suspended_until=now() + timedelta(days=9))
    soon_back = town.joins(suspended_until=now() + timedelta(days=1))
    one = town.asks()
    assert one["electorate_count"] == 4
    with unit_of_work():
        electors = set(session().scalars(select(Elector.user_id)))
        reminded = decisions.silent_electors(one["id"])
    assert not electors & {actor.user_id, suspended.user_id}
    assert soon_back.user_id in electors
    assert set(reminded) == electors


def test_c12_the_last_word_counts_and_what_was_said_before_is_history(
    live: Runtime, clock: HandClock
) -> None:
    town = make_town()
    one = town.asks()["id"]
    decisions.take_stance(town.people[1], one, stance="objection", reason="Too loud")
    agree(town, one, 0, 1, 2)
    assert [(row.stance, row.reason, row.replaced_at is None) for row in stances(one)] == [
        ("objection", "Too loud", False),
        *[("consent", None, True)] * 3,
    ]
    shown = see(town.people[1], one)
    assert (shown["mine"] or {})["stance"] == "consent"  # type: ignore[typeddict-item]
    assert shown["counts"] == {"consent": 3, "reservation": 0, "stand_aside": 0, "objection": 0}
    (objection,) = objections_to(town.people[0], one)
    assert objection["state"] == "withdrawn"
    clock.forward(days=4)
    with pytest.raises(DecisionEnded):
        decisions.integrate_objection(town.people[0], objection["id"], "Quieter?")
    assert result_of(town.people[0], one)["outcome"] == "passed"


def test_a_question_that_cannot_be_opened_leaves_no_draft(live: Runtime, clock: HandClock) -> None:
    few = make_town(4)
    with pytest.raises(TooFewElectors):
        decisions.draft_and_open(
            few.people[0], few.network.id, kind="consent", question="Is it?", anonymous=True,
            closes_at=clock.now() + timedelta(days=3),
        )  # fmt: skip
    with unit_of_work():
        assert session().scalars(select(Decision.id)).all() == []


def test_c13_anonymous_takes_five_and_leaves_no_trace(live: Runtime, clock: HandClock) -> None:
    few = make_town(4)
    draft = few.draft(anonymous=True)
    with pytest.raises(TooFewElectors):
        decisions.open_decision(few.people[0], draft["id"], 1)
    town = make_town(6)
    one = town.asks(anonymous=True)["id"]
    agree(town, one, 3, 1, 2)
    decisions.take_stance(town.people[4], one, stance="objection", reason="I would rather not")
    shown = see(town.people[3], one)
    assert (shown["counts"], shown["taken_count"], shown["hidden_until_closed"]) == (None, None, True)
    assert (shown["mine"] or {})["stance"] == "consent"  # type: ignore[typeddict-item]
    (objection,) = objections_to(town.people[4], one)
    assert (objection["person"], objection["raised_at"], objection["mine"]) == (None, None, True)
    town.leaves(town.people[2])
    clock.forward(days=4)
    result = result_of(town.people[0], one)
    assert (result["counts"]["consent"], result["counts"]["objection"], result["electorate_count"]) == (
        2,
        1,
        5,
    )
    with unit_of_work():
        row = session().get_one(Decision, one)
        rows = session().scalars(select(Stance).where(Stance.decision_id == one)).all()
        numbers = {actor.user_id for actor in town.people}
        assert row.ballot_key is None
        assert not {each.voter for each in rows} & numbers
        assert {each.said_at for each in rows} == {None}
        assert {each.id[14] for each in rows} == {"4"}, "an id that tells no time"
        assert [each.id for each in rows] == sorted(each.id for each in rows), "nor who came first"
    assert see(town.people[3], one)["mine"] is None


def test_c14_who_may_say_something_may_see_it_and_nobody_else(live: Runtime) -> None:
    town = make_town(4)
    one = town.asks()["id"]
    former = town.people[3]
    town.leaves(former)
    for ask in (
        lambda: see(again(former), one),
        lambda: decisions.take_stance(again(former), one, stance="consent"),
    ):
        with pytest.raises(NotFound):
            ask()
