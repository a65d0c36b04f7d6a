"""Who may read how the power over others was used: what is told of it, the trail, and who looked at what."""

from __future__ import annotations

from network.kernel.actor import Actor
from network.kernel.policy import Verdict, any_of, is_signed_in
from network.networks import is_meta_mentor, is_steward, sees_inside


def may_see_log(actor: Actor, network_id: str) -> Verdict:
    """Members and stewards: how moderators use their power is everybody's business in the network."""
    return sees_inside(actor, network_id)


def may_see_report(actor: Actor, network_id: str) -> Verdict:
    """Members and stewards."""
    return sees_inside(actor, network_id)


def may_see_trail(actor: Actor, network_id: str) -> Verdict:
    """Meta-mentors and the founding organisation; of cases to which they are a party, nothing."""
    return any_of(is_meta_mentor, is_steward)(actor, network_id)


def may_see_looks(actor: Actor) -> Verdict:
    """Everybody signed in, who looked at what she wrote herself."""
    return is_signed_in(actor, None)
