"""What can be said of an office, and when its hours are where the reader is."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

from network import people
from network.kernel.errors import Conflict, FieldFault, Invalid
from network.kernel.translation import mark as _

MAX_CONTACT, MAX_WORDS, MOST_HOURS = 320, 2000, 21
DAYS = 7
_CLOCK = re.compile(r"([01]\d|2[0-3]):[0-5]\d\Z")


class DecisionUnfit(Conflict):
    """The decision that was named settles nothing here: it is another network's, did not pass, has an effect
    of its own, or was used for an office before."""

    code = "decision_unfit"
    message = _("This decision does not settle the question of the office.")


@dataclass(frozen=True, slots=True)
class Hours:
    """One time in the week at which somebody is there: a weekday from 0 for Monday, and clock times."""

    weekday: int
    opens: str
    closes: str


def hours_in(hours: Sequence[Mapping[str, Any]], zone: str, reader: str, day: date) -> list[Hours]:
    """The hours of an office in `zone` as the clock of `reader` shows them in the week from `day` on, ordered
    by weekday and time; what goes over midnight there belongs to the day on which it begins."""
    there, here, found = ZoneInfo(zone), ZoneInfo(reader), []
    for each in hours:
        on = day + timedelta(days=(each["weekday"] - day.weekday()) % DAYS)
        opens, closes = (_moment(on, each[end], there).astimezone(here) for end in ("from", "to"))
        found.append(Hours(opens.weekday(), f"{opens:%H:%M}", f"{closes:%H:%M}"))
    return sorted(found, key=lambda one: (one.weekday, one.opens))


def _moment(day: date, clock: str, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time.fromisoformat(clock), zone)


def check_office(said: Mapping[str, Any]) -> dict[str, Any]:
    """Bring what was said of an office into its form: words stripped, hours ordered. Of a network without one
    nothing is kept but the reason. Raises Invalid by field for what is too long, hours that are none or
    overlap, hours without a time zone."""
    faults: dict[str, FieldFault] = {}
    clean: dict[str, Any] = {"exists": said["exists"], "time_zone": None}
    for name, most in (("reason", MAX_WORDS), ("tasks", MAX_WORDS), ("contact", MAX_CONTACT),
                       ("substitute", MAX_CONTACT)):  # fmt: skip
        clean[name] = (said.get(name) or "").strip()
        if len(clean[name]) > most:
            faults[name] = FieldFault.of(_("At most %(most)s characters, please."), most=most)
    for name in ("contact", "substitute"):
        clean[name] = clean[name] or None
    try:
        clean["hours"] = _clean_hours(said.get("hours") or [])
        if said.get("time_zone"):
            clean["time_zone"] = people.clean_time_zone(said["time_zone"])
        elif clean["hours"]:
            faults["time_zone"] = FieldFault.of(_("Say in which time zone these hours are."))
    except Invalid as refusal:
        faults |= refusal.faults
    if faults:
        raise Invalid(faults)
    if not clean["exists"]:
        clean |= {"contact": None, "substitute": None, "hours": [], "time_zone": None, "tasks": ""}
    return clean


def _clean_hours(hours: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    found = sorted(
        ({"weekday": one["weekday"], "from": one["from"], "to": one["to"]} for one in hours),
        key=lambda one: (one["weekday"], one["from"]),
    )
    if len(found) > MOST_HOURS:
        raise Invalid({"hours": FieldFault.of(_("At most %(most)s times, please."), most=MOST_HOURS)})
    for one in found:
        fits = 0 <= one["weekday"] < DAYS and _CLOCK.match(one["from"]) and _CLOCK.match(one["to"])
        if not fits or one["from"] >= one["to"]:
            raise Invalid({"hours": FieldFault.of(_("Write from when to when: 16:00 to 18:00."))})
    for one, following in pairwise(found):
        if one["weekday"] == following["weekday"] and following["from"] < one["to"]:
            raise Invalid({"hours": FieldFault.of(_("Two of these times overlap."))})
    return found
