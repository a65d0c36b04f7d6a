"""Who may see a course, and who may see and load the people on its list."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, false, select

from models.courses import Completion, CourseSession, UploadedList
from models.organisations import Organisation
from network.kernel.actor import Actor
from network.kernel.policy import (
    Verdict,
    all_of,
    any_of,
    anyone,
    has_second_factor,
    is_operator,
    is_signed_in,
    is_system,
    predicate,
)
from network.organisations import is_steward_of


@predicate()
def chose_it(actor: Actor, uploaded: UploadedList) -> bool:
    """The actor put the list there."""
    return actor.user_id is not None and uploaded.user_id == actor.user_id


def may_see_course_session(actor: Actor, course: CourseSession) -> Verdict:
    """Everybody: which courses an organisation ran (contract, details)."""
    return anyone(actor, course)


def visible_course_sessions(_actor: Actor) -> Select[Any]:
    """`may_see_course_session` as a select."""
    return select(CourseSession)


def may_see_contact_ground(actor: Actor, course: CourseSession) -> Verdict:
    """Stewards wrote why the graduates may be written to; the operator checks it."""
    return any_of(is_steward_of, is_operator)(actor, course)


def may_create_course_session(actor: Actor, organisation: Organisation) -> Verdict:
    """Stewards of the organisation."""
    return all_of(is_signed_in, is_steward_of)(actor, organisation)


def may_change_course_session(actor: Actor, course: CourseSession) -> Verdict:
    """Stewards of the organisation."""
    return all_of(is_signed_in, is_steward_of)(actor, course)


def may_load_completions(actor: Actor, course: CourseSession) -> Verdict:
    """Stewards of the organisation, with a second factor where one is required (trust.md A.5, 6.3.3), and
    whoever has the server's command line."""
    return any_of(is_system, all_of(is_signed_in, is_steward_of, has_second_factor))(actor, course)


def may_see_completions(actor: Actor, course: CourseSession) -> Verdict:
    """Stewards of the organisation alone, with a second factor where one is required: names and addresses of
    people who were not asked yet."""
    return all_of(is_signed_in, is_steward_of, has_second_factor)(actor, course)


def visible_completions(actor: Actor) -> Select[Any]:
    """`may_see_completions` as a select."""
    held = countable_completions(actor)
    return held if has_second_factor(actor, None) else held.where(false())


def countable_completions(actor: Actor) -> Select[Any]:
    """Whom a steward may count: how many they are tells nobody's name, so it takes no second factor."""
    held = CourseSession.organisation_id.in_(sorted(actor.stewardships) if actor.is_person else [])
    return (
        select(Completion).join(CourseSession, CourseSession.id == Completion.course_session_id).where(held)
    )


def may_use_uploaded_list(actor: Actor, uploaded: UploadedList, course: CourseSession) -> Verdict:
    """Who chose it, as long as she acts for the organisation."""
    own = chose_it(actor, uploaded)
    return may_see_completions(actor, course) if own else own


def may_tidy(actor: Actor) -> Verdict:
    """The system's own job."""
    return is_system(actor, None)
