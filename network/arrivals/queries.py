"""What can be seen of first days: one's own list and buddy, the newcomers that one greets, who greets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, TypedDict

from sqlalchemy import ColumnElement, and_, exists, func, or_, select

from models.arrivals import Arrival, Buddy, BuddyPair
from models.discussions import Message, Room, RoomMember, Topic
from models.meetings import Meeting, MeetingReply
from models.membership import Membership
from models.people import User
from models.profiles import Profile, ProfileLanguage, ProfileOffer
from network import people
from network.arrivals.policy import may_see_arrival
from network.arrivals.rules import FIRST_DAYS, STEPS, Candidate, is_over, steps_put_off
from network.blocks import hides_from, refuses
from network.kernel import runtime
from network.kernel.actor import Actor
from network.kernel.errors import NotFound
from network.kernel.events import renders
from network.kernel.transaction import session
from network.people import PersonView


class StepView(TypedDict):
    """One step of the first days."""

    key: str
    done: bool
    put_off: bool


class NewcomerView(TypedDict):
    """A newcomer whom one greets."""

    user: PersonView
    since: datetime
    greeted: bool


class ArrivalView(TypedDict):
    """One's own first days in a network; `steps` is empty when the list is done or was closed, and
    after the first thirty days. `greeted` says whether the buddy has written to her, each newcomer's whether
    one has written to that one."""

    steps: list[StepView]
    said_hello: bool
    buddy: PersonView | None
    greeted: bool
    greets: bool
    newcomers: list[NewcomerView]


def get_arrival(actor: Actor, network_id: str) -> ArrivalView:
    """One's own first days, in three statements. Raises NotFound for who is no member."""
    if not may_see_arrival(actor, network_id):
        raise NotFound()
    me, now = actor.user_id or "", runtime.current().clock.now()
    done = _done(me, network_id)
    pairs = (
        session()
        .execute(
            select(BuddyPair.newcomer_id, BuddyPair.buddy_id, BuddyPair.created_at, _greeted())
            .where(BuddyPair.network_id == network_id, _runs(now))
            .where(or_(BuddyPair.newcomer_id == me, BuddyPair.buddy_id == me))
            .order_by(BuddyPair.id.desc())
        )
        .all()
    )
    named = people.people_by_id({*(row[0] for row in pairs), *(row[1] for row in pairs)}) if pairs else {}
    own = next((row for row in pairs if row[0] == me), None)
    newcomers: list[NewcomerView] = [
        {"user": named[row[0]], "since": row[2], "greeted": row[3]} for row in pairs if row[1] == me
    ]
    return {
        "steps": _steps(done), "said_hello": bool(done["hello"]),
        "buddy": named[own[1]] if own is not None else None, "greeted": own is not None and bool(own[3]),
        "greets": bool(done["greets"]), "newcomers": newcomers,
    }  # fmt: skip


def list_buddies(actor: Actor, network_id: str) -> list[PersonView]:
    """Who greets newcomers of a network, by name. Raises NotFound for who is no member."""
    if not may_see_arrival(actor, network_id):
        raise NotFound()
    wanted = select(Buddy.user_id).where(Buddy.network_id == network_id)
    named = people.people_by_id(session().scalars(wanted).all())
    return sorted(named.values(), key=lambda person: person["display_name"].casefold())


def greets_in(actor: Actor) -> frozenset[str]:
    """The ids of the networks in which one greets newcomers."""
    return frozenset(session().scalars(select(Buddy.network_id).where(Buddy.user_id == actor.user_id)))


def candidates_for(network_id: str, newcomer: User, among: Sequence[str] | None) -> list[Candidate]:
    """Who could greet a newcomer: of those who offered it, or of `among`; active, writing and being written
    to, and no block between the two."""
    now, today = runtime.current().clock.now(), runtime.current().clock.today()
    greets = (
        select(func.count())
        .where(BuddyPair.buddy_id == User.id, BuddyPair.network_id == network_id, _runs(now))
        .correlate(User)
        .scalar_subquery()
    )
    languages = select(ProfileLanguage.language).where(ProfileLanguage.user_id == newcomer.id)
    speaks = exists().where(
        ProfileLanguage.user_id == User.id,
        or_(ProfileLanguage.language == newcomer.language, ProfileLanguage.language.in_(languages)),
    )
    shares = or_(User.language == newcomer.language, User.language.in_(languages), speaks.correlate(User))
    offered = exists().where(Buddy.network_id == network_id, Buddy.user_id == User.id).correlate(User)
    active = or_(
        Membership.state == "active", and_(Membership.state == "paused", Membership.paused_until < today)
    )
    rows = session().execute(
        select(User.id, greets, shares)
        .join(Membership, and_(Membership.user_id == User.id, Membership.network_id == network_id))
        .where(User.id != newcomer.id, User.state == "active", active)
        .where(or_(Membership.suspended_until.is_(None), Membership.suspended_until <= now))
        .where(offered if among is None else User.id.in_(among))
        .where(~refuses(User.id, newcomer.id), ~refuses(newcomer.id, User.id))
    )
    return [Candidate(row[0], row[1], bool(row[2])) for row in rows]


def running_pairs(network_id: str, user_id: str) -> list[BuddyPair]:
    """The pairs in which somebody stands, as newcomer or as buddy; locked."""
    now = runtime.current().clock.now()
    wanted = select(BuddyPair).where(BuddyPair.network_id == network_id, _runs(now))
    mine = or_(BuddyPair.newcomer_id == user_id, BuddyPair.buddy_id == user_id)
    return list(session().scalars(wanted.where(mine).order_by(BuddyPair.id).with_for_update(of=BuddyPair)))


def pairs_of(network_id: str, one_id: str, other_id: str) -> list[BuddyPair]:
    """The pairs that two people are or were, whoever of them came later; locked."""
    two = (one_id, other_id)
    wanted = (
        select(BuddyPair)
        .where(BuddyPair.network_id == network_id)
        .where(BuddyPair.newcomer_id.in_(two), BuddyPair.buddy_id.in_(two))
    )
    return list(session().scalars(wanted.order_by(BuddyPair.id).with_for_update()))


def was_greeted(pair_id: str) -> bool:
    """True when the buddy has written to the newcomer."""
    return bool(session().scalar(select(_greeted()).where(BuddyPair.id == pair_id)))


@renders("buddy_pair")
def render_pairs(ids: Sequence[str]) -> Mapping[str, Mapping[str, Any]]:
    """Both of them, for the two."""
    rows = session().scalars(select(BuddyPair).where(BuddyPair.id.in_(ids))).all()
    named = people.people_by_id({one for row in rows for one in (row.newcomer_id, row.buddy_id)})
    return {
        row.id: {
            "id": row.id, "network_id": row.network_id, "newcomer": named[row.newcomer_id],
            "buddy": named[row.buddy_id], "ends_at": row.ends_at, "version": row.version,
        }
        for row in rows
    }  # fmt: skip


def _runs(now: datetime) -> ColumnElement[bool]:
    """Not over, and no block came between the two since."""
    return and_(
        BuddyPair.ended_at.is_(None), BuddyPair.ends_at > now,
        ~hides_from(BuddyPair.buddy_id, BuddyPair.newcomer_id),
        ~hides_from(BuddyPair.newcomer_id, BuddyPair.buddy_id),
    )  # fmt: skip


def _greeted() -> ColumnElement[bool]:
    """The buddy has written where both of them read: to her directly, or below her hello."""
    both = exists().where(RoomMember.room_id == Room.id, RoomMember.user_id == BuddyPair.newcomer_id)
    reads = (
        select(Topic.id)
        .join(Room, Room.id == Topic.room_id)
        .where(Room.network_id == BuddyPair.network_id)
        .where(or_(Topic.created_by == BuddyPair.newcomer_id, and_(Room.kind == "direct", both)))
    )
    answered = exists().where(
        Message.author_id == BuddyPair.buddy_id, Message.topic_id.in_(reads.correlate(BuddyPair)),
        Message.created_at >= BuddyPair.created_at,
    )  # fmt: skip
    return or_(BuddyPair.greeted_at.is_not(None), answered.correlate(BuddyPair))


def _done(me: str, network_id: str) -> dict[str, Any]:
    """What she has done of the list, in one statement."""
    said = (
        select(Message.id)
        .join(Room, Room.id == Message.room_id)
        .join(Topic, Topic.id == Message.topic_id)
        .where(Message.author_id == me, Message.deleted_at.is_(None), Room.network_id == network_id)
        .where(Room.kind != "direct")
    )
    told = exists().where(Profile.user_id == me, Profile.introduction != "")
    picture = exists().where(User.id == me, User.photo.is_not(None))
    coming = (
        select(MeetingReply.user_id)
        .join(Meeting, Meeting.id == MeetingReply.meeting_id)
        .where(MeetingReply.user_id == me, Meeting.network_id == network_id)
    )
    facts: dict[str, Any] = {
        "introduction": or_(told, picture),
        "offers": exists().where(ProfileOffer.user_id == me),
        "hello": said.where(Room.opening == "welcome").exists(),
        "meeting": coming.exists(),
        "answer": said.where(Topic.created_by != me).exists(),
        "greets": exists().where(Buddy.network_id == network_id, Buddy.user_id == me),
        "since": select(func.max(Membership.since))
        .where(Membership.network_id == network_id, Membership.user_id == me, Membership.ended_at.is_(None))
        .scalar_subquery(),
        "put_off": select(Arrival.put_off).where(*_own(me, network_id)).scalar_subquery(),
        "closed_at": select(Arrival.closed_at).where(*_own(me, network_id)).scalar_subquery(),
    }
    found = session().execute(select(*(what.label(name) for name, what in facts.items())))
    return dict(found.mappings().one())


def _own(me: str, network_id: str) -> tuple[ColumnElement[bool], ...]:
    return Arrival.user_id == me, Arrival.network_id == network_id


def _steps(done: Mapping[str, Any]) -> list[StepView]:
    came = done["since"]
    if done["closed_at"] is not None or is_over(done):
        return []
    if came is None or runtime.current().clock.now() - came > FIRST_DAYS:
        return []
    waiting = steps_put_off(done["put_off"] or "")
    return [StepView(key=step, done=bool(done[step]), put_off=step in waiting) for step in STEPS]
