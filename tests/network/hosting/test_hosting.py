"""A host first: what waits, words that are sent and taken back, the week and who has it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from email.message import EmailMessage
from typing import Any

import pytest

from models.discussions import Room
from models.hosting import HostRound
from models.membership import Membership
from network import discussions, hosting
from network.hosting import AlreadyDone, NoDeputy, UndoOver
from network.kernel import outbox
from network.kernel.actor import Actor
from network.kernel.errors import Forbidden, Invalid, NotFound
from network.kernel.ids import new_untimed_id
from network.kernel.policy import anyone, require
from network.kernel.runtime import Runtime
from network.kernel.transaction import command, session, unit_of_work
from tests.factories.discussions import Community, make_community, make_room, stranger
from tests.factories.meetings import make_meeting
from tests.factories.membership import again, make_appointment, make_membership
from tests.factories.people import make_user
from tests.running import START, HandClock, LetterBox

MONTH = START - timedelta(days=30)


@dataclass
class Place:
    """A network with its rooms, meta-mentor Fatma, deputy Jonas and member Uwe, all there for a month."""

    community: Community
    welcome: Room
    cafe: Room
    fatma: Actor
    jonas: Actor
    uwe: Actor

    @property
    def id(self) -> str:
        return self.community.network.id


@pytest.fixture
def place(live: Runtime) -> Place:
    community = make_community(languages=["de"])
    rooms = [make_room(community.network, name=name, opening=name) for name in ("welcome", "cafe")]
    people = [
        community.member(
            *roles, user=make_user(display_name=name, email=f"{name.lower()}@mail.example"), since=MONTH
        )
        for name, roles in (("Fatma", ()), ("Jonas", ()), ("Uwe", ()))
    ]
    with unit_of_work():
        joined = [session().get_one(Membership, one.standings[community.network.id].membership_id)
                  for one in people]  # fmt: skip
        session().expunge_all()
    make_appointment(joined[0], "meta_mentor")
    make_appointment(joined[1], "deputy")
    return Place(community, *rooms, *(again(one) for one in people))


def looks(actor: Actor, place: Place) -> hosting.HostingView:
    with unit_of_work():
        return hosting.get_hosting(actor, place.id)


def keys(actor: Actor, place: Place) -> list[str]:
    return [thing["key"].partition(":")[0] for thing in looks(actor, place)["things"]]


def opens(actor: Actor, room: Room, title: str = "Mietschulden", body: str = "Wer kennt das?") -> str:
    return discussions.open_topic(actor, room.id, title, body, new_untimed_id(), "de").topic["id"]


def said_in(actor: Actor, topic_id: str) -> list[str | None]:
    with unit_of_work():
        return [one["body"] for one in discussions.list_messages(actor, topic_id)["items"]]


@command
def changed(actor: Actor, table: Any, row_id: str, **values: Any) -> None:
    require(anyone(actor, None))
    for name, value in values.items():
        setattr(session().get_one(table, row_id), name, value)


def letters(box: LetterBox) -> list[str]:
    box.letters.clear()
    outbox.drain()
    return sorted(f"{one['To'].split('@')[0]}: {one['Subject']}" for one in box.letters)


def text_of(letter: EmailMessage) -> str:
    body = letter.get_body(("plain",))
    assert body is not None
    return " ".join(str(body.get_content()).split())


def test_what_waits_people_first(place: Place, clock: HandClock) -> None:
    """A hello and a newcomer, a question that is a day old, a meeting; each with words in the network's
    language; and nothing that somebody else saw to."""
    newcomer = place.community.member(user=make_user(display_name="Rosa Jiménez"), since=clock.now())
    question = opens(place.uwe, place.cafe)
    hello = opens(place.uwe, place.welcome, "Hallo", "Ich bin Uwe.")
    make_meeting(place.community.network, title="Runde", starts_at=START + timedelta(days=3))
    assert keys(place.fatma, place) == ["newcomer", "hello", "meeting"]
    clock.forward(days=1, minutes=1)
    found = looks(place.fatma, place)
    assert found["counts"] == {"welcome": 2, "answer": 1, "announce": 1}
    by_key = {one["key"]: one for one in found["things"]}
    assert by_key[f"hello:{hello}"]["draft"].count("Uwe") == 1
    assert by_key[f"hello:{hello}"]["excerpt"] == "Ich bin Uwe."
    assert {one["draft_language"] for one in found["things"]} == {"de"}
    assert by_key[f"question:{question}"]["title"] == "Mietschulden"
    discussions.post_message(place.jonas, question, "Ich.", new_untimed_id())
    discussions.write_directly(place.jonas, place.id, [newcomer.user_id or ""], "Hallo!", new_untimed_id())
    assert keys(place.fatma, place) == ["hello", "meeting"]


def test_hosts_alone(place: Place) -> None:
    steward = place.community.steward()
    for actor, refusal in ((place.uwe, Forbidden), (steward, Forbidden), (stranger(), NotFound)):
        for act in (
            lambda who: looks(who, place), lambda who: hosting.send_words(who, place.id, "hello:x", "Hi"),
            lambda who: hosting.skip_thing(who, place.id, "hello:x"),
            lambda who: hosting.undo_deed(who, place.id, "hello:x"),
            lambda who: hosting.choose_day(who, place.id, 3), lambda who: hosting.give_week(who, place.id),
            lambda who: hosting.take_week_back(who, place.id),
        ):  # fmt: skip
            with pytest.raises(refusal):
                act(actor)
    with unit_of_work():
        assert hosting.list_weeks(steward, place.id) == []
        with pytest.raises(Forbidden):
            hosting.list_weeks(place.uwe, place.id)


def test_one_tap_sends_and_one_takes_back(place: Place, clock: HandClock) -> None:
    """Once by whoever is first; undone within ten minutes by her who did it, and then it waits again."""
    hello = opens(place.uwe, place.welcome, "Hallo", "Ich bin Uwe.")
    key = f"hello:{hello}"
    done = hosting.send_words(place.fatma, place.id, key, "Schön, dass du da bist!")
    assert done["sent"] and done["undo_until"] is not None and keys(place.jonas, place) == []
    assert looks(place.fatma, place)["done"]["welcome"] == 1
    for act in (hosting.send_words, hosting.skip_thing):
        with pytest.raises(AlreadyDone):
            act(place.jonas, place.id, key, *(["Hallo"] if act is hosting.send_words else []))
    with pytest.raises(NotFound):
        hosting.undo_deed(place.jonas, place.id, key)
    assert [one["key"] for one in looks(place.fatma, place)["deeds"]] == [key]
    hosting.undo_deed(place.fatma, place.id, key)
    hosting.undo_deed(place.fatma, place.id, key)
    assert said_in(place.uwe, hello) == [None, "Ich bin Uwe."] and keys(place.jonas, place) == ["hello"]
    hosting.skip_thing(place.jonas, place.id, key)
    assert keys(place.fatma, place) == [] and looks(place.jonas, place)["done"] == {
        "application": 0,
        "case": 0,
    }
    clock.forward(minutes=11)
    with pytest.raises(UndoOver):
        hosting.undo_deed(place.jonas, place.id, key)
    with pytest.raises(NotFound):
        hosting.send_words(place.fatma, place.id, f"question:{hello}", "Hallo")


def test_of_two_hosts_at_once_one_sends(place: Place) -> None:
    hello = opens(place.uwe, place.welcome, "Hallo", "Ich bin Uwe.")

    def send(actor: Actor) -> bool:
        try:
            hosting.send_words(actor, place.id, f"hello:{hello}", "Hallo!")
        except AlreadyDone:
            return False
        return True

    with ThreadPoolExecutor(2) as both:
        assert sorted(both.map(send, (place.fatma, place.jonas))) == [False, True]
    assert len(said_in(place.uwe, hello)) == 2


def test_announcements_stand_in_one_conversation(place: Place) -> None:
    """Also after one was undone; and hosts are not asked to answer their own announcement."""
    for day in (2, 3):
        make_meeting(place.community.network, title=f"Runde {day}", starts_at=START + timedelta(days=day))
    first, second = (one["key"] for one in looks(place.fatma, place)["things"])
    hosting.send_words(place.fatma, place.id, first, "Am Mittwoch.")
    hosting.undo_deed(place.fatma, place.id, first)
    hosting.send_words(place.fatma, place.id, first, "Am Mittwoch!")
    hosting.send_words(place.jonas, place.id, second, "Am Donnerstag.")
    with unit_of_work():
        topics = discussions.list_topics(place.uwe, place.cafe.id).items
    assert sorted(topic["message_count"] for topic in topics) in ([0, 2], [2])
    assert keys(place.fatma, place) == []


def test_a_newcomer_who_was_greeted_by_mistake_waits_again(place: Place, clock: HandClock) -> None:
    place.community.member(since=clock.now())
    key = looks(place.fatma, place)["things"][0]["key"]
    hosting.send_words(place.fatma, place.id, key, "Hallo!")
    assert keys(place.jonas, place) == []
    hosting.undo_deed(place.fatma, place.id, key)
    assert keys(place.jonas, place) == ["newcomer"]


def test_an_empty_word_sends_nothing(place: Place) -> None:
    key = f"hello:{opens(place.uwe, place.welcome, 'Hallo', 'Ich bin Uwe.')}"
    with pytest.raises(Invalid):
        hosting.send_words(place.fatma, place.id, key, "  ")
    assert keys(place.fatma, place) == ["hello"]


def test_one_mail_on_her_day_with_five_things(place: Place, clock: HandClock, letterbox: LetterBox) -> None:
    """Tuesday at seven; once, however often and late the job runs; to the meta-mentor alone."""
    for number in range(7):
        opens(place.uwe, place.welcome, f"Hallo {number}", "Da bin ich.")
    assert hosting.begin_rounds() == 0  # it is Monday, her first day
    clock.forward(days=2)  # jobs were dead on Tuesday
    assert (hosting.begin_rounds(), hosting.begin_rounds()) == (1, 0)
    assert letters(letterbox) == [f"fatma: Your round in {place.community.network.name}"]
    text = text_of(letterbox.letters[0])
    assert text.count("•") == 5 and "That is all until Tuesday." in text
    week = looks(place.fatma, place)["round"]
    assert week is not None and len(week["things"]) == 5 and week["day"] == (START + timedelta(days=1)).date()
    assert looks(place.jonas, place)["round"] is None
    with unit_of_work():
        assert hosting.get_round(place.fatma, week["id"])["until"] == (START + timedelta(days=8)).date()
        with pytest.raises(NotFound):
            hosting.get_round(place.jonas, week["id"])
    hosting.send_words(place.fatma, place.id, week["things"][0]["key"], "Hallo!")
    after = looks(place.fatma, place)["round"]
    assert after is not None and (len(after["things"]), len(after["deeds"]), after["total"]) == (4, 1, 5)
    clock.forward(days=7)
    assert hosting.begin_rounds() == 1


def test_another_day_counts_from_when_it_was_chosen(place: Place, clock: HandClock) -> None:
    assert hosting.choose_day(place.fatma, place.id, 0) == 0
    assert hosting.choose_day(place.fatma, place.id, 6) == 6
    with pytest.raises(Invalid):
        hosting.choose_day(place.fatma, place.id, 7)
    assert hosting.begin_rounds() == 0  # last Sunday was before she chose it
    clock.forward(days=5)
    assert hosting.begin_rounds() == 0
    clock.forward(days=1)
    assert hosting.begin_rounds() == 1 and looks(place.fatma, place)["day"] == 6


def test_no_round_while_away_and_the_deputy_has_hers(
    place: Place, clock: HandClock, letterbox: LetterBox
) -> None:
    """Who pauses hears nothing, neither then nor when she is back; as long as no meta-mentor is here the
    deputy is told."""
    opens(place.uwe, place.welcome)
    own = place.fatma.standings[place.id].membership_id or ""
    changed(place.fatma, Membership, own, state="paused")
    clock.forward(days=1)
    assert hosting.begin_rounds() == 1
    assert [one.split(":")[0] for one in letters(letterbox)] == ["jonas"]
    changed(place.fatma, Membership, own, state="active")
    clock.forward(days=1)
    assert hosting.begin_rounds() == 0 and letters(letterbox) == []


def test_one_tap_gives_the_week_away_and_one_takes_it_back(
    place: Place, clock: HandClock, letterbox: LetterBox
) -> None:
    opens(place.uwe, place.welcome)
    clock.forward(days=1)
    hosting.begin_rounds()
    letters(letterbox)
    given = hosting.give_week(place.fatma, place.id)
    assert given["deputy"] and given["deputy"]["display_name"] == "Jonas"
    assert hosting.give_week(place.fatma, place.id)["version"] == given["version"]
    assert letters(letterbox) == [f"jonas: Fatma gives you this week in {place.community.network.name}"]
    with unit_of_work():
        assert hosting.get_round(place.jonas, given["id"])["total"] == 1
    with pytest.raises(NotFound):
        hosting.take_week_back(place.jonas, place.id)
    back = hosting.take_week_back(place.fatma, place.id)
    assert back["deputy"] is None
    assert hosting.take_week_back(place.fatma, place.id)["version"] == back["version"]
    assert letters(letterbox) == ["jonas: Fatma looks after this week again"]
    with unit_of_work(), pytest.raises(NotFound):
        hosting.get_round(place.jonas, given["id"])
    with pytest.raises(NoDeputy):
        hosting.give_week(place.jonas, place.id)


def test_a_week_that_had_not_begun_begins_with_giving_it_away(
    place: Place, clock: HandClock, letterbox: LetterBox
) -> None:
    """And the job does not begin it a second time."""
    opens(place.uwe, place.welcome)
    clock.forward(days=1)
    hosting.give_week(place.fatma, place.id)
    assert hosting.begin_rounds() == 0
    assert [one.split(":")[0] for one in letters(letterbox)] == ["jonas"]


def test_a_role_that_ends_is_told_twice_to_her_and_the_steward(
    place: Place, clock: HandClock, letterbox: LetterBox
) -> None:
    until = (START + timedelta(days=40)).date()
    user = make_user(display_name="Ayşe", email="ayse@mail.example")
    joined = make_membership(place.community.network, user)
    make_appointment(joined, "deputy", starts_at=MONTH, until=until)
    place.community.steward()
    found = []
    for _day in range(42):
        hosting.remind_of_terms()
        if letters(letterbox):
            found.append((clock.moment.date(), len(letterbox.letters)))
            assert "handover" in text_of(letterbox.letters[0])
        clock.forward(days=1)
    assert found == [(until - timedelta(days=30), 2), (until - timedelta(days=7), 2)]


def test_weeks_and_deeds_are_forgotten(place: Place, clock: HandClock) -> None:
    key = f"hello:{opens(place.uwe, place.welcome)}"
    clock.forward(days=1)
    hosting.begin_rounds()
    hosting.skip_thing(place.fatma, place.id, key)
    with unit_of_work():
        assert [(one["total"], one["done"]) for one in hosting.list_weeks(place.jonas, place.id)] == [(1, 1)]
    clock.forward(days=89)
    assert hosting.forget_weeks() == 0
    clock.forward(days=1, minutes=1)
    assert hosting.forget_weeks() == 1
    with unit_of_work():
        assert session().query(HostRound).count() == 0
