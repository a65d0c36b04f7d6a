"""Makes organisations, their stewards, and people asked to become one."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import timedelta
from typing import Any

from models.organisations import Organisation, Steward, StewardInvitation
from models.people import User
from network.kernel import runtime
from network.kernel.actor import Actor
from network.kernel.addresses import normal_address
from network.kernel.ids import derived_secret, digest, new_id, new_untimed_id
from tests.factories.people import actor_of, make_user, save, together

_numbers = itertools.count(1)


@together
def make_organisation(*stewards: User, **over: Any) -> Organisation:
    """A verified organisation with one steward, unless they are named."""
    number, now = next(_numbers), runtime.current().clock.now()
    acting = stewards or (make_user(),)
    values = {
        "id": new_id(),
        "name": f"House {number}",
        "country": "DE",
        "time_zone": "UTC",
        "website": None,
        "register_entry": None,
        "contact_note": None,
        "state": "verified",
        "asked_at": now,
        "answer": None,
        "decided_reason": None,
        "decided_by": None,
        "decided_at": None,
        "created_by": acting[0].id,
        "created_at": now,
        "version": 1,
    }
    row: Organisation = save(Organisation(**values | over))
    for user in acting:
        make_steward(row, user)
    return row


def make_steward(organisation: Organisation, user: User, **over: Any) -> Steward:
    """Somebody acts for an organisation since now."""
    values = {
        "id": new_id(),
        "organisation_id": organisation.id,
        "user_id": user.id,
        "since": runtime.current().clock.now(),
        "ended_at": None,
    }
    return save(Steward(**values | over))


def steward_of(organisation: Organisation, user: User | None = None, **over: Any) -> Actor:
    """Another person who acts for the organisation, as the one who asks."""
    person = user or make_user()
    if user is None:
        make_steward(organisation, person)
    return replace(actor_of(person, **over), stewardships=frozenset({organisation.id}))


def make_steward_invitation(
    organisation: Organisation, email: str, **over: Any
) -> tuple[StewardInvitation, str]:
    """Somebody was asked by mail just now; the row and the secret in the link."""
    invitation_id, now = new_untimed_id(), runtime.current().clock.now()
    secret = derived_secret("steward-invitation", invitation_id)
    values = {
        "id": invitation_id,
        "organisation_id": organisation.id,
        "email": email,
        "address": normal_address(email),
        "token_hash": digest(secret),
        "language": "en",
        "invited_by": organisation.created_by,
        "created_at": now,
        "expires_at": now + timedelta(days=30),
        "ended_at": None,
    }
    return save(StewardInvitation(**values | over)), secret
