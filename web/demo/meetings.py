"""The meetings: who put them down, who comes, who was there, and the one that falls through."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from typing import Any

from network import meetings
from web.demo.content import moment
from web.demo.filling import MINUTE, Filling

AFTER_THE_END = timedelta(minutes=10)
REPLIED = "-3d 20:00"


def plan_meeting(filling: Filling, row: dict[str, Any]) -> None:
    zone, key = filling.zones[row["network"]], (row["network"], row["title"])
    starts_at = _starts_at(filling, row, zone)
    filling.at(row["planned"], zone, partial(_plan, filling, row, zone, starts_at))
    for answers in row.get("replies", []):
        for reply, people in answers.items():
            for number, slug in enumerate(people):
                filling.at(
                    REPLIED, zone, partial(_reply, filling, slug, key, reply), later=number * 7 * MINUTE
                )
    for there, start in zip(row.get("held", []), _past_dates(filling, row, zone, starts_at), strict=False):
        over = start + timedelta(minutes=row["duration_minutes"]) + AFTER_THE_END
        occurrence = start if row.get("recurrence") else None
        _at(filling, over, zone, partial(_hold, filling, row, key, there, occurrence))
    if "left_out" in row:
        filling.at("-1d 19:00", zone, partial(_leave_out, filling, row, key))


def _plan(filling: Filling, row: dict[str, Any], zone: str, starts_at: datetime) -> None:
    made = meetings.plan_meeting(
        filling.actor(row["by"]), filling.ids["network", row["network"]], title=row["title"],
        kind=row["kind"], starts_at=starts_at, time_zone=zone, duration_minutes=row["duration_minutes"],
        recurrence=row.get("recurrence"), about=row["about"], place=row.get("place"), link=row.get("link"),
    )  # fmt: skip
    filling.ids["meeting", f"{row['network']}/{row['title']}"] = made["id"]


def _reply(filling: Filling, slug: str, key: tuple[str, str], reply: str) -> None:
    meetings.reply_to_meeting(filling.actor(slug), _id(filling, key), reply)


def _hold(
    filling: Filling, row: dict[str, Any], key: tuple[str, str], there: list[str], at: datetime | None
) -> None:
    people = [filling.ids["person", slug] for slug in there]
    meetings.record_attendance(filling.actor(row["by"]), _id(filling, key), people, at)


def _leave_out(filling: Filling, row: dict[str, Any], key: tuple[str, str]) -> None:
    actor, left_out = filling.actor(row["by"]), row["left_out"]
    found = meetings.get_date(actor, _id(filling, key))
    occurrence = found["following"][left_out["number"] - 2]["occurrence"]
    meetings.cancel_meeting(
        actor, found["meeting"]["id"], expected_version=found["meeting"]["version"],
        reason=left_out["reason"], occurrence=occurrence,
    )  # fmt: skip


def _id(filling: Filling, key: tuple[str, str]) -> str:
    return filling.ids["meeting", "/".join(key)]


def _starts_at(filling: Filling, row: dict[str, Any], zone: str) -> datetime:
    if "at" in row:
        return moment(row["at"], filling.now, zone)
    day = moment(row["after"], filling.now, zone)
    while True:
        local = meetings.local_time(day, zone)
        weekday = meetings.WEEKDAYS[local.weekday()]
        fits = {weekday, *(f"{nth}{weekday}" for nth in meetings.which_of_month(local))}
        if row["weekday"] in fits:
            hour, minute = map(int, row["time"].split(":"))
            return meetings.moment_of(local.replace(hour=hour, minute=minute, second=0, microsecond=0), zone)
        day += timedelta(days=1)


def _past_dates(filling: Filling, row: dict[str, Any], zone: str, first: datetime) -> list[datetime]:
    """The dates that are over when the demo is filled, the last one first."""
    over = filling.now - timedelta(minutes=row["duration_minutes"]) - AFTER_THE_END
    dates = meetings.starts_of(first, zone, row.get("recurrence"), over)
    return dates[::-1]


def _at(filling: Filling, when: datetime, zone: str, act: Any) -> None:
    midnight = "-0d 00:00"
    filling.at(midnight, zone, act, later=when - moment(midnight, filling.now, zone))
