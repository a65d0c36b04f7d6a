"""Who greets newcomers, who names whom for it, and whose first days are whose."""

from __future__ import annotations

from models.arrivals import BuddyPair
from network.kernel.actor import Actor
from network.kernel.policy import Verdict, all_of, any_of, is_system, predicate
from network.membership import accepted_rules, is_active
from network.networks import is_host, is_member, is_steward


@predicate()
def is_one_of_the_two(actor: Actor, pair: BuddyPair) -> bool:
    """Is the newcomer or her buddy."""
    return actor.user_id in (pair.newcomer_id, pair.buddy_id)


def may_end_pair(actor: Actor, pair: BuddyPair) -> Verdict:
    """Either of the two, at any time; nobody for them."""
    return is_one_of_the_two(actor, pair)


def may_see_arrival(actor: Actor, network_id: str) -> Verdict:
    """Members, their own."""
    return is_member(actor, network_id)


def may_greet(actor: Actor, network_id: str) -> Verdict:
    """Active members who accepted the rules offer to greet newcomers."""
    return all_of(is_member, is_active, accepted_rules)(actor, network_id)


def may_name_buddy(actor: Actor, network_id: str) -> Verdict:
    """Meta-mentor, deputy or steward ask others to greet newcomers."""
    return any_of(is_host, is_steward)(actor, network_id)


def may_pair(actor: Actor) -> Verdict:
    """The system, when somebody has come in or a buddy has gone."""
    return is_system(actor, None)
