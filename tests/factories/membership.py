"""Makes members, roles, invitations and applications, and the actors they are for the surfaces."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from models.membership import Application, Appointment, Invitation, Membership
from models.networks import Network
from models.organisations import Steward
from models.people import User
from network import membership
from network.kernel import runtime
from network.kernel.actor import Actor
from network.kernel.addresses import normal_address
from network.kernel.ids import derived_secret, digest, new_id, new_untimed_id
from network.kernel.transaction import unit_of_work
from tests.factories.people import actor_of, make_user, save, together


def standing_actor(user: User, **over: Any) -> Actor:
    """The person as the surfaces hand her to the rules, with a proof of just now."""
    with unit_of_work():
        return membership.with_standings(actor_of(user, **over))


def again(actor: Actor) -> Actor:
    """The same person at her next request."""
    with unit_of_work():
        return membership.with_standings(actor)


def proven(actor: Actor) -> Actor:
    """The same person, who has shown just now that it is her."""
    return replace(again(actor), proof_at=runtime.current().clock.now())


@together
def member_of(network: Network, *roles: str, user: User | None = None, **over: Any) -> Actor:
    """A member, with a running appointment for each of `roles`."""
    person = user or make_user()
    joined = make_membership(network, person, **over)
    for role in roles:
        make_appointment(joined, role)
    return standing_actor(person)


@together
def steward_of_network(network: Network) -> Actor:
    """Somebody who acts for the founding organisation and is no member."""
    person = make_user()
    save(
        Steward(
            id=new_id(), organisation_id=network.organisation_id, user_id=person.id,
            since=runtime.current().clock.now(), ended_at=None,
        )
    )  # fmt: skip
    return standing_actor(person)


def make_membership(network: Network, user: User | None = None, **over: Any) -> Membership:
    """An active membership since now."""
    values = {
        "id": new_id(),
        "network_id": network.id,
        "user_id": (user or make_user()).id,
        "state": "active",
        "origin": "course",
        "invited_by": None,
        "since": runtime.current().clock.now(),
        "paused_until": None,
        "suspended_until": None,
        "rules_version_id": None,
        "rules_accepted_at": None,
        "ended_at": None,
        "version": 1,
    }
    return save(Membership(**values | over))


def make_appointment(joined: Membership, role: str = "meta_mentor", **over: Any) -> Appointment:
    """A role that runs from now on."""
    values = {
        "id": new_id(),
        "network_id": joined.network_id,
        "membership_id": joined.id,
        "user_id": joined.user_id,
        "role": role,
        "capacity": "volunteer",
        "appointed_by": joined.user_id,
        "starts_at": runtime.current().clock.now(),
        "until": None,
        "ended_at": None,
        "ended_reason": None,
        "version": 1,
    }
    return save(Appointment(**values | over))


def make_invitation(
    network: Network, email: str = "amina@mail.example", **over: Any
) -> tuple[Invitation, str]:
    """An invitation by the steward, mailed just now; the row and the secret in its link."""
    invitation_id, now = new_untimed_id(), runtime.current().clock.now()
    renewals = over.get("renewals", 0)
    secret = derived_secret("invitation", f"{invitation_id}:{renewals}")
    values = {
        "id": invitation_id,
        "network_id": network.id,
        "completion_id": None,
        "email": email,
        "address": normal_address(email),
        "name": "Amina",
        "language": "de",
        "origin": "steward",
        "message": None,
        "invited_by": network.created_by,
        "token_hash": digest(secret),
        "renewals": renewals,
        "resends": 0,
        "resends_since": None,
        "state": "open",
        "created_at": now,
        "sent_at": now,
        "undelivered_at": None,
        "wished_email": None,
        "wished_name": None,
        "wishes": 0,
        "expires_at": now + timedelta(days=30),
        "ended_at": None,
        "membership_id": None,
        "version": 1,
    }
    return save(Invitation(**values | over)), secret


@together
def make_application(network: Network, user: User | None = None, **over: Any) -> Application:
    """Somebody asks to join; the membership in the state `applied` goes with it."""
    person = user or make_user()
    joined = make_membership(
        network, person, state="applied", origin="member", invited_by=over.pop("invited_by", None)
    )
    values = {
        "id": new_id(),
        "network_id": network.id,
        "membership_id": joined.id,
        "user_id": person.id,
        "experience": "Ten years of it.",
        "statement": "I would like to help.",
        "referees": None,
        "state": "open",
        "decided_by": None,
        "decided_at": None,
        "reason": None,
        "created_at": runtime.current().clock.now(),
        "version": 1,
    }
    return save(Application(**values | over))
