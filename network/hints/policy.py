"""Who may see what a network asks about, and who changes it."""

from __future__ import annotations

from models.networks import Network
from network.kernel.actor import Actor
from network.kernel.policy import Verdict, any_of, is_system
from network.networks import is_host, sees_inside


def may_see_hints(actor: Actor, network: Network) -> Verdict:
    """Members and stewards: what their texts are looked through for is no secret."""
    return sees_inside(actor, network)


def may_change_hints(actor: Actor, network: Network) -> Verdict:
    """Meta-mentor and deputy."""
    return any_of(is_host, is_system)(actor, network)
