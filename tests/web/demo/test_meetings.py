"""The demo's meetings: who is named was there by then, and no meeting is without somebody to come to it."""

from __future__ import annotations

import tomllib
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from network.meetings import KINDS, REPLIES, local_time
from web.demo.content import moment, read_content
from web.demo.filling import Filling
from web.demo.meetings import _past_dates, _starts_at

DEMO = Path(__file__).parents[3] / "web" / "demo"
ROWS: list[dict[str, Any]] = tomllib.loads((DEMO / "meetings.toml").read_text("utf-8"))["meetings"]
PEOPLE = {row["slug"]: row for row in tomllib.loads((DEMO / "people.toml").read_text("utf-8"))["people"]}
FILLED_AT = [
    datetime(2026, 6, 15, 0, 0, tzinfo=UTC), datetime(2026, 11, 3, 17, 45, tzinfo=UTC),
    datetime(2027, 3, 28, 1, 30, tzinfo=UTC), datetime(2027, 10, 31, 23, 59, tzinfo=UTC),
]  # fmt: skip


@pytest.mark.parametrize("row", ROWS, ids=[row["title"] for row in ROWS])
def test_a_meeting_of_the_demo_is_whole(row: dict[str, Any]) -> None:
    assert row["kind"] in KINDS
    assert len(row["about"].split()) >= 10
    assert row.get("place") or row.get("link")
    answered = [slug for given in row.get("replies", []) for people in given.values() for slug in people]
    assert len(set(answered)) == len(answered), "somebody answers twice"
    assert {reply for given in row.get("replies", []) for reply in given} <= set(REPLIES)
    for slug in [row["by"], *answered, *(slug for there in row.get("held", []) for slug in there)]:
        assert PEOPLE[slug]["network"] == row["network"], slug
        assert PEOPLE[slug]["state"] == "active", slug
    if "link" in row:
        assert row["link"].startswith("https://")
        assert ".example/" in row["link"]


@pytest.mark.parametrize("now", FILLED_AT)
@pytest.mark.parametrize("row", ROWS, ids=[row["title"] for row in ROWS])
def test_whoever_was_there_belonged_by_then_whenever_the_demo_is_filled(
    row: dict[str, Any], now: datetime
) -> None:
    filling = Filling(read_content(), now, "")
    zone = filling.zones[row["network"]]
    starts_at, planned = _starts_at(filling, row, zone), moment(row["planned"], now, zone)
    assert planned < starts_at
    assert moment(PEOPLE[row["by"]]["since"], now, zone) < planned
    if "weekday" in row:
        local = local_time(starts_at, zone)
        assert local.strftime("%H:%M") == row["time"]
        assert ["MO", "TU", "WE", "TH", "FR", "SA", "SU"][local.weekday()] in row["weekday"]
    dates = _past_dates(filling, row, zone, starts_at)
    assert all(date + timedelta(minutes=row["duration_minutes"]) < now for date in dates)
    for there, date in zip(row.get("held", []), dates, strict=False):
        for slug in there:
            assert moment(PEOPLE[slug]["since"], now, zone) < date, (slug, date)
