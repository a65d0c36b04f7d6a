"""What can be seen of the people on a course's list."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple, TypedDict

from sqlalchemy import func, select

from models.courses import Completion, CourseSession
from network.courses.policy import countable_completions, may_see_completions, visible_completions
from network.courses.queries.course_sessions import visible_course_session_row
from network.kernel.actor import Actor
from network.kernel.errors import FieldFault, Invalid, NotFound
from network.kernel.paging import PageOf, PageRequest, page
from network.kernel.policy import require
from network.kernel.transaction import session
from network.kernel.translation import mark as _

STATES = ("not_completed", "ready", "invited", "member")

_table = Completion.__table__.c


class CompletionView(TypedDict):
    """A person on the list, as the stewards of the organisation see her."""

    id: str
    name: str
    email: str
    completed: bool
    completed_on: date | None
    state: str


class CourseEvidence(NamedTuple):
    """When a course ends, and how many of its people are in each state, every state named."""

    ends_on: date
    people: dict[str, int]


def completion_view(row: Completion) -> CompletionView:
    """A row as stewards see it."""
    return {
        "id": row.id, "name": row.name, "email": row.email, "completed": row.completed,
        "completed_on": row.completed_on, "state": row.state,
    }  # fmt: skip


def list_completions(
    actor: Actor, course_session_id: str, request: PageRequest, state: str | None = None
) -> PageOf[CompletionView]:
    """The people on a course's lists in the order in which they were loaded; `state` narrows them. Refused
    to all but stewards of the organisation; NotFound; Invalid."""
    require(may_see_completions(actor, visible_course_session_row(actor, course_session_id)))
    if state is not None and state not in STATES:
        choices = ", ".join(STATES)
        raise Invalid({"state": FieldFault.of(_("This must be one of: %(choices)s."), choices=choices)})
    query = visible_completions(actor).where(Completion.course_session_id == course_session_id)
    if state is not None:
        query = query.where(Completion.state == state)
    return page(query, [_table.id], request, completion_view)


def count_completions(actor: Actor, course_session_id: str) -> dict[str, int]:
    """How many people of a list are in each state, every state named. Refused to all but stewards."""
    require(may_see_completions(actor, visible_course_session_row(actor, course_session_id)))
    return count_by_state(course_session_id)


def count_by_state(course_session_id: str) -> dict[str, int]:
    """The same, asked on nobody's behalf."""
    counted = (
        select(_table.state, func.count())
        .where(_table.course_session_id == course_session_id)
        .group_by(_table.state)
    )
    found = {row[0]: row[1] for row in session().execute(counted)}
    return {state: found.get(state, 0) for state in STATES}


def course_evidence(course_session_id: str) -> CourseEvidence:
    """The same with the day on which the course ends, in one statement, asked on nobody's behalf. Raises
    NotFound."""
    rows = session().execute(
        select(CourseSession.ends_on, _table.state, func.count(_table.id))
        .select_from(CourseSession)
        .outerjoin(Completion, _table.course_session_id == CourseSession.id)
        .where(CourseSession.id == course_session_id)
        .group_by(CourseSession.ends_on, _table.state)
    ).all()  # fmt: skip
    if not rows:
        raise NotFound()
    found = {state: number for _ends_on, state, number in rows}
    return CourseEvidence(rows[0].ends_on, {state: found.get(state, 0) for state in STATES})


def counts_by_course(actor: Actor, course_session_ids: Iterable[str]) -> dict[str, dict[str, int]]:
    """How many people are in each state, for those of the courses whose list the actor may count, in one
    statement; a course without a list is left out."""
    joined = countable_completions(actor).with_only_columns(
        _table.course_session_id, _table.state, func.count().label("number")
    )
    counted = joined.where(_table.course_session_id.in_(sorted(set(course_session_ids)))).group_by(
        _table.course_session_id, _table.state
    )
    found: dict[str, dict[str, int]] = {}
    for row in session().execute(counted):
        found.setdefault(row.course_session_id, dict.fromkeys(STATES, 0))[row.state] = row.number
    return found


def count_completed(course_session_id: str) -> int:
    """How many finished the course, whatever became of their invitation; asked on nobody's behalf."""
    done = select(func.count()).where(
        _table.course_session_id == course_session_id, _table.completed.is_(True)
    )
    return session().scalar(done) or 0


def ready_completion(course_session_id: str, address: str) -> Completion | None:
    """The person of a list who finished, has this address in its normal form and was not invited yet."""
    wanted = select(Completion).where(
        Completion.course_session_id == course_session_id, Completion.state == "ready",
        Completion.address == address,
    )  # fmt: skip
    return session().scalars(wanted.order_by(Completion.id).limit(1)).one_or_none()


def address_listed(completion_id: str | None) -> str | None:
    """The address under which somebody stands on a list, whatever she was invited at since; None where she
    stands on none."""
    wanted = select(Completion.address).where(Completion.id == completion_id)
    return session().scalar(wanted) if completion_id else None


def ready_completions(course_session_id: str) -> list[Completion]:
    """Who finished and was not invited yet, in the order of loading; asked on nobody's behalf."""
    ready = select(Completion).where(
        Completion.course_session_id == course_session_id, Completion.state == "ready"
    )
    return list(session().scalars(ready.order_by(Completion.id)))
