"""Who may see, second, reject and lift a measure: never the person herself, and never who proposed it where a
second person is asked for."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ScalarSelect, Select, exists, false, func, select

from models.moderation import CaseParty, Sanction
from network.kernel import runtime
from network.kernel.actor import Actor
from network.kernel.errors import NotFound
from network.kernel.policy import (
    Verdict,
    all_of,
    any_of,
    has_proof,
    is_system,
    predicate,
    sees_platform,
    shows_second_factor,
)
from network.moderation.policy.cases import Matter, acts_for_parent, is_no_party, may_see_case
from network.moderation.rules.cases import OPERATORS, PARENTS
from network.moderation.rules.measures import NEVER_TOLD, PROPOSED, ImposedByHer, StewardSeconds
from network.networks import is_meta_mentor, is_steward


@dataclass(frozen=True, slots=True)
class SecondMatter:
    """What the law asks of a measure that waits for a second person: its case, who proposed it, how far up
    somebody else is found (`queries.seconders`), and whether a vote about who proposed it is open (C38)."""

    matter: Matter
    imposed_by: str
    reach: int
    steward_only: bool

    @property
    def network_id(self) -> str:
        """The network in which it is decided."""
        return self.matter.network_id


@predicate(NotFound)
def is_outside(actor: Actor, asked: SecondMatter) -> bool:
    """Is no party to the case."""
    return bool(is_no_party(actor, asked.matter))


@predicate(ImposedByHer)
def is_another(actor: Actor, asked: SecondMatter) -> bool:
    """Somebody else than who proposed it."""
    return actor.user_id != asked.imposed_by


@predicate(StewardSeconds)
def no_vote_is_open(_actor: Actor, asked: SecondMatter) -> bool:
    """Nobody votes about who proposed it just now."""
    return not asked.steward_only


@predicate()
def acts_above(actor: Actor, asked: SecondMatter) -> bool:
    """Acts for the organisation of the network above, and nobody below is free of the matter."""
    return asked.reach >= PARENTS and bool(acts_for_parent(actor, asked.matter))


@predicate()
def is_last_resort(actor: Actor, asked: SecondMatter) -> bool:
    """Runs the platform, and nobody else is free of the matter."""
    return asked.reach >= OPERATORS and bool(sees_platform(actor, None))


_SECONDS = any_of(all_of(is_meta_mentor, no_vote_is_open), is_steward, acts_above, is_last_resort)


def may_see_proposal(actor: Actor, asked: SecondMatter) -> Verdict:
    """Who handles the case, and who may be the second person."""
    seen = may_see_case(actor, asked.matter) or _SECONDS(actor, asked)
    return all_of(is_outside)(actor, asked) if seen else Verdict(NotFound)


def may_second(actor: Actor, asked: SecondMatter) -> Verdict:
    """Another meta-mentor or the organisation (B2), free of the matter, with a fresh proof of identity."""
    return all_of(is_outside, is_another, _SECONDS, has_proof, shows_second_factor)(actor, asked)


def may_reject(actor: Actor, asked: SecondMatter) -> Verdict:
    """The same people."""
    return may_second(actor, asked)


def may_lift(actor: Actor, matter: Matter) -> Verdict:
    """Who sees the case: mercy takes no second person. Never the person herself."""
    return all_of(is_no_party, may_see_case, has_proof, shows_second_factor)(actor, matter)


def proposals_for(actor: Actor, network_id: str) -> ScalarSelect[int]:
    """How many measures of a network wait for a second person who is no party, not who proposed it, and leads
    the network or acts for its organisation."""
    party = exists().where(CaseParty.case_id == Sanction.case_id, CaseParty.user_id == actor.user_id)
    wanted = select(func.count(Sanction.id)).where(
        Sanction.network_id == network_id, Sanction.state == PROPOSED, Sanction.seconded_by.is_(None),
        Sanction.second_until > runtime.current().clock.now(), Sanction.user_id != actor.user_id,
        Sanction.imposed_by != actor.user_id, ~party,
    )  # fmt: skip
    if not (is_meta_mentor(actor, network_id) or is_steward(actor, network_id)):
        wanted = wanted.where(false())
    return wanted.scalar_subquery()


def may_settle_measures(actor: Actor) -> Verdict:
    """The system, whoever made it look."""
    return is_system(actor, None)


def own_sanctions(actor: Actor) -> Select[Sanction]:
    """The measures of which the actor was told, as their person."""
    return select(Sanction).where(Sanction.user_id == actor.user_id, Sanction.state.not_in(NEVER_TOLD))
