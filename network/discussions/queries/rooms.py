"""What can be seen of rooms."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, TypedDict

from sqlalchemy import func, select

from models.discussions import Room, RoomMember, Topic
from models.people import User
from network import blocks
from network.discussions.events import room_scope
from network.discussions.policy import belongs_since, visible_rooms
from network.discussions.queries.levels import room_levels
from network.discussions.queries.pace import slow_mode_of, writes_again_at
from network.discussions.queries.places import visible_room_row
from network.discussions.queries.unread import get_unread
from network.discussions.rules.levels import MUTED
from network.discussions.rules.texts import people_digest
from network.kernel.actor import Actor
from network.kernel.errors import NotFound
from network.kernel.events import heads, renders
from network.kernel.paging import PageOf, PageRequest, page
from network.kernel.transaction import session
from network.networks import sees_inside
from network.people import PersonView, photo_url, shown_name

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
    position: int
    slow_mode_seconds: int
    needs_agreement: bool
    version: int


class RoomView(RoomCore):
    """A room as one person sees it. `level` is what she said of it herself, None where its network's holds;
    `muted` where nothing of it is to be heard."""

    head_seq: int
    unread: int
    writes_again_at: datetime | None
    muted: bool
    level: str | None
    people: list[PersonView]


class DirectRoomView(RoomView):
    """A direct room: called after the others in it, who stand in `people`. `refused` where one of them takes
    no messages from the viewer, `refuses` where she takes none from one of them."""

    refused: bool
    refuses: bool


def room_core(row: Room) -> RoomCore:
    """A row without what differs by viewer."""
    return {
        "id": row.id, "network_id": row.network_id, "name": row.name, "purpose": row.purpose,
        "kind": row.kind, "opening": row.opening, "posting": row.posting, "state": row.state,
        "position": row.position, "slow_mode_seconds": slow_mode_of(row),
        "needs_agreement": row.needs_agreement, "version": row.version,
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
    """Rows of one network as the actor sees them; three statements for any number of them, and one more where
    there are direct rooms."""
    if not rows:
        return []
    unread = {room["id"]: room["unread"] for room in get_unread(actor, rows[0].network_id)["rooms"]}
    last = heads([room_scope(row.id) for row in rows])
    heard = room_levels(actor, [row.id for row in rows])
    others = others_in(actor, [row.id for row in rows if row.kind == "direct"])
    slowed = writes_again_at(actor, rows)
    views: list[RoomView] = []
    for row in rows:
        view: RoomView = {
            **room_core(row), "head_seq": last.get(room_scope(row.id), 0), "unread": unread.get(row.id, 0),
            "writes_again_at": slowed.get(row.id),
            "muted": heard[row.id].level == MUTED, "level": heard[row.id].chosen, "people": [],
        }  # fmt: skip
        views.append(_between(view, others.get(row.id, [])) if row.kind == "direct" else view)
    return views


def _between(view: RoomView, others: Sequence[Any]) -> DirectRoomView:
    return {
        **view, "name": names_of(others), "people": [person_of(row) for row in others],
        "refused": any(row.refused for row in others), "refuses": any(row.refuses for row in others),
    }  # fmt: skip


def others_in(actor: Actor, room_ids: Collection[str]) -> Mapping[str, list[Any]]:
    """Who else is in each of these direct rooms, by name, in one statement: `id`, `display_name`, `face`,
    `refused`, `refuses`. Whoever asks is in them."""
    found: dict[str, list[Any]] = defaultdict(list)
    if room_ids:
        me = actor.user_id or ""
        wanted = (
            select(
                RoomMember.room_id, User.id, User.display_name, User.face,
                blocks.refuses(User.id, me).label("refused"), blocks.refuses(me, User.id).label("refuses"),
            )
            .join(User, User.id == RoomMember.user_id)
            .where(RoomMember.room_id.in_(room_ids), RoomMember.user_id != me)
            .order_by(User.folded_name, User.id)
        )  # fmt: skip
        for row in session().execute(wanted):
            found[row.room_id].append(row)
    return found


def names_of(others: Sequence[Any]) -> str:
    """What a direct room is called for who sees it; where nobody else is left, that she is gone."""
    return shown_name(", ".join(row.display_name for row in others))


def person_of(row: Any) -> PersonView:
    """One of `others_in` as she stands in a list."""
    return {"id": row.id, "display_name": row.display_name, "photo_url": photo_url(row.face)}


def first_topic(room_id: str) -> str | None:
    """The oldest topic of a room: that of a direct room is its conversation. For whoever sees the room."""
    return session().scalar(
        select(Topic.id).where(Topic.room_id == room_id).order_by(Topic.id).limit(1)
    )  # fmt: skip


def find_direct_room(actor: Actor, network_id: str, user_ids: Collection[str]) -> str | None:
    """The id of the room that the actor has with these others, and only with them; None where there is none,
    or where somebody of it left the network meanwhile."""
    people = {actor.user_id or "", *user_ids}
    wanted = visible_rooms(actor).where(
        Room.network_id == network_id, Room.people_digest == people_digest(people)
    )
    found = session().scalar(wanted.with_only_columns(Room.id))
    return found if found is not None and all_belong(found, len(people)) else None


def all_belong(room_id: str, number: int) -> bool:
    """True while so many people are in a private or direct room, with no membership that ended since."""
    here = select(func.count()).select_from(RoomMember).join(Room, Room.id == RoomMember.room_id)
    return session().scalar(here.where(Room.id == room_id, belongs_since())) == number


@renders("room")
def _render(ids: Sequence[str]) -> Mapping[str, Mapping[str, Any]]:
    rows = session().scalars(select(Room).where(Room.id.in_(ids)))
    # Who is in a direct room looks different to each of them; of all other rooms it is nobody.
    return {row.id: room_core(row) | ({} if row.kind == "direct" else {"people": []}) for row in rows}
