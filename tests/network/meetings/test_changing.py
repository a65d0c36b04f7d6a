"""Moving, changing and cancelling: one meeting, a whole series, one date of it; what has been stays."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from models.audit import AuditRow
from models.meetings import Meeting, MeetingAttendance, MeetingReply
from models.networks import Network
from network import meetings
from network.discussions import MembershipPaused
from network.kernel import outbox
from network.kernel.actor import Actor
from network.kernel.errors import Forbidden, Invalid, InvalidTransition, NotFound, VersionConflict
from network.kernel.transaction import session, unit_of_work
from tests.factories.meetings import make_attendance, make_exception, make_meeting, make_reply
from tests.factories.membership import make_membership, member_of, standing_actor, steward_of_network
from tests.factories.networks import make_network
from tests.factories.people import make_user
from tests.network.meetings.conftest import Facts, agenda, all_meetings
from tests.running import START, HandClock, LetterBox

TUESDAY = datetime(2026, 12, 1, 17, 30, tzinfo=UTC)
WEEK = timedelta(weeks=1)


def key(moment: datetime) -> str:
    return moment.strftime("%Y%m%dT%H%M%SZ")


def starts(dates: list[Any]) -> list[str]:
    return [date["starts_at"].strftime("%d.%m. %H:%M") for date in dates]


@pytest.fixture
def single(network: Network) -> Meeting:
    return make_meeting(network, starts_at=TUESDAY)


@pytest.fixture
def weekly(network: Network) -> Meeting:
    return make_meeting(network, starts_at=TUESDAY, recurrence="FREQ=WEEKLY")


def test_a_meeting_is_moved(single: Meeting, host: Actor, facts: Facts, network: Network) -> None:
    other = make_meeting(network)
    changed = meetings.change_meeting(
        host, single.id, expected_version=1, starts_at=TUESDAY + WEEK, place=None, title="Later"
    )
    assert (changed["starts_at"], changed["at"]) == (TUESDAY + WEEK, TUESDAY + WEEK)
    assert (changed["title"], changed["place"], changed["version"]) == ("Later", None, 2)
    assert changed["link"] == "https://video.example/library"
    (told,) = facts()
    assert (told.type, told.entity_version, told.codes) == ("meeting.changed", 2, {"occurrence": None})
    with unit_of_work():
        assert meetings.get_meeting(host, other.id)["version"] == 1
        row = session().get_one(Meeting, single.id)
        assert row.ends_at == TUESDAY + WEEK + timedelta(minutes=90)


def test_what_changes_nothing_is_no_change(single: Meeting, host: Actor, facts: Facts) -> None:
    same = meetings.change_meeting(
        host, single.id, expected_version=1, starts_at=TUESDAY, title=single.title, recurrence=None
    )
    assert same["version"] == 1
    assert facts() == []


def test_a_change_takes_the_version_that_was_seen(single: Meeting, host: Actor, facts: Facts) -> None:
    with pytest.raises(VersionConflict) as refused:
        meetings.change_meeting(host, single.id, expected_version=0, title="Other")
    assert refused.value.current is not None
    assert refused.value.current["title"] == single.title
    assert facts() == []


@pytest.mark.parametrize(
    ("over", "field"),
    [
        ({"title": ""}, "title"),
        ({"starts_at": START - timedelta(minutes=1)}, "starts_at"),
        ({"time_zone": "Nowhere"}, "time_zone"),
        ({"link": "ftp://video.example"}, "link"),
        ({"recurrence": "FREQ=YEARLY"}, "recurrence"),
        ({"occurrence": TUESDAY + WEEK, "title": "x"}, "occurrence"),
    ],
)
def test_what_a_meeting_cannot_become(
    single: Meeting, host: Actor, facts: Facts, over: dict[str, Any], field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        meetings.change_meeting(host, single.id, expected_version=1, **over)
    assert list(refused.value.faults) == [field]
    assert facts() == []
    with unit_of_work():
        assert meetings.get_meeting(host, single.id)["version"] == 1


def test_what_has_begun_keeps_its_time_but_not_its_words(
    single: Meeting, host: Actor, clock: HandClock
) -> None:
    clock.moment = TUESDAY + timedelta(minutes=1)
    for over in ({"starts_at": TUESDAY + WEEK}, {"duration_minutes": 30}, {"recurrence": "FREQ=WEEKLY"}):
        with pytest.raises(meetings.MeetingOver):
            meetings.change_meeting(host, single.id, expected_version=1, **over)
    with pytest.raises(meetings.MeetingOver):
        meetings.cancel_meeting(host, single.id, expected_version=1)
    changed = meetings.change_meeting(
        host, single.id, expected_version=1, about="We wrote down three things."
    )
    assert (changed["about"], changed["starts_at"]) == ("We wrote down three things.", TUESDAY)


# ---------------------------------------------------------------- a whole series


def test_o6_a_series_is_moved_with_all_its_coming_dates(
    weekly: Meeting, network: Network, host: Actor, member: Actor, clock: HandClock
) -> None:
    third = TUESDAY + 2 * WEEK
    make_reply(weekly, member, "yes", at=START)
    make_reply(weekly, host, "yes", key(TUESDAY))
    make_reply(weekly, host, "maybe", key(third))
    make_attendance(weekly, member, key(TUESDAY))
    make_exception(weekly, key(third + WEEK), state="cancelled", reason="Holidays")
    make_exception(weekly, key(third + 2 * WEEK), starts_at=third + 2 * WEEK + timedelta(hours=1))
    clock.moment = TUESDAY + timedelta(days=8)  # two dates have been
    wednesday = third + timedelta(days=1, hours=1)
    moved = meetings.change_meeting(host, weekly.id, expected_version=1, starts_at=wednesday)
    assert (moved["id"], moved["starts_at"], moved["recurrence"]) == (weekly.id, wednesday, "FREQ=WEEKLY")
    assert starts(agenda(host, network, START, third + 5 * WEEK)) == [
        "01.12. 17:30", "08.12. 17:30", "16.12. 18:30", "23.12. 18:30", "30.12. 18:30", "06.01. 18:30",
        "13.01. 18:30",
    ]  # fmt: skip
    shown = agenda(host, network, START, third + 5 * WEEK)
    assert [date["state"] for date in shown[:5]] == [
        "planned", "planned", "planned", "cancelled", "planned",
    ]  # fmt: skip
    assert not any(date["moved"] for date in shown)
    # The answers stay with their dates, and so does who was there.
    assert [(date["replies"]["yes"], date["replies"]["maybe"]) for date in shown[:3]] == [
        (2, 0), (1, 0), (1, 1),
    ]  # fmt: skip
    assert [date["attended"] for date in shown[:3]] == [1, None, None]
    past, coming = all_meetings(network)
    assert (past.recurrence, coming.id) == ("FREQ=WEEKLY;COUNT=2", weekly.id)
    assert past.ends_at == TUESDAY + WEEK + timedelta(minutes=90)


def test_o6_a_moved_series_keeps_how_often_it_is_left(
    network: Network, host: Actor, clock: HandClock
) -> None:
    made = make_meeting(network, starts_at=TUESDAY, recurrence="FREQ=MONTHLY;BYDAY=1TU;COUNT=5")
    clock.moment = TUESDAY + timedelta(days=1)
    second_wednesday = datetime(2027, 1, 13, 17, 30, tzinfo=UTC)
    moved = meetings.change_meeting(host, made.id, expected_version=1, starts_at=second_wednesday)
    assert moved["recurrence"] == "FREQ=MONTHLY;BYDAY=2WE;COUNT=4"
    dates = starts(agenda(host, network, START, START + timedelta(days=365)))
    assert dates == ["01.12. 17:30", "13.01. 17:30", "10.02. 17:30", "10.03. 17:30", "14.04. 16:30"]


def test_o6_a_series_with_another_zone_keeps_the_moment_it_was_given(
    weekly: Meeting, network: Network, host: Actor
) -> None:
    changed = meetings.change_meeting(host, weekly.id, expected_version=1, time_zone="America/New_York")
    assert changed["starts_at"] == TUESDAY
    dates = agenda(host, network, START, TUESDAY + 17 * WEEK)
    # From now on it follows New York's clocks: they go forward two weeks before Berlin's.
    assert starts(dates)[-4:-1] == ["09.03. 17:30", "16.03. 16:30", "23.03. 16:30"]


def test_a_series_that_repeats_otherwise_forgets_what_was_said_of_single_dates(
    weekly: Meeting, network: Network, host: Actor, member: Actor
) -> None:
    make_reply(weekly, member, "no", key(TUESDAY + WEEK))
    make_reply(weekly, host, "yes")
    changed = meetings.change_meeting(
        host, weekly.id, expected_version=1, recurrence="FREQ=WEEKLY;INTERVAL=2;COUNT=3"
    )
    assert changed["recurrence"] == "FREQ=WEEKLY;INTERVAL=2;COUNT=3"
    assert changed["replies"] == {"yes": 1, "maybe": 0, "no": 0}
    with unit_of_work():
        assert [row.occurrence for row in session().scalars(select(MeetingReply))] == [""]
    once = meetings.change_meeting(host, weekly.id, expected_version=2, recurrence=None)
    assert (once["recurrence"], once["occurrence"], once["replies"]["yes"]) == (None, None, 1)


def test_other_words_hold_for_every_date(
    weekly: Meeting, network: Network, host: Actor, clock: HandClock
) -> None:
    clock.moment = TUESDAY + timedelta(days=8)
    meetings.change_meeting(host, weekly.id, expected_version=1, title="Language café")
    assert len(all_meetings(network)) == 1
    assert {date["title"] for date in agenda(host, network, START, TUESDAY + 4 * WEEK)} == {"Language café"}


def test_a_date_that_was_moved_forward_and_has_been_stays_when_the_series_is_moved(
    weekly: Meeting, network: Network, host: Actor, member: Actor, clock: HandClock
) -> None:
    early = TUESDAY - timedelta(days=1)
    make_exception(weekly, key(TUESDAY), starts_at=early)
    make_attendance(weekly, member, key(TUESDAY))
    clock.moment = early + timedelta(hours=3)
    later = TUESDAY + WEEK + timedelta(hours=1)
    meetings.change_meeting(host, weekly.id, expected_version=1, starts_at=later)
    dates = agenda(host, network, START, TUESDAY + 3 * WEEK)
    assert starts(dates) == ["30.11. 17:30", "08.12. 18:30", "15.12. 18:30"]
    assert [date["attended"] for date in dates] == [1, None, None]


# ---------------------------------------------------------------- one date of a series


def test_o6_one_date_is_moved_and_the_others_stay(
    weekly: Meeting, network: Network, host: Actor, facts: Facts
) -> None:
    second, noon = TUESDAY + WEEK, TUESDAY + WEEK + timedelta(days=1)
    changed = meetings.change_meeting(
        host, weekly.id, expected_version=1, occurrence=second, starts_at=noon, place=None, title="At noon"
    )
    assert (changed["version"], changed["starts_at"], changed["title"]) == (2, TUESDAY, weekly.title)
    dates = agenda(host, network, START, TUESDAY + 3 * WEEK)
    assert starts(dates) == ["01.12. 17:30", "09.12. 17:30", "15.12. 17:30"]
    assert [date["moved"] for date in dates] == [False, True, False]
    assert [date["place"] for date in dates] == ["Library, room 2", None, "Library, room 2"]
    assert (dates[1]["title"], dates[1]["occurrence"]) == ("At noon", second)
    assert facts()[0].codes == {"occurrence": key(second)}
    again = meetings.change_meeting(
        host, weekly.id, expected_version=2, occurrence=second, starts_at=second, place="Park"
    )
    assert again["version"] == 3
    back = agenda(host, network, START, TUESDAY + 3 * WEEK)[1]
    assert (back["starts_at"], back["moved"], back["place"]) == (second, False, "Park")


def test_a_date_can_be_moved_beyond_the_end_of_its_series(network: Network, host: Actor) -> None:
    made = make_meeting(network, starts_at=TUESDAY, recurrence="FREQ=WEEKLY;COUNT=2")
    late = TUESDAY + timedelta(days=40)
    meetings.change_meeting(host, made.id, expected_version=1, occurrence=TUESDAY, starts_at=late)
    assert starts(agenda(host, network, START, late + WEEK)) == ["08.12. 17:30", "10.01. 17:30"]
    (row,) = all_meetings(network)
    assert row.ends_at == late + timedelta(minutes=90)


def test_the_next_date_is_found_behind_moved_and_cancelled_ones(
    weekly: Meeting, network: Network, host: Actor
) -> None:
    make_exception(weekly, key(TUESDAY), state="cancelled")
    make_exception(weekly, key(TUESDAY + WEEK), starts_at=TUESDAY + 5 * WEEK)
    with unit_of_work():
        found = meetings.next_meeting(host, network.id)
        assert found is not None
        assert found["starts_at"] == TUESDAY + 2 * WEEK
        assert meetings.get_meeting(host, weekly.id)["at"] == TUESDAY + 2 * WEEK
    make_exception(weekly, key(TUESDAY + 6 * WEEK), starts_at=START + timedelta(hours=1))
    with unit_of_work():
        found = meetings.next_meeting(host, network.id)
        assert found is not None
        assert (found["starts_at"], found["occurrence"]) == (START + timedelta(hours=1), TUESDAY + 6 * WEEK)


@pytest.mark.parametrize(
    ("over", "field"),
    [
        ({"occurrence": TUESDAY + timedelta(days=1), "title": "x"}, "occurrence"),
        ({"occurrence": TUESDAY - WEEK, "title": "x"}, "occurrence"),
        ({"occurrence": TUESDAY + timedelta(microseconds=1), "title": "x"}, "occurrence"),
        ({"occurrence": TUESDAY, "time_zone": "UTC"}, "time_zone"),
        ({"occurrence": TUESDAY, "recurrence": None}, "recurrence"),
        ({"occurrence": TUESDAY, "kind": "planning"}, "kind"),
        ({"occurrence": TUESDAY, "starts_at": START - timedelta(hours=1)}, "starts_at"),
    ],
)
def test_what_one_date_cannot_become(
    weekly: Meeting, host: Actor, facts: Facts, over: dict[str, Any], field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        meetings.change_meeting(host, weekly.id, expected_version=1, **over)
    assert list(refused.value.faults) == [field]
    assert facts() == []


# ---------------------------------------------------------------- cancelling


def test_a_meeting_is_cancelled_once(single: Meeting, host: Actor, network: Network, facts: Facts) -> None:
    done = meetings.cancel_meeting(host, single.id, expected_version=1, reason=" The room is taken. ")
    assert (done["state"], done["reason"], done["version"]) == ("cancelled", "The room is taken.", 2)
    assert [entry.type for entry in facts()] == ["meeting.cancelled"]
    with unit_of_work():
        trail = session().scalars(select(AuditRow)).one()
        assert (trail.action, trail.acting_role) == ("meeting.cancellation", "meta_mentor")
        assert trail.entity_id == single.id
        assert meetings.next_meeting(host, network.id) is None
        assert meetings.next_date(network.id) is None
    with pytest.raises(InvalidTransition):
        meetings.cancel_meeting(host, single.id, expected_version=2)
    with pytest.raises(meetings.MeetingCalledOff):
        meetings.change_meeting(host, single.id, expected_version=2, title="Other")
    assert [date["state"] for date in agenda(host, network, START, TUESDAY + WEEK)] == ["cancelled"]


def test_o6_cancelling_a_series_leaves_what_has_been(
    weekly: Meeting, network: Network, host: Actor, member: Actor, clock: HandClock
) -> None:
    make_attendance(weekly, member, key(TUESDAY))
    clock.moment = TUESDAY + timedelta(days=8)
    meetings.cancel_meeting(host, weekly.id, expected_version=1)
    past, cancelled = all_meetings(network)
    assert (past.state, past.recurrence) == ("planned", "FREQ=WEEKLY;COUNT=2")
    assert (cancelled.id, cancelled.state, cancelled.starts_at) == (
        weekly.id, "cancelled", TUESDAY + 2 * WEEK,
    )  # fmt: skip
    with unit_of_work():
        assert session().scalars(select(MeetingAttendance.meeting_id)).all() == [past.id]
        assert meetings.count_meetings(network.id).held == 1


def test_o6_one_date_is_cancelled(weekly: Meeting, network: Network, host: Actor, facts: Facts) -> None:
    second = TUESDAY + WEEK
    done = meetings.cancel_meeting(
        host, weekly.id, expected_version=1, occurrence=second, reason="Public holiday"
    )
    assert (done["state"], done["version"]) == ("planned", 2)
    dates = agenda(host, network, START, TUESDAY + 3 * WEEK)
    assert [(date["state"], date["reason"]) for date in dates] == [
        ("planned", None), ("cancelled", "Public holiday"), ("planned", None),
    ]  # fmt: skip
    assert facts()[0].codes == {"occurrence": key(second)}
    for _ in range(2):
        with pytest.raises(meetings.MeetingCalledOff):
            meetings.cancel_meeting(host, weekly.id, expected_version=2, occurrence=second)
    with pytest.raises(meetings.MeetingCalledOff):
        meetings.change_meeting(host, weekly.id, expected_version=2, occurrence=second, title="On")
    with unit_of_work():
        trail = session().scalars(select(AuditRow)).one()
        assert (trail.action, trail.after) == (
            "meeting.date_cancellation", {"occurrence": key(second), "version": 2},
        )  # fmt: skip


# ---------------------------------------------------------------- who may


@pytest.mark.parametrize(
    ("who", "error"),
    [
        ("member", Forbidden), ("paused_proposer", MembershipPaused), ("left_proposer", NotFound),
        ("stranger", NotFound), ("applicant", NotFound), ("suspended_host", NotFound), ("proposer", None),
        ("deputy", None), ("steward", None),
    ],
)  # fmt: skip
def test_who_may_change_and_cancel(
    network: Network, facts: Facts, who: str, error: type[Exception] | None
) -> None:
    user = make_user()
    state = {"paused_proposer": "paused", "left_proposer": "left", "applicant": "applied"}.get(who, "active")
    actor = {
        "stranger": lambda: member_of(make_network()),
        "steward": lambda: steward_of_network(network),
        "deputy": lambda: member_of(network, "deputy"),
        "suspended_host": lambda: member_of(
            network, "meta_mentor", suspended_until=START + timedelta(days=3)
        ),
    }.get(who, lambda: (make_membership(network, user, state=state), standing_actor(user))[1])()
    made = make_meeting(network, created_by=actor.id if "proposer" in who else network.created_by)
    if error is None:
        assert meetings.change_meeting(actor, made.id, expected_version=1, title="Other")["version"] == 2
        assert meetings.cancel_meeting(actor, made.id, expected_version=2)["state"] == "cancelled"
        return
    with pytest.raises(error) as refused:
        meetings.change_meeting(actor, made.id, expected_version=1, title="Other")
    assert type(refused.value) is error
    with pytest.raises(error):
        meetings.cancel_meeting(actor, made.id, expected_version=1)
    assert facts() == []


# ---------------------------------------------------------------- letters


def test_who_comes_is_told_of_another_time_and_of_none(
    single: Meeting, network: Network, host: Actor, letterbox: LetterBox
) -> None:
    coming = {
        reply: member_of(network, user=make_user(email=f"{reply}@mail.example", time_zone="America/New_York"))
        for reply in ("yes", "maybe", "no")
    }
    german = member_of(network, user=make_user(email="de@mail.example", language="de"))
    paused = member_of(network, user=make_user(email="paused@mail.example"), state="paused")
    for reply, actor in coming.items():
        make_reply(single, actor, reply)
    for actor in (german, paused, host):
        make_reply(single, actor, "yes")
    meetings.change_meeting(host, single.id, expected_version=1, about="New words only")
    outbox.drain()
    assert letterbox.letters == []
    meetings.change_meeting(host, single.id, expected_version=2, starts_at=TUESDAY + WEEK)
    outbox.drain()
    assert sorted(letter["To"] for letter in letterbox.letters) == [
        "de@mail.example", "maybe@mail.example", "yes@mail.example",
    ]  # fmt: skip
    (letter,) = letterbox.to("yes@mail.example")
    text = letter.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert letter["Subject"] == "Changed: Evening at the library"
    assert "Tuesday, 8 December 2026, 12:30 to 14:00, where you are" in " ".join(text.split())
    assert "Berlin time: Tuesday, 8 December 2026, 18:30 to 20:00" in " ".join(text.split())
    assert "Library, room 2" in text
    assert "video.example" not in text
    assert f"http://localhost/meetings/{single.id}" in text
    (in_german,) = letterbox.to("de@mail.example")
    assert in_german["Content-Language"] == "de"
    letterbox.letters.clear()
    meetings.cancel_meeting(host, single.id, expected_version=3, reason="The heating is broken.")
    outbox.drain()
    assert len(letterbox.letters) == 3
    (letter,) = letterbox.to("maybe@mail.example")
    text = letter.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert letter["Subject"] == "Cancelled: Evening at the library"
    assert "The heating is broken." in text


def test_a_letter_about_a_change_is_not_sent_when_it_was_cancelled_before_it_left(
    single: Meeting, network: Network, host: Actor, letterbox: LetterBox
) -> None:
    member = member_of(network, user=make_user(email="yes@mail.example"))
    make_reply(single, member, "yes")
    meetings.change_meeting(host, single.id, expected_version=1, starts_at=TUESDAY + WEEK)
    meetings.cancel_meeting(host, single.id, expected_version=2)
    outbox.drain()
    assert [letter["Subject"] for letter in letterbox.letters] == ["Cancelled: Evening at the library"]


def test_only_who_comes_on_that_date_is_told_of_it(
    weekly: Meeting, network: Network, host: Actor, letterbox: LetterBox
) -> None:
    second = TUESDAY + WEEK
    people = {
        name: member_of(network, user=make_user(email=f"{name}@mail.example"))
        for name in ("always", "notthen", "then", "another")
    }
    make_reply(weekly, people["always"], "yes")
    make_reply(weekly, people["notthen"], "yes")
    make_reply(weekly, people["notthen"], "no", key(second))
    make_reply(weekly, people["then"], "maybe", key(second))
    make_reply(weekly, people["another"], "yes", key(TUESDAY))
    meetings.cancel_meeting(host, weekly.id, expected_version=1, occurrence=second)
    outbox.drain()
    assert sorted(letter["To"] for letter in letterbox.letters) == [
        "always@mail.example", "then@mail.example",
    ]  # fmt: skip
    text = letterbox.letters[0].get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert "on Tuesday, 8 December 2026, 18:30 is cancelled" in " ".join(text.split())
