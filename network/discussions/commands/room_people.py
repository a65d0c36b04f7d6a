"""Who is in a private room: taking somebody in, and letting her go."""

from __future__ import annotations

from sqlalchemy import delete, insert, literal, select

from models.discussions import RoomMember, Topic, TopicRead
from models.membership import Membership
from network.discussions.commands.direct import leave_room
from network.discussions.commands.keeping import looked_after, tell_changed
from network.discussions.commands.upserts import upsert
from network.discussions.events import PrivateRoomOpened, RoomLeft, user_scope
from network.discussions.queries.room_people import RoomMemberView, find_room_member
from network.discussions.rules.states import RoomOpenToAll
from network.kernel import runtime
from network.kernel.actor import Actor
from network.kernel.errors import NotFound
from network.kernel.events import record
from network.kernel.transaction import command, session


@command
def add_room_member(actor: Actor, room_id: str, user_id: str) -> RoomMemberView:
    """Take a member of the network into a private room. She reads all that was said there before, and none of
    it counts as unread. Who is in it already stays in it. Refused to all but those who look after the room.
    Raises NotFound, for who is no member too, and RoomOpenToAll. Facts: RoomChanged, PrivateRoomOpened to
    her."""
    room = looked_after(actor, room_id)
    if room.kind != "private":
        raise RoomOpenToAll()
    belongs = select(Membership.id).where(
        Membership.network_id == room.network_id, Membership.user_id == user_id,
        Membership.state.in_(("active", "paused")),
    )  # fmt: skip
    if session().scalar(belongs) is None:
        raise NotFound()
    found = find_room_member(room.id, user_id)
    if found is not None:
        return found
    # What stands there from before she left the network, and came back, does not count.
    _take_out(room.id, user_id)
    now = runtime.current().clock.now()
    session().execute(insert(RoomMember).values(room_id=room.id, user_id=user_id, since=now))
    _mark_all_read(room.id, user_id)
    room.version += 1
    tell_changed(actor, room)
    record(PrivateRoomOpened(scope=user_scope(user_id), entity_id=room.id, network_id=room.network_id))
    found = find_room_member(room.id, user_id)
    assert found is not None  # noqa: S101 - she was written down above
    return found


@command
def remove_room_member(actor: Actor, room_id: str, user_id: str) -> None:
    """Let somebody go from a private room, at once; oneself too, as `leave_room` does. Refused to all others
    but those who look after the room. Raises NotFound, RoomOpenToAll, RoomNotLeft. Facts: RoomChanged,
    RoomLeft to her."""
    if user_id == actor.user_id:
        leave_room(actor, room_id)
        return
    room = looked_after(actor, room_id)
    if room.kind != "private":
        raise RoomOpenToAll()
    if find_room_member(room.id, user_id) is None:
        raise NotFound()
    _take_out(room.id, user_id)
    room.version += 1
    tell_changed(actor, room)
    record(RoomLeft(scope=user_scope(user_id), entity_id=room.id, reason="taken_out"))


def _take_out(room_id: str, user_id: str) -> None:
    row = delete(RoomMember).where(RoomMember.room_id == room_id, RoomMember.user_id == user_id)
    session().execute(row)


def _mark_all_read(room_id: str, user_id: str) -> None:
    said = select(literal(user_id), Topic.id, Topic.last_seq).where(Topic.room_id == room_id)
    marks = upsert(TopicRead).from_select(["user_id", "topic_id", "last_read_seq"], said)
    session().execute(
        marks.on_conflict_do_update(
            index_elements=[TopicRead.user_id, TopicRead.topic_id],
            set_={"last_read_seq": marks.excluded.last_read_seq},
        )
    )
