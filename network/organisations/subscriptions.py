"""Which facts about people change who acts for an organisation."""

from __future__ import annotations

from network.kernel.actor import system_actor
from network.kernel.events import subscribe
from network.organisations.commands.stewards import end_all_stewardships
from network.people.events import AccountClosed


@subscribe(AccountClosed)
def end_stewardships(fact: AccountClosed) -> None:
    """Whoever closed her account acts for no organisation any more."""
    end_all_stewardships(system_actor("organisations"), fact.entity_id)
