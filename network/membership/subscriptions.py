"""Which facts of others end a belonging, and which let invitations leave."""

from __future__ import annotations

from network.kernel.actor import system_actor
from network.kernel.events import subscribe
from network.membership.commands.belonging import end_all_memberships
from network.membership.commands.sending import send_waiting
from network.organisations.events import OrganisationDecided
from network.people.events import AccountClosed


@subscribe(AccountClosed)
def leave_everywhere(fact: AccountClosed) -> None:
    """Who has no account any more belongs to no network."""
    end_all_memberships(system_actor("accounts"), fact.entity_id)


@subscribe(OrganisationDecided)
def send_what_waited(fact: OrganisationDecided) -> None:
    """Invitations that were prepared leave as soon as the organisation is verified."""
    if fact.state == "verified":
        send_waiting(system_actor("invitations"), fact.entity_id)
