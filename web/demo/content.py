"""Reads the demo's texts and turns their offsets into moments."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

FOLDER = Path(__file__).parent
DAY, MORNING, NIGHT = timedelta(days=1), timedelta(hours=8), timedelta(hours=22)
_DAYS = re.compile(r"([+-]\d+)d(?: (\d{1,2}):(\d{2}))?\Z")
_HOURS = re.compile(r"-(?:(\d+)h)?\s*(?:(\d+)m)?\Z")


@dataclass(frozen=True, slots=True)
class Content:
    """Everything that the demo says, as tables of the files."""

    people: list[dict[str, Any]]
    organisations: list[dict[str, Any]]
    course_sessions: list[dict[str, Any]]
    networks: list[dict[str, Any]]
    goals: list[dict[str, Any]]
    rooms: list[dict[str, Any]]
    completions: list[dict[str, Any]]
    topics: list[dict[str, Any]]
    direct: list[dict[str, Any]]
    meetings: list[dict[str, Any]]
    decisions: list[dict[str, Any]]
    agreements: list[dict[str, Any]]
    profiles: list[dict[str, Any]]
    silent: list[str]


def read_content() -> Content:
    """Read the files beside this one; each topic knows its `network` and `room`."""
    places = _read(FOLDER / "organisations.toml")
    told = _read(FOLDER / "profiles.toml")
    topics = [
        {**topic, "network": path.parent.name, "room": path.stem}
        for path in sorted(FOLDER.glob("conversations/*/*.toml"))
        for topic in _read(path)["topics"]
    ]
    return Content(
        people=_read(FOLDER / "people.toml")["people"],
        organisations=places["organisations"],
        course_sessions=places["course_sessions"],
        networks=places["networks"],
        goals=places["goals"],
        rooms=places["rooms"],
        completions=_read(FOLDER / "completions.toml")["completions"],
        topics=topics,
        direct=_read(FOLDER / "direct.toml")["direct"],
        meetings=_read(FOLDER / "meetings.toml")["meetings"],
        decisions=_read(FOLDER / "decisions.toml")["decisions"],
        agreements=_read(FOLDER / "agreements.toml")["agreements"],
        profiles=told["profiles"],
        silent=told["silent"],
    )


def moment(offset: str, now: datetime, time_zone: str) -> datetime:
    """`-23d 18:04` is a local time some days ago. `-5h 20m` counts back from now, at the pace of a day whose
    nights nobody writes in: of 24 hours, 14 are daytime where the network is."""
    days = _DAYS.match(offset)
    if days is not None:
        local = now.astimezone(ZoneInfo(time_zone)).replace(
            hour=int(days[2] or 0), minute=int(days[3] or 0), second=0, microsecond=0
        )
        return (local + timedelta(days=int(days[1]))).astimezone(UTC)
    hours = _HOURS.match(offset)
    if hours is None or not (hours[1] or hours[2]):
        raise ValueError(f"not an offset: {offset}")
    back = timedelta(hours=int(hours[1] or 0), minutes=int(hours[2] or 0)) * ((NIGHT - MORNING) / DAY)
    return _awake(now.astimezone(ZoneInfo(time_zone)), back).astimezone(UTC)


def _awake(now: datetime, back: timedelta) -> datetime:
    # Local clock times; the night on which clocks are changed lies outside of them.
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    latest = min(now, midnight + NIGHT)
    if now < midnight + MORNING:
        midnight -= DAY
        latest = midnight + NIGHT
    while latest - back < midnight + MORNING:
        back -= latest - (midnight + MORNING)
        midnight -= DAY
        latest = midnight + NIGHT
    return latest - back


def day(offset: str, now: datetime, time_zone: str) -> date:
    """The local day of an offset."""
    return moment(offset, now, time_zone).astimezone(ZoneInfo(time_zone)).date()


def _read(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))
