"""Who may read the documents of a network, accept its rules, draft, fix and sign a version."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, or_, select

from models.agreements import Agreement, AgreementVersion, SignatureRequest
from models.networks import Network
from network.agreements.rules.signing import CAPACITY_ORGANISATION
from network.agreements.rules.texts import IN_FORCE
from network.agreements.rules.versions import (
    DRAFT,
    DRAFTERS,
    EXPIRED,
    SUPERSEDED,
    TERMINATED,
    MoreMembersNeeded,
)
from network.kernel import runtime
from network.kernel.actor import Actor, Standing
from network.kernel.policy import Law, Verdict, all_of, any_of, has_proof, is_system, predicate
from network.membership import accepted_rules, is_active
from network.networks import is_host, is_member, is_steward, sees_inside

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


@dataclass(frozen=True, slots=True)
class Taking:
    """A version on paper that is asked for: where it belongs, and whether who asks signed it."""

    network_id: str
    signed: bool


@predicate()
def has_signed(_actor: Actor, taking: Taking) -> bool:
    """Signed it: her copy is hers, also when she has left."""
    return taking.signed


@predicate()
def belongs_there(actor: Actor, taking: Taking) -> bool:
    """Reads the documents of the network it is of."""
    return _belongs(actor.standing(taking.network_id))


def may_take_document(actor: Actor, taking: Taking) -> Verdict:
    """Who reads the network's documents, and who signed."""
    return any_of(belongs_there, has_signed)(actor, taking)


def may_read_agreements(actor: Actor, network_id: str) -> Verdict:
    """Members, applicants, the invited and the stewards read them."""
    return belongs(actor, network_id)


def may_accept_rules(actor: Actor, network_id: str) -> Verdict:
    """Each accepts for herself, applicants too: they may read and greet while they wait."""
    return joins_in(actor, network_id)


def may_adopt_builtin_rules(actor: Actor, network: Network) -> Verdict:
    """The founding organisation, in founding; the system where a network is brought in from elsewhere."""
    return any_of(founds, is_system)(actor, network)


leads = any_of(is_host, is_steward)
"""Meta-mentor, the deputy who stands in, the founding organisation (state-machines, E)."""

is_mentor = all_of(is_member, is_active, accepted_rules)
"""An active member who accepted the rules."""


@predicate(MoreMembersNeeded)
def _never_alone(_actor: Actor, _thing: Any) -> bool:
    return False


def may_draft_version(actor: Actor, network_id: str, others: int = 0) -> Verdict:
    """Who leads the network; of the members three together, the one who asks and `others` (B4, E)."""
    with_others: Law = is_mentor if others + 1 >= DRAFTERS else all_of(is_mentor, _never_alone)
    return any_of(leads, with_others)(actor, network_id)


def may_change_version(actor: Actor, network_id: str, drafters: Collection[str]) -> Verdict:
    """Who leads the network, and those who draft it as long as they are active members."""
    if actor.user_id in drafters:
        return any_of(leads, is_mentor)(actor, network_id)
    return leads(actor, network_id)


def may_open_deliberation(actor: Actor, network_id: str) -> Verdict:
    """Meta-mentor, deputy, steward (state-machines, E)."""
    return leads(actor, network_id)


def may_freeze_version(actor: Actor, network_id: str) -> Verdict:
    """Meta-mentor or deputy on the one side, the steward on the other: it takes both."""
    return leads(actor, network_id)


def may_request_signatures(actor: Actor, network_id: str) -> Verdict:
    """The system, when the network said yes; who leads, where that was refused for a moment."""
    return any_of(is_system, leads)(actor, network_id)


def may_activate_version(actor: Actor, network_id: str) -> Verdict:
    """Meta-mentor or deputy once the rule is met; the system by the clock (B4)."""
    return any_of(is_system, is_host)(actor, network_id)


def may_terminate_version(actor: Actor, network_id: str) -> Verdict:
    """Who leads, with proof, where the network decided it: the steward is no exception (B4)."""
    return all_of(leads, has_proof)(actor, network_id)


def may_sign(actor: Actor, network_id: str) -> Verdict:
    """Members for themselves, with proof; who is suspended does not (B2)."""
    return all_of(is_member, has_proof)(actor, network_id)


def may_decline(actor: Actor, network_id: str) -> Verdict:
    """Members for themselves: saying no takes no proof."""
    return is_member(actor, network_id)


@predicate()
def _acts_for(actor: Actor, organisation_id: str) -> bool:
    return organisation_id in actor.stewardships


def may_sign_for(actor: Actor, organisation_id: str) -> Verdict:
    """A steward of the organisation, with proof."""
    return all_of(_acts_for, has_proof)(actor, organisation_id)


def may_decline_for(actor: Actor, organisation_id: str) -> Verdict:
    """A steward of the organisation."""
    return _acts_for(actor, organisation_id)


def may_discuss_correction(actor: Actor, network_id: str) -> Verdict:
    """A member; the command looks whether she signed what is to be corrected (B4)."""
    return is_member(actor, network_id)


def may_settle_versions(actor: Actor) -> Verdict:
    """The system: what the clock has decided is only written down."""
    return is_system(actor, None)


def sees_signers(actor: Actor, network_id: str) -> Verdict:
    """Who signed: members and stewards."""
    return sees_inside(actor, network_id)


def sees_reasons(actor: Actor, network_id: str) -> Verdict:
    """Why somebody does not sign: who leads the network."""
    return leads(actor, network_id)


FOR_WHO_IS_COMING = (IN_FORCE, SUPERSEDED, EXPIRED, TERMINATED)
"""What applicants and the invited read: what holds or held, not what is being worked on."""


def visible_agreements(actor: Actor) -> Select[Agreement]:
    """The documents that `may_read_agreements` opens to the actor, and those that an organisation is asked to
    sign for which she acts."""
    return select(Agreement).where(or_(_open_to(actor), Agreement.id.in_(_asked_of_hers(actor))))


def visible_agreement_versions(actor: Actor) -> Select[AgreementVersion, Agreement]:
    """The versions that are open to the actor, each with its document: to members and stewards all, to who is
    coming or suspended what holds or held."""
    inside = [network_id for network_id in actor.standings if sees_inside(actor, network_id)]
    return (
        select(AgreementVersion, Agreement)
        .join(Agreement, Agreement.id == AgreementVersion.agreement_id)
        .where(
            or_(
                Agreement.network_id.in_(inside),
                and_(_open_to(actor), AgreementVersion.state.in_(FOR_WHO_IS_COMING)),
                and_(Agreement.id.in_(_asked_of_hers(actor)), AgreementVersion.state != DRAFT),
            )
        )
    )


def _open_to(actor: Actor) -> ColumnElement[bool]:
    return Agreement.network_id.in_([one for one in actor.standings if may_read_agreements(actor, one)])


def _asked_of_hers(actor: Actor) -> Select[str]:
    return (
        select(AgreementVersion.agreement_id)
        .join(SignatureRequest, SignatureRequest.version_id == AgreementVersion.id)
        .where(SignatureRequest.capacity == CAPACITY_ORGANISATION)
        .where(SignatureRequest.party.in_(sorted(actor.stewardships)))
    )


def may_send_copies(actor: Actor) -> Verdict:
    """Nobody but the system, as a consequence of what came into force or was signed."""
    return is_system(actor, None)


def may_destroy_names(actor: Actor) -> Verdict:
    """Nobody but the system, when their time is over."""
    return is_system(actor, None)


def may_read_in_dispute(actor: Actor) -> Verdict:
    """Nobody from outside: whoever sits at the server, for two people who run it."""
    return is_system(actor, None)
