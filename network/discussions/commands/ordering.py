"""In which order the rooms of a network stand."""

from __future__ import annotations

from sqlalchemy import select

from models.discussions import Room
from network.discussions.commands.keeping import looked_after, tell_changed
from network.discussions.events import RoomChanged, room_scope
from network.discussions.policy import visible_rooms
from network.discussions.queries.places import lock_room, visible_room_row
from network.discussions.queries.rooms import RoomView, get_room, room_core
from network.kernel.actor import Actor
from network.kernel.errors import FieldFault, Invalid
from network.kernel.events import record
from network.kernel.transaction import command, session
from network.kernel.transitions import check_version
from network.kernel.translation import mark as _
from network.networks import lock_network


@command
def place_room(actor: Actor, room_id: str, before: str | None, *, expected_version: int) -> RoomView:
    """Put a room before another one that the actor sees, or behind all. Refused to all but those who look
    after the rooms. Raises NotFound, VersionConflict, Invalid. Fact: RoomChanged in each room that got
    another place."""
    network_id = visible_room_row(actor, room_id).network_id
    lock_network(network_id)  # one at a time puts them in order
    named = select(Room).where(Room.network_id == network_id, Room.kind != "direct")
    for each in sorted(session().scalars(named.with_only_columns(Room.id))):
        lock_room(each)
    room = looked_after(actor, room_id)
    check_version(room, expected_version, room_core)
    ordered = named.order_by(Room.position, Room.id).execution_options(populate_existing=True)
    rooms = [row for row in session().scalars(ordered) if row.id != room.id]
    rooms.insert(len(rooms) if before is None else _place_of(actor, rooms, before), room)
    moved = [(row, place) for place, row in enumerate(rooms, start=1) if row.position != place]
    for row, place in moved:
        row.position = place
        row.version += 1
    if not moved:
        return get_room(actor, room.id)
    session().flush()
    for row, _place in sorted(moved, key=lambda each: str(each[0].id)):
        if row.id != room.id:
            record(RoomChanged(scope=room_scope(row.id), entity_id=row.id, entity_version=row.version))
    return tell_changed(actor, room)


def _place_of(actor: Actor, rooms: list[Room], before: str) -> int:
    seen = session().scalar(visible_rooms(actor).where(Room.id == before).with_only_columns(Room.id))
    for place, row in enumerate(rooms):
        if row.id == seen:
            return place
    raise Invalid({"before": FieldFault.of(_("Please choose another room of this network."))})
