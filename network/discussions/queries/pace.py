"""How slow a room is, and when somebody may write in it again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select

from models.discussions import Room, RoomSend
from network.discussions.rules.pace import next_send
from network.kernel import runtime
from network.kernel.actor import Actor
from network.kernel.transaction import session
from network.networks import is_feature_on, network_row


def slow_mode_of(room: Any) -> int:
    """The seconds between two messages of one person in a room; 0 where its network does not use slow mode.
    Of a row with `slow_mode_seconds` and `network_id`: nothing is looked up where there are none."""
    if not room.slow_mode_seconds or not is_feature_on(network_row(room.network_id), "slow_mode"):
        return 0
    return int(room.slow_mode_seconds)


def writes_again_at(actor: Actor, rooms: Sequence[Room]) -> dict[str, datetime]:
    """When the actor may write again in those of the rooms in which she has to wait now, by their ids."""
    slow = {room.id: seconds for room in rooms if (seconds := slow_mode_of(room))}
    if not slow:
        return {}
    now = runtime.current().clock.now()
    mine = select(RoomSend.room_id, RoomSend.sent_at).where(
        RoomSend.user_id == (actor.user_id or ""), RoomSend.room_id.in_(sorted(slow))
    )
    found = {room_id: next_send(sent_at, slow[room_id]) for room_id, sent_at in session().execute(mine)}
    return {room_id: moment for room_id, moment in found.items() if moment > now}
