"""Answering a letter by mail: posted once, in the person's name, by the rights she has at that moment; or
refused with what she wrote, to her own address and to no other."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from email.message import EmailMessage
from typing import Any

import pytest
from sqlalchemy import delete, func, select

from models.discussions import Message, Room, Topic
from models.notifications import HandledMail, Notice, NoticeSending
from models.people import User
from network import discussions, notifications
from network.discussions.commands import limits
from network.kernel import runtime
from network.kernel.actor import system_actor
from network.kernel.ids import new_untimed_id
from network.kernel.transaction import session, unit_of_work
from network.notifications import IGNORED, LATER, POSTED, REFUSED, MailedAnswer, answer_by_mail
from network.notifications.commands import answering
from tests.factories.discussions import make_room, make_topic
from tests.network.discussions.conftest import Cafe
from tests.network.notifications.conftest import Run, text_of
from tests.network.notifications.test_notices import (
    SECRET,
    _block,
    _freeze,
    _new_rules,
    _pause,
    _remove,
    awake,
    change,
    direct,
    private,
    say,
)
from tests.running import HandClock, LetterBox

__all__ = ["awake", "private"]
pytestmark = pytest.mark.usefixtures("awake")

Answer = Callable[..., str]
LINE = "#-#-# Write your answer above this line. #-#-#"


@pytest.fixture(autouse=True)
def _answers_by_mail(live: runtime.Runtime) -> Iterator[None]:
    settings = replace(live.settings, reply_address="reply@mentors.example")  # type: ignore[type-var]
    runtime.install(replace(live, settings=settings))
    limits._sends.clear()
    yield
    runtime.install(live)


@pytest.fixture
def letter(run: Run, clock: HandClock, letterbox: LetterBox) -> Callable[[], EmailMessage]:
    """The one letter that leaves now."""

    def one() -> EmailMessage:
        run()
        clock.forward(minutes=6)
        run()
        [found] = letterbox.letters
        return found

    return one


@pytest.fixture
def answer(cafe: Cafe, letter: Callable[[], EmailMessage]) -> Answer:
    """Ann names Bob, who gets a letter and answers; of what he sends, `over` differs."""
    said = say(cafe.ann, cafe.topic.id, names=cafe.bob)
    token = token_of(letter())

    def send(words: str = "I have one!", *, may_wait: bool = False, **over: Any) -> str:
        mail = {"sender": cafe.bob.email, "tokens": (token,), "key": words, "words": words}
        return answer_by_mail(MailedAnswer(**(mail | over)), may_wait=may_wait)

    send.said, send.token = said, token  # type: ignore[attr-defined]
    return send


def token_of(letter: EmailMessage) -> str:
    return str(letter["Reply-To"]).partition("+")[2].partition("@")[0]


def posted(cafe: Cafe) -> list[Any]:
    """What Bob said in Ann's topic."""
    mine = (Message.author_id == cafe.bob.user_id, Message.topic_id == cafe.topic.id)
    with unit_of_work():
        wanted = select(Message.body, Message.html, Message.reply_to).where(*mine).order_by(Message.seq)
        return list(session().execute(wanted))


def refusals(run: Run) -> list[str]:
    return [said for said in run() if "Your answer was not posted" in said]


def test_an_answer_stands_in_the_topic_and_answers_the_message(cafe: Cafe, answer: Answer, run: Run) -> None:
    assert answer("**Yes**, I have one. @everybody") == POSTED
    [message] = posted(cafe)
    assert (message.body, message.reply_to) == ("**Yes**, I have one. @everybody", answer.said)  # type: ignore[attr-defined]
    assert "<strong>Yes</strong>" in message.html
    notifications.derive_notices()
    with unit_of_work():
        assert [each["kind"] for each in notifications.list_notices(cafe.ann).items] == ["reply"]
    assert refusals(run) == []


def test_the_letter_says_how_it_is_answered(
    cafe: Cafe, letter: Callable[[], EmailMessage], run: Run, clock: HandClock
) -> None:
    for _ in range(2):
        say(cafe.ann, cafe.topic.id, names=cafe.bob)
    sent = letter()
    text = text_of(sent)
    assert text.startswith(LINE)
    assert "everybody in" in text
    assert SECRET in text
    html = sent.get_body(("html",))
    assert html is not None and LINE in html.get_content()
    local, _, domain = str(sent["Reply-To"]).partition("@")
    assert (domain, len(local) <= 64, local.islower()) == ("mentors.example", True, True)
    assert cafe.bob.user_id not in local


@pytest.mark.parametrize("where", ["private", "direct", "two topics", "locked", "both", "news", "off"])
def test_where_an_answer_could_not_stand_nothing_promises_one(
    cafe: Cafe, private: str, letter: Callable[[], EmailMessage], live: runtime.Runtime, where: str
) -> None:
    if where == "direct":
        direct(cafe)
    elif where == "private":
        say(cafe.ann, private, names=cafe.bob)
    elif where == "news":
        room = make_room(cafe.community.network, kind="announcement")
        say(cafe.meta, make_topic(room, cafe.meta).id, names=cafe.bob)
    else:
        say(cafe.ann, cafe.topic.id, names=cafe.bob)
    if where == "both":
        say(cafe.ann, private, names=cafe.bob)
    elif where == "two topics":
        say(cafe.ann, make_topic(cafe.room, cafe.ann).id, names=cafe.bob)
    elif where == "locked":
        change(Topic, Topic.id == cafe.topic.id, state="locked")
    elif where == "off":
        runtime.install(live)
    sent = letter()
    assert sent["Reply-To"] is None
    assert "#-#-#" not in text_of(sent)
    assert "You can answer this mail" not in text_of(sent)


def test_a18_both_the_sender_and_the_address_have_to_be_right(
    cafe: Cafe, answer: Answer, run: Run, letterbox: LetterBox
) -> None:
    token = answer.token  # type: ignore[attr-defined]
    forged = token[:-1] + ("a" if token[-1] != "a" else "q")
    for tokens in ((), (forged,), ("a" * 42,), (token[:26] + "a" * 16,)):
        assert answer(tokens=tokens) == IGNORED, "a forged sender alone"
    for _ in range(3):
        assert answer("Buy this!", sender=cafe.meta.email) == REFUSED, "the address alone, by another member"
        assert answer("Buy that!", sender="eve@evil.example", key=new_untimed_id()) == REFUSED
    assert posted(cafe) == []
    [told] = refusals(run)
    assert told.startswith(f"{cafe.bob.email}:")
    assert "not the one of your account" in told
    assert "Buy" not in told, "of who is not known to be her nothing is handed on"
    assert {str(each["To"]) for each in letterbox.letters} == {cafe.bob.email}
    assert answer(sender=(cafe.bob.email or "").upper()) == POSTED


@pytest.mark.parametrize("silence", [_pause, _remove, _new_rules, _block, _freeze])
def test_rights_of_the_moment_at_which_it_arrives_count(
    cafe: Cafe, answer: Answer, run: Run, silence: Callable[[Cafe], None]
) -> None:
    silence(cafe)
    if silence is _block:
        assert answer() == POSTED, "whom she blocked she may answer, as on the page"
        return
    assert answer() == (IGNORED if silence is _freeze else REFUSED)
    assert posted(cafe) == []
    for told in refusals(run):
        assert "“I have one!”" in told
        assert SECRET not in told and cafe.topic.title not in told


def _lock_topic(cafe: Cafe) -> None:
    change(Topic, Topic.id == cafe.topic.id, state="locked")


def _lock_room(cafe: Cafe) -> None:
    change(Room, Room.id == cafe.room.id, state="locked")


def _archive(cafe: Cafe) -> None:
    change(Room, Room.id == cafe.room.id, state="archived")


def _close(cafe: Cafe) -> None:
    change(Room, Room.id == cafe.room.id, kind="private")


def _slow(cafe: Cafe) -> None:
    change(Room, Room.id == cafe.room.id, slow_mode_seconds=3600)
    discussions.post_message(cafe.bob, cafe.topic.id, "First", new_untimed_id())


def _late(cafe: Cafe) -> None:
    change(Notice, Notice.id.is_not(None), created_at=runtime.current().clock.now() - timedelta(days=30))


def _open_again(cafe: Cafe) -> None:
    change(Topic, Topic.id == cafe.topic.id, state="open")
    change(Room, Room.id == cafe.room.id, state="open", kind="open", slow_mode_seconds=0)


def test_what_is_refused_comes_back_with_its_words_once(cafe: Cafe, answer: Answer, run: Run) -> None:
    closings = {
        _lock_topic: "The conversation is locked.", _lock_room: "The room is locked.", _archive: "is closed",
        _close: "only some read along", _slow: "in slow mode", _late: "more than 30 days old",
    }  # fmt: skip
    for close, why in closings.items():
        close(cafe)
        words = f"Long thoughts: {why}"
        assert [answer(words) for _ in range(3)] == [REFUSED] * 3
        assert words not in [message.body for message in posted(cafe)]
        [told] = refusals(run)
        assert told.startswith(f"{cafe.bob.email}:")
        assert told.count(why) == 2 and f"“{words}”" in told
        assert "#-#-#" not in told
        _open_again(cafe)


def test_nothing_and_too_much_are_no_answer(cafe: Cafe, answer: Answer, run: Run) -> None:
    assert answer("", key="empty") == REFUSED
    assert answer("x" * 10_001) == REFUSED
    first, second = refusals(run)
    assert "We found no words" in first
    assert "too long" in second and "x" * 10_000 in second


def test_the_same_mail_again_is_nothing_new(cafe: Cafe, answer: Answer) -> None:
    said: list[str] = []
    workers = [threading.Thread(target=lambda: said.append(answer("Once."))) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert said == [POSTED] * 4
    assert len(posted(cafe)) == 1
    assert answer("Once.") == POSTED
    assert answer("Twice.") == POSTED
    assert [message.body for message in posted(cafe)] == ["Once.", "Twice."]


def test_b6_a_process_that_dies_in_between_posts_it_once(
    cafe: Cafe, answer: Answer, monkeypatch: pytest.MonkeyPatch
) -> None:
    post = discussions.post_message
    with monkeypatch.context() as dying:

        def post_and_die(*arguments: Any) -> None:
            post(*arguments)
            raise SystemExit

        dying.setattr(answering.discussions, "post_message", post_and_die)
        with pytest.raises(SystemExit):
            answer("Once.")
    assert posted(cafe) == []
    assert [answer("Once."), answer("Once.")] == [POSTED] * 2
    assert len(posted(cafe)) == 1


def test_a10_twenty_at_once_wait_and_a_flood_brings_ten_letters_a_day(
    cafe: Cafe, answer: Answer, run: Run, clock: HandClock
) -> None:
    outcomes = [answer(f"{number}", may_wait=True) for number in range(20)]
    assert outcomes[:10] == [POSTED] * 10
    assert set(outcomes[11:]) == {LATER}
    assert refusals(run) == []
    assert {answer(f"flood {number}") for number in range(30)} <= {REFUSED, POSTED}
    assert len(refusals(run)) == 10
    limits._sends.clear()
    assert {answer(f"{number}", may_wait=True) for number in range(20)} <= {POSTED, LATER}


def test_refused_words_go_with_the_letters_and_the_rest_when_addresses_count_no_more(
    cafe: Cafe, answer: Answer, clock: HandClock
) -> None:
    answer("Kept.")
    _archive(cafe)
    answer("Refused.")
    jobs = system_actor("test")
    clock.forward(days=13)
    assert answering.forget_words(jobs) == 0
    clock.forward(days=1)
    assert answering.forget_words(jobs) == 1
    assert answering.forget_handled_mails(jobs) == 0
    clock.forward(days=46)
    assert answering.forget_handled_mails(jobs) == 2
    with unit_of_work():
        assert session().scalar(select(func.count()).select_from(HandledMail)) == 0


def test_an_address_whose_notice_or_person_is_gone_is_none(cafe: Cafe, answer: Answer, run: Run) -> None:
    change(User, User.id == cafe.bob.user_id, state="closed")
    assert answer() == IGNORED
    change(User, User.id == cafe.bob.user_id, state="active")
    with runtime.current().database.engine.begin() as connection:
        connection.execute(delete(NoticeSending))
        connection.execute(delete(Notice))
    assert answer() == IGNORED
    assert refusals(run) == []
