"""Reminders: a day and an hour before, each once, in the reader's language and time, to nobody else."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage

import pytest
from sqlalchemy import func, select

from models.meetings import Meeting, MeetingReminder
from models.networks import Network
from network import meetings
from network.kernel import outbox
from network.kernel.actor import Actor, system_actor
from network.kernel.jobs import all_jobs
from network.kernel.runtime import Runtime
from network.kernel.transaction import session, unit_of_work
from network.people import close_account
from tests.factories.meetings import make_exception, make_meeting, make_reply
from tests.factories.membership import make_membership, member_of, standing_actor
from tests.factories.people import make_user, save
from tests.running import START, HandClock, LetterBox

TUESDAY = datetime(2026, 12, 1, 17, 30, tzinfo=UTC)
WEEK = timedelta(weeks=1)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
MINUTE = timedelta(minutes=1)


def text_of(letter: EmailMessage) -> str:
    body = letter.get_body(("plain",))
    assert body is not None
    return " ".join(str(body.get_content()).split())


@pytest.fixture
def single(network: Network) -> Meeting:
    return make_meeting(network, starts_at=TUESDAY)


@pytest.fixture
def anna(network: Network) -> Actor:
    """In New York, reading English."""
    return member_of(network, user=make_user(email="anna@mail.example", time_zone="America/New_York"))


def run(letterbox: LetterBox) -> list[str]:
    """Let the job run and the letters leave; who got one, with what is said first."""
    letterbox.letters.clear()
    meetings.remind_of_meetings()
    outbox.drain()
    return sorted(f"{letter['To'].split('@')[0]}: {letter['Subject']}" for letter in letterbox.letters)


def test_a_day_and_an_hour_before_each_once(
    single: Meeting, anna: Actor, clock: HandClock, letterbox: LetterBox
) -> None:
    make_reply(single, anna, "yes")
    clock.moment = TUESDAY - DAY - MINUTE
    assert run(letterbox) == []
    clock.moment = TUESDAY - DAY
    assert run(letterbox) == ["anna: Tomorrow: Evening at the library"]
    text = text_of(letterbox.letters[0])
    assert "Tuesday, 1 December 2026, 12:30 to 14:00, where you are" in text
    assert "Berlin time: Tuesday, 1 December 2026, 18:30 to 20:00" in text
    assert "Place: Library, room 2" in text
    assert "video.example" not in text
    assert f"http://localhost/meetings/{single.id}" in text
    for _ in range(3):
        clock.forward(hours=5)
        assert run(letterbox) == []
    clock.moment = TUESDAY - HOUR
    assert run(letterbox) == ["anna: Soon: Evening at the library"]
    assert run(letterbox) == []
    clock.moment = TUESDAY
    assert run(letterbox) == []


@pytest.mark.parametrize("reply", ["yes", "maybe", "no", None])
def test_only_who_comes_or_may_come_is_reminded(
    single: Meeting, anna: Actor, clock: HandClock, letterbox: LetterBox, reply: str | None
) -> None:
    if reply is not None:
        make_reply(single, anna, reply)
    clock.moment = TUESDAY - DAY
    assert len(run(letterbox)) == (reply in ("yes", "maybe"))


@pytest.mark.parametrize("state", ["paused", "left", "removed", "lapsed", "closed"])
def test_nobody_who_is_away_is_reminded(
    single: Meeting, network: Network, clock: HandClock, letterbox: LetterBox, state: str
) -> None:
    user = make_user(email="away@mail.example")
    joined = make_membership(network, user)
    actor = standing_actor(user)
    make_reply(single, actor, "yes")
    if state == "closed":
        close_account(system_actor("console"), actor.id, "asked for")
    else:
        joined.state = state
        save(joined)
    clock.moment = TUESDAY - DAY
    assert run(letterbox) == []


def test_who_pauses_between_the_promise_and_the_letter_gets_none(
    single: Meeting, network: Network, clock: HandClock, letterbox: LetterBox
) -> None:
    user = make_user(email="away@mail.example")
    joined = make_membership(network, user)
    make_reply(single, standing_actor(user), "yes")
    clock.moment = TUESDAY - DAY
    meetings.remind_of_meetings()
    joined.state = "paused"
    save(joined)
    outbox.drain()
    assert letterbox.letters == []


def test_a_run_that_was_missed_is_made_up_for_until_it_begins(
    single: Meeting, anna: Actor, clock: HandClock, letterbox: LetterBox
) -> None:
    make_reply(single, anna, "yes")
    clock.moment = TUESDAY - 3 * HOUR
    assert run(letterbox) == ["anna: Today: Evening at the library"]
    clock.moment = TUESDAY - MINUTE
    assert run(letterbox) == ["anna: Soon: Evening at the library"]


def test_when_both_were_missed_only_the_nearer_one_is_sent(
    single: Meeting, anna: Actor, clock: HandClock, letterbox: LetterBox
) -> None:
    make_reply(single, anna, "yes")
    clock.moment = TUESDAY - MINUTE
    assert run(letterbox) == ["anna: Soon: Evening at the library"]
    clock.moment = TUESDAY + MINUTE
    assert run(letterbox) == []


def test_a_letter_that_waited_until_the_meeting_began_is_not_sent(
    single: Meeting, anna: Actor, clock: HandClock, letterbox: LetterBox
) -> None:
    make_reply(single, anna, "yes")
    clock.moment = TUESDAY - HOUR
    assert meetings.remind_of_meetings() == 1
    clock.moment = TUESDAY + MINUTE
    outbox.drain()
    assert letterbox.letters == []


def test_who_said_it_after_the_time_of_the_reminder_needs_none(
    single: Meeting, anna: Actor, clock: HandClock, letterbox: LetterBox
) -> None:
    clock.moment = TUESDAY - 20 * HOUR
    meetings.reply_to_meeting(anna, single.id, "yes")
    clock.forward(minutes=5)
    assert run(letterbox) == []
    clock.moment = TUESDAY - HOUR
    assert run(letterbox) == ["anna: Soon: Evening at the library"]


def test_a_moved_meeting_is_reminded_of_at_its_new_time(
    single: Meeting, anna: Actor, host: Actor, clock: HandClock, letterbox: LetterBox
) -> None:
    make_reply(single, anna, "yes")
    clock.moment = TUESDAY - DAY
    meetings.remind_of_meetings()
    meetings.change_meeting(host, single.id, expected_version=1, starts_at=TUESDAY + DAY)
    outbox.drain()
    # The letter about tomorrow no longer holds, the one about the change does.
    assert [letter["Subject"] for letter in letterbox.letters] == ["Changed: Evening at the library"]
    clock.moment = TUESDAY
    assert run(letterbox) == ["anna: Tomorrow: Evening at the library"]


def test_what_is_cancelled_is_not_reminded_of(
    single: Meeting, network: Network, anna: Actor, clock: HandClock, letterbox: LetterBox
) -> None:
    weekly = make_meeting(network, starts_at=TUESDAY, recurrence="FREQ=WEEKLY", title="Café")
    make_reply(weekly, anna, "yes")
    make_reply(single, anna, "yes")
    make_exception(weekly, "20261201T173000Z", state="cancelled")
    single.state = "cancelled"
    save(single)
    clock.moment = TUESDAY - DAY
    assert run(letterbox) == []
    clock.moment = TUESDAY + WEEK - DAY
    assert run(letterbox) == ["anna: Tomorrow: Café"]


def test_o6_each_date_of_a_series_is_reminded_of_where_it_is(
    network: Network, anna: Actor, clock: HandClock, letterbox: LetterBox
) -> None:
    weekly = make_meeting(network, starts_at=TUESDAY, recurrence="FREQ=WEEKLY", title="Café")
    make_reply(weekly, anna, "yes")
    make_reply(weekly, anna, "no", "20261208T173000Z")
    moved = TUESDAY + 2 * WEEK + 5 * HOUR
    make_exception(weekly, "20261215T173000Z", starts_at=moved, title="Café, late")
    seen = []
    clock.moment = TUESDAY - 2 * DAY
    while clock.moment < TUESDAY + 16 * DAY:
        seen += [(clock.moment.strftime("%d. %H:%M"), said) for said in run(letterbox)]
        clock.moment = clock.moment.replace(second=0, microsecond=0) + 30 * MINUTE
    assert seen == [
        ("30. 17:30", "anna: Tomorrow: Café"), ("01. 16:30", "anna: Soon: Café"),
        ("14. 22:30", "anna: Tomorrow: Café, late"), ("15. 21:30", "anna: Soon: Café, late"),
    ]  # fmt: skip


def test_c52_a_reminder_leaves_by_the_moment_and_tells_the_time_of_day_when_clocks_change_in_between(
    network: Network, clock: HandClock, letterbox: LetterBox
) -> None:
    sunday = datetime(2027, 3, 28, 16, 0, tzinfo=UTC)  # 18:00 in Berlin, in summer time since that night
    meeting = make_meeting(network, starts_at=sunday)
    for name, zone in (("berlin", "Europe/Berlin"), ("york", "America/New_York"), ("utc", "UTC")):
        reader = make_user(email=f"{name}@mail.example", time_zone=zone)
        make_reply(meeting, member_of(network, user=reader), "yes")
    clock.moment = sunday - DAY  # 17:00 in Berlin the day before
    assert len(run(letterbox)) == 3
    said = {letter["To"].split("@")[0]: text_of(letter) for letter in letterbox.letters}
    assert "Sunday, 28 March 2027, 18:00 to 19:30" in said["berlin"]
    assert "where you are" not in said["berlin"]
    assert "Sunday, 28 March 2027, 12:00 to 13:30, where you are" in said["york"]
    assert "Sunday, 28 March 2027, 16:00 to 17:30, where you are" in said["utc"]


def test_a_reader_of_german_gets_german(
    single: Meeting, network: Network, clock: HandClock, letterbox: LetterBox
) -> None:
    reader = make_user(email="olga@mail.example", language="de", time_zone="Europe/Berlin")
    make_reply(single, member_of(network, user=reader), "yes")
    clock.moment = TUESDAY - DAY
    assert run(letterbox) == ["olga: Morgen: Evening at the library"]
    assert "Dienstag, 1. Dezember 2026, 18:30 bis 20:00 Uhr" in text_of(letterbox.letters[0])


def test_two_processes_at_once_promise_one_letter(
    live: Runtime, single: Meeting, anna: Actor, clock: HandClock, letterbox: LetterBox
) -> None:
    make_reply(single, anna, "yes")
    clock.moment = TUESDAY - DAY
    both, promised = threading.Barrier(2), []

    def job() -> None:
        both.wait()
        promised.append(meetings.remind_of_meetings())

    threads = [threading.Thread(target=job) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(promised) == [0, 1]
    outbox.drain()
    assert len(letterbox.letters) == 1


def test_what_was_sent_is_forgotten_after_a_month_and_not_sent_again(
    single: Meeting, anna: Actor, clock: HandClock, letterbox: LetterBox
) -> None:
    def kept() -> int:
        with unit_of_work():
            return session().scalar(select(func.count()).select_from(MeetingReminder)) or 0

    make_reply(single, anna, "yes")
    clock.moment = TUESDAY - DAY
    run(letterbox)
    clock.moment = TUESDAY + 29 * DAY
    assert meetings.forget_reminders() == 0
    assert kept() == 1
    clock.forward(days=2)
    assert meetings.forget_reminders() == 1
    assert kept() == 0
    assert run(letterbox) == []


def test_the_jobs_run_by_themselves() -> None:
    rhythms = {job.name: job.every_minutes for job in all_jobs() if job.name.startswith("meetings.")}
    assert rhythms == {"meetings.remind": 5, "meetings.forget_reminders": 24 * 60}
    assert START < TUESDAY
