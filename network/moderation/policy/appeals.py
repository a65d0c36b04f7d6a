"""Who may ask to look at a measure again, who looks, and the same law as SQL: nobody decides about what she
imposed or seconded herself, or is a party to (state-machines, B3)."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, ScalarSelect, Select, and_, exists, false, func, or_, select
from sqlalchemy.orm import aliased

from models.membership import Appointment, Membership
from models.moderation import Appeal, AppealReview, CaseParty, Sanction
from models.networks import Network
from models.organisations import Steward
from models.people import User
from network.kernel import runtime
from network.kernel.actor import Actor
from network.kernel.errors import Forbidden, NotFound
from network.kernel.policy import Verdict, all_of, any_of, has_proof, is_system, predicate, sees_platform
from network.kernel.transitions import PartyToMatter
from network.moderation.rules.appeals import ANSWERED_WITHIN, OF_A_MEMBER, RUNNING, AlreadyReviewed
from network.moderation.rules.cases import FOUNDERS, HOSTS, OPERATORS, PARENTS
from network.networks import is_meta_mentor, is_steward


@dataclass(frozen=True, slots=True)
class Review:
    """What the law asks of an appeal: whose it is, how far up the route it stands, who is kept out of it, who
    has said something already, which organisations act for its network and for the one above."""

    network_id: str
    user_id: str
    level: int
    barred: frozenset[str]
    spoken: frozenset[str]
    founder_id: str
    parent_founder_id: str | None = None


@predicate(NotFound)
def is_affected(actor: Actor, thing: Sanction | Appeal | Review) -> bool:
    """It is about her."""
    return actor.user_id is not None and thing.user_id == actor.user_id


@predicate(NotFound)
def is_not_barred(actor: Actor, review: Review) -> bool:
    """Neither imposed nor seconded it, reported nothing, is not named, invited nobody of them."""
    return actor.user_id is not None and actor.user_id not in review.barred


@predicate(PartyToMatter)
def is_not_her_own(actor: Actor, review: Review) -> bool:
    """It is somebody else's."""
    return review.user_id != actor.user_id


@predicate(AlreadyReviewed)
def has_not_spoken(actor: Actor, review: Review) -> bool:
    """Did not say yet what she thinks of it."""
    return actor.user_id not in review.spoken


@predicate()
def acts_above(actor: Actor, review: Review) -> bool:
    """Acts for the organisation of the network above."""
    return review.parent_founder_id is not None and review.parent_founder_id in actor.stewardships


@predicate()
def stands_below_founders(_actor: Actor, review: Review) -> bool:
    """It is the meta-mentors' to answer, and with them the founding organisation's."""
    return review.level == HOSTS


@predicate()
def stands_with_founders(_actor: Actor, review: Review) -> bool:
    """It is the meta-mentors' or the founding organisation's to answer (state-machines, E)."""
    return review.level <= FOUNDERS


@predicate()
def stands_with_parents(_actor: Actor, review: Review) -> bool:
    """It is the organisation's of the network above to answer."""
    return review.level == PARENTS


@predicate()
def reached_parents(_actor: Actor, review: Review) -> bool:
    """It came to the organisation of the network above."""
    return review.level >= PARENTS


@predicate()
def reached_operators(_actor: Actor, review: Review) -> bool:
    """It came to who runs the platform."""
    return review.level >= OPERATORS


_SEES = all_of(
    is_not_barred,
    any_of(
        is_meta_mentor,
        is_steward,
        all_of(acts_above, reached_parents),
        all_of(sees_platform, reached_operators),
    ),
)

_ANSWERS = any_of(
    all_of(stands_below_founders, is_meta_mentor),
    all_of(stands_with_founders, is_steward),
    all_of(stands_with_parents, acts_above),
    all_of(reached_operators, sees_platform),
)


def may_appeal(actor: Actor, sanction: Sanction) -> Verdict:
    """Whom the measure is about, also while she is suspended or removed; for everybody else it is not
    there."""
    return is_affected(actor, sanction)


def may_withdraw_appeal(actor: Actor, review: Review) -> Verdict:
    """Who asked; for whom it is only to answer it is not hers to take back."""
    if is_affected(actor, review):
        return Verdict()
    return Verdict(Forbidden) if _SEES(actor, review) else Verdict(NotFound)


def may_see_appeal(actor: Actor, review: Review) -> Verdict:
    """Who asked; meta-mentors and the founding organisation, those above from their level on, and of them
    nobody who is kept out of it."""
    return Verdict() if is_affected(actor, review) or _SEES(actor, review) else Verdict(NotFound)


def may_decide_appeal(actor: Actor, review: Review) -> Verdict:
    """Meta-mentors and stewards, above them who stands where the appeal stands; deputies never. With a fresh
    proof of identity; of two reviewers each says one word."""
    return all_of(may_see_appeal, is_not_her_own, has_not_spoken, _ANSWERS, has_proof)(actor, review)


def may_see_appeals(actor: Actor, network_id: str) -> Verdict:
    """Meta-mentors and stewards, each the appeals that are open to her."""
    return any_of(is_meta_mentor, is_steward)(actor, network_id)


def may_settle_appeals(actor: Actor) -> Verdict:
    """The system, whoever made it look."""
    return is_system(actor, None)


def visible_appeals(actor: Actor) -> Select[Appeal]:
    """Those that the actor answers or could read as one who does: the same law as a select. Her own are
    found by her number."""
    if actor.user_id is None:
        return select(Appeal).where(false())
    near = [one for one in sorted(actor.standings) if is_meta_mentor(actor, one) or is_steward(actor, one)]
    ways: list[ColumnElement[bool]] = []
    if near:
        ways.append(Appeal.network_id.in_(near))
    if actor.stewardships:
        above = aliased(Network)
        below = select(Network.id).join(above, above.id == Network.parent_id)
        below = below.where(above.organisation_id.in_(sorted(actor.stewardships)))
        ways.append(and_(Appeal.network_id.in_(below), _reaches(PARENTS)))
    if sees_platform(actor, None):
        ways.append(_reaches(OPERATORS))
    if not ways:
        return select(Appeal).where(false())
    return select(Appeal).where(or_(*ways), ~_barred(actor.user_id))


def running_appeals(actor: Actor, network_id: str) -> ScalarSelect[int]:
    """How many of a network's wait that the actor may look at."""
    wanted = visible_appeals(actor).where(Appeal.network_id == network_id, Appeal.state.in_(RUNNING))
    return select(func.count()).select_from(wanted.subquery()).scalar_subquery()


def _reaches(level: int) -> ColumnElement[bool]:
    """Stands at `level` by now: it climbed there, its time below is over, or nobody below is free of it."""
    if level == HOSTS:
        return Appeal.level >= HOSTS
    now = runtime.current().clock.now()
    late = [
        and_(Appeal.level >= level - steps, Appeal.due_at <= now - (steps - 1) * ANSWERED_WITHIN)
        for steps in range(1, level + 1)
    ]
    return or_(Appeal.level >= level, *late, and_(_reaches(level - 1), ~somebody_free(level - 1)))


def somebody_free(level: int) -> ColumnElement[bool]:
    """Somebody stands there on the route who may answer and has not yet, as SQL beside `Appeal`."""
    if level == HOSTS:
        return or_(_free_host(), _free_steward(of_parent=False))
    if level == FOUNDERS:
        return _free_steward(of_parent=False)
    if level == PARENTS:
        return _free_steward(of_parent=True)
    return (
        exists()
        .where(
            User.is_operator,
            User.state == "active",
            ~_barred(User.id.expression),
            ~_spoke(User.id.expression),
        )
        .correlate(Appeal)
    )  # fmt: skip


def _free_host() -> ColumnElement[bool]:
    clock = runtime.current().clock
    today, now = clock.today(), clock.now()
    runs = and_(Appointment.ended_at.is_(None), or_(Appointment.until.is_(None), Appointment.until >= today))
    unhindered = or_(Membership.suspended_until.is_(None), Membership.suspended_until <= now)
    return (
        exists()
        .where(
            Appointment.network_id == Appeal.network_id, Appointment.role == "meta_mentor", runs,
            Membership.id == Appointment.membership_id, Membership.ended_at.is_(None), unhindered,
            User.id == Appointment.user_id, User.state == "active",
            ~_barred(Appointment.user_id.expression), ~_spoke(Appointment.user_id.expression),
        )
        .correlate(Appeal)
    )  # fmt: skip


def _free_steward(*, of_parent: bool) -> ColumnElement[bool]:
    above = aliased(Network)
    wanted = exists().where(
        Network.id == Appeal.network_id, Steward.ended_at.is_(None), User.id == Steward.user_id,
        User.state == "active", ~_barred(Steward.user_id.expression), ~_spoke(Steward.user_id.expression),
    )  # fmt: skip
    if of_parent:
        wanted = wanted.where(above.id == Network.parent_id, Steward.organisation_id == above.organisation_id)
    else:
        wanted = wanted.where(Steward.organisation_id == Network.organisation_id)
    return wanted.correlate(Appeal)


def _barred(user_id: ColumnElement[str] | str) -> ColumnElement[bool]:
    """Whose appeal it is, who imposed or seconded the measure, every party to the case, and which member
    brought the person into the network: she has a stake in who stays (C29). Who sent the invitations of a
    course list, or invited for the network, vouched for nobody."""
    measure, party, belongs = aliased(Sanction), aliased(CaseParty), aliased(Membership)
    return or_(
        Appeal.user_id == user_id,
        exists().where(
            measure.id == Appeal.sanction_id,
            or_(measure.imposed_by == user_id, measure.seconded_by == user_id),
        ),
        exists().where(
            measure.id == Appeal.sanction_id, party.case_id == measure.case_id, party.user_id == user_id
        ),
        exists().where(
            belongs.network_id == Appeal.network_id, belongs.user_id == Appeal.user_id,
            belongs.invited_by == user_id, belongs.origin == OF_A_MEMBER,
        ),
    )  # fmt: skip


def _spoke(user_id: ColumnElement[str]) -> ColumnElement[bool]:
    review = aliased(AppealReview)
    return exists().where(review.appeal_id == Appeal.id, review.reviewer_id == user_id)
