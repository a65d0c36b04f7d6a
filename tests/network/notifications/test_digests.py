"""The digest: once, on its day at its hour, with what is new and may be told; never an empty one."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import func, select

from models.notifications import DigestPlan
from models.outbox import OutboxMail
from models.people import User
from network import discussions, notifications
from network.discussions import choose_room_level, choose_topic_level
from network.kernel import outbox
from network.kernel.transaction import session, unit_of_work
from tests.factories.discussions import make_messages, make_topic
from tests.network.discussions.conftest import Cafe
from tests.network.notifications.conftest import text_of
from tests.network.notifications.test_notices import (
    SECRET,
    SILENCED,
    awake,
    change,
    direct,
    private,
    say,
)
from tests.running import HandClock, LetterBox

__all__ = ["awake", "private"]

Digests = Callable[..., list[str]]


@pytest.fixture
def digests(letterbox: LetterBox, clock: HandClock) -> Digests:
    """Move on, let the job run and the letters leave; the texts of those to Bob."""

    def later(cafe: Cafe, **span: float) -> list[str]:
        letterbox.letters.clear()
        clock.forward(**span)
        notifications.send_digests()
        outbox.drain()
        return [text_of(letter) for letter in letterbox.to(cafe.bob.email or "")]

    return later


def test_a_newcomer_hears_daily_and_from_her_third_week_on_weekly(
    cafe: Cafe, digests: Digests, clock: HandClock, awake: None
) -> None:
    assert digests(cafe) == [], "it is Monday, nine o'clock"
    days, today = [], 0
    clock.forward(hours=9)
    for day in (0, 1, 2, 13, 14, 15, 16, 20, 21, 27):
        make_messages(cafe.topic, cafe.ann, 1)
        if digests(cafe, days=day - today):
            days.append(day)
        today = day
    assert days == [0, 1, 2, 13, 14, 20, 27]


def test_the_digest_tells_topics_with_their_numbers_and_how_the_last_message_begins(
    cafe: Cafe, digests: Digests, awake: None
) -> None:
    other = make_topic(cafe.room, cafe.ann, title="Forms of all kinds")
    for topic_id in (cafe.topic.id, cafe.topic.id, other.id):
        say(cafe.ann, topic_id)
    digests(cafe)
    [told] = digests(cafe, hours=10)
    assert f"New in {cafe.community.network.name}" in told
    assert f"“{cafe.topic.title}” in {cafe.room.name}: 2 new messages" in told
    assert "“Forms of all kinds”" in told
    assert f"{cafe.ann.name}: “{SECRET}”" in told
    assert digests(cafe, days=1) == [], "the same is not told again"


def test_what_only_some_read_is_told_as_a_number(
    cafe: Cafe, private: str, digests: Digests, awake: None
) -> None:
    say(cafe.ann, private)
    direct(cafe)
    digests(cafe)
    [told] = digests(cafe, hours=10)
    assert "2 messages wait for you where only some read along." in told
    for secret in (SECRET, "Hidden", cafe.ann.name):
        assert secret not in told


def test_there_is_no_empty_digest(cafe: Cafe, digests: Digests, awake: None) -> None:
    say(cafe.ann, cafe.topic.id)
    digests(cafe)
    discussions.mark_read(cafe.bob, cafe.topic.id, 99)
    assert digests(cafe, hours=10) == []
    for level, where in (("mentions", "room"), ("muted", "topic"), ("muted", "room")):
        choose_topic_level(cafe.bob, cafe.topic.id, level if where == "topic" else None)
        choose_room_level(cafe.bob, cafe.room.id, level if where == "room" else None)
        say(cafe.ann, cafe.topic.id)
        assert digests(cafe, days=1) == []


@pytest.mark.parametrize("silence", SILENCED[:3])
def test_rights_are_asked_when_the_digest_leaves(
    cafe: Cafe, digests: Digests, clock: HandClock, awake: None, silence: Callable[[Cafe], None]
) -> None:
    say(cafe.ann, cafe.topic.id)
    digests(cafe)
    clock.forward(hours=10)
    assert notifications.send_digests() >= 1
    silence(cafe)
    assert not any(SECRET in told for told in digests(cafe))


def test_a_digest_is_promised_once_by_however_many_jobs(
    cafe: Cafe, digests: Digests, clock: HandClock, awake: None
) -> None:
    say(cafe.ann, cafe.topic.id)
    digests(cafe)
    clock.forward(hours=10)
    workers = [threading.Thread(target=notifications.send_digests) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    with unit_of_work():
        wanted = select(func.count()).select_from(OutboxMail).where(OutboxMail.address == cafe.bob.email)
        assert session().scalar(wanted) == 1


def test_day_hour_and_zone_are_her_own(cafe: Cafe, digests: Digests, clock: HandClock) -> None:
    change(User, User.id == cafe.bob.user_id, time_zone="America/New_York")
    clock.forward(days=20)  # a Sunday, four in the morning in New York
    digests(cafe)
    bob = replace(cafe.bob, time_zone="America/New_York")
    view = notifications.choose_settings(bob, times={"mail_weekday": 2, "mail_hour": 12})
    assert (view["weekday"], view["hour"], view["time_zone"]) == (2, 12, "America/New_York")
    with unit_of_work():
        plan = session().get_one(DigestPlan, bob.user_id)
        assert plan.next_at.isoformat() == "2026-12-16T17:00:00+00:00"


def test_who_wants_no_digest_gets_none(
    cafe: Cafe, digests: Digests, letterbox: LetterBox, awake: None
) -> None:
    say(cafe.ann, cafe.topic.id)
    digests(cafe)
    digests(cafe, hours=10)
    [letter] = letterbox.to(cafe.bob.email or "")
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert f"/mails/digest/{cafe.bob.user_id}/" in letter["List-Unsubscribe"]
    say(cafe.ann, cafe.topic.id)
    notifications.choose_settings(cafe.bob, mails={"digest": "none"})
    assert digests(cafe, days=1) == []
