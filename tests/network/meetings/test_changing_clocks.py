"""A weekly series walked through with the clock moved, over both changes of the clocks in three zones whose
rules differ: what is shown, what the calendar file says, and when reminders leave."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from models.networks import Network
from network.meetings.rules.zones import local_time
from tests.factories.meetings import make_meeting, make_reply
from tests.factories.membership import member_of
from tests.factories.people import make_user
from tests.network.meetings.test_calendars import events_in, file_of, ours_in
from tests.network.meetings.test_reminding import run as reminded
from tests.network.meetings.test_reminding import text_of
from tests.running import HandClock, LetterBox

HOUR, WEEK, MINUTE = timedelta(hours=1), timedelta(weeks=1), timedelta(minutes=1)
BERLIN, NEW_YORK, LORD_HOWE = "Europe/Berlin", "America/New_York", "Australia/Lord_Howe"

CHANGES = [
    # zone, the day on which the clocks are changed, by how many minutes the day is shorter
    (BERLIN, "2027-03-28", 60),
    (BERLIN, "2027-10-31", -60),
    (NEW_YORK, "2027-03-14", 60),
    (NEW_YORK, "2027-11-07", -60),
    (LORD_HOWE, "2027-10-03", 30),
    (LORD_HOWE, "2027-04-04", -30),
]


@pytest.mark.parametrize(("zone", "day", "shorter"), CHANGES, ids=[f"{z} {d}" for z, d, _ in CHANGES])
def test_c52_a_weekly_evening_goes_through_a_change_of_the_clocks(
    network: Network, clock: HandClock, letterbox: LetterBox, zone: str, day: str, shorter: int
) -> None:
    reader = member_of(network, user=make_user(email="anna@mail.example", time_zone=zone))
    evening = datetime.fromisoformat(f"{day} 18:00").replace(tzinfo=ZoneInfo(zone))
    first = (evening - WEEK).astimezone(UTC)  # by the clock on the wall: a week before
    weekly = make_meeting(
        network, title="Café", starts_at=first, time_zone=zone, recurrence="FREQ=WEEKLY;COUNT=3"
    )
    make_reply(weekly, reader, "yes")
    clock.moment = first - 3 * WEEK
    shown = ours_in(reader, network, first - HOUR, first + 4 * WEEK)
    starts = [start for start, _end, _title in shown]
    assert [local_time(start, zone).strftime("%H:%M") for start in starts] == ["18:00"] * 3
    assert starts[1] - starts[0] == WEEK - shorter * MINUTE
    assert starts[2] - starts[1] == WEEK
    assert events_in(file_of(reader, weekly), first - HOUR, first + 4 * WEEK) == shown
    for start in starts:
        date = local_time(start, zone)
        when = f"{date:%A}, {date.day} {date:%B} {date.year}, 18:00 to 19:30"
        for before, subject in ((24 * HOUR, "Tomorrow: Café"), (HOUR, "Soon: Café")):
            clock.moment = start - before - MINUTE
            assert reminded(letterbox) == [], "not a minute early, whatever the clock on the wall shows"
            clock.moment = start - before
            assert reminded(letterbox) == [f"anna: {subject}"]
            assert when in text_of(letterbox.letters[0])
            assert reminded(letterbox) == []


@pytest.mark.parametrize(
    ("zone", "night", "wall", "shown"),
    [
        (BERLIN, "2027-03-28", "02:15", "03:15"),  # skipped
        (BERLIN, "2027-10-31", "02:15", "02:15"),  # twice: the first
        (NEW_YORK, "2027-03-14", "02:15", "03:15"),
        (NEW_YORK, "2027-11-07", "01:15", "01:15"),
        (LORD_HOWE, "2027-10-03", "02:15", "02:45"),
        (LORD_HOWE, "2027-04-04", "01:45", "01:45"),
    ],
)
def test_c52_a_series_in_the_night_of_the_change_has_one_date_and_one_reminder_there(
    network: Network, clock: HandClock, letterbox: LetterBox, zone: str, night: str, wall: str, shown: str
) -> None:
    reader = member_of(network, user=make_user(email="anna@mail.example", time_zone=zone))
    planned = datetime.fromisoformat(f"{night} {wall}").replace(tzinfo=ZoneInfo(zone))
    first = (planned - WEEK).astimezone(UTC)
    weekly = make_meeting(
        network, title="Night", starts_at=first, time_zone=zone, recurrence="FREQ=WEEKLY;COUNT=3"
    )
    make_reply(weekly, reader, "yes")
    clock.moment = first - WEEK
    starts = [start for start, _end, _title in ours_in(reader, network, first - HOUR, first + 4 * WEEK)]
    assert [local_time(start, zone).strftime("%H:%M") for start in starts] == [wall, shown, wall]
    assert starts[1] == planned.astimezone(UTC), "of two that look alike the first"
    clock.moment = starts[1] - HOUR
    assert reminded(letterbox) == ["anna: Soon: Night"]
    assert f", {shown} to" in text_of(letterbox.letters[0])
    for minutes in (30, 60, 61, 90, 120):
        clock.moment = starts[1] - HOUR + minutes * MINUTE
        assert reminded(letterbox) == [], "nor when that time of day comes again"
