"""Who looks after a network, who sees what is handed over, and whose week is whose."""

from __future__ import annotations

from models.hosting import HostDeed, HostRound
from network.kernel.actor import Actor
from network.kernel.errors import NotFound
from network.kernel.policy import Verdict, all_of, any_of, is_system, predicate
from network.networks import is_host, is_member, is_steward


@predicate(NotFound)
def has_this_week(actor: Actor, week: HostRound) -> bool:
    """It is her round, or she has it as the deputy."""
    return actor.user_id is not None and actor.user_id in (week.user_id, week.deputy_id)


@predicate()
def is_her_week(actor: Actor, week: HostRound) -> bool:
    """It is her own round, whoever has it now."""
    return actor.user_id is not None and week.user_id == actor.user_id


@predicate(NotFound)
def is_her_deed(actor: Actor, deed: HostDeed) -> bool:
    """She did it herself."""
    return actor.user_id is not None and deed.user_id == actor.user_id


def may_host(actor: Actor, network_id: str) -> Verdict:
    """Meta-mentor and deputy, who belong to the network and are not suspended."""
    return all_of(is_member, is_host)(actor, network_id)


def may_see_round(actor: Actor, week: HostRound) -> Verdict:
    """Whose it is and the deputy who has it, while they are hosts; it is there for nobody else."""
    return Verdict() if all_of(has_this_week, may_host)(actor, week) else Verdict(NotFound)


def may_give_round(actor: Actor, week: HostRound) -> Verdict:
    """Her own, to the deputy and back."""
    return all_of(is_her_week, may_host)(actor, week)


def may_undo(actor: Actor, deed: HostDeed) -> Verdict:
    """What she did herself."""
    return is_her_deed(actor, deed)


def may_see_handover(actor: Actor, network_id: str) -> Verdict:
    """Who hands over and who takes over: meta-mentor and deputy; and who appoints them."""
    return any_of(may_host, is_steward)(actor, network_id)


def may_begin_rounds(actor: Actor) -> Verdict:
    """The system's own job."""
    return is_system(actor, None)
