"""Who may send files to a network, and what becomes of one that no message carries yet."""

from __future__ import annotations

from network.kernel.actor import Actor
from network.kernel.errors import NotFound
from network.kernel.policy import Verdict, all_of, is_signed_in, is_system, predicate
from network.membership import accepted_rules, is_active
from network.networks import is_member, sees_inside


@predicate(NotFound)
def still_belongs(actor: Actor, network_id: str) -> bool:
    """Is a member or steward of the network for which it was sent."""
    return bool(sees_inside(actor, network_id))


def may_upload_file(actor: Actor, network_id: str) -> Verdict:
    """Active members who accepted the rules, as for writing (state-machines, E)."""
    return all_of(is_member, is_active, accepted_rules)(actor, network_id)


def may_use_own_file(actor: Actor, network_id: str) -> Verdict:
    """Whoever sent it, while she is in the network; whoever else asks finds nothing."""
    return all_of(is_signed_in, still_belongs)(actor, network_id)


def may_tidy_files(actor: Actor) -> Verdict:
    """The system's own jobs."""
    return is_system(actor, None)
