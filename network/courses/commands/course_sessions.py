"""A run of the course is entered and changed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from models.courses import CourseSession
from network import organisations, people
from network.courses.events import CourseSessionChanged, CourseSessionCreated
from network.courses.policy import may_change_course_session, may_create_course_session
from network.courses.queries.course_sessions import (
    CourseSessionView,
    course_session_view,
    lock_course_session,
    visible_course_session_row,
)
from network.kernel import runtime
from network.kernel.actor import Actor
from network.kernel.errors import FieldFault, Invalid
from network.kernel.events import record
from network.kernel.ids import new_id
from network.kernel.policy import require
from network.kernel.transaction import command, session
from network.kernel.transitions import check_version
from network.kernel.translation import mark as _

MAX_TITLE, MAX_PLATFORM, MAX_GROUND = 200, 60, 2000


@command
def create_course_session(
    actor: Actor,
    organisation_id: str,
    *,
    title: str,
    platform: str,
    language: str,
    starts_on: date,
    ends_on: date,
    contact_ground: str,
) -> CourseSessionView:
    """Enter one run of an organisation's course. `contact_ground` says why its graduates may be written to.
    Records CourseSessionCreated. Refused to all but stewards; NotFound; Invalid."""
    require(may_create_course_session(actor, organisations.visible_organisation_row(actor, organisation_id)))
    clean = _checked({
        "title": title, "platform": platform, "language": language, "starts_on": starts_on,
        "ends_on": ends_on, "contact_ground": contact_ground,
    })  # fmt: skip
    row = CourseSession(
        id=new_id(), organisation_id=organisation_id, created_at=runtime.current().clock.now(), version=1,
        **clean,
    )  # fmt: skip
    session().add(row)
    session().flush()
    record(CourseSessionCreated(scope=f"organisation:{organisation_id}", entity_id=row.id))
    return course_session_view(actor, row)


@command
def change_course_session(
    actor: Actor, course_session_id: str, expected_version: int | None, changes: Mapping[str, Any]
) -> CourseSessionView:
    """Change what is said of a course. Records CourseSessionChanged. Refused to all but stewards; NotFound;
    VersionConflict when somebody was faster (None: whatever is there now is meant); Invalid."""
    require(may_change_course_session(actor, visible_course_session_row(actor, course_session_id)))
    row = lock_course_session(course_session_id)
    if expected_version is not None:
        check_version(row, expected_version, lambda now: course_session_view(actor, now))
    both = {"starts_on": row.starts_on, "ends_on": row.ends_on}
    clean = _checked({**both, **changes} if both.keys() & changes.keys() else changes)
    changed = {field: value for field, value in clean.items() if getattr(row, field) != value}
    if not changed:
        return course_session_view(actor, row)
    for field, value in changed.items():
        setattr(row, field, value)
    row.version += 1
    session().flush()
    record(
        CourseSessionChanged(
            scope=f"organisation:{row.organisation_id}", entity_id=row.id, entity_version=row.version
        )
    )
    return course_session_view(actor, row)


def _checked(values: Mapping[str, Any]) -> dict[str, Any]:
    """What was typed, in its form. Raises Invalid that names every field which cannot be taken."""
    faults: dict[str, FieldFault] = {}
    clean = dict(values)
    for field, form in _FORMS.items():
        if field in clean:
            try:
                clean[field] = form(clean[field])
            except Invalid as refusal:
                faults |= refusal.faults
    if "ends_on" in clean and clean["ends_on"] < clean["starts_on"]:
        faults["ends_on"] = FieldFault.of(_("The course cannot end before it begins."))
    if faults:
        raise Invalid(faults)
    return clean


def _ground(value: str) -> str:
    text = value.strip()
    if not text:
        raise Invalid({"contact_ground": FieldFault.of(_("Please say why you may write to the graduates."))})
    if len(text) > MAX_GROUND:
        fault = FieldFault.of(_("At most %(max)s characters, please."), max=MAX_GROUND)
        raise Invalid({"contact_ground": fault})
    return text


_FORMS: Mapping[str, Any] = {
    "title": lambda value: people.clean_name(value, field="title", longest=MAX_TITLE),
    "platform": lambda value: people.clean_name(value, field="platform", longest=MAX_PLATFORM),
    "language": people.clean_language,
    "contact_ground": _ground,
}
