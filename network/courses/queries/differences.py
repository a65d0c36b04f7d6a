"""Whom a list names once its lines are put together, and what taking them in would change."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import partial
from typing import NamedTuple

from sqlalchemy import select

from models.courses import Completion
from network.courses.rules import ReadList
from network.kernel.addresses import sealed_address
from network.kernel.transaction import session


class Person(NamedTuple):
    """One person as the whole list has her, the lines of one address put together."""

    name: str
    email: str
    address: str
    completed: bool
    completed_on: date | None
    named: bool


# What Person._make does, without a step into Python for each of tens of thousands.
_as_person: Callable[[tuple[object, ...]], Person] = partial(tuple.__new__, Person)


class Known(NamedTuple):
    """One person as the course has her already."""

    id: str
    name: str
    email: str
    address: str
    completed: bool
    completed_on: date | None


class Difference(NamedTuple):
    """What taking people in changes: new ones, and known ones as they are afterwards."""

    created: list[Person]
    updated: list[tuple[str, Person]]
    unchanged: int


def people_on(found: ReadList) -> list[Person]:
    """The people of a list in its order: of two lines with one address the later one updates the earlier."""
    unnamed = {finding.line for finding in found.warnings if finding.code == "missing_name"}
    people = [
        _as_person((name, email, address, completed, day, line not in unnamed))
        for line, name, email, address, completed, day, _repeats in found.rows
    ]
    if not any(row.repeats for row in found.rows):
        return people
    merged: dict[str, Person] = {}
    for person in people:
        earlier = merged.get(person.address)
        merged[person.address] = person if earlier is None else after(earlier, person)
    return list(merged.values())


def after(earlier: Person | Known, later: Person) -> Person:
    """What is known once a later line has come: it counts, but a name or date that it lacks does not go."""
    kept = earlier.completed_on if later.completed else None
    return later._replace(
        name=later.name if later.named else earlier.name,
        completed_on=later.completed_on or kept,
        named=later.named or not isinstance(earlier, Person) or earlier.named,
    )


def difference(people: Sequence[Person], known: Mapping[str, Known]) -> Difference:
    """What taking these people in changes about those that the course has already, by address. Whoever asked
    us to delete her address stays deleted."""
    created, updated, unchanged = [], [], 0
    some_are_gone = any(not has.email for has in known.values())
    for person in people:
        has = known.get(person.address)
        if has is None and some_are_gone and sealed_address(person.address) in known:
            unchanged += 1
            continue
        if has is None:
            created.append(person)
            continue
        new = after(has, person)
        if (new.name, new.email, new.completed, new.completed_on) == (
            has.name, has.email, has.completed, has.completed_on,
        ):  # fmt: skip
            unchanged += 1
        else:
            updated.append((has.id, new))
    return Difference(created, updated, unchanged)


def known_people(course_session_id: str) -> dict[str, Known]:
    """Everybody whom the course has already, by address, in one statement; who asked to be deleted stands
    there by her sealed address, without an `email`."""
    table = Completion.__table__.c
    wanted = select(
        table.id, table.name, table.email, table.address, table.completed, table.completed_on
    ).where(table.course_session_id == course_session_id)
    return {row.address: Known(*row) for row in session().connection().execute(wanted)}
