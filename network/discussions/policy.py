"""Who may see a room, speak in it and look after it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, false, or_, select

from models.discussions import Room, RoomMember
from models.membership import Membership
from network.kernel import runtime
from network.kernel.actor import Actor
from network.kernel.errors import Forbidden, NotFound
from network.kernel.policy import Verdict, all_of, any_of, is_signed_in, is_system, predicate
from network.kernel.translation import mark as _
from network.membership import RulesNotAccepted
from network.networks import is_host, is_steward, sees_inside

TO_WHOLE_NETWORK = ("open", "announcement")
FOUND_IN = (*TO_WHOLE_NETWORK, "private", "direct")
"""Kinds of rooms in which those who see them find words; what is said in confidence is in no index."""


class MembershipRequired(Forbidden):
    """Stewards read along; who wants to speak joins."""

    code = "membership_required"
    message = _("You can read here. To write, join the network as a member.")


class MembershipPaused(Forbidden):
    """A paused member reads and does not write."""

    code = "membership_paused"
    message = _("You have a break. Come back to write.")


class DirectMessagesClosed(Forbidden):
    """Somebody in a direct room takes no messages: from nobody, or not from who asks; which is not told."""

    code = "direct_messages_closed"
    message = _("This person takes no direct messages at the moment.")


class DirectMessagesOff(Forbidden):
    """Who takes no direct messages, or none from somebody in the room, writes none there either."""

    code = "direct_messages_off"
    message = _("You take no direct messages from this person. Change that first, then you can write.")


class AnnouncementsOnly(Forbidden):
    """Only hosts speak in this room."""

    code = "announcements_only"
    message = _("In this room only the meta-mentors write.")


@dataclass(frozen=True, slots=True)
class Place:
    """A room as one person stands to it. The membership is as the database has it at this moment, which may
    be later than the actor's. Of a direct room: `refused` where one of the others takes no messages from her,
    `refuses` where she takes none from one of them."""

    network_id: str
    kind: str
    posting: str
    in_room: bool
    member_state: str | None = None
    suspended_until: datetime | None = None
    rules_accepted: bool = False
    refused: bool = False
    refuses: bool = False


@dataclass(frozen=True, slots=True)
class Rooms:
    """The rooms of a network as a whole, or those of one kind; `hosted` where a meta-mentor is appointed."""

    network_id: str
    organisation_id: str
    hosted: bool
    kind: str | None = None


@dataclass(frozen=True, slots=True)
class Owned:
    """Something that somebody wrote or opened in a network."""

    network_id: str
    author_id: str


@predicate(NotFound)
def room_is_open_to_network(_actor: Actor, place: Place) -> bool:
    """The room is there for the whole network."""
    return place.kind in TO_WHOLE_NETWORK


@predicate(NotFound)
def belongs_to_room(_actor: Actor, place: Place) -> bool:
    """Is one of the people of a private or direct room, and has been since she came into it."""
    return place.in_room


@predicate(MembershipRequired)
def has_membership(_actor: Actor, place: Place) -> bool:
    """Is a member, active or paused, now."""
    return place.member_state in ("active", "paused")


@predicate(MembershipPaused)
def is_active(_actor: Actor, place: Place) -> bool:
    """Has not paused."""
    return place.member_state == "active"


@predicate()
def is_not_suspended(_actor: Actor, place: Place) -> bool:
    """No suspension lies over the membership now."""
    return place.suspended_until is None or place.suspended_until <= runtime.current().clock.now()


@predicate(RulesNotAccepted)
def accepted_rules(_actor: Actor, place: Place) -> bool:
    """Accepted the rules that hold in the network."""
    return place.rules_accepted


@predicate(AnnouncementsOnly)
def room_is_for_all_voices(_actor: Actor, place: Place) -> bool:
    """Every member may speak in the room."""
    return place.kind != "announcement" and place.posting == "members"


@predicate(DirectMessagesClosed)
def is_not_refused(_actor: Actor, place: Place) -> bool:
    """Nobody else in a direct room refuses what she writes."""
    return not place.refused


@predicate(DirectMessagesOff)
def refuses_nobody(_actor: Actor, place: Place) -> bool:
    """She takes answers from everybody in a direct room."""
    return not place.refuses


@predicate()
def has_a_name(_actor: Actor, rooms: Rooms) -> bool:
    """Somebody set the room up for others; a direct room is called after its people and belongs to them."""
    return rooms.kind != "direct"


@predicate()
def network_has_no_host(_actor: Actor, rooms: Rooms) -> bool:
    """No meta-mentor is appointed: the organisation looks after the rooms meanwhile."""
    return not rooms.hosted


@predicate()
def acts_for_founder(actor: Actor, rooms: Rooms) -> bool:
    """Is a steward of the organisation that founds the network."""
    return rooms.organisation_id in actor.stewardships


@predicate()
def is_author(actor: Actor, thing: Owned) -> bool:
    """Wrote it."""
    return actor.user_id is not None and actor.user_id == thing.author_id


_looks_after_rooms = any_of(is_host, all_of(is_steward, network_has_no_host))


def may_see_room(actor: Actor, place: Place) -> Verdict:
    """Members and stewards see the network's rooms; a private one only its own people."""
    return all_of(sees_inside, any_of(room_is_open_to_network, belongs_to_room))(actor, place)


def may_post_message(actor: Actor, place: Place) -> Verdict:
    """As `may_react`, and so to open a direct room; in a room of announcements the hosts and the steward."""
    return all_of(may_react, any_of(room_is_for_all_voices, is_host, is_steward))(actor, place)


def may_react(actor: Actor, place: Place) -> Verdict:
    """Active members who accepted the rules, also to an announcement; in a direct room while everybody there
    takes messages from her and she from them."""
    belongs = all_of(may_see_room, has_membership, is_active, is_not_suspended, accepted_rules)
    return all_of(belongs, refuses_nobody, is_not_refused)(actor, place)


def may_call_everybody(actor: Actor, room: Any) -> Verdict:
    """Calling all members at once wakes many: the hosts and the steward."""
    return any_of(is_host, is_steward)(actor, room)


@predicate()
def waits_for_decision(actor: Actor, network_id: str) -> bool:
    """Has applied, is not let in yet and not suspended."""
    standing = actor.standing(network_id)
    return (
        standing is not None
        and standing.state == "applied"
        and not standing.is_suspended(runtime.current().clock.now())
    )


@predicate(RulesNotAccepted)
def knows_the_rules(actor: Actor, network_id: str) -> bool:
    """Accepted the rules while she waits."""
    standing = actor.standing(network_id)
    return standing is not None and standing.rules_accepted


def may_greet(actor: Actor, network_id: str) -> Verdict:
    """An applicant who accepted the rules, in the welcome room."""
    return all_of(is_signed_in, waits_for_decision, knows_the_rules)(actor, network_id)


def may_change_message(actor: Actor, message: Owned) -> Verdict:
    """Its author alone: moderation hides, it never edits (trust, A23)."""
    return is_author(actor, message)


def may_change_topic(actor: Actor, topic: Owned) -> Verdict:
    """Who opened it, and the hosts."""
    return any_of(is_author, is_host)(actor, topic)


def may_lock_topic(actor: Actor, topic: Owned) -> Verdict:
    """The hosts."""
    return is_host(actor, topic)


def may_open_room(actor: Actor, rooms: Rooms) -> Verdict:
    """The hosts; the steward while nobody is appointed."""
    return _looks_after_rooms(actor, rooms)


def may_change_room(actor: Actor, rooms: Rooms) -> Verdict:
    """Rename, lock, archive: the same people; a direct room nobody."""
    return all_of(has_a_name, _looks_after_rooms)(actor, rooms)


def may_open_first_rooms(actor: Actor, rooms: Rooms) -> Verdict:
    """The founding organisation, in founding; the system where a network is brought in from elsewhere."""
    return any_of(acts_for_founder, is_system)(actor, rooms)


def may_open_room_between(actor: Actor) -> Verdict:
    """The system, for a newcomer and who greets her; they themselves ask as who writes there."""
    return is_system(actor, None)


def may_leave_room(actor: Actor) -> Verdict:
    """Whoever is in a direct room: she sees it for no other reason."""
    return is_signed_in(actor, None)


def may_tidy(actor: Actor) -> Verdict:
    """The system's own job."""
    return is_system(actor, None)


def may_keep_marks(actor: Actor) -> Verdict:
    """What somebody has read or muted is her own, wherever she sees the room."""
    return is_signed_in(actor, None)


def visible_rooms(actor: Actor) -> Select[Room]:
    """`may_see_room` as a select."""
    networks = sorted(n for n, standing in actor.standings.items() if sees_inside(actor, standing))
    if not networks:
        return select(Room).where(false())
    mine = exists().where(
        RoomMember.room_id == Room.id, RoomMember.user_id == (actor.user_id or ""), belongs_since()
    )
    return select(Room).where(and_(Room.network_id.in_(networks), or_(Room.kind.in_(TO_WHOLE_NETWORK), mine)))


def belongs_since() -> ColumnElement[bool]:
    """`belongs_to_room` as SQL, for the row of somebody among a room's people: no membership of hers ended
    after it was written. Who leaves a network or is removed, and comes back, is in none of her old rooms."""
    gone = exists().where(
        Membership.network_id == Room.network_id,
        Membership.user_id == RoomMember.user_id,
        Membership.ended_at >= RoomMember.since,
    )
    return ~gone.correlate(Room, RoomMember)
