"""Who could be the second person of a measure, and whether a vote about who proposed it is open."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import and_, exists, or_, select

from models.decisions import Decision, DecisionOption, Elector
from models.membership import Membership
from models.moderation import Case, Sanction
from models.organisations import Steward
from models.people import User
from network import membership
from network.kernel import runtime
from network.kernel.transaction import session
from network.moderation.policy.cases import Matter
from network.moderation.policy.measures import SecondMatter
from network.moderation.queries.route import matter_of
from network.moderation.rules.cases import FOUNDERS, OPERATORS, PARENTS

DRAFT_COUNTS = timedelta(days=7)
"""So long a draft counts of which the person concerned was told: nobody holds up moderation by a draft that
is never opened."""


def second_matter(case: Case, sanction: Sanction) -> SecondMatter:
    """What the law asks of a measure that waits for a second person."""
    matter = matter_of(case)
    return SecondMatter(
        matter=matter, imposed_by=sanction.imposed_by, reach=_reach(matter, sanction.imposed_by),
        steward_only=vote_about(sanction.network_id, sanction.imposed_by, sanction.user_id),
    )  # fmt: skip


def seconders_of(case: Case, sanction: Sanction) -> list[str]:
    """Who could be the second person of a measure, by id: meta-mentors and the founding organisation's
    stewards who are no party and did not propose it."""
    asked = second_matter(case, sanction)
    out = asked.matter.parties | {sanction.imposed_by}
    there = _stewards(asked.matter.founder_id)
    if not asked.steward_only:
        hosts = membership.running_appointments(asked.network_id, "meta_mentor")
        there |= {row["user"]["id"] for row in hosts}
    return sorted(there - out)


def _reach(matter: Matter, imposed_by: str) -> int:
    out = matter.parties | {imposed_by}
    hosts = {row["user"]["id"] for row in membership.running_appointments(matter.network_id, "meta_mentor")}
    if (hosts | _stewards(matter.founder_id)) - out:
        return FOUNDERS
    if matter.parent_founder_id is not None and _stewards(matter.parent_founder_id) - out:
        return PARENTS
    return OPERATORS


def _stewards(organisation_id: str) -> set[str]:
    wanted = (
        select(Steward.user_id)
        .join(User, User.id == Steward.user_id)
        .where(Steward.organisation_id == organisation_id, Steward.ended_at.is_(None), User.state == "active")
    )
    return set(session().scalars(wanted))


def vote_about(network_id: str, imposer_id: str, person_id: str, now: datetime | None = None) -> bool:
    """True while a decision about the imposer is prepared, set or open in which this person takes part, or
    would: nobody keeps those away by a measure who are to vote about her (C38)."""
    moment = now or runtime.current().clock.now()
    hers = select(Membership.id).where(
        Membership.network_id == network_id, Membership.user_id == imposer_id, Membership.ended_at.is_(None)
    )
    about = or_(
        Decision.concerned_user_id == imposer_id,
        exists().where(DecisionOption.decision_id == Decision.id, DecisionOption.membership_id.in_(hers)),
        and_(Decision.effect_type == "appoint", Decision.effect_id.in_(hers)),
    )
    elects = exists().where(
        Elector.decision_id == Decision.id, Elector.user_id == person_id, Elector.voided_at.is_(None)
    )
    belongs = exists().where(
        Membership.network_id == network_id, Membership.user_id == person_id, Membership.ended_at.is_(None)
    )
    told = and_(Decision.state == "draft", Decision.concerned_told_at >= moment - DRAFT_COUNTS)
    ahead = and_(or_(Decision.state == "scheduled", told), belongs)
    runs = or_(and_(Decision.state == "open", Decision.closes_at > moment, elects), ahead)
    wanted = select(Decision.id).where(Decision.network_id == network_id, about, runs)
    return session().scalar(wanted.limit(1)) is not None
