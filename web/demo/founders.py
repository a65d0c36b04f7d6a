"""Who is there at all: the people, the organisations with their courses."""

from __future__ import annotations

from functools import partial
from typing import Any

from network import courses, organisations, people
from web.demo.content import day
from web.demo.filling import ACCOUNTS, MINUTE, SYSTEM, Filling


def plan_people(filling: Filling) -> None:
    for row in filling.content.people:
        first = "-161d" if row["slug"] in ("operator", "steward", "partner") else row["since"]
        zone = row["time_zone"]
        filling.at(first, zone, partial(_make_person, filling, row), later=-3 * MINUTE)


def _make_person(filling: Filling, row: dict[str, Any]) -> None:
    is_account = row["slug"] in ACCOUNTS
    filling.ids["person", row["slug"]] = people.create_person(
        SYSTEM, row["email"], row["name"], row["language"], row["time_zone"],
        filling.password_hash if is_account else None, row["face"],
    )  # fmt: skip
    if row["slug"] == "operator":
        people.create_operator(SYSTEM, row["email"], row["language"])


def plan_organisation(filling: Filling, row: dict[str, Any]) -> None:
    zone = filling.people[row["steward"]]["time_zone"]

    def found() -> None:
        made = organisations.found_organisation(
            filling.actor(row["steward"]), row["name"], row["country"], website=row["website"],
            register_entry=row["register_entry"], contact_note=row["contact_note"],
        )  # fmt: skip
        filling.ids["organisation", row["key"]] = made["id"]

    def verify() -> None:
        organisations.decide_verification(
            filling.actor("operator"), filling.ids["organisation", row["key"]], "verified",
            "Satzung und Ansprechperson geprüft." if row["country"] == "DE" else "Statutes checked.", 1,
        )  # fmt: skip

    filling.at(row["founded"], zone, found)
    filling.at(row["verified"], zone, verify)
    for course in filling.content.course_sessions:
        if course["organisation"] == row["key"]:
            filling.at(row["founded"], zone, partial(_make_course, filling, course, row), later=5 * MINUTE)


def _make_course(filling: Filling, course: dict[str, Any], organisation: dict[str, Any]) -> None:
    zone = filling.people[organisation["steward"]]["time_zone"]
    made = courses.create_course_session(
        filling.actor(organisation["steward"]), filling.ids["organisation", organisation["key"]],
        title=course["title"], platform=course["platform"], language=course["language"],
        starts_on=day(course["starts_on"], filling.now, zone),
        ends_on=day(course["ends_on"], filling.now, zone),
        contact_ground=course["contact_ground"],
    )  # fmt: skip
    filling.ids["course", course["key"]] = made["id"]
