"""What can be seen of rooms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypedDict

from sqlalchemy import select

from models.discussions import Room, RoomMute
from network.discussions.events import room_scope
from network.discussions.policy import visible_rooms
from network.discussions.queries.places import visible_room_row
from network.discussions.queries.unread import get_unread
from network.kernel.actor import Actor
from network.kernel.errors import NotFound
from network.kernel.events import heads, renders
from network.kernel.paging import PageOf, PageRequest, page
from network.kernel.transaction import session
from network.networks import sees_inside

_rooms = Room.__table__.c


class RoomCore(TypedDict):
    """A room as everybody sees it who sees it."""

    id: str
    network_id: str
    name: str
    purpose: str
    kind: str
    opening: str | None
    posting: str
    state: str
    version: int


class RoomView(RoomCore):
    """A room as one person sees it."""

    head_seq: int
    unread: int
    muted: bool


def room_core(row: Room) -> RoomCore:
    """A row without what differs by viewer."""
    return {
        "id": row.id, "network_id": row.network_id, "name": row.name, "purpose": row.purpose,
        "kind": row.kind, "opening": row.opening, "posting": row.posting, "state": row.state,
        "version": row.version,
    }  # fmt: skip


def get_room(actor: Actor, room_id: str) -> RoomView:
    """One room. Raises NotFound."""
    return room_views(actor, [visible_room_row(actor, room_id)])[0]


def list_rooms(actor: Actor, network_id: str, request: PageRequest = PageRequest()) -> PageOf[RoomView]:  # noqa: B008
    """The rooms of a network that the actor sees, in their order. Raises NotFound where the actor does not
    see inside the network."""
    standing = actor.standing(network_id)
    if standing is None or not sees_inside(actor, standing):
        raise NotFound()
    query = visible_rooms(actor).where(Room.network_id == network_id)
    found = page(query, [_rooms.position, _rooms.id], request, lambda row: row)
    return PageOf(room_views(actor, found.items), found.next)


def room_views(actor: Actor, rows: Sequence[Room]) -> list[RoomView]:
    """Rows of one network as the actor sees them; three statements for any number of them."""
    if not rows:
        return []
    unread = {room["id"]: room["unread"] for room in get_unread(actor, rows[0].network_id)["rooms"]}
    last = heads([room_scope(row.id) for row in rows])
    mine = select(RoomMute.room_id).where(RoomMute.user_id == (actor.user_id or ""))
    muted = set(session().scalars(mine))
    return [
        {
            **room_core(row), "head_seq": last.get(room_scope(row.id), 0), "unread": unread.get(row.id, 0),
            "muted": row.id in muted,
        }
        for row in rows
    ]  # fmt: skip


@renders("room")
def _render(ids: Sequence[str]) -> Mapping[str, Mapping[str, Any]]:
    rows = session().scalars(select(Room).where(Room.id.in_(ids)))
    return {row.id: room_core(row) for row in rows}
