"""Rooms between people: the same people have one of them in a network, whoever opens it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Select, delete, func, insert, select
from sqlalchemy.exc import IntegrityError

from models.discussions import Room, RoomMember
from models.membership import Membership
from network import blocks
from network.discussions.commands.limits import longest_message, take_send
from network.discussions.commands.posting import Sent, post_draft, post_first_draft
from network.discussions.events import (
    PrivateRoomOpened,
    RoomChanged,
    RoomLeft,
    room_scope,
    user_scope,
)
from network.discussions.policy import (
    Place,
    may_leave_room,
    may_open_room_between,
    may_post_message,
)
from network.discussions.queries.messages import messages_by_id
from network.discussions.queries.places import lock_room, sent_before, visible_room_row
from network.discussions.queries.rooms import RoomView, all_belong, first_topic, get_room
from network.discussions.rules.states import FEWEST_TO_LEAVE, MOST_IN_DIRECT_ROOM, RoomNotLeft
from network.discussions.rules.texts import (
    ClientMsgIdConflict,
    Draft,
    check_draft,
    content_digest,
    people_digest,
)
from network.kernel import runtime
from network.kernel.actor import Actor
from network.kernel.errors import FieldFault, Invalid, NotFound
from network.kernel.events import record
from network.kernel.ids import new_id
from network.kernel.policy import require
from network.kernel.transaction import command, session
from network.kernel.translation import mark as _
from network.networks import sees_inside

_AFTER_ALL_OTHERS = 2**30
"""The place of direct rooms among the rooms of a network: there may be thousands."""


class DirectRoom(NamedTuple):
    """The room of some people; `is_new` is False where they had it already."""

    room: RoomView
    is_new: bool


@command
def open_direct_room(actor: Actor, network_id: str, user_ids: Sequence[str]) -> DirectRoom:
    """The room of the actor and these members of a network, which is opened where there is none. Refused as a
    message there would be: to who is no active member or has not accepted the rules, and where somebody takes
    no direct messages from the actor. Raises NotFound where she does not see inside the network, Invalid.
    Fact: PrivateRoomOpened to each who is in it."""
    me, standing = actor.user_id or "", actor.standing(network_id)
    if standing is None or not sees_inside(actor, standing):
        raise NotFound()
    others = _others(network_id, me, user_ids)
    place = Place(
        network_id, "direct", "members", True, standing.state, standing.suspended_until,
        standing.rules_accepted, refused=bool(blocks.who_refuses(me, others)),
        refuses=bool(blocks.whom_refuses(me, others)),
    )  # fmt: skip
    require(may_post_message(actor, place))
    room, is_new = _room_of(actor, network_id, [me, *others])
    return DirectRoom(get_room(actor, room.id), is_new)


@command
def open_room_between(actor: Actor, network_id: str, user_ids: Sequence[str]) -> str:
    """The id of the direct room of some members, opened where there is none: for the system, which brings
    people together and writes nothing in their names. Raises Invalid. Fact: PrivateRoomOpened to each."""
    require(may_open_room_between(actor))
    return _room_of(actor, network_id, _others(network_id, "", user_ids))[0].id


def write_directly(
    actor: Actor,
    network_id: str,
    user_ids: Sequence[str],
    body: str,
    client_msg_id: str,
    language: str | None = None,
) -> Sent:
    """Say something to members of a network: in the room that one has with them, which is opened where there
    is none, and there in its first topic. Refusals as in `open_direct_room`, errors as in `post_message`.
    Facts: PrivateRoomOpened, TopicOpened, MessagePosted."""
    draft = check_draft(body, client_msg_id, None, language, longest_message())
    take_send(actor)
    return _write(actor, network_id, user_ids, draft)


@command
def _write(actor: Actor, network_id: str, user_ids: Sequence[str], draft: Draft) -> Sent:
    before = sent_before(actor, draft.client_msg_id)  # its lock comes before the room's, as everywhere
    room = open_direct_room(actor, network_id, user_ids).room
    if before is not None:
        return _again(room["id"], before, draft)
    lock_room(room["id"])
    topic_id = first_topic(room["id"])
    if topic_id is None:
        return post_first_draft(actor, room["id"], draft)
    return post_draft(actor, topic_id, draft)


def _again(room_id: str, before: Any, draft: Draft) -> Sent:
    """What was sent under this id already; it may have opened the room's first topic."""
    said = content_digest("message", before.topic_id, draft.body, None, draft.language)
    opened = content_digest("topic", room_id, "", draft.body, draft.language)
    message = messages_by_id([before.id])[before.id]
    if message["room_id"] != room_id or before.content_digest not in (said, opened):
        raise ClientMsgIdConflict()
    return Sent(message, False)


@command
def leave_room(actor: Actor, room_id: str) -> None:
    """Leave a direct room of three or more people, or a private one in which somebody stays, at once; those
    who stay have it without her, and the people of a direct one may open another one with her. Raises
    NotFound, RoomNotLeft. Facts: RoomLeft to the actor alone, RoomChanged."""
    room = visible_room_row(actor, room_id, lock=True)
    require(may_leave_room(actor))
    count = session().scalar(select(func.count()).where(RoomMember.room_id == room.id)) or 0
    fewest = {"direct": FEWEST_TO_LEAVE, "private": 2}.get(room.kind)
    if fewest is None or count < fewest:
        raise RoomNotLeft()
    mine = delete(RoomMember).where(RoomMember.room_id == room.id, RoomMember.user_id == actor.user_id)
    session().execute(mine)
    room.people_digest = None
    room.version += 1
    session().flush()
    record(RoomChanged(scope=room_scope(room.id), entity_id=room.id, entity_version=room.version))
    record(RoomLeft(scope=user_scope(actor.user_id or ""), entity_id=room.id, reason="left"))


def _others(network_id: str, me: str, user_ids: Sequence[str]) -> list[str]:
    wanted = set(user_ids) - {me}
    if not wanted:
        raise Invalid({"user_ids": FieldFault.of(_("Please choose to whom you write."))})
    if len(wanted) >= MOST_IN_DIRECT_ROOM:
        too_many = FieldFault.of(_("At most %(n)s people, please."), n=MOST_IN_DIRECT_ROOM)
        raise Invalid({"user_ids": too_many})
    found = session().scalars(
        select(Membership.user_id).where(
            Membership.network_id == network_id, Membership.user_id.in_(wanted),
            Membership.state.in_(("active", "paused")),
        )
    )  # fmt: skip
    if not wanted <= set(found):
        raise Invalid({"user_ids": FieldFault.of(_("Only members of the network can be in the room."))})
    return sorted(wanted)


def _room_of(actor: Actor, network_id: str, people: Iterable[str]) -> tuple[Room, bool]:
    """The row of the room of these people, and whether it is new."""
    everybody = sorted(people)
    digest = people_digest(everybody)
    found = session().scalars(_digested(network_id, digest)).one_or_none()
    if found is not None and all_belong(found.id, len(everybody)):
        return found, False
    if found is not None:
        # Somebody left the network meanwhile, and came back into none of her old rooms.
        found.people_digest = None
        session().flush()
    now = runtime.current().clock.now()
    room = Room(
        id=new_id(), network_id=network_id, name="", purpose="", kind="direct", opening=None,
        posting="members", state="open", position=_AFTER_ALL_OTHERS, people_digest=digest,
        created_by=actor.id, created_at=now, version=1,
    )  # fmt: skip
    try:
        with session().begin_nested():
            session().add(room)
            session().flush()
    except IntegrityError:
        # One of them opened it in this very moment.
        return session().scalars(_digested(network_id, digest)).one(), False
    rows = [{"room_id": room.id, "user_id": person, "since": now} for person in everybody]
    session().execute(insert(RoomMember), rows)
    for person in everybody:
        record(PrivateRoomOpened(scope=user_scope(person), entity_id=room.id, network_id=network_id))
    return room, True


def _digested(network_id: str, digest: str) -> Select[Room]:
    return select(Room).where(Room.network_id == network_id, Room.people_digest == digest)
