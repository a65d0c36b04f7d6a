"""Who can be chosen from a network: everybody who belongs to it, however many, by name."""

from __future__ import annotations

from network import membership
from network.kernel.actor import Actor
from network.membership import MembershipView


def members_by_name(actor: Actor, network_id: str, state: str | None = None) -> list[MembershipView]:
    """All who belong to a network, in the order of their names; with `state` only those in it. Raises
    NotFound for a network that is not visible, Forbidden for outsiders."""
    found = membership.list_all_memberships(actor, network_id, state)
    return sorted(found, key=lambda one: one["user"]["display_name"].casefold())
