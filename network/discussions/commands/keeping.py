"""What all who look after rooms do first and last: may they, and who is told."""

from __future__ import annotations

from models.discussions import Room
from network.discussions.events import RoomChanged, room_scope
from network.discussions.policy import Rooms, may_change_room
from network.discussions.queries.places import visible_room_row
from network.discussions.queries.rooms import RoomView, get_room
from network.kernel.actor import Actor
from network.kernel.events import record
from network.kernel.policy import require
from network.kernel.transaction import session
from network.membership import running_appointments
from network.networks import network_row


def rooms_of(network_id: str, kind: str | None = None) -> Rooms:
    """The rooms of a network, or those of one kind, as policy asks about them."""
    return Rooms(
        network_id=network_id,
        organisation_id=network_row(network_id).organisation_id,
        hosted=bool(running_appointments(network_id, "meta_mentor")),
        kind=kind,
    )


def looked_after(actor: Actor, room_id: str) -> Room:
    """The row of a room that the actor looks after, kept from changing until the running command ends.
    Refused to all others. Raises NotFound."""
    room = visible_room_row(actor, room_id, lock=True)
    require(may_change_room(actor, rooms_of(room.network_id, room.kind)))
    return room


def tell_changed(actor: Actor, room: Room) -> RoomView:
    """Everybody in a room learns that it is another one now; returns it as the actor sees it."""
    session().flush()
    record(RoomChanged(scope=room_scope(room.id), entity_id=room.id, entity_version=room.version))
    return get_room(actor, room.id)
