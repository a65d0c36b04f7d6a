"""Quiet hours and digests by the clock where somebody is, across every change of it."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from network.kernel.errors import Invalid
from network.notifications.rules.times import Times, check_times, end_of_quiet, next_digest

BERLIN, NEW_YORK, LORD_HOWE = "Europe/Berlin", "America/New_York", "Australia/Lord_Howe"


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


@pytest.mark.parametrize(
    ("zone", "now", "ends"),
    [
        (BERLIN, "2026-11-23T20:59:59+01:00", None),
        (BERLIN, "2026-11-23T21:00:00+01:00", "2026-11-24T08:00:00+01:00"),
        (BERLIN, "2026-11-24T07:59:59+01:00", "2026-11-24T08:00:00+01:00"),
        (BERLIN, "2026-11-24T08:00:00+01:00", None),
        # The nights in which clocks change are an hour shorter or longer; the morning is the morning.
        (BERLIN, "2026-03-28T22:00:00+01:00", "2026-03-29T08:00:00+02:00"),
        (BERLIN, "2026-10-24T22:00:00+02:00", "2026-10-25T08:00:00+01:00"),
        (NEW_YORK, "2026-03-07T22:00:00-05:00", "2026-03-08T08:00:00-04:00"),
        (NEW_YORK, "2026-10-31T22:00:00-04:00", "2026-11-01T08:00:00-05:00"),
        (LORD_HOWE, "2026-10-03T22:00:00+10:30", "2026-10-04T08:00:00+11:00"),
        (LORD_HOWE, "2026-04-04T22:00:00+11:00", "2026-04-05T08:00:00+10:30"),
    ],
)
def test_nights_end_in_the_morning(zone: str, now: str, ends: str | None) -> None:
    assert end_of_quiet(Times(), zone, at(now)) == (at(ends) if ends else None)


@pytest.mark.parametrize(
    ("times", "now", "ends"),
    [
        # Half past two does not come; the hour that is left out ends when it would have begun.
        (Times(quiet_from=21, quiet_until=2), "2026-03-29T01:30:00+01:00", "2026-03-29T03:00:00+02:00"),
        # Two o'clock comes twice: quiet hours end with the first one, and begin with it.
        (Times(quiet_from=21, quiet_until=2), "2026-10-25T01:30:00+02:00", "2026-10-25T02:00:00+02:00"),
        (Times(quiet_from=21, quiet_until=2), "2026-10-25T02:30:00+01:00", None),
        (Times(quiet_from=2, quiet_until=3), "2026-10-25T02:30:00+02:00", "2026-10-25T03:00:00+01:00"),
        (Times(quiet_from=2, quiet_until=3), "2026-10-25T02:30:00+01:00", "2026-10-25T03:00:00+01:00"),
        (Times(quiet_from=13, quiet_until=15), "2026-10-25T14:30:00+01:00", "2026-10-25T15:00:00+01:00"),
        (Times(quiet=False), "2026-11-23T23:00:00+01:00", None),
    ],
)
def test_hours_that_are_left_out_or_come_twice(times: Times, now: str, ends: str | None) -> None:
    assert end_of_quiet(times, BERLIN, at(now)) == (at(ends) if ends else None)


@pytest.mark.parametrize("zone", [BERLIN, NEW_YORK, LORD_HOWE])
def test_every_quiet_moment_ends_within_the_day_and_outside_of_quiet(zone: str) -> None:
    for quiet_from, quiet_until in ((21, 8), (2, 3), (1, 2), (23, 0), (0, 23)):
        times = Times(quiet_from=quiet_from, quiet_until=quiet_until)
        for change in ("2026-03-07", "2026-03-28", "2026-04-04", "2026-10-03", "2026-10-24", "2026-10-31"):
            now = at(f"{change}T00:00:00+00:00")
            for _ in range(3 * 24 * 4):
                now += timedelta(minutes=15)
                ends = end_of_quiet(times, zone, now)
                if ends is not None:
                    assert now < ends <= now + timedelta(hours=25)
                    assert ends.astimezone(ZoneInfo(zone)).hour in (quiet_until, (quiet_until + 1) % 24)


@pytest.mark.parametrize("zone", [BERLIN, NEW_YORK, LORD_HOWE])
@pytest.mark.parametrize("daily", [True, False])
def test_a_digest_comes_once_a_day_or_once_a_week_whatever_the_clocks_do(zone: str, daily: bool) -> None:
    times, moment, days = Times(), at("2026-01-01T00:00:00+00:00"), []
    for _ in range(400 if daily else 60):
        moment = next_digest(times, zone, moment, daily=daily)
        local = moment.astimezone(ZoneInfo(zone))
        assert local.hour == 18
        days.append(local.date())
    steps = {(later - earlier).days for earlier, later in itertools.pairwise(days)}
    assert steps == ({1} if daily else {7})
    assert daily or {day.weekday() for day in days} == {6}


def test_a_digest_waits_for_the_end_of_quiet_hours() -> None:
    times = Times(mail_hour=22, mail_weekday=0)
    assert next_digest(times, BERLIN, at("2026-11-23T12:00:00+01:00"), daily=False) == at(
        "2026-11-24T08:00:00+01:00"
    )
    left_out = Times(quiet=False, mail_hour=2, mail_weekday=6)
    assert next_digest(left_out, BERLIN, at("2026-03-28T12:00:00+01:00"), daily=False) == at(
        "2026-03-29T03:00:00+02:00"
    )


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        (Times(quiet_from=24), "from"), (Times(quiet_until=-1), "until"), (Times(mail_hour=24), "hour"),
        (Times(mail_weekday=7), "weekday"), (Times(quiet_from=8, quiet_until=8), "until"),
    ],
)  # fmt: skip
def test_times_that_are_none_are_refused(wrong: Times, field: str) -> None:
    with pytest.raises(Invalid) as refusal:
        check_times(wrong)
    assert set(refusal.value.faults) == {field}
