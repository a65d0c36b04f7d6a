"""Makes networks."""

from __future__ import annotations

import itertools
from typing import Any

from models.networks import Network
from models.organisations import Organisation
from network.kernel import runtime
from network.kernel.ids import new_id
from tests.factories.organisations import make_organisation
from tests.factories.people import save, together

_numbers = itertools.count(1)


@together
def make_network(organisation: Organisation | None = None, **over: Any) -> Network:
    """A private Small network in its first phase, of a verified organisation of its own unless named."""
    number, now = next(_numbers), runtime.current().clock.now()
    held_by = organisation or make_organisation()
    values = {
        "id": new_id(),
        "slug": f"circle-{number}",
        "name": f"Circle {number}",
        "purpose": "Mentors help each other.",
        "organisation_id": held_by.id,
        "course_session_id": None,
        "parent_id": None,
        "languages": ["en"],
        "country": "DE",
        "visibility": "private",
        "phase": "initiation",
        "phase_since": now,
        "overlay": None,
        "size": "small",
        "features": {},
        "rules_version_id": None,
        "created_by": held_by.created_by,
        "created_at": now,
        "version": 1,
    }
    return save(Network(**values | over))
