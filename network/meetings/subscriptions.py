"""Which facts of others end a secret calendar address."""

from __future__ import annotations

from network.kernel.actor import system_actor
from network.kernel.events import subscribe
from network.meetings.commands.feeds import end_calendar_feed
from network.people.events import AccountClosed


@subscribe(AccountClosed)
def forget_calendar_feed(fact: AccountClosed) -> None:
    """Who has no account any more has no calendar here."""
    end_calendar_feed(system_actor("accounts"), fact.entity_id)
