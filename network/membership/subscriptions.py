"""Which facts of others end a belonging, let invitations leave, or are told to a network."""

from __future__ import annotations

from network.kernel.actor import system_actor
from network.kernel.events import subscribe
from network.membership.commands.belonging import end_all_memberships
from network.membership.commands.sending import send_waiting
from network.membership.commands.telling import tell_how_somebody_looks
from network.organisations.events import OrganisationDecided
from network.people.events import AccountClosed, PersonChanged


@subscribe(AccountClosed)
def leave_everywhere(fact: AccountClosed) -> None:
    """Who has no account any more belongs to no network."""
    end_all_memberships(system_actor("accounts"), fact.entity_id)


@subscribe(OrganisationDecided)
def send_what_waited(fact: OrganisationDecided) -> None:
    """Invitations that were prepared leave as soon as the organisation is verified."""
    if fact.state == "verified":
        send_waiting(system_actor("invitations"), fact.entity_id)


@subscribe(PersonChanged)
def tell_networks(fact: PersonChanged) -> None:
    """Open pages call somebody as she wants to be called now."""
    if fact.shown:
        tell_how_somebody_looks(system_actor("accounts"), fact.entity_id)
