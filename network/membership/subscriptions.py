"""Which facts of others end a belonging."""

from __future__ import annotations

from network.kernel.actor import system_actor
from network.kernel.events import subscribe
from network.membership.commands.belonging import end_all_memberships
from network.people.events import AccountClosed


@subscribe(AccountClosed)
def leave_everywhere(fact: AccountClosed) -> None:
    """Who has no account any more belongs to no network."""
    end_all_memberships(system_actor("accounts"), fact.entity_id)
