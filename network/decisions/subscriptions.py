"""Which facts of others change who takes part."""

from __future__ import annotations

from network.decisions.commands.ending import let_go_of_leaver
from network.kernel.actor import system_actor
from network.kernel.events import subscribe
from network.membership.events import MembershipChanged

GONE = ("left", "lapsed", "removed")


@subscribe(MembershipChanged)
def note_leaver(fact: MembershipChanged) -> None:
    """Who left takes part no more: written down for all to see; the count looks for itself."""
    if fact.state in GONE:
        let_go_of_leaver(system_actor("decisions"), fact.scope.removeprefix("network:"), fact.user_id)
