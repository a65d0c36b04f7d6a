"""Who may see, found and change a network; and who is what in one, in the words that every policy uses."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, or_, select

from models.networks import Network
from models.organisations import Organisation
from network.kernel import runtime
from network.kernel.actor import Actor, Standing
from network.kernel.errors import Conflict
from network.kernel.policy import (
    Verdict,
    all_of,
    any_of,
    has_proof,
    is_signed_in,
    is_system,
    predicate,
    sees_platform,
)
from network.kernel.translation import mark as _

OPEN_TO_ALL = ("listed", "public")
MEMBER_STATES = frozenset({"active", "paused"})


class DecisionRequired(Conflict):
    """The network settles this together (state-machines, E)."""

    code = "decision_required"
    message = _("The network decides this together. Open a decision about it.")


def standing_in(actor: Actor, thing: Any) -> Standing | None:
    """How the actor stands in the network that is meant: its id, its row, or anything with a `network_id`."""
    if isinstance(thing, str):
        return actor.standings.get(thing)
    return actor.standings.get(thing.id if isinstance(thing, Network) else thing.network_id)


def _role_runs(actor: Actor, thing: Any, role: str) -> bool:
    standing = standing_in(actor, thing)
    return standing is not None and role in standing.roles and not _suspended(standing)


def _suspended(standing: Standing) -> bool:
    return standing.suspended_until is not None and standing.is_suspended(runtime.current().clock.now())


@predicate()
def is_member(actor: Actor, thing: Any) -> bool:
    """Has an active or paused membership and is not suspended."""
    standing = standing_in(actor, thing)
    return standing is not None and standing.state in MEMBER_STATES and not _suspended(standing)


@predicate()
def is_meta_mentor(actor: Actor, thing: Any) -> bool:
    """Is appointed meta-mentor there and not suspended."""
    return _role_runs(actor, thing, "meta_mentor")


@predicate()
def is_deputy(actor: Actor, thing: Any) -> bool:
    """Is appointed deputy there and not suspended."""
    return _role_runs(actor, thing, "deputy")


@predicate()
def is_steward(actor: Actor, thing: Any) -> bool:
    """Acts for the founding organisation."""
    standing = standing_in(actor, thing)
    return standing is not None and "steward" in standing.roles


is_host = any_of(is_meta_mentor, is_deputy)
"""Meta-mentor, or the deputy who stands in."""

sees_inside = any_of(is_member, is_steward)
"""Reads rooms, people, roadmap and what else is open to members (state-machines, E)."""


def may_see_all_networks(actor: Actor) -> Verdict:
    """The operator sees which networks there are, and nothing of what is in them."""
    return sees_platform(actor, None)


@predicate()
def is_open_to_all(_actor: Actor, network: Network) -> bool:
    """The network shows itself to outsiders."""
    return network.visibility in OPEN_TO_ALL


@predicate()
def belongs(actor: Actor, network: Network) -> bool:
    """Has a running membership in any state, or acts for the founding organisation."""
    return network.id in actor.standings


@predicate()
def acts_for(actor: Actor, organisation: Organisation) -> bool:
    """Is a steward of the organisation."""
    return organisation.id in actor.stewardships


@predicate(DecisionRequired)
def is_small(_actor: Actor, network: Network) -> bool:
    """The network was founded Small: its meta-mentor settles what others decide together."""
    return network.size == "small"


@predicate(DecisionRequired)
def is_starting(_actor: Actor, network: Network) -> bool:
    """The network is still in its first phase, in which the organisation carries it."""
    return network.phase == "initiation"


@predicate(DecisionRequired)
def never(_actor: Actor, _network: Network) -> bool:
    """May propose this, never settle it alone."""
    return False


def may_see_network(actor: Actor, network: Network) -> Verdict:
    """Listed and public networks: everybody; a private one: who belongs to it."""
    return any_of(is_open_to_all, belongs)(actor, network)


def visible_networks(actor: Actor) -> Select[Network]:
    """The same law as a select."""
    return select(Network).where(
        or_(Network.visibility.in_(OPEN_TO_ALL), Network.id.in_(sorted(actor.standings)))
    )


def may_found_network(actor: Actor, organisation: Organisation) -> Verdict:
    """A steward of the organisation; verified or not, for only inviting waits for that."""
    return all_of(is_signed_in, acts_for)(actor, organisation)


def may_change_network(actor: Actor, network: Network) -> Verdict:
    """Meta-mentor or steward."""
    return any_of(is_meta_mentor, is_steward)(actor, network)


def may_set_features(actor: Actor, network: Network) -> Verdict:
    """The meta-mentor of a Small network, the steward until the organisation phase; else by decision."""
    return all_of(
        any_of(
            is_system,
            all_of(is_meta_mentor, is_small),
            all_of(is_steward, is_starting),
            all_of(is_deputy, never),
        ),
        has_proof,
    )(actor, network)
