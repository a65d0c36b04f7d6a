"""Calendar files and feeds, read by another program: the same dates, in the same zones; nobody else's."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import recurring_ical_events
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from icalendar import Calendar, Event
from sqlalchemy import select

from models.meetings import CalendarFeed, Meeting
from models.networks import Network
from network import meetings
from network.kernel.actor import ANONYMOUS, Actor, system_actor
from network.kernel.errors import NotFound, Unauthenticated
from network.kernel.runtime import Runtime
from network.kernel.transaction import session, unit_of_work
from network.meetings.rules.zones import key_of, local_time, moment_of
from network.people import close_account
from tests.factories.meetings import make_exception, make_meeting
from tests.factories.membership import make_membership, member_of, standing_actor, steward_of_network
from tests.factories.networks import make_network
from tests.factories.people import make_user, save
from tests.network.meetings.conftest import agenda
from tests.running import START, HandClock

TUESDAY = datetime(2026, 12, 1, 17, 30, tzinfo=UTC)
WEEK = timedelta(weeks=1)
ZONES = ("Europe/Berlin", "America/New_York", "Australia/Lord_Howe")


def events_in(content: bytes, first: datetime, last: datetime) -> list[tuple[datetime, datetime, str]]:
    """What a calendar program shows of a file: beginning, end and title, without what is cancelled."""
    found = recurring_ical_events.of(Calendar.from_ical(content)).between(first, last)
    return sorted(
        (_utc(one.start), _utc(one.end), str(one["SUMMARY"]))
        for one in found
        if one.get("STATUS") != "CANCELLED"
    )


def _utc(moment: object) -> datetime:
    assert isinstance(moment, datetime)
    return moment.astimezone(UTC)


def ours_in(
    actor: Actor, network: Network, first: datetime, last: datetime
) -> list[tuple[datetime, datetime, str]]:
    return [
        (date["starts_at"], date["ends_at"], date["title"])
        for date in agenda(actor, network, first, last)
        if date["state"] == "planned"
    ]


def file_of(actor: Actor, meeting: Meeting) -> bytes:
    with unit_of_work():
        return meetings.meeting_calendar(actor, meeting.id)


def feed_of(url: str) -> bytes:
    with unit_of_work():
        return meetings.feed_calendar(url.rpartition("/")[2].removesuffix(".ics"))


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize(
    ("first", "rule"),
    [
        ("2027-02-23 18:00", "FREQ=WEEKLY"),
        ("2027-09-05 02:30", "FREQ=WEEKLY;COUNT=30"),
        ("2027-02-07 02:15", "FREQ=WEEKLY;INTERVAL=2"),
        ("2027-01-31 01:45", "FREQ=MONTHLY;BYDAY=-1SU"),
        ("2027-03-07 18:00", "FREQ=MONTHLY;BYDAY=1SU;UNTIL=20271231T120000Z"),
    ],
)
def test_c52_another_program_finds_the_same_dates_across_all_changes_of_the_clocks(
    network: Network, member: Actor, clock: HandClock, zone: str, first: str, rule: str
) -> None:
    starts_at = moment_of(datetime.fromisoformat(first), zone)
    meeting = make_meeting(network, starts_at=starts_at, time_zone=zone, recurrence=rule)
    content = file_of(member, meeting)
    until = starts_at + timedelta(days=364)
    theirs = events_in(content, starts_at - timedelta(hours=1), until)
    ours = ours_in(member, network, starts_at - timedelta(hours=1), until)
    wanted = datetime.fromisoformat(first).time()
    # A time of day that the clocks skip is the one thing on which that program has a rule of its own, and it
    # counts a night in which the clocks are changed by the clock on the wall.
    skipped = {start for start, _end, _title in ours if local_time(start, zone).time() != wanted}
    assert [start for start, _end, _title in ours if start not in skipped] == [
        start for start, _end, _title in theirs if local_time(start, zone).time() == wanted
    ]
    assert {end - start for start, end, _title in ours} == {timedelta(minutes=90)}
    assert sum(end - start != timedelta(minutes=90) for start, end, _title in theirs) <= 2
    assert len(skipped) <= 1
    assert len(ours) >= 10


def test_the_file_holds_zone_rule_place_and_link(network: Network, member: Actor) -> None:
    meeting = make_meeting(
        network, starts_at=TUESDAY, recurrence="FREQ=WEEKLY;COUNT=4", about="Bring an example; no names.",
        version=3,
    )  # fmt: skip
    content = file_of(member, meeting)
    assert content.startswith(b"BEGIN:VCALENDAR\r\n")
    assert all(len(line) <= 75 for line in content.split(b"\r\n"))
    calendar = Calendar.from_ical(content)
    (zone,) = calendar.walk("VTIMEZONE")
    assert zone["TZID"] == "Europe/Berlin"
    assert len(list(zone.walk("DAYLIGHT"))) == 1
    (event,) = calendar.walk("VEVENT")
    assert event["UID"] == f"{meeting.id}@localhost"
    assert event["DTSTART"].to_ical() == b"20261201T183000"
    assert event["DTSTART"].params["TZID"] == "Europe/Berlin"
    assert event["RRULE"].to_ical() == b"FREQ=WEEKLY;COUNT=4"
    assert (event["LOCATION"], event["SEQUENCE"]) == ("Library, room 2", 2)
    assert "https://video.example/library" in event["DESCRIPTION"]
    assert event["DESCRIPTION"].startswith("Bring an example; no names.")
    assert event["URL"] == f"http://localhost/meetings/{meeting.id}"
    with unit_of_work(), pytest.raises(NotFound):
        meetings.meeting_calendar(member_of(make_network()), meeting.id)


def test_moved_and_cancelled_dates_are_moved_and_cancelled_in_the_file(
    network: Network, member: Actor
) -> None:
    weekly = make_meeting(network, starts_at=TUESDAY, recurrence="FREQ=WEEKLY;COUNT=5", title="Café")
    make_exception(weekly, key_of(TUESDAY + WEEK), state="cancelled")
    make_exception(
        weekly, key_of(TUESDAY + 2 * WEEK), starts_at=TUESDAY + 2 * WEEK + timedelta(days=1), title="Picnic",
        duration_minutes=30, place="Park",
    )  # fmt: skip
    make_exception(weekly, key_of(TUESDAY + 40 * WEEK), title="Of no series")
    content = file_of(member, weekly)
    shown = events_in(content, START, TUESDAY + 10 * WEEK)
    assert shown == ours_in(member, network, START, TUESDAY + 10 * WEEK)
    assert [(start - TUESDAY).days for start, _end, _title in shown] == [0, 15, 21, 28]
    assert [title for _start, _end, title in shown] == ["Café", "Picnic", "Café", "Café"]


def test_c52_a_meeting_in_an_hour_that_comes_twice_is_told_in_utc(network: Network, member: Actor) -> None:
    second = datetime(2027, 10, 31, 1, 30, tzinfo=UTC)
    (event,) = Calendar.from_ical(file_of(member, make_meeting(network, starts_at=second))).walk("VEVENT")
    assert event["DTSTART"].to_ical() == b"20271031T013000Z"
    (event,) = Calendar.from_ical(
        file_of(member, make_meeting(network, starts_at=second - timedelta(hours=1)))
    ).walk("VEVENT")
    assert event["DTSTART"].to_ical() == b"20271031T023000"


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(title=st.text(min_size=1, max_size=80), place=st.text(max_size=80), about=st.text(max_size=200))
def test_whatever_is_written_stays_inside_its_own_line(
    network: Network, member: Actor, title: str, place: str, about: str
) -> None:
    words = [
        "".join(sign for sign in text if sign.isprintable() or sign in "\r\n").replace("\x00", "") or "x"
        for text in (title, place, about)
    ]
    hostile = "\r\nEND:VEVENT\r\nBEGIN:VALARM"
    meeting = make_meeting(
        network, title=(words[0] + hostile)[:200], place=(words[1] + hostile)[:300], about=words[2] + hostile
    )
    calendar = Calendar.from_ical(file_of(member, meeting))
    assert [part.name for part in calendar.walk()].count("VEVENT") == 1
    assert not calendar.walk("VALARM")
    assert isinstance(calendar.walk("VEVENT")[0], Event)


# ---------------------------------------------------------------- the secret address


def test_the_feed_holds_the_meetings_of_ones_own_networks_and_no_others(
    network: Network, member: Actor, clock: HandClock
) -> None:
    make_meeting(network, title="Ours", starts_at=TUESDAY)
    make_meeting(network, title="Long ago", starts_at=START - timedelta(days=200))
    make_meeting(network, title="Called off", starts_at=TUESDAY, state="cancelled")
    make_meeting(make_network(visibility="public"), title="Theirs", starts_at=TUESDAY)
    url = meetings.make_calendar_feed(member)
    assert url.startswith("http://localhost/api/v1/calendar/")
    assert url.endswith(".ics")
    found = Calendar.from_ical(feed_of(url))
    assert sorted(str(event["SUMMARY"]) for event in found.walk("VEVENT")) == ["Called off", "Ours"]
    states = {str(event["SUMMARY"]): str(event["STATUS"]) for event in found.walk("VEVENT")}
    assert states == {"Ours": "CONFIRMED", "Called off": "CANCELLED"}
    assert found["X-WR-CALNAME"] == "mentorNET meetings"
    assert [event[2] for event in events_in(feed_of(url), START, TUESDAY + WEEK)] == ["Ours"]


def test_a10_the_right_is_asked_at_each_fetch(network: Network, live_meeting: Meeting) -> None:
    user = make_user()
    joined = make_membership(network, user)
    url = meetings.make_calendar_feed(standing_actor(user))

    def shown() -> int:
        return len(Calendar.from_ical(feed_of(url)).walk("VEVENT"))

    assert shown() == 1
    joined.state = "paused"
    save(joined)
    assert shown() == 1, "who pauses still reads"
    joined.state, joined.suspended_until = "active", START + timedelta(days=2)
    save(joined)
    assert shown() == 0
    joined.state, joined.suspended_until = "left", None
    save(joined)
    assert shown() == 0


@pytest.fixture
def live_meeting(network: Network) -> Meeting:
    return make_meeting(network, starts_at=TUESDAY)


def test_a_steward_who_is_no_member_has_nothing_of_the_network_in_her_calendar(
    network: Network, live_meeting: Meeting
) -> None:
    url = meetings.make_calendar_feed(steward_of_network(network))
    assert Calendar.from_ical(feed_of(url)).walk("VEVENT") == []


def test_a_new_address_ends_the_old_one_and_taking_back_ends_all(
    network: Network, member: Actor, live_meeting: Meeting
) -> None:
    with unit_of_work():
        assert meetings.feed_since(member) is None
    first = meetings.make_calendar_feed(member)
    second = meetings.make_calendar_feed(member)
    assert first != second
    with pytest.raises(NotFound):
        feed_of(first)
    assert b"Evening at the library" in feed_of(second)
    with unit_of_work():
        assert meetings.feed_since(member) is not None
        rows = session().execute(select(CalendarFeed.user_id, CalendarFeed.secret_hash)).all()
    secret = second.rpartition("/")[2].removesuffix(".ics")
    assert len(rows) == 1
    assert secret not in rows[0].secret_hash, "stored hashed"
    meetings.revoke_calendar_feed(member)
    meetings.revoke_calendar_feed(member)
    for url in (first, second, "http://localhost/api/v1/calendar/x.ics"):
        with pytest.raises(NotFound):
            feed_of(url)


def test_a_closed_account_has_no_feed(network: Network, live_meeting: Meeting) -> None:
    user = make_user()
    make_membership(network, user)
    actor = standing_actor(user)
    url = meetings.make_calendar_feed(actor)
    close_account(system_actor("console"), actor.id, "asked for")
    with pytest.raises(NotFound):
        feed_of(url)
    with unit_of_work():
        assert session().scalars(select(CalendarFeed)).all() == []


def test_nobody_has_no_feed(live: Runtime) -> None:
    with pytest.raises(Unauthenticated):
        meetings.make_calendar_feed(ANONYMOUS)
