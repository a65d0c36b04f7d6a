"""Who may see a network's way, record a sentence on it, and move the network on."""

from __future__ import annotations

from dataclasses import dataclass

from models.networks import Network
from network.kernel.actor import Actor
from network.kernel.errors import Conflict, InvalidTransition
from network.kernel.policy import Verdict, all_of, any_of, has_proof, predicate
from network.kernel.translation import mark as _
from network.networks import DecisionRequired, is_host, is_steward, sees_inside


class GateNotReady(Conflict):
    """The gate to the next phase is not open yet; `missing` names the steps."""

    code = "gate_not_ready"
    message = _("The network is not ready for this phase yet.")


class StepSettled(Conflict):
    """There is nothing left to do without: the step is done, or the network does without it already."""

    code = "step_settled"
    message = _("This step is done, or you do without it already.")


class DraftGone(Conflict):
    """What was typed in founding is used up: the network exists already, or nothing was typed."""

    code = "draft_gone"
    message = _("This network has just been founded, or nothing was written down yet.")


@dataclass(frozen=True, slots=True)
class Passage:
    """A move of a network from one phase to another; `decided`: the network settled it by a decision."""

    network_id: str
    from_phase: str
    to_phase: str
    decided: bool = False


@predicate()
def is_open_to_all(_actor: Actor, network: Network) -> bool:
    """The network is listed or public: everybody may look up where it stands."""
    return network.visibility in ("listed", "public")


@predicate()
def leaves_the_start(_actor: Actor, passage: Passage) -> bool:
    """The one move that the founding organisation makes alone (roadmap.md, its last sentence)."""
    return (passage.from_phase, passage.to_phase) == ("initiation", "organisation")


@predicate(InvalidTransition)
def goes_anywhere(_actor: Actor, passage: Passage) -> bool:
    """The move is one."""
    return passage.from_phase != passage.to_phase


@predicate()
def is_another_move(actor: Actor, passage: Passage) -> bool:
    """Any move but that one."""
    return not leaves_the_start(actor, passage)


@predicate(DecisionRequired)
def is_decided_together(_actor: Actor, passage: Passage) -> bool:
    """The network decided it."""
    return passage.decided


def may_see_roadmap(actor: Actor, network: Network) -> Verdict:
    """Members and stewards; of a listed or public network everybody (contract.md, details)."""
    return any_of(is_open_to_all, sees_inside)(actor, network)


def may_read_sentences(actor: Actor, network: Network) -> Verdict:
    """What people wrote about a step may name people: only for those inside."""
    return sees_inside(actor, network)


def may_note_step(actor: Actor, network: Network) -> Verdict:
    """Meta-mentor, deputy, steward."""
    return any_of(is_host, is_steward)(actor, network)


def may_change_phase(actor: Actor, passage: Passage) -> Verdict:
    """From the start to organising the steward, with proof. Whoever leads the network learns of every other
    move that it takes a decision; where that was taken and the steward takes the step, she does, with proof.
    """
    return any_of(
        all_of(leaves_the_start, is_steward, has_proof),
        all_of(
            any_of(is_host, is_steward),
            goes_anywhere,
            is_another_move,
            is_decided_together,
            is_steward,
            has_proof,
        ),
    )(actor, passage)
