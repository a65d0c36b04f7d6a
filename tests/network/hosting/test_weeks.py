"""When a host's week begins, when a role's last day is near, which five things make a round, what is much."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from network.hosting.rules.load import load_of
from network.hosting.rules.things import choose, kind_of
from network.hosting.rules.weeks import due_day, is_due, reminder_due, until_day

TUESDAY, FRIDAY = 1, 4


@pytest.mark.parametrize(
    ("now", "zone", "weekday", "due"),
    [
        ("2026-11-24T06:59", "UTC", TUESDAY, "2026-11-17"),  # before seven it is still last week's
        ("2026-11-24T07:00", "UTC", TUESDAY, "2026-11-24"),
        ("2026-11-24T06:00", "Europe/Berlin", TUESDAY, "2026-11-24"),
        ("2026-11-24T12:00", "America/Los_Angeles", TUESDAY, "2026-11-17"),
        ("2026-11-26T12:00", "UTC", TUESDAY, "2026-11-24"),  # jobs were dead for two days
        ("2026-11-26T12:00", "UTC", FRIDAY, "2026-11-20"),
    ],
)
def test_a_round_is_due_by_her_own_clock(now: str, zone: str, weekday: int, due: str) -> None:
    moment = datetime.fromisoformat(now).replace(tzinfo=UTC)
    assert due_day(moment, zone, weekday) == date.fromisoformat(due)


@pytest.mark.parametrize(
    ("since", "last", "due"),
    [
        ("2026-11-01", None, True),
        ("2026-11-24", None, True),
        ("2026-11-25", None, False),  # she has the role, or the day, since yesterday only
        ("2026-11-01", "2026-11-24", False),
        ("2026-11-01", "2026-11-21", False),  # another day was chosen: not two rounds in three days
        ("2026-11-01", "2026-11-20", True),
    ],
)
def test_not_before_her_time_and_not_twice(since: str, last: str | None, due: bool) -> None:
    before = date.fromisoformat(last) if last else None
    assert is_due(date(2026, 11, 24), date.fromisoformat(since), before) is due


def test_all_until_the_next_one() -> None:
    tuesday = date(2026, 11, 24)
    assert until_day(tuesday, TUESDAY) == date(2026, 12, 1)
    assert until_day(tuesday, 0) == date(2026, 11, 30)
    assert until_day(tuesday, FRIDAY) == date(2026, 12, 4)  # Friday is too soon


@pytest.mark.parametrize(
    ("today", "since", "days"),
    [
        ("2026-11-30", "2026-01-01", None),
        ("2026-12-01", "2026-01-01", 30),
        ("2026-12-20", "2026-01-01", 30),  # late: jobs were dead
        ("2026-12-24", "2026-01-01", 7),
        ("2026-12-31", "2026-01-01", 7),
        ("2027-01-01", "2026-01-01", None),
        ("2026-12-20", "2026-12-10", None),  # for three weeks: a month before there was no role
        ("2026-12-24", "2026-12-10", 7),
    ],
)
def test_the_nearer_reminder_of_a_last_day(today: str, since: str, days: int | None) -> None:
    found = reminder_due(date.fromisoformat(today), date(2026, 12, 31), date.fromisoformat(since))
    assert found == days


def test_five_things_of_each_kind_some() -> None:
    def things(**numbers: int) -> list[dict[str, str]]:
        return [
            {"kind": kind, "key": f"{kind}{n}"} for kind, number in numbers.items() for n in range(number)
        ]

    chosen = [one["key"] for one in choose(things(welcome=9, answer=1, announce=9))]
    assert chosen == ["welcome0", "welcome1", "answer0", "announce0", "announce1"]
    assert len(choose(things(answer=9))) == 5 and choose([]) == []
    assert kind_of("hello:1") == "welcome" and kind_of("case:1") is None


def test_two_hours_a_week_are_enough() -> None:
    assert load_of({}, {"case": 4}) == {"minutes": 120, "too_much": False}
    assert load_of({"announce": 1}, {"case": 4, "welcome": 0})["too_much"]
