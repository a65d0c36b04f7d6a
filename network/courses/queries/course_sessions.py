"""What can be seen of the runs of a course."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, TypedDict

from sqlalchemy import select

from models.courses import Completion, CourseSession
from network import organisations
from network.courses.policy import may_see_contact_ground, visible_course_sessions
from network.kernel.actor import Actor
from network.kernel.errors import NotFound
from network.kernel.events import renders
from network.kernel.paging import PageOf, PageRequest, page
from network.kernel.transaction import session

_ID = CourseSession.__table__.c.id


class CourseSessionView(TypedDict):
    """A course session as the contract has it; `contact_ground` by right only."""

    id: str
    organisation_id: str
    title: str
    platform: str
    language: str
    starts_on: date
    ends_on: date
    contact_ground: str | None
    version: int


def course_session_view(actor: Actor, row: CourseSession) -> CourseSessionView:
    """A row as the actor sees it."""
    ground = row.contact_ground if may_see_contact_ground(actor, row) else None
    return {
        "id": row.id, "organisation_id": row.organisation_id, "title": row.title, "platform": row.platform,
        "language": row.language, "starts_on": row.starts_on, "ends_on": row.ends_on,
        "contact_ground": ground, "version": row.version,
    }  # fmt: skip


def get_course_session(actor: Actor, course_session_id: str) -> CourseSessionView:
    """One course session. Raises NotFound."""
    return course_session_view(actor, visible_course_session_row(actor, course_session_id))


def list_course_sessions(
    actor: Actor, organisation_id: str, request: PageRequest
) -> PageOf[CourseSessionView]:
    """An organisation's course sessions, the newest entry first. Raises NotFound."""
    organisations.visible_organisation_row(actor, organisation_id)
    query = visible_course_sessions(actor).where(CourseSession.organisation_id == organisation_id)
    return page(query, [_ID], request, lambda row: course_session_view(actor, row), descending=True)


def visible_course_session_row(actor: Actor, course_session_id: str) -> CourseSession:
    """The row behind `get_course_session`. Raises NotFound."""
    wanted = visible_course_sessions(actor).where(CourseSession.id == course_session_id)
    found: CourseSession | None = session().scalars(wanted).one_or_none()
    if found is None:
        raise NotFound()
    return found


def course_session_row(course_session_id: str) -> CourseSession:
    """The row, asked on nobody's behalf. Raises NotFound."""
    found = session().get(CourseSession, course_session_id)
    if found is None:
        raise NotFound()
    return found


def lock_course_session(course_session_id: str) -> CourseSession:
    """The row, kept from others who lock it until the running command ends: whoever writes a list takes it
    first, so that two lists of one course come one after the other. Raises NotFound."""
    found = session().get(
        CourseSession, course_session_id, with_for_update={"key_share": True}, populate_existing=True
    )
    if found is None:
        raise NotFound()
    return found


def course_sessions_by_id(ids: Iterable[str]) -> Mapping[str, dict[str, Any]]:
    """What everybody may see of course sessions, in one statement, asked on nobody's behalf."""
    rows = session().scalars(select(CourseSession).where(CourseSession.id.in_(sorted(set(ids)))))
    return {
        row.id: {
            "id": row.id, "organisation_id": row.organisation_id, "title": row.title,
            "platform": row.platform, "language": row.language, "starts_on": row.starts_on,
            "ends_on": row.ends_on,
        }
        for row in rows
    }  # fmt: skip


@renders("course_session")
def render_course_sessions(ids: Sequence[str]) -> Mapping[str, Mapping[str, Any]]:
    """Course sessions as they are shown in events."""
    return course_sessions_by_id(ids)


def ground_of_completion(completion_id: str | None) -> str | None:
    """Why the person of a list may be written to, for herself; None where she stands on none."""
    if completion_id is None:
        return None
    wanted = (
        select(CourseSession.contact_ground)
        .join(Completion, Completion.course_session_id == CourseSession.id)
        .where(Completion.id == completion_id)
    )
    return session().scalar(wanted)
