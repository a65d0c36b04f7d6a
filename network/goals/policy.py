"""Who may see a network's goals, propose one and adopt it."""

from __future__ import annotations

from sqlalchemy import Select, select

from models.goals import Goal
from models.networks import Network
from network.kernel.actor import Actor
from network.kernel.policy import Verdict, all_of, any_of, is_system, predicate
from network.membership import accepted_rules, is_active
from network.networks import is_host, is_member, is_steward, sees_inside


@predicate()
def is_own_proposal(actor: Actor, goal: Goal) -> bool:
    """Proposed it, and nobody adopted it yet."""
    return goal.proposed_by == actor.user_id and goal.state == "proposed"


@predicate()
def founds(actor: Actor, network: Network) -> bool:
    """Is a steward of the organisation that founds the network."""
    return network.organisation_id in actor.stewardships


def may_see_goals(actor: Actor, network_id: str) -> Verdict:
    """Members and stewards (state-machines, E)."""
    return sees_inside(actor, network_id)


def may_propose_goal(actor: Actor, network_id: str) -> Verdict:
    """Active members who accepted the rules."""
    return all_of(is_member, is_active, accepted_rules)(actor, network_id)


def may_adopt_goal(actor: Actor, network_id: str) -> Verdict:
    """Until the network can decide together: meta-mentor, deputy, steward."""
    return any_of(is_host, is_steward)(actor, network_id)


def may_support_goal(actor: Actor, network_id: str) -> Verdict:
    """Active members who accepted the rules, as for proposing."""
    return may_propose_goal(actor, network_id)


def may_note_progress(actor: Actor, network_id: str) -> Verdict:
    """Who works on it knows: active members who accepted the rules."""
    return may_propose_goal(actor, network_id)


def may_change_goal(actor: Actor, goal: Goal) -> Verdict:
    """Who proposed it, while it is a proposal; afterwards who leads the network."""
    return any_of(is_host, is_steward, all_of(is_own_proposal, is_member, is_active))(actor, goal)


def may_close_goal(actor: Actor, network_id: str) -> Verdict:
    """Until the network can decide together: meta-mentor, deputy, steward."""
    return may_adopt_goal(actor, network_id)


def may_adopt_first_goal(actor: Actor, network: Network) -> Verdict:
    """The founding organisation, in founding; the system where a network is brought in from elsewhere."""
    return any_of(founds, is_system)(actor, network)


def visible_goals(actor: Actor) -> Select[Goal]:
    """The goals that `may_see_goals` opens to the actor."""
    open_to_her = [network_id for network_id in actor.standings if may_see_goals(actor, network_id)]
    return select(Goal).where(Goal.network_id.in_(open_to_her))
