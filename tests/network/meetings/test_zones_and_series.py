"""Times of day on the days on which clocks are changed, and the dates of series beside two other programs."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import islice, pairwise
from zoneinfo import ZoneInfo

import pytest
from dateutil.rrule import rrulestr
from hypothesis import given, settings
from hypothesis import strategies as st

from network.kernel.errors import Invalid
from network.meetings.rules.recurrence import (
    WEEKDAYS,
    fitted,
    read_recurrence,
    stored_recurrence,
    which_of_month,
    write_recurrence,
)
from network.meetings.rules.series import Series, make_series
from network.meetings.rules.zones import (
    comes_twice,
    key_of,
    local_time,
    moment_of,
    moment_of_key,
    same_clock,
)

BERLIN, NEW_YORK, LORD_HOWE = "Europe/Berlin", "America/New_York", "Australia/Lord_Howe"
"""Forward in March at 2 by an hour; forward at another date; south of the equator and by half an hour."""

EDGES = [
    # zone, the local time on the wall, the moment that it means
    (BERLIN, "2027-03-28 01:59", "2027-03-28 00:59"),
    (BERLIN, "2027-03-28 02:00", "2027-03-28 01:00"),  # skipped: 03:00 in summer time
    (BERLIN, "2027-03-28 02:30", "2027-03-28 01:30"),  # skipped: 03:30
    (BERLIN, "2027-03-28 02:59", "2027-03-28 01:59"),  # skipped: 03:59
    (BERLIN, "2027-03-28 03:00", "2027-03-28 01:00"),
    (BERLIN, "2027-10-31 01:59", "2027-10-30 23:59"),
    (BERLIN, "2027-10-31 02:00", "2027-10-31 00:00"),  # twice: the first
    (BERLIN, "2027-10-31 02:59", "2027-10-31 00:59"),  # twice: the first
    (BERLIN, "2027-10-31 03:00", "2027-10-31 02:00"),
    (NEW_YORK, "2027-03-14 01:59", "2027-03-14 06:59"),
    (NEW_YORK, "2027-03-14 02:30", "2027-03-14 07:30"),  # skipped: 03:30
    (NEW_YORK, "2027-03-14 03:00", "2027-03-14 07:00"),
    (NEW_YORK, "2027-11-07 00:59", "2027-11-07 04:59"),
    (NEW_YORK, "2027-11-07 01:30", "2027-11-07 05:30"),  # twice: the first
    (NEW_YORK, "2027-11-07 02:00", "2027-11-07 07:00"),
    (LORD_HOWE, "2027-10-03 01:59", "2027-10-02 15:29"),
    (LORD_HOWE, "2027-10-03 02:00", "2027-10-02 15:30"),  # skipped: 02:30
    (LORD_HOWE, "2027-10-03 02:29", "2027-10-02 15:59"),  # skipped: 02:59
    (LORD_HOWE, "2027-10-03 02:30", "2027-10-02 15:30"),
    (LORD_HOWE, "2027-04-04 01:29", "2027-04-03 14:29"),
    (LORD_HOWE, "2027-04-04 01:30", "2027-04-03 14:30"),  # twice: the first
    (LORD_HOWE, "2027-04-04 01:59", "2027-04-03 14:59"),  # twice: the first
    (LORD_HOWE, "2027-04-04 02:00", "2027-04-03 15:30"),
]


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def wall(text: str) -> datetime:
    """What the clock on the wall shows."""
    return datetime.fromisoformat(text)


def series(first: str, zone: str, rule: str | None) -> Series:
    starts_at = moment_of(datetime.fromisoformat(first), zone)
    local = local_time(starts_at, zone)
    return make_series(starts_at, zone, read_recurrence(rule, local, zone) if rule else None)


@pytest.mark.parametrize(("zone", "local", "moment"), EDGES)
def test_c52_a_time_of_day_when_the_clocks_are_changed(zone: str, local: str, moment: str) -> None:
    assert moment_of(datetime.fromisoformat(local), zone) == utc(moment)


@pytest.mark.parametrize(
    ("zone", "moment", "twice"),
    [
        (BERLIN, "2027-10-31 00:30", False),
        (BERLIN, "2027-10-31 01:00", True),
        (BERLIN, "2027-10-31 01:59", True),
        (BERLIN, "2027-10-31 02:00", False),
        (BERLIN, "2027-03-28 01:30", False),
        (NEW_YORK, "2027-11-07 05:30", False),
        (NEW_YORK, "2027-11-07 06:30", True),
        (LORD_HOWE, "2027-04-03 14:59", False),
        (LORD_HOWE, "2027-04-03 15:00", True),
        (LORD_HOWE, "2027-04-03 15:30", False),
    ],
)
def test_c52_which_moments_have_a_time_of_day_that_means_another(zone: str, moment: str, twice: bool) -> None:
    assert comes_twice(utc(moment), zone) is twice


@pytest.mark.parametrize(
    ("zone", "first", "rule"),
    [
        (BERLIN, "2027-03-02 18:00", "FREQ=WEEKLY;COUNT=60"),
        (NEW_YORK, "2027-02-23 18:00", "FREQ=WEEKLY;INTERVAL=2;COUNT=40"),
        (LORD_HOWE, "2027-03-09 18:00", "FREQ=MONTHLY;BYDAY=2TU;COUNT=30"),
    ],
)
def test_c52_an_evening_stays_an_evening_over_two_years(zone: str, first: str, rule: str) -> None:
    made = series(first, zone, rule)
    starts = [made.start(number) for number in range(made.count or 0)]
    assert {local_time(start, zone).strftime("%H:%M") for start in starts} == {"18:00"}
    offsets = {start.astimezone(ZoneInfo(zone)).utcoffset() for start in starts}
    assert len(offsets) == 2, "the clocks were changed on the way"
    assert len({start.strftime("%H:%M") for start in starts}) == 2


def test_c52_a_series_at_a_time_that_is_skipped_once_is_an_hour_later_then_and_only_then() -> None:
    made = series("2027-03-14 02:30", BERLIN, "FREQ=WEEKLY;COUNT=4")
    shown = [local_time(made.start(number), BERLIN).strftime("%d.%m. %H:%M") for number in range(4)]
    assert shown == ["14.03. 02:30", "21.03. 02:30", "28.03. 03:30", "04.04. 02:30"]


def test_c52_a_series_at_a_time_that_comes_twice_once_takes_the_first() -> None:
    made = series("2027-10-17 02:30", BERLIN, "FREQ=WEEKLY;COUNT=4")
    assert [made.start(number).strftime("%d. %H:%M") for number in range(4)] == [
        "17. 00:30", "24. 00:30", "31. 00:30", "07. 01:30",
    ]  # fmt: skip


def test_c52_others_see_their_own_time_which_jumps_when_the_clocks_differ() -> None:
    made = series("2027-03-02 18:00", BERLIN, "FREQ=WEEKLY;COUNT=6")
    there = [local_time(made.start(number), NEW_YORK).strftime("%d.%m. %H:%M") for number in range(6)]
    # New York goes forward two weeks before Berlin.
    assert there == [
        "02.03. 12:00", "09.03. 12:00", "16.03. 13:00", "23.03. 13:00", "30.03. 12:00", "06.04. 12:00",
    ]  # fmt: skip
    assert same_clock(made.start(0), BERLIN, "Europe/Warsaw")
    assert not same_clock(made.start(0), BERLIN, NEW_YORK)


# ---------------------------------------------------------------- beside dateutil

ZONES = st.sampled_from([BERLIN, NEW_YORK, LORD_HOWE, "UTC", "Africa/Casablanca", "Asia/Kathmandu"])
FIRSTS = st.datetimes(wall("2024-01-01"), wall("2035-12-31")).map(
    lambda found: found.replace(second=0, microsecond=0)
)


@st.composite
def rules(draw: st.DrawFn) -> tuple[str, datetime, str]:
    zone, first = draw(ZONES), draw(FIRSTS)
    first = local_time(moment_of(first, zone), zone)  # a time that is skipped is no first time
    if draw(st.booleans()):
        rule = f"FREQ=WEEKLY;INTERVAL={draw(st.integers(1, 8))}"
    else:
        nth = draw(st.sampled_from(which_of_month(first)))
        day = WEEKDAYS[first.weekday()]
        rule = f"FREQ=MONTHLY;INTERVAL={draw(st.integers(1, 6))};BYDAY={nth}{day}"
    return zone, first, rule


@settings(max_examples=200, deadline=None)
@given(rules(), st.integers(2, 120))
def test_the_dates_are_those_of_another_program(made: tuple[str, datetime, str], count: int) -> None:
    zone, first, rule = made
    ours = make_series(moment_of(first, zone), zone, read_recurrence(f"{rule};COUNT={count}", first, zone))
    theirs = [moment_of(local, zone) for local in rrulestr(f"{rule};COUNT={count}", dtstart=first)]
    assert [ours.start(number) for number in range(count)] == theirs
    assert ours.last == theirs[-1]
    assert list(ours.between(theirs[0], theirs[-1] + timedelta(seconds=1))) == theirs
    assert [ours.number_of(start) for start in theirs] == list(range(count))
    assert [ours.before(start) for start in theirs] == list(range(count))
    assert all(earlier < later for earlier, later in pairwise(theirs))
    assert ours.number_of(theirs[-1] + timedelta(minutes=1)) is None
    assert ours.before(theirs[-1] + timedelta(days=4000)) == count


@settings(max_examples=100, deadline=None)
@given(rules(), st.integers(0, 2000), st.integers(0, 400))
def test_a_span_far_ahead_is_found_without_counting(
    made: tuple[str, datetime, str], after: int, days: int
) -> None:
    zone, first, rule = made
    ours = make_series(moment_of(first, zone), zone, read_recurrence(rule, first, zone))
    assert ours.count is None
    assert ours.last is None
    begins = ours.starts_at + timedelta(days=after, minutes=7)
    ends = begins + timedelta(days=days)
    theirs = [moment_of(local, zone) for local in islice(rrulestr(rule, dtstart=first), 700)]
    assert list(ours.between(begins, ends)) == [start for start in theirs if begins <= start < ends]


@settings(max_examples=100, deadline=None)
@given(rules(), st.integers(0, 900))
def test_a_series_ends_with_the_last_date_that_begins_in_time(
    made: tuple[str, datetime, str], days: int
) -> None:
    zone, first, rule = made
    begins = moment_of(first, zone)
    until = (first + timedelta(days=days)).date()
    read = read_recurrence(f"{rule};UNTIL={until:%Y%m%d}", first, zone)
    ours = make_series(begins, zone, read)
    all_days = islice(rrulestr(rule, dtstart=first), 200)
    expected = [local.date() for local in all_days if local.date() <= until]
    found = [local_time(start, zone).date() for start in ours.between(begins, begins + timedelta(days=2000))]
    assert found == expected
    assert ours.count == len(expected)
    assert stored_recurrence(write_recurrence(read, first)) == read


# ---------------------------------------------------------------- what a rule may say

TUESDAY = wall("2026-12-08 18:00")  # the second Tuesday
LAST_TUESDAY = wall("2026-12-29 18:00")  # the fifth and the last


@pytest.mark.parametrize(
    ("said", "first", "kept"),
    [
        ("FREQ=WEEKLY", TUESDAY, "FREQ=WEEKLY"),
        ("rrule:freq=weekly;interval=1", TUESDAY, "FREQ=WEEKLY"),
        ("FREQ=WEEKLY;BYDAY=TU;WKST=MO", TUESDAY, "FREQ=WEEKLY"),
        ("INTERVAL=2;FREQ=WEEKLY;COUNT=10;", TUESDAY, "FREQ=WEEKLY;INTERVAL=2;COUNT=10"),
        ("FREQ=MONTHLY;BYDAY=2TU", TUESDAY, "FREQ=MONTHLY;BYDAY=2TU"),
        ("FREQ=MONTHLY;BYDAY=-1TU;INTERVAL=3", LAST_TUESDAY, "FREQ=MONTHLY;INTERVAL=3;BYDAY=-1TU"),
        ("FREQ=WEEKLY;UNTIL=20270131", TUESDAY, "FREQ=WEEKLY;UNTIL=20270131T225959Z"),
        ("FREQ=WEEKLY;UNTIL=20270131T120000Z", TUESDAY, "FREQ=WEEKLY;UNTIL=20270131T120000Z"),
        ("FREQ=WEEKLY;UNTIL=20261208", TUESDAY, "FREQ=WEEKLY;UNTIL=20261208T225959Z"),
    ],
)
def test_what_a_rule_may_say(said: str, first: datetime, kept: str) -> None:
    read = read_recurrence(said, first, BERLIN)
    assert write_recurrence(read, first) == kept
    assert read_recurrence(kept, first, BERLIN) == read
    assert stored_recurrence(kept) == read


@pytest.mark.parametrize(
    "said",
    [
        "", ";", "weekly", "FREQ", "FREQ=", "FREQ=DAILY", "FREQ=YEARLY", "FREQ=WEEKLY;FREQ=WEEKLY",
        "INTERVAL=2", "FREQ=WEEKLY;INTERVAL=0", "FREQ=WEEKLY;INTERVAL=9", "FREQ=WEEKLY;INTERVAL=-1",
        "FREQ=WEEKLY;INTERVAL=²", "FREQ=WEEKLY;INTERVAL=1.5", "FREQ=WEEKLY;COUNT=0", "FREQ=WEEKLY;COUNT=501",
        "FREQ=WEEKLY;COUNT=2;UNTIL=20270101", "FREQ=WEEKLY;UNTIL=20261207", "FREQ=WEEKLY;UNTIL=2027",
        "FREQ=WEEKLY;UNTIL=20270230", "FREQ=WEEKLY;UNTIL=99991231", "FREQ=WEEKLY;UNTIL=20270131T120000",
        "FREQ=WEEKLY;BYDAY=WE", "FREQ=WEEKLY;BYDAY=TU,TH", "FREQ=WEEKLY;BYDAY=2TU", "FREQ=WEEKLY;BYHOUR=3",
        "FREQ=MONTHLY", "FREQ=MONTHLY;BYDAY=TU", "FREQ=MONTHLY;BYDAY=1TU", "FREQ=MONTHLY;BYDAY=-1TU",
        "FREQ=MONTHLY;BYDAY=5TU", "FREQ=MONTHLY;BYDAY=-2TU", "FREQ=MONTHLY;BYMONTHDAY=8",
        "FREQ=MONTHLY;BYDAY=2TU;INTERVAL=7", "FREQ=WEEKLY;COUNT=" + "1" * 200,
    ],
)  # fmt: skip
def test_what_no_rule_says(said: str) -> None:
    with pytest.raises(Invalid) as refused:
        read_recurrence(said, TUESDAY, BERLIN)
    assert list(refused.value.faults) == ["recurrence"]


@pytest.mark.parametrize(
    ("day", "fits"),
    [
        ("2026-12-01", (1,)),
        ("2026-12-22", (4,)),
        ("2026-11-24", (4, -1)),
        ("2026-12-29", (-1,)),
        ("2027-02-22", (4, -1)),
    ],
)
def test_which_of_its_months_weekdays_a_day_is(day: str, fits: tuple[int, ...]) -> None:
    assert which_of_month(wall(day)) == fits


def test_a_moved_monthly_series_follows_its_first_date() -> None:
    second = read_recurrence("FREQ=MONTHLY;BYDAY=2TU;COUNT=5", TUESDAY, BERLIN)
    assert write_recurrence(fitted(second, LAST_TUESDAY), LAST_TUESDAY) == "FREQ=MONTHLY;BYDAY=-1TU;COUNT=5"
    last = read_recurrence("FREQ=MONTHLY;BYDAY=-1TU", LAST_TUESDAY, BERLIN)
    both = wall("2026-11-25 18:00")  # the fourth and the last Wednesday
    assert write_recurrence(fitted(last, both), both) == "FREQ=MONTHLY;BYDAY=-1WE"
    weekly = read_recurrence("FREQ=WEEKLY", TUESDAY, BERLIN)
    assert fitted(weekly, both) == weekly


def test_the_name_of_a_date_says_when_it_was_planned() -> None:
    moment = utc("2026-12-08 17:00")
    assert key_of(moment) == "20261208T170000Z"
    assert moment_of_key("20261208T170000Z") == moment
    for other in ("", "20261208", "20261308T170000Z", "20261208T170000", "2026128T170000Z", "x" * 16):
        assert moment_of_key(other) is None
