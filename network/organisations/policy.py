"""Who may see, found, change and verify an organisation, and say who acts for it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, select

from models.organisations import Organisation, StewardInvitation
from network.kernel.actor import Actor
from network.kernel.policy import (
    Verdict,
    all_of,
    any_of,
    anyone,
    has_proof,
    is_operator,
    is_signed_in,
    is_system,
    predicate,
    sees_platform,
)


@predicate()
def is_steward_of(actor: Actor, thing: Any) -> bool:
    """Acts for the organisation, or for the one that the thing belongs to."""
    held_by = thing.id if isinstance(thing, Organisation) else thing.organisation_id
    return held_by in actor.stewardships


@predicate()
def is_steward_of_parent(_actor: Actor, _organisation: Organisation) -> bool:
    """Acts for the organisation whose network the asking one joins as a partner: until networks have
    sub-networks, nobody does."""
    return False


def may_see_organisation(actor: Actor, organisation: Organisation) -> Verdict:
    """Everybody, signed in or not: name, country, website, state, stewards' names, courses (contract,
    details)."""
    return anyone(actor, organisation)


def visible_organisations(_actor: Actor) -> Select[Any]:
    """`may_see_organisation` as a select."""
    return select(Organisation)


def may_see_reason(actor: Actor, organisation: Organisation) -> Verdict:
    """Why it was decided so, and what it said about itself for that: whom it concerns, and who decides."""
    return any_of(is_steward_of, is_operator)(actor, organisation)


def may_found_organisation(actor: Actor) -> Verdict:
    """Whoever is signed in."""
    return is_signed_in(actor, None)


def may_change_organisation(actor: Actor, organisation: Organisation) -> Verdict:
    """Its stewards."""
    return all_of(is_signed_in, is_steward_of)(actor, organisation)


def may_resubmit(actor: Actor, organisation: Organisation) -> Verdict:
    """Its stewards answer a refusal."""
    return all_of(is_signed_in, is_steward_of)(actor, organisation)


def may_decide_verification(actor: Actor, organisation: Organisation) -> Verdict:
    """The operator, or the steward of the parent network's organisation."""
    return all_of(is_signed_in, any_of(is_operator, is_steward_of_parent))(actor, organisation)


def may_see_waiting(actor: Actor) -> Verdict:
    """The operator sees who waits for verification; for everybody else there is no such list."""
    return all_of(is_signed_in, sees_platform)(actor, None)


def may_appoint_stewards(actor: Actor, organisation: Organisation) -> Verdict:
    """Its stewards, with proof: who acts for it sees every graduate's address."""
    return all_of(is_signed_in, is_steward_of, has_proof)(actor, organisation)


def may_see_steward_invitations(actor: Actor, organisation: Organisation) -> Verdict:
    """Its stewards."""
    return all_of(is_signed_in, is_steward_of)(actor, organisation)


def may_accept_stewardship(actor: Actor, _invitation: StewardInvitation | None) -> Verdict:
    """Whoever is signed in; the link in the mail is the right, and it is bound to her address."""
    return is_signed_in(actor, None)


def may_tidy(actor: Actor) -> Verdict:
    """The system's own job."""
    return is_system(actor, None)
