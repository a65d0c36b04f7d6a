"""What the people of the demo tell about themselves, shown to their networks."""

from __future__ import annotations

from functools import partial
from typing import Any

from network import profiles
from web.demo.filling import MINUTE, Filling

COUNTRIES = {"lindenstadt": "DE", "krakow": "PL"}


def plan_profile(filling: Filling, row: dict[str, Any]) -> None:
    if row.get("network") and row["slug"] not in filling.content.silent:
        filling.at(row["since"], row["time_zone"], partial(_tell, filling, row), later=2 * MINUTE)


def _tell(filling: Filling, row: dict[str, Any]) -> None:
    told = next((each for each in filling.content.profiles if each["slug"] == row["slug"]), {})
    place = {"country": COUNTRIES[row["network"]], "region": told["region"]} if "region" in told else {}
    profiles.change_profile(
        filling.actor(row["slug"]), 0, introduction=row["introduction"], languages=row["speaks"],
        offers=told.get("offers", []), availability=told.get("availability", []),
        can_help_now=told.get("can_help_now", False), **place,
        shown_to=dict.fromkeys(profiles.FIELDS, "networks"),
    )  # fmt: skip
