"""Who can be chosen from a network: everybody who belongs to it, however many, by name."""

from __future__ import annotations

from network import membership
from network.kernel.actor import Actor
from network.kernel.paging import MAX_LIMIT, PageRequest
from network.membership import MembershipView


def members_by_name(actor: Actor, network_id: str, state: str | None = None) -> list[MembershipView]:
    """All who belong to a network, in the order of their names; with `state` only those in it. Raises
    NotFound for a network that is not visible, Forbidden for outsiders."""
    found, cursor = list[MembershipView](), None
    while True:
        listed = membership.list_memberships(actor, network_id, PageRequest(MAX_LIMIT, cursor), state)
        found += listed.items
        cursor = listed.next
        if cursor is None:
            return sorted(found, key=lambda one: one["user"]["display_name"].casefold())
