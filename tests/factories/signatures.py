"""Makes signatures, with the name sealed as signing does it."""

from __future__ import annotations

from typing import Any

from models.agreements import AgreementVersion, Signature
from models.people import User
from network.agreements import seal_name
from network.kernel import runtime
from network.kernel.actor import Actor
from network.kernel.ids import new_id
from network.kernel.policy import anyone, require
from network.kernel.transaction import command, session


@command
def make_signature(version: AgreementVersion, person: User, **over: Any) -> Signature:
    """The person signed the version just now, as a member, under the name that she has."""
    require(anyone(Actor("system"), None))
    values = {
        "id": new_id(),
        "version_id": version.id,
        "user_id": person.id,
        "capacity": "member",
        "organisation_id": "",
        "state": "signed",
        "text_hash": version.text_hash,
        "sealed_name": seal_name(person.id, person.display_name),
        "organisation_name": None,
        "means": "page",
        "reason": None,
        "signed_at": runtime.current().clock.now(),
    }
    row = Signature(**values | over)
    session().add(row)
    return row
