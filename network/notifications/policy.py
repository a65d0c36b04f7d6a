"""Who may be told, and who may say how."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, and_, or_

from models.discussions import Room, RoomMember
from models.membership import Membership
from models.networks import Network
from models.people import User
from network import people
from network.discussions import belongs_since
from network.kernel import runtime
from network.kernel.actor import Actor
from network.kernel.policy import Verdict, is_signed_in, is_system
from network.membership import is_active_on


def may_keep_notices(actor: Actor) -> Verdict:
    """Whoever is signed in, her own."""
    return is_signed_in(actor, None)


def may_subscribe(actor: Actor) -> Verdict:
    """Signed in with a browser: notices are shown there for as long as that lasts."""
    return people.may_sign_out(actor)


def may_notify(actor: Actor) -> Verdict:
    """The system's own job."""
    return is_system(actor, None)


def may_be_told() -> ColumnElement[bool]:
    """In a select over users, memberships, networks, rooms and, beside them, room members: she is an active
    member who accepted the rules that hold and is not suspended, her data is not frozen, the network is not
    asleep, and the room is one that she sees."""
    now = runtime.current().clock.now()
    return and_(
        User.state == "active",
        User.frozen_at.is_(None),
        is_active_on(now.date()),
        or_(Membership.suspended_until.is_(None), Membership.suspended_until <= now),
        Membership.rules_version_id == Network.rules_version_id,
        Network.overlay.is_(None),
        or_(Room.kind.in_(("open", "announcement")), RoomMember.user_id.is_not(None)),
    )


def room_member_of(user: Any) -> ColumnElement[bool]:
    """Beside whom a room member is joined, to tell whether she sees a private or direct room."""
    return and_(RoomMember.room_id == Room.id, RoomMember.user_id == user, belongs_since())
