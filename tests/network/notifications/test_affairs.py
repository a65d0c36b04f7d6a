"""What people are told of decisions: whom, once, by bell, mail and push, in which words, and what ends it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from models.decisions import Decision, Elector
from models.membership import Membership
from models.networks import Network
from models.people import User
from network import decisions, discussions, notifications
from network.kernel import outbox, runtime
from network.kernel.actor import Actor
from network.kernel.paging import PageRequest
from network.kernel.transaction import session, unit_of_work
from network.notifications.rules.push_words import push_words
from tests.factories.decisions import open_decision
from tests.factories.meetings import make_meeting
from tests.network.discussions.conftest import Cafe
from tests.network.notifications.conftest import Run, text_of
from tests.network.notifications.test_notices import change
from tests.running import HandClock, LetterBox


@pytest.fixture
def awake(cafe: Cafe) -> None:
    """In the middle of everybody's day."""
    assert cafe
    change(User, User.id.is_not(None), time_zone="UTC", language="en")


def to(actor: Actor, subject: str) -> str:
    return f"{actor.email} | {subject}"


def kinds(actor: Actor) -> list[str]:
    with unit_of_work():
        return [each["kind"] for each in notifications.list_notices(actor).items]


def test_electors_are_asked_once_and_answer_from_the_letter(
    cafe: Cafe, awake: None, jobs: Run, letterbox: LetterBox
) -> None:
    network = cafe.community.network
    opened = open_decision(cafe.meta, network, question="Shall we meet?", explanation="On Mondays.")
    decisions.take_stance(cafe.bob, opened, stance="consent")
    told = jobs()
    subject = "Your answer, please: Shall we meet?"
    assert told == sorted([to(cafe.ann, subject), to(cafe.meta, subject)]), "Bob has answered already"
    [letter] = letterbox.to(cafe.ann.email or "")
    said = text_of(letter)
    assert "On Mondays." in said
    link = decisions.stance_link(cafe.ann.user_id or "", opened)
    assert [f"{link}?stance={one}" in said for one in decisions.STANCES] == [True] * 4
    assert letter["List-Unsubscribe"]
    assert kinds(cafe.ann) == ["decision_opened"]
    with unit_of_work():
        [notice] = notifications.list_notices(cafe.ann).items
        assert (notice["title"], notice["entity_id"]) == ("Shall we meet?", opened)  # type: ignore[typeddict-item]
        assert notifications.count_notices(cafe.ann) == 1
        assert notifications.list_notices(cafe.outsider).items == []
    assert jobs() == []


def test_of_what_was_agreed_on_a_call_everybody_hears_what_is_written_of_her(
    cafe: Cafe, awake: None, jobs: Run, letterbox: LetterBox
) -> None:
    network, meta, ann = cafe.community.network, cafe.meta.user_id or "", cafe.ann.user_id or ""
    held = make_meeting(network, starts_at=runtime.current().clock.now() - timedelta(hours=1))
    there = [meta, ann]
    decisions.write_down_call(
        cafe.meta, network.id, meeting_id=held.id, wording="We bring cake.", present=there, consents=there
    )  # fmt: skip
    subject = "Agreed on a call: We bring cake."
    assert jobs() == sorted([to(cafe.ann, subject), to(cafe.bob, subject)])
    hers, others = (text_of(letterbox.to(who.email or "")[0]) for who in (cafe.ann, cafe.bob))
    assert "that you were there and agreed" in hers and "I object" in hers
    assert "If nobody objects, it holds from" in others and "you were there" not in others


def test_a_push_says_nothing_of_it(cafe: Cafe, awake: None) -> None:
    for brief in (True, False):
        words = push_words("en", [("decision_opened", "Café")], "/x", brief=brief, tag="1").decode()
        assert "meet" not in words
    assert "there is something new about a decision" in words


def test_who_has_not_spoken_is_reminded_once_a_day_before(
    cafe: Cafe, awake: None, jobs: Run, clock: HandClock
) -> None:
    network = cafe.community.network
    opened = open_decision(
        cafe.meta, network, question="Shall we?", closes_at=clock.now() + timedelta(days=3)
    )
    soon = clock.now() + timedelta(hours=8)
    short = open_decision(cafe.meta, network, question="Now?", kind="temperature", closes_at=soon)
    jobs()
    decisions.take_stance(cafe.ann, opened, stance="stand_aside")
    clock.forward(hours=1)
    assert jobs() == []
    clock.forward(days=2)
    assert [each for each in jobs() if "Ends soon" in each] == sorted(
        to(one, "Ends soon: Shall we?") for one in (cafe.bob, cafe.meta)
    )
    assert jobs() == []
    with unit_of_work():
        reminded = select(func.count()).where(Elector.reminded_at.is_not(None))
        assert session().scalar(reminded.where(Elector.decision_id == opened)) == 2
        assert session().scalar(reminded.where(Elector.decision_id == short)) == 0


def test_of_an_anonymous_decision_everybody_is_reminded_and_no_row_tells_who_spoke(
    cafe: Cafe, awake: None, jobs: Run, clock: HandClock
) -> None:
    network = cafe.community.network
    for _ in range(2):
        cafe.community.member()
    change(User, User.id.is_not(None), time_zone="UTC", language="en")
    opened = open_decision(cafe.meta, network, anonymous=True, closes_at=clock.now() + timedelta(days=3))
    decisions.take_stance(cafe.ann, opened, stance="consent")
    assert len(jobs()) == 5
    clock.forward(days=2, hours=1)
    assert len([each for each in jobs() if "Ends soon" in each]) == 5
    decisions.take_stance(cafe.bob, opened, stance="objection", reason="Too soon.")
    with unit_of_work():
        [objection] = decisions.list_objections(cafe.meta, opened, PageRequest()).items
    decisions.integrate_objection(cafe.meta, objection["id"], "Later, then.")
    jobs()
    assert "integration_offered" not in kinds(cafe.bob)


def test_c02_a_day_late_the_result_is_right_and_told_once(
    cafe: Cafe, awake: None, jobs: Run, clock: HandClock
) -> None:
    network = cafe.community.network
    opened = open_decision(
        cafe.meta, network, question="Shall we?", closes_at=clock.now() + timedelta(hours=25)
    )
    for one in (cafe.ann, cafe.bob, cafe.meta):
        decisions.take_stance(one, opened, stance="consent")
    clock.forward(days=2)
    told = jobs()
    assert told == sorted(to(one, "What came of it: Shall we?") for one in (cafe.ann, cafe.bob, cafe.meta))
    assert jobs() == []
    assert kinds(cafe.ann)[0] == "decision_closed"
    with unit_of_work():
        assert decisions.get_result(cafe.ann, opened)["outcome"] == "passed"


def test_a_next_round_says_what_changed_and_a_cancelled_one_why(
    cafe: Cafe, awake: None, jobs: Run, letterbox: LetterBox
) -> None:
    network = cafe.community.network
    opened = open_decision(cafe.ann, network, question="Monday?")
    jobs()
    decisions.take_stance(cafe.bob, opened, stance="objection", reason="I work.")
    assert jobs() == [to(cafe.ann, "Somebody objects: Monday?")]
    with unit_of_work():
        [objection] = decisions.list_objections(cafe.ann, opened, PageRequest()).items
        row = decisions.get_decision(cafe.ann, opened)
    decisions.integrate_objection(cafe.ann, objection["id"], "Tuesday, then?")
    assert jobs() == [to(cafe.bob, "A way to meet your objection: Monday?")]
    with unit_of_work():
        row = decisions.get_decision(cafe.ann, opened)
    second = decisions.next_round(cafe.ann, opened, row["version"], question="Tuesday?")
    assert jobs() == sorted(to(one, "A new round: Tuesday?") for one in (cafe.ann, cafe.bob, cafe.meta))
    said = text_of(letterbox.to(cafe.bob.email or "")[0])
    assert "Before: “Monday?”" in said
    assert "Now: “Tuesday?”" in said
    decisions.cancel_decision(cafe.ann, second["id"], second["version"], "We met already.")
    assert jobs() == sorted(to(one, "Called off: Tuesday?") for one in (cafe.ann, cafe.bob, cafe.meta))
    assert "We met already." in text_of(letterbox.letters[0])


def test_the_person_concerned_is_told_first_and_others_read_no_name(
    cafe: Cafe, awake: None, jobs: Run, clock: HandClock, letterbox: LetterBox
) -> None:
    network = cafe.community.network
    change(Membership, Membership.id.is_not(None), since=clock.now() - timedelta(days=30))
    draft = decisions.draft_decision(
        cafe.meta, network.id, kind="person", question="Shall Bob stay?", options=["Yes", "No"],
        concerned_user_id=cafe.bob.user_id, closes_at=clock.now() + timedelta(days=9),
    )  # fmt: skip
    # Also where she hears nothing else, and without a link that would end it.
    discussions.choose_network_level(cafe.bob, network.id, discussions.MUTED)
    assert jobs() == [to(cafe.bob, f"{network.name}: a decision that is about you")]
    assert "Shall Bob stay?" in text_of(letterbox.letters[0])
    assert letterbox.letters[0]["List-Unsubscribe"] is None
    for question in ("Does Bob go?", "Does Bob stay with us?"):
        with unit_of_work():
            row = decisions.get_decision(cafe.meta, draft["id"])
        reworded = decisions.change_decision(cafe.meta, draft["id"], row["version"], {"question": question})
        assert jobs() == [to(cafe.bob, f"{network.name}: a decision that is about you")], question
        assert question in text_of(letterbox.letters[-1])
    assert kinds(cafe.bob) == ["person_concerned"] * 3
    decisions.open_decision(cafe.meta, draft["id"], reworded["version"])
    assert jobs() == []
    clock.forward(days=1)
    told = jobs()
    assert told == sorted(
        to(one, "Your answer, please: a matter about a person") for one in (cafe.ann, cafe.meta)
    )
    said = [re.sub(r"http\S+", "", text_of(letter)) for letter in letterbox.letters]
    assert not any("Bob" in words for words in said), "the signs of a link may spell anything"


@pytest.mark.parametrize(
    "why", ["left", "paused", "suspended", "never_accepted", "asleep", "muted", "closed"]
)
def test_c20_rights_are_looked_at_again_when_a_letter_leaves(
    cafe: Cafe, awake: None, letterbox: LetterBox, clock: HandClock, why: str
) -> None:
    network = cafe.community.network
    opened = open_decision(cafe.meta, network, closes_at=clock.now() + timedelta(days=3))
    notifications.derive_notices()
    mine = (Membership.user_id == cafe.bob.user_id) & (Membership.network_id == network.id)
    changes: dict[str, Callable[[], object]] = {
        "left": lambda: change(Membership, mine, state="left", ended_at=clock.now()),
        "paused": lambda: change(Membership, mine, state="paused"),
        "suspended": lambda: change(Membership, mine, suspended_until=clock.now() + timedelta(days=9)),
        "never_accepted": lambda: change(Membership, mine, rules_version_id=None),
        "asleep": lambda: change(Network, Network.id == network.id, overlay="dormant"),
        "muted": lambda: discussions.choose_network_level(cafe.bob, network.id, discussions.MUTED),
        "closed": lambda: change(Decision, Decision.id == opened, state="cancelled"),
    }
    changes[why]()
    clock.forward(minutes=30)
    notifications.send_notices()
    outbox.drain()
    assert letterbox.to(cafe.bob.email or "") == []


def test_at_night_it_waits_for_the_morning_and_longer_waits_lose_nothing(
    cafe: Cafe, awake: None, letterbox: LetterBox, clock: HandClock
) -> None:
    network = cafe.community.network
    notifications.derive_notices()
    open_decision(cafe.meta, network, closes_at=clock.now() + timedelta(days=9))
    clock.forward(hours=14)
    notifications.derive_notices()
    clock.forward(minutes=30)
    notifications.send_notices()
    outbox.drain()
    assert letterbox.letters == []
    clock.forward(days=3, hours=10)  # the sending job was dead for days
    notifications.send_notices()
    outbox.drain()
    assert len(letterbox.letters) == 3
    notifications.send_notices()
    outbox.drain()
    assert len(letterbox.letters) == 3


def test_whoever_sees_to_it_is_reminded_to_look_again(
    cafe: Cafe, awake: None, jobs: Run, clock: HandClock
) -> None:
    opened = open_decision(cafe.meta, cafe.community.network, question="Shall we?")
    clock.forward(days=4)
    jobs()
    change(Decision, Decision.id == opened, state="closed")
    with unit_of_work():
        row = decisions.get_decision(cafe.meta, opened)
    decisions.publish_outcome(
        cafe.meta, opened, row["version"], "We do.", responsible_id=cafe.bob.user_id,
        review_on=(clock.now() + timedelta(days=10)).date(),
    )  # fmt: skip
    jobs()
    clock.forward(days=12)
    assert jobs() == [to(cafe.bob, "Time to look again: Shall we?")]
    assert jobs() == []
