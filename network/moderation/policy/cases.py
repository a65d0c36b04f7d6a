"""Who may see and handle a case, along the route of state-machines B1, and the same law as SQL. A party to
the matter never does: for her the case does not exist."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, and_, exists, false, or_, select
from sqlalchemy.orm import InstrumentedAttribute, aliased

from models.membership import Appointment, Membership
from models.moderation import Case, CaseParty, CaseQuestion
from models.networks import Network
from models.organisations import Steward
from models.people import User
from network.kernel import runtime
from network.kernel.actor import Actor
from network.kernel.errors import NotFound
from network.kernel.policy import (
    Verdict,
    all_of,
    any_of,
    is_signed_in,
    is_system,
    predicate,
    sees_platform,
)
from network.moderation.rules.cases import FOUNDERS, HOSTS, OPERATORS, OVER_STATES, PARENTS
from network.networks import is_deputy, is_host, is_meta_mentor, is_steward, sees_inside


@dataclass(frozen=True, slots=True)
class Matter:
    """What the law asks of a case: how far up the route it stands by now (`queries.route.level_for`), who is
    a party, which organisations act for its network and for the parent network."""

    network_id: str
    level: int
    state: str
    parties: frozenset[str]
    founder_id: str
    parent_founder_id: str | None = None


@predicate(NotFound)
def is_no_party(actor: Actor, matter: Matter) -> bool:
    """Neither wrote it nor reported it, nor is anything else in the matter (A/B 4)."""
    return actor.user_id is not None and actor.user_id not in matter.parties


@predicate()
def stands_with_hosts(_actor: Actor, matter: Matter) -> bool:
    """It is the meta-mentors' to handle."""
    return matter.level == HOSTS


@predicate()
def stands_with_founders(_actor: Actor, matter: Matter) -> bool:
    """It is the founding organisation's to handle."""
    return matter.level == FOUNDERS


@predicate()
def reached_founders(_actor: Actor, matter: Matter) -> bool:
    """It came to the founding organisation, or it is over and she may be asked to look again."""
    return matter.level >= FOUNDERS or matter.state in OVER_STATES


@predicate()
def reached_parents(_actor: Actor, matter: Matter) -> bool:
    """It came to the organisation of the network above."""
    return matter.level >= PARENTS


@predicate()
def stands_with_parents(_actor: Actor, matter: Matter) -> bool:
    """It is the organisation's of the network above to handle."""
    return matter.level == PARENTS


@predicate()
def reached_operators(_actor: Actor, matter: Matter) -> bool:
    """It came to who runs the platform."""
    return matter.level >= OPERATORS


@predicate()
def acts_for_parent(actor: Actor, matter: Matter) -> bool:
    """Acts for the organisation of the network above."""
    return matter.parent_founder_id is not None and matter.parent_founder_id in actor.stewardships


_SEES = all_of(
    is_no_party,
    any_of(
        is_host,
        all_of(is_steward, reached_founders),
        all_of(acts_for_parent, reached_parents),
        all_of(sees_platform, reached_operators),
    ),
)

_ACTS = any_of(
    all_of(stands_with_hosts, is_host),
    all_of(stands_with_founders, is_steward),
    all_of(stands_with_parents, acts_for_parent),
    all_of(reached_operators, sees_platform),
)


def may_see_case(actor: Actor, matter: Matter) -> Verdict:
    """Meta-mentors and deputies; the founding organisation from its level on and when it is over; the
    organisation above, who runs the platform from theirs on. A party never."""
    return Verdict() if _SEES(actor, matter) else Verdict(NotFound)


def may_act_on_case(actor: Actor, matter: Matter) -> Verdict:
    """Who stands where the case stands on the route; a party never, for her it does not exist."""
    return all_of(may_see_case, _ACTS)(actor, matter)


def may_reopen_case(actor: Actor, matter: Matter) -> Verdict:
    """The founding organisation and who stands above it."""
    above = any_of(is_steward, acts_for_parent, all_of(reached_operators, sees_platform))
    return all_of(may_see_case, above)(actor, matter)


def may_report(actor: Actor) -> Verdict:
    """Everybody signed in, whatever she sees; what she does not see does not exist for her."""
    return is_signed_in(actor, None)


def may_see_queue(actor: Actor, network_id: str) -> Verdict:
    """Meta-mentors, deputies and stewards, each the cases that are open to her."""
    return any_of(is_host, is_steward)(actor, network_id)


def may_open_case(actor: Actor, network_id: str) -> Verdict:
    """Meta-mentors, deputies and stewards, on their own initiative."""
    return all_of(sees_inside, any_of(is_host, is_steward))(actor, network_id)


@predicate(NotFound)
def was_asked(actor: Actor, question: CaseQuestion) -> bool:
    """She is whom the question is put to."""
    return actor.user_id is not None and question.asked_id == actor.user_id


def may_answer_question(actor: Actor, question: CaseQuestion) -> Verdict:
    """Who was asked: the one thing of a case that a party may reach."""
    return was_asked(actor, question)


def may_settle_cases(actor: Actor) -> Verdict:
    """The system, whoever made it look."""
    return is_system(actor, None)


def acting_role(actor: Actor, matter: Matter) -> str:
    """In which role she handles it: what stands in the audit trail and in the list of looks."""
    if matter.level >= OPERATORS and sees_platform(actor, None):
        return "operator"
    if matter.level >= PARENTS and acts_for_parent(actor, matter):
        return "steward"
    if matter.level >= FOUNDERS and is_steward(actor, matter):
        return "steward"
    if is_meta_mentor(actor, matter):
        return "meta_mentor"
    return "deputy" if is_deputy(actor, matter) else "steward"


def visible_cases(actor: Actor) -> Select[Case]:
    """The same law as a select."""
    if actor.user_id is None:
        return select(Case).where(false())
    hosted = [network_id for network_id in sorted(actor.standings) if is_host(actor, network_id)]
    founded = [network_id for network_id in sorted(actor.standings) if is_steward(actor, network_id)]
    ways: list[ColumnElement[bool]] = []
    if hosted:
        ways.append(Case.network_id.in_(hosted))
    if founded:
        ways.append(and_(Case.network_id.in_(founded), or_(_reaches(FOUNDERS), Case.state.in_(OVER_STATES))))
    if actor.stewardships:
        ways.append(and_(Case.network_id.in_(_below(sorted(actor.stewardships))), _reaches(PARENTS)))
    if sees_platform(actor, None):
        ways.append(_reaches(OPERATORS))
    if not ways:
        return select(Case).where(false())
    party = exists().where(CaseParty.case_id == Case.id, CaseParty.user_id == actor.user_id)
    return select(Case).where(~party, or_(*ways))


def _below(organisation_ids: list[str]) -> Select[str]:
    above = aliased(Network)
    return (
        select(Network.id)
        .join(above, above.id == Network.parent_id)
        .where(above.organisation_id.in_(organisation_ids))
    )


def _reaches(level: int) -> ColumnElement[bool]:
    """Stands at `level` by now: it was lifted there, or nobody below is free of the matter."""
    if level == HOSTS:
        return Case.level >= HOSTS
    return or_(Case.level >= level, and_(_reaches(level - 1), ~somebody_free(level - 1)))


def somebody_free(level: int) -> ColumnElement[bool]:
    """Somebody stands there on the route who is no party to the case, as SQL beside `Case`."""
    if level == HOSTS:
        return _free_host()
    founder = Network.organisation_id
    wanted = exists().where(
        Steward.ended_at.is_(None), User.id == Steward.user_id, User.state == "active",
        ~_is_party(Steward.user_id),
    )  # fmt: skip
    if level == FOUNDERS:
        return wanted.where(Network.id == Case.network_id, Steward.organisation_id == founder).correlate(Case)
    above = aliased(Network)
    wanted = wanted.where(Network.id == Case.network_id, above.id == Network.parent_id)
    return wanted.where(Steward.organisation_id == above.organisation_id).correlate(Case)


def _free_host() -> ColumnElement[bool]:
    clock = runtime.current().clock
    today, now = clock.today(), clock.now()
    runs = and_(Appointment.ended_at.is_(None), or_(Appointment.until.is_(None), Appointment.until >= today))
    unhindered = or_(Membership.suspended_until.is_(None), Membership.suspended_until <= now)
    return (
        exists()
        .where(
            Appointment.network_id == Case.network_id, Appointment.role.in_(("meta_mentor", "deputy")), runs,
            Membership.id == Appointment.membership_id, Membership.ended_at.is_(None), unhindered,
            User.id == Appointment.user_id, User.state == "active", ~_is_party(Appointment.user_id),
        )
        .correlate(Case)
    )  # fmt: skip


def _is_party(user_id: InstrumentedAttribute[str]) -> ColumnElement[bool]:
    party = aliased(CaseParty)
    return exists().where(party.case_id == Case.id, party.user_id == user_id)
