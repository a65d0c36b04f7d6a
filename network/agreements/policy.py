"""Who may read the documents of a network, adopt the first rules and accept them."""

from __future__ import annotations

from sqlalchemy import Select, select

from models.agreements import Agreement, AgreementVersion
from models.networks import Network
from network.kernel import runtime
from network.kernel.actor import Actor, Standing
from network.kernel.policy import Verdict, any_of, is_system, predicate

RUNNING = frozenset({"invited", "applied", "accepted", "active", "paused"})


def _belongs(standing: Standing | None) -> bool:
    return standing is not None and (standing.state in RUNNING or "steward" in standing.roles)


@predicate()
def belongs(actor: Actor, network_id: str) -> bool:
    """Is a member or on the way to become one, or acts for the founding organisation. Who is suspended still
    reads the rules under which it happened."""
    return _belongs(actor.standing(network_id))


@predicate()
def joins_in(actor: Actor, network_id: str) -> bool:
    """Has a running membership and is not suspended."""
    standing = actor.standing(network_id)
    return (
        standing is not None
        and standing.state in RUNNING
        and not standing.is_suspended(runtime.current().clock.now())
    )


@predicate()
def founds(actor: Actor, network: Network) -> bool:
    """Is a steward of the organisation that founds the network."""
    return network.organisation_id in actor.stewardships


def may_read_agreements(actor: Actor, network_id: str) -> Verdict:
    """Members, applicants, the invited and the stewards read them."""
    return belongs(actor, network_id)


def may_accept_rules(actor: Actor, network_id: str) -> Verdict:
    """Each accepts for herself, applicants too: they may read and greet while they wait."""
    return joins_in(actor, network_id)


def may_adopt_builtin_rules(actor: Actor, network: Network) -> Verdict:
    """The founding organisation, in founding; the system where a network is brought in from elsewhere."""
    return any_of(founds, is_system)(actor, network)


def visible_agreement_versions(actor: Actor) -> Select[AgreementVersion, Agreement]:
    """The versions that `may_read_agreements` opens to the actor, each with its document."""
    open_to_her = [network_id for network_id in actor.standings if may_read_agreements(actor, network_id)]
    return (
        select(AgreementVersion, Agreement)
        .join(Agreement, Agreement.id == AgreementVersion.agreement_id)
        .where(Agreement.network_id.in_(open_to_her))
    )
