"""Which facts end notices in a browser."""

from __future__ import annotations

from network.kernel.actor import system_actor
from network.kernel.events import subscribe
from network.notifications.commands.subscribing import end_push_of_session
from network.people.events import SessionEnded


@subscribe(SessionEnded)
def end_push(fact: SessionEnded) -> None:
    """Where somebody signed out, or was signed out, nothing is shown any more."""
    end_push_of_session(system_actor("notifications"), fact.entity_id)
