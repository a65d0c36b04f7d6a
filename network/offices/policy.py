"""Who may see a network's office, and who settles whether there is one."""

from __future__ import annotations

from dataclasses import dataclass

from models.networks import Network
from network.kernel.actor import Actor
from network.kernel.policy import Verdict, all_of, any_of, is_system, predicate
from network.networks import DecisionRequired, is_host, is_meta_mentor, is_steward, sees_inside


@dataclass(frozen=True, slots=True)
class Settlement:
    """What somebody wants to settle about an office: whether the network `decided` it, in a decision that is
    named now or was before, or it is about the details of what was decided alone."""

    network: Network
    decided: bool

    @property
    def network_id(self) -> str:
        """Where it is."""
        return self.network.id


@predicate()
def is_decided(_actor: Actor, settlement: Settlement) -> bool:
    """The network decided it together."""
    return settlement.decided


@predicate(DecisionRequired)
def is_small(_actor: Actor, settlement: Settlement) -> bool:
    """The network was founded Small: its meta-mentor settles what others decide together."""
    return settlement.network.size == "small"


@predicate(DecisionRequired)
def is_starting(_actor: Actor, settlement: Settlement) -> bool:
    """The network is still in its first phase, in which the organisation carries it."""
    return settlement.network.phase == "initiation"


@predicate(DecisionRequired)
def never(_actor: Actor, _settlement: Settlement) -> bool:
    """May propose this, never settle it alone."""
    return False


def may_see_office(actor: Actor, network: Network) -> Verdict:
    """Members and stewards, as all roles."""
    return sees_inside(actor, network)


def may_describe_office(actor: Actor, network: Network) -> Verdict:
    """Who writes down what the network decided: meta-mentor, deputy, steward."""
    return any_of(is_host, is_steward)(actor, network)


def may_decide_office(actor: Actor, settlement: Settlement) -> Verdict:
    """What the network decided: whoever leads it. Else the meta-mentor of a Small network, and the steward
    until the organisation phase (state-machines, E); everybody else who leads learns that it takes a
    decision."""
    return any_of(
        is_system,
        all_of(any_of(is_host, is_steward), is_decided),
        all_of(is_meta_mentor, is_small),
        all_of(is_steward, is_starting),
        all_of(is_host, never),
    )(actor, settlement)


def may_forget_contact(actor: Actor) -> Verdict:
    """Nobody but the system, when somebody is erased."""
    return is_system(actor, None)
