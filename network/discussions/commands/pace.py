"""Slow mode: a pause between two messages of one person, for everybody in a room alike."""

from __future__ import annotations

from typing import Any

from sqlalchemy import delete, or_

from models.discussions import RoomSend
from network.discussions.commands.keeping import looked_after, tell_changed
from network.discussions.commands.upserts import upsert
from network.discussions.queries.pace import slow_mode_of
from network.discussions.queries.rooms import RoomView, room_core
from network.discussions.rules.pace import SlowMode, check_seconds, next_send, seconds_until
from network.discussions.rules.texts import check_reason
from network.kernel import runtime
from network.kernel.actor import Actor
from network.kernel.audit import append
from network.kernel.transaction import command, session
from network.kernel.transitions import check_version
from network.networks import check_feature, network_row


@command
def set_slow_mode(
    actor: Actor, room_id: str, seconds: int, *, expected_version: int, reason: str = ""
) -> RoomView:
    """Let so many seconds lie between two messages of one person in a room, of meta-mentors too; 0 ends it.
    The trail keeps why (state-machines, B2 and case 37). Refused to all but those who look after the rooms.
    Raises NotFound, FeatureOff, VersionConflict, Invalid. Fact: RoomChanged."""
    room = looked_after(actor, room_id)
    check_feature(network_row(room.network_id), "slow_mode")
    check_version(room, expected_version, room_core)
    before, why = room.slow_mode_seconds, check_reason(reason)
    room.slow_mode_seconds = check_seconds(seconds)
    room.version += 1
    if not room.slow_mode_seconds:
        session().execute(delete(RoomSend).where(RoomSend.room_id == room.id))
    append(
        actor, "room.slow_mode", "room", room.id, network_id=room.network_id, reason=why,
        before={"seconds": before}, after={"seconds": room.slow_mode_seconds, "version": room.version},
    )  # fmt: skip
    return tell_changed(actor, room)


def keep_pace(actor: Actor, place: Any) -> None:
    """Count a message in a room in slow mode, within the command that posts it: in one statement, so that two
    tabs cannot both be the next. `place` is a row of `queries.places`. Raises SlowMode."""
    seconds = slow_mode_of(place)
    if not seconds:
        return
    me, now = actor.user_id or "", runtime.current().clock.now()
    sent = upsert(RoomSend).values(room_id=place.room_id, user_id=me, sent_at=now)
    sent = sent.on_conflict_do_update(
        index_elements=[RoomSend.room_id, RoomSend.user_id],
        set_={"sent_at": sent.excluded.sent_at},
        # What lies ahead was written before the clock was set back.
        where=or_(RoomSend.sent_at <= next_send(now, -seconds), RoomSend.sent_at > now),
    ).returning(RoomSend.sent_at)
    if session().execute(sent).one_or_none() is None:
        last = session().get_one(RoomSend, (place.room_id, me), populate_existing=True).sent_at
        raise SlowMode(seconds_until(next_send(last, seconds), now))
