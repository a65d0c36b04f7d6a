"""Runs of a course are entered and changed."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from network import courses
from network.kernel.actor import ANONYMOUS
from network.kernel.errors import Forbidden, Invalid, NotFound, Unauthenticated, VersionConflict
from network.kernel.events import entries_after
from network.kernel.ids import new_id
from network.kernel.paging import PageRequest
from network.kernel.runtime import Runtime
from network.kernel.transaction import unit_of_work
from tests.factories.courses import make_course_session
from tests.factories.organisations import make_organisation, steward_of
from tests.factories.people import actor_of, make_user
from tests.running import HandClock

GOOD: dict[str, Any] = {
    "title": "Menschen beim Ankommen begleiten",
    "platform": "Moodle",
    "language": "de-at",
    "starts_on": date(2026, 3, 1),
    "ends_on": date(2026, 5, 15),
    "contact_ground": "Alle haben zugestimmt.",
}


def facts(organisation_id: str) -> list[str]:
    with unit_of_work():
        return [entry.type for entry in entries_after(f"organisation:{organisation_id}", 0, 100)]


def test_a_steward_enters_a_course_that_everybody_can_see(live: Runtime) -> None:
    organisation = make_organisation()
    make_course_session()
    made = courses.create_course_session(steward_of(organisation), organisation.id, **GOOD)
    assert made == {
        **GOOD, "id": made["id"], "organisation_id": organisation.id, "language": "de-AT", "version": 1,
    }  # fmt: skip
    assert facts(organisation.id) == ["course_session.created"]
    with unit_of_work():
        seen = courses.get_course_session(ANONYMOUS, made["id"])
        listed = courses.list_course_sessions(ANONYMOUS, organisation.id, PageRequest())
    # Why the graduates may be written to is the organisation's to know.
    assert seen == {**made, "contact_ground": None}
    assert listed.items == [seen]


@pytest.mark.parametrize(
    ("over", "field"),
    [
        ({"title": " "}, "title"),
        ({"title": "x" * 201}, "title"),
        ({"platform": ""}, "platform"),
        ({"language": "klingonish"}, "language"),
        ({"ends_on": date(2026, 2, 28)}, "ends_on"),
        ({"contact_ground": " "}, "contact_ground"),
        ({"contact_ground": "x" * 2001}, "contact_ground"),
    ],
)
def test_what_cannot_be_taken(live: Runtime, over: dict[str, Any], field: str) -> None:
    organisation = make_organisation()
    steward = steward_of(organisation)
    with pytest.raises(Invalid) as refused:
        courses.create_course_session(steward, organisation.id, **{**GOOD, **over})
    assert set(refused.value.faults) == {field}
    assert facts(organisation.id) == []
    # A course of one day is one.
    short = {**GOOD, "ends_on": GOOD["starts_on"]}
    assert courses.create_course_session(steward, organisation.id, **short)["version"] == 1


def test_others_enter_and_change_nothing(live: Runtime) -> None:
    organisation = make_organisation()
    course = make_course_session(organisation)
    stranger = steward_of(make_organisation())
    with pytest.raises(Forbidden):
        courses.create_course_session(stranger, organisation.id, **GOOD)
    with pytest.raises(Unauthenticated):
        courses.create_course_session(ANONYMOUS, organisation.id, **GOOD)
    with pytest.raises(NotFound):
        courses.create_course_session(stranger, new_id(), **GOOD)
    with pytest.raises(Forbidden):
        courses.change_course_session(actor_of(make_user()), course.id, 1, {"title": "Mine now"})
    assert facts(organisation.id) == []


def test_a_course_is_changed_in_step(live: Runtime) -> None:
    organisation = make_organisation()
    course, noise, steward = (
        make_course_session(organisation),
        make_course_session(),
        steward_of(organisation),
    )
    changed = courses.change_course_session(steward, course.id, 1, {"ends_on": date(2026, 6, 1)})
    assert (changed["ends_on"], changed["version"]) == (date(2026, 6, 1), 2)
    assert courses.change_course_session(steward, course.id, None, {"platform": "Moodle"})["version"] == 2
    with pytest.raises(VersionConflict):
        courses.change_course_session(steward, course.id, 1, {"title": "Late"})
    with pytest.raises(Invalid) as refused:
        courses.change_course_session(steward, course.id, 2, {"starts_on": date(2026, 7, 1)})
    assert set(refused.value.faults) == {"ends_on"}
    assert facts(organisation.id) == ["course_session.changed"]
    with unit_of_work():
        assert courses.course_session_row(noise.id).version == 1


def test_the_newest_course_comes_first_page_by_page(live: Runtime, clock: HandClock) -> None:
    organisation = make_organisation()
    made = []
    for _ in range(3):
        made.append(make_course_session(organisation).id)
        clock.forward(days=1)
    with unit_of_work():
        first = courses.list_course_sessions(ANONYMOUS, organisation.id, PageRequest(limit=2))
        rest = courses.list_course_sessions(ANONYMOUS, organisation.id, PageRequest(2, first.next))
        with pytest.raises(NotFound):
            courses.list_course_sessions(ANONYMOUS, new_id(), PageRequest())
    assert [view["id"] for view in (*first.items, *rest.items)] == made[::-1]
    assert rest.next is None
