"""Which facts of others end a profile."""

from __future__ import annotations

from network import people
from network.kernel.actor import system_actor
from network.kernel.events import subscribe
from network.people.events import AccountClosed
from network.profiles.commands import forget_profile


@subscribe(AccountClosed)
def forget_with_account(fact: AccountClosed) -> None:
    """Who has no account any more tells nothing about herself."""
    forget_profile(system_actor("accounts"), fact.entity_id)
    people.forget_photo(system_actor("accounts"), fact.entity_id)
