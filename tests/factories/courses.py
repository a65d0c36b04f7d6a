"""Makes course sessions and the people on their lists."""

from __future__ import annotations

import itertools
from datetime import date
from typing import Any

from models.courses import Completion, CourseSession
from models.organisations import Organisation
from network.kernel import runtime
from network.kernel.addresses import normal_address
from network.kernel.ids import new_id
from tests.factories.organisations import make_organisation
from tests.factories.people import save

_numbers = itertools.count(1)


def make_course_session(organisation: Organisation | None = None, **over: Any) -> CourseSession:
    """A course that ended half a year before the test's clock began."""
    held_by = organisation or make_organisation()
    values = {
        "id": new_id(),
        "organisation_id": held_by.id,
        "title": f"Course {next(_numbers)}",
        "platform": "Moodle",
        "language": "en",
        "starts_on": date(2026, 3, 1),
        "ends_on": date(2026, 5, 15),
        "contact_ground": "Everybody agreed on the enrolment form.",
        "created_at": runtime.current().clock.now(),
        "version": 1,
    }
    return save(CourseSession(**values | over))


def make_completion(course: CourseSession, **over: Any) -> Completion:
    """Somebody who finished and was not invited yet."""
    number, now = next(_numbers), runtime.current().clock.now()
    email = over.pop("email", f"graduate{number}@mail.example")
    values = {
        "id": new_id(),
        "course_session_id": course.id,
        "name": f"Graduate {number}",
        "email": email,
        "address": normal_address(email),
        "completed": True,
        "completed_on": date(2026, 5, 12),
        "state": "ready",
        "created_at": now,
        "updated_at": now,
    }
    return save(Completion(**values | over))
