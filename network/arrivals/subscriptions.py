"""Which facts of others begin and end somebody's first days."""

from __future__ import annotations

from network.arrivals.commands import find_buddy, let_go_of_pairs
from network.kernel.actor import system_actor
from network.kernel.events import subscribe
from network.membership.events import MembershipChanged


@subscribe(MembershipChanged)
def meet_newcomer(fact: MembershipChanged) -> None:
    """Who comes in gets a buddy; who goes is nobody's any more."""
    network_id = fact.scope.partition(":")[2]
    if fact.state == "active":
        find_buddy(system_actor("arrivals"), fact.entity_id)
    elif fact.state in ("left", "lapsed", "removed"):
        let_go_of_pairs(system_actor("arrivals"), network_id, fact.user_id)
