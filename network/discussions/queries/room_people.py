"""Who is in a private or direct room."""

from __future__ import annotations

from datetime import datetime
from typing import Any, TypedDict

from sqlalchemy import select

from models.discussions import Room, RoomMember
from models.people import User
from network import membership
from network.discussions.policy import belongs_since
from network.discussions.queries.places import visible_room_row
from network.kernel.actor import Actor
from network.kernel.paging import PageOf, PageRequest, page
from network.kernel.transaction import session
from network.membership import MemberView
from network.people import PersonView, photo_url, shown_name, shown_picture


class RoomMemberView(TypedDict):
    """Somebody who is in a private or direct room."""

    user: PersonView
    since: datetime


def list_room_members(
    actor: Actor,
    room_id: str,
    request: PageRequest = PageRequest(),  # noqa: B008 - it cannot be changed
) -> PageOf[RoomMemberView]:
    """Who is in a private or direct room, by name; of a room that is open to its network nobody is named.
    Raises NotFound."""
    visible_room_row(actor, room_id)
    keys = [User.folded_name.expression, User.id.expression]
    return page(_people(room_id), keys, request, _member, scalar=False)


def list_people_outside(
    actor: Actor, room_id: str, request: PageRequest, q: str | None = None
) -> PageOf[MemberView]:
    """The people of a private room's network who are not in it, by name; `q` is a part of the name. Raises
    NotFound."""
    room, inside = visible_room_row(actor, room_id), _people(room_id).with_only_columns(User.id)
    return membership.list_people(actor, room.network_id, request, q, among=[User.id.not_in(inside)])


def find_room_member(room_id: str, user_id: str) -> RoomMemberView | None:
    """Somebody in a room, asked on nobody's behalf; None where she is not in it, or was in it before she left
    the network and came back."""
    row = session().execute(_people(room_id).where(RoomMember.user_id == user_id)).one_or_none()
    return None if row is None else _member(row)


def _people(room_id: str) -> Any:
    return (
        select(User.id, User.display_name, shown_picture(User), RoomMember.since)
        .join(RoomMember, RoomMember.user_id == User.id)
        .join(Room, Room.id == RoomMember.room_id)
        .where(Room.id == room_id, belongs_since())
    )


def _member(row: Any) -> RoomMemberView:
    user_id, name, picture, since = row
    return {
        "user": {"id": user_id, "display_name": shown_name(name), "photo_url": photo_url(picture)},
        "since": since,
    }  # fmt: skip
