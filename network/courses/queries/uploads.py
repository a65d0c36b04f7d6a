"""What can be seen of a list that a steward has chosen and not finished with."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any, TypedDict

from models.courses import CourseSession, UploadedList
from network.courses.policy import may_use_uploaded_list
from network.courses.queries.course_sessions import course_session_row
from network.courses.queries.differences import difference, known_people, people_on
from network.courses.queries.reading import read
from network.courses.queries.reports import ROWS_SHOWN, ImportReport, report
from network.kernel import runtime
from network.kernel.actor import Actor
from network.kernel.errors import NotFound
from network.kernel.transaction import session

KEPT = timedelta(hours=24)


class UploadedListView(TypedDict):
    """How far a chosen list was taken in; `state` is waiting, running or finished."""

    id: str
    course_session_id: str
    file_name: str
    state: str
    total: int
    done: int
    created: int
    updated: int
    unchanged: int
    rejected: int


def get_uploaded_list(actor: Actor, uploaded_list_id: str) -> UploadedListView:
    """A list that the actor chose within the last day. Raises NotFound."""
    return uploaded_list_view(uploaded_list_row(actor, uploaded_list_id)[0])


def preview_uploaded_list(
    actor: Actor,
    uploaded_list_id: str,
    mapping: dict[str, Any] | None = None,
    date_order: str | None = None,
    shown: int = ROWS_SHOWN,
) -> ImportReport:
    """What the chosen list says and would change. Raises NotFound; Invalid under `mapping`, `date_order`."""
    uploaded, course = uploaded_list_row(actor, uploaded_list_id)
    found = read(course, uploaded_bytes(uploaded), mapping, date_order)
    people = people_on(found)
    return report(found, people, difference(people, known_people(course.id)), shown)


def uploaded_list_view(row: UploadedList) -> UploadedListView:
    """A row as its steward sees it."""
    state = "finished" if row.finished_at else "running" if row.mapping is not None else "waiting"
    return {
        "id": row.id, "course_session_id": row.course_session_id, "file_name": row.file_name, "state": state,
        "total": row.total, "done": row.done, "created": row.created, "updated": row.updated,
        "unchanged": row.unchanged, "rejected": row.rejected,
    }  # fmt: skip


def uploaded_list_row(
    actor: Actor, uploaded_list_id: str, *, locked: bool = False
) -> tuple[UploadedList, CourseSession]:
    """The row behind `get_uploaded_list` and its course; `locked`: until the running command ends."""
    lock = {"with_for_update": True, "populate_existing": True} if locked else {}
    found = session().get(UploadedList, uploaded_list_id, **lock)  # type: ignore[arg-type]
    if found is None or found.created_at + KEPT < runtime.current().clock.now():
        raise NotFound()
    course = course_session_row(found.course_session_id)
    if not may_use_uploaded_list(actor, found, course):
        raise NotFound()
    return found, course


def uploaded_bytes(row: UploadedList) -> bytes:
    """The list as it came. Raises NotFound when its file is no longer there."""
    try:
        return (uploads_folder() / row.id).read_bytes()
    except FileNotFoundError:
        raise NotFound() from None


def uploads_folder() -> Path:
    """Where chosen lists lie: never below anything that is served."""
    return runtime.current().settings.data_dir / "uploads" / "imports"
