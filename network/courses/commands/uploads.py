"""A list is chosen, looked at, and taken in part by part, so that the page can say how far it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Any

from sqlalchemy import delete, select

from models.courses import UploadedList
from network.courses.commands.importing import check_source, take_in_people
from network.courses.policy import may_see_completions, may_tidy, may_use_uploaded_list
from network.courses.queries.course_sessions import visible_course_session_row
from network.courses.queries.differences import Person, people_on
from network.courses.queries.reading import mapping_view, read
from network.courses.queries.uploads import (
    KEPT,
    UploadedListView,
    uploaded_bytes,
    uploaded_list_row,
    uploaded_list_view,
    uploads_folder,
)
from network.kernel import runtime
from network.kernel.actor import Actor, system_actor
from network.kernel.errors import StorageFull, is_full
from network.kernel.ids import new_untimed_id
from network.kernel.jobs import job
from network.kernel.policy import require
from network.kernel.tidying import forget, in_steps, tidies
from network.kernel.transaction import after_commit, command, session, unit_of_work

MOST_KEPT = 5
"""Chosen lists of one person."""

_MAX_FILE_NAME = 200


def keep_list(actor: Actor, course_session_id: str, file_name: str, data: bytes) -> UploadedListView:
    """Keep a chosen list for a day, so that it can be looked at before anything is taken in. Nobody else
    can open it. Refused to all but stewards; NotFound; OrganisationRefused; GroundMissing; ListUnreadable;
    ListTooLarge."""
    with unit_of_work():
        course = visible_course_session_row(actor, course_session_id)
        require(may_see_completions(actor, course))
        check_source(course)
        found = read(course, data, None, None)
        numbers = len(people_on(found)), len(found.rejected)
        list_id = new_untimed_id()
        _write(list_id, data)
        try:
            return _keep(actor, course_session_id, list_id, file_name, *numbers)
        except BaseException:
            _remove(list_id)
            raise


@command
def _keep(
    actor: Actor, course_session_id: str, list_id: str, file_name: str, total: int, rejected: int
) -> UploadedListView:
    require(may_see_completions(actor, visible_course_session_row(actor, course_session_id)))
    row = UploadedList(
        id=list_id, course_session_id=course_session_id, user_id=actor.id, file_name=_clean(file_name),
        total=total, done=0, created=0, updated=0, unchanged=0, rejected=rejected,
        created_at=runtime.current().clock.now(),
    )  # fmt: skip
    session().add(row)
    session().flush()
    _let_go_of_older(actor)
    return uploaded_list_view(row)


def _let_go_of_older(actor: Actor) -> None:
    """Whoever chooses list after list and takes none of them in fills no disk: the newest few count."""
    mine = select(UploadedList.id).where(UploadedList.user_id == actor.id)
    newest_first = mine.order_by(UploadedList.created_at.desc(), UploadedList.id.desc())
    surplus = list(session().scalars(newest_first.offset(MOST_KEPT)))
    if surplus:
        session().execute(delete(UploadedList).where(UploadedList.id.in_(surplus)))
        for list_id in surplus:
            after_commit(partial(_remove, list_id))


def take_in_uploaded_list(
    actor: Actor,
    uploaded_list_id: str,
    mapping: Mapping[str, Any] | None = None,
    date_order: str | None = None,
    most: int | None = None,
) -> UploadedListView:
    """Take in the next `most` people of a chosen list, or all that are left: each call is one transaction.
    The columns and the date order of the first call hold for all. At the end the file is deleted. Raises
    NotFound; OrganisationRefused; Invalid under `mapping`, `date_order`."""
    with unit_of_work():
        uploaded, course = uploaded_list_row(actor, uploaded_list_id)
        if uploaded.finished_at is not None:
            return uploaded_list_view(uploaded)
        if uploaded.mapping is not None:
            mapping, date_order = uploaded.mapping, uploaded.date_order
        found = read(course, uploaded_bytes(uploaded), mapping, date_order)
        people, chosen = people_on(found), mapping_view(found.mapping)
        return _take_in_part(actor, uploaded_list_id, chosen, date_order, people, len(found.rejected), most)


@command
def _take_in_part(
    actor: Actor,
    uploaded_list_id: str,
    mapping: dict[str, Any],
    date_order: str | None,
    people: Sequence[Person],
    rejected: int,
    most: int | None,
) -> UploadedListView:
    row, course = uploaded_list_row(actor, uploaded_list_id, locked=True)
    require(may_use_uploaded_list(actor, row, course))
    if row.finished_at is not None or (row.mapping is not None and row.mapping != mapping):
        # The button was pressed twice: the other one did it.
        return uploaded_list_view(row)
    first = row.mapping is None
    row.mapping, row.date_order, row.total, row.rejected = mapping, date_order, len(people), rejected
    part = people[row.done :] if most is None else people[row.done : row.done + most]
    change = take_in_people(actor, row.course_session_id, part, rejected if first else 0)
    row.done += len(part)
    row.created += len(change.created)
    row.updated += len(change.updated)
    row.unchanged += change.unchanged
    if row.done >= row.total:
        row.finished_at = runtime.current().clock.now()
        after_commit(lambda: _remove(uploaded_list_id))
    session().flush()
    return uploaded_list_view(row)


@job("courses.tidy", every_minutes=60)
def tidy() -> int:
    """Delete what is over; how many."""
    return in_steps(lambda: forget_uploaded_lists(system_actor("courses.tidy")))


@tidies
@command
def forget_uploaded_lists(actor: Actor) -> int:
    """Delete chosen lists after a day, and files that no row speaks of; how many lists. Refused to everybody
    but the system."""
    require(may_tidy(actor))
    past = runtime.current().clock.now() - KEPT
    number = forget(actor, UploadedList, UploadedList.created_at <= past)
    kept = set(session().scalars(select(UploadedList.id)))
    for path in uploads_folder().glob("*"):
        if path.name not in kept and datetime.fromtimestamp(path.stat().st_mtime, UTC) < past:
            after_commit(partial(path.unlink, missing_ok=True))
    return number


def _clean(file_name: str) -> str:
    last = file_name.replace("\\", "/").rpartition("/")[2]
    return "".join(sign for sign in last if sign.isprintable())[-_MAX_FILE_NAME:].strip()


def _write(list_id: str, data: bytes) -> None:
    folder = uploads_folder()
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        path = folder / list_id
        path.touch(mode=0o600)
        path.write_bytes(data)
    except OSError as error:
        _remove(list_id)
        if is_full(error):
            raise StorageFull() from error
        raise


def _remove(list_id: str) -> None:
    (uploads_folder() / list_id).unlink(missing_ok=True)
