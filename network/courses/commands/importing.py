"""A list is taken in: good lines never wait for bad ones, the same list twice changes nothing."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, cast

from sqlalchemy import Table, bindparam, case, insert, literal_column, update
from sqlalchemy.sql.expression import Insert, Update

from models.courses import Completion, CourseSession
from network import organisations
from network.courses.events import CompletionsImported
from network.courses.policy import may_load_completions
from network.courses.queries.course_sessions import lock_course_session, visible_course_session_row
from network.courses.queries.differences import Difference, Person, difference, known_people, people_on
from network.courses.queries.reading import read
from network.courses.queries.reports import ImportReport, report
from network.kernel import runtime
from network.kernel.actor import Actor
from network.kernel.audit import append
from network.kernel.errors import Conflict
from network.kernel.events import record
from network.kernel.policy import require
from network.kernel.transaction import command, session, unit_of_work
from network.kernel.translation import mark as _

_TABLE = cast(Table, Completion.__table__)
_INVITED = ("invited", "member")
_VARIANTS = {digit: "89ab"[value & 3] for value, digit in enumerate("0123456789abcdef")}


class OrganisationRefused(Conflict):
    """An organisation whose verification was refused brings no people here."""

    code = "organisation_refused"
    message = _("This organisation was declined, so it cannot load lists.")


class GroundMissing(Conflict):
    """Nobody has said why the people of this course may be written to."""

    code = "ground_missing"
    message = _("Please say first why you may write to the people of this course.")


def check_source(course: CourseSession) -> None:
    """Raise OrganisationRefused or GroundMissing where this course brings no people here."""
    if organisations.organisation_row(course.organisation_id).state == "refused":
        raise OrganisationRefused()
    if not course.contact_ground:
        raise GroundMissing()


def import_completions(
    actor: Actor,
    course_session_id: str,
    data: bytes,
    dry_run: bool = False,
    mapping: Mapping[str, Any] | None = None,
    date_order: str | None = None,
) -> ImportReport:
    """Take in a whole list in one transaction, or with `dry_run` tell what that would do: the answer is the
    same (contract, completions). `data` is the file as it came, in any encoding; `mapping` names columns by
    index from 0; `date_order` is `day_first`, `month_first` or `year_first`. Who was invited stays invited
    whatever a later list says. Records CompletionsImported; the audit row has counts only. Refused to all
    but stewards and the command line; NotFound; OrganisationRefused; GroundMissing; ListUnreadable;
    ListTooLarge; Invalid.
    """
    with unit_of_work():
        course = visible_course_session_row(actor, course_session_id)
        require(may_load_completions(actor, course))
        found = read(course, data, mapping, date_order)
        people = people_on(found)
        if dry_run:
            change = difference(people, known_people(course_session_id))
        else:
            change = _take_in(actor, course_session_id, people, len(found.rejected))
    return report(found, people, change)


@command
def _take_in(actor: Actor, course_session_id: str, people: Sequence[Person], rejected: int) -> Difference:
    return take_in_people(actor, course_session_id, people, rejected)


def take_in_people(
    actor: Actor, course_session_id: str, people: Sequence[Person], rejected: int
) -> Difference:
    """Write people into a course, within the running command; asks `require` itself."""
    course = lock_course_session(course_session_id)
    require(may_load_completions(actor, course))
    check_source(course)
    change = difference(people, known_people(course_session_id))
    now = runtime.current().clock.now()
    if change.created:
        _insert(course_session_id, change.created, now)
    if change.updated:
        _update(change.updated, now)
    counts = {"created": len(change.created), "updated": len(change.updated), "unchanged": change.unchanged}
    append(
        actor, "completions.import", "course_session", course_session_id,
        acting_role="steward" if actor.is_person else None, after={**counts, "rejected": rejected},
    )  # fmt: skip
    if change.created or change.updated:
        _note(course, change)
    return change


def _note(course: CourseSession, change: Difference) -> None:
    record(
        CompletionsImported(
            scope=f"organisation:{course.organisation_id}", entity_id=course.id,
            entity_version=course.version, created=len(change.created), updated=len(change.updated),
        )
    )  # fmt: skip


def _insert(course_session_id: str, people: Sequence[Person], now: datetime) -> None:
    stored = _Stored()
    moment, yes, no = stored.moment(now), stored.truth(True), stored.truth(False)
    days = {day: stored.day(day) for day in {person.completed_on for person in people}}
    rows = [
        (row_id, course_session_id, name, email, address, yes, days[day], "ready", moment, moment)
        if completed
        else (row_id, course_session_id, name, email, address, no, days[day], "not_completed", moment, moment)
        for row_id, (name, email, address, completed, day, _named) in zip(
            _ids(len(people), now), people, strict=True
        )
    ]
    _run(insert(_TABLE), _TABLE.columns.keys(), rows)


def _update(people: Sequence[tuple[str, Person]], now: datetime) -> None:
    stored = _Stored()
    moment = stored.moment(now)
    days = {day: stored.day(day) for day in {person.completed_on for _id, person in people}}
    # Nobody is un-invited by a later list; asked in the statement, for somebody may be inviting right now.
    invited = _TABLE.c.state.in_([literal_column(f"'{word}'") for word in _INVITED])
    new_state = bindparam("new_state", type_=_TABLE.c.state.type)
    state = case((invited, _TABLE.c.state), else_=new_state)
    fields = ("name", "email", "completed", "completed_on")
    statement = (
        update(_TABLE)
        .values({field: bindparam(f"new_{field}") for field in fields})
        .values(state=state, updated_at=bindparam("new_updated_at"))
        .where(_TABLE.c.id == bindparam("row_id"))
    )
    names = (*(f"new_{field}" for field in fields), "new_state", "new_updated_at", "row_id")
    rows = [
        (
            person.name, person.email, stored.truth(person.completed), days[person.completed_on],
            "ready" if person.completed else "not_completed", moment, row_id,
        )
        for row_id, person in people
    ]  # fmt: skip
    _run(statement, names, rows)


def _run(statement: Insert | Update, names: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> None:
    """Run a statement once per row with the driver's own `executemany`: for tens of thousands of rows the
    way through each column's type costs more than the database itself. `rows` are as the driver stores
    them, in the order of `names`."""
    connection = session().connection()
    compiled = statement.compile(dialect=connection.dialect)
    order = compiled.positiontup
    if order is None:
        connection.exec_driver_sql(str(compiled), [dict(zip(names, row, strict=True)) for row in rows])
        return
    if tuple(order) != tuple(names):
        places = [names.index(name) for name in order]
        rows = [tuple(row[place] for place in places) for row in rows]
    connection.exec_driver_sql(str(compiled), rows)


class _Stored:
    """Values as the driver wants them, each kind by its column's type."""

    def __init__(self) -> None:
        dialect = session().connection().dialect
        self._processors = {
            name: _TABLE.c[name].type.dialect_impl(dialect).bind_processor(dialect)
            for name in ("completed", "completed_on", "created_at")
        }

    def moment(self, value: datetime) -> Any:
        return self._as("created_at", value)

    def day(self, value: date | None) -> Any:
        return self._as("completed_on", value)

    def truth(self, value: bool) -> Any:
        return self._as("completed", value)

    def _as(self, name: str, value: Any) -> Any:
        processor = self._processors[name]
        return value if processor is None else processor(value)


def _ids(number: int, now: datetime) -> list[str]:
    """UUIDv7 in ascending order, so that a list keeps its order: 4,096 to the millisecond, counted in the
    twelve bits behind the version (RFC 9562, 6.2, method 1)."""
    first = int(now.timestamp() * 1000)
    noise = secrets.token_hex(8 * number)
    ids: list[str] = []
    for start in range(0, number, 4096):
        time = f"{first + (start >> 12):012x}"
        head = f"{time[:8]}-{time[8:]}-7"
        tails = [noise[place : place + 16] for place in range(16 * start, 16 * min(start + 4096, number), 16)]
        ids += [
            f"{head}{count:03x}-{_VARIANTS[tail[0]]}{tail[1:4]}-{tail[4:]}"
            for count, tail in enumerate(tails)
        ]
    return ids
