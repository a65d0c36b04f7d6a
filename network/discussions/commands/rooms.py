"""Setting up rooms and looking after them."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, insert, select

from models.discussions import Room, RoomMember
from models.membership import Membership
from network.discussions.commands.keeping import looked_after, rooms_of, tell_changed
from network.discussions.events import PrivateRoomOpened, RoomOpened, network_scope, user_scope
from network.discussions.policy import may_open_first_rooms, may_open_room
from network.discussions.queries.rooms import RoomView, get_room, room_core
from network.discussions.rules.states import KINDS, POSTING, ROOM
from network.discussions.rules.texts import NAME_MAX, PURPOSE_MAX, check_line, check_reason
from network.kernel import runtime
from network.kernel.actor import Actor
from network.kernel.errors import FieldFault, Invalid, NotFound
from network.kernel.events import record
from network.kernel.ids import new_id
from network.kernel.policy import require
from network.kernel.transaction import command, session
from network.kernel.transitions import check_version, transition
from network.kernel.translation import mark as _
from network.kernel.translation import translate
from network.networks import sees_inside

_FIRST = (
    ("welcome", _("Welcome"), _("Say in two sentences who you are.")),
    ("cafe", _("Café"), _("Everything that is on our minds.")),
)
"""The rooms that every network has from its first day: opening, name, purpose."""


@command
def open_first_rooms(actor: Actor, network_id: str, language: str) -> dict[str, str]:
    """Open the welcome room and the café of a new network, named in its language; returns their ids by
    `opening`. Refused to all but the founding organisation. Facts: RoomOpened for each."""
    require(may_open_first_rooms(actor, rooms_of(network_id)))
    opened: dict[str, str] = {}
    for opening, name, purpose in _FIRST:
        room = _add(
            actor, network_id, translate(language, name), translate(language, purpose), "open", "members",
            opening,
        )  # fmt: skip
        opened[opening] = room.id
    return opened


@command
def open_room(
    actor: Actor,
    network_id: str,
    name: str,
    purpose: str,
    kind: str,
    posting: str = "members",
    user_ids: Sequence[str] = (),
) -> RoomView:
    """Set up a room. A private one is for the actor and the members named in `user_ids`. Refused to all but
    the hosts, and the steward while no meta-mentor is appointed. Raises NotFound where the actor does not see
    inside the network, Invalid. Fact: RoomOpened, or PrivateRoomOpened to each who is in the room."""
    standing = actor.standing(network_id)
    if standing is None or not sees_inside(actor, standing):
        raise NotFound()
    require(may_open_room(actor, rooms_of(network_id)))
    named = check_line("name", name, NAME_MAX)
    meant = check_line("purpose", purpose, PURPOSE_MAX, empty=True)
    if kind not in KINDS:
        raise Invalid({"kind": FieldFault.of(_("Please choose one of the kinds."))})
    if posting not in POSTING:
        raise Invalid({"posting": FieldFault.of(_("Please choose who writes here."))})
    if kind == "announcement":
        posting = "meta_mentors"  # it says what holds
    people = _people_for(actor, network_id, kind, user_ids)
    room = _add(actor, network_id, named, meant, kind, posting, None, people)
    return get_room(actor, room.id)


@command
def change_room(
    actor: Actor,
    room_id: str,
    *,
    expected_version: int,
    name: str | None = None,
    purpose: str | None = None,
    posting: str | None = None,
    needs_agreement: bool | None = None,
) -> RoomView:
    """Give a room another name or purpose, or say who writes in it; with `needs_agreement` who should have
    signed the agreement and has not only reads there, where the agreement says so.
    Refused to all but those who look after the rooms. Raises NotFound, VersionConflict, Invalid. Fact:
    RoomChanged."""
    room = looked_after(actor, room_id)
    check_version(room, expected_version, room_core)
    if posting is not None and posting not in POSTING:
        raise Invalid({"posting": FieldFault.of(_("Please choose who writes here."))})
    if name is not None:
        room.name = check_line("name", name, NAME_MAX)
    if purpose is not None:
        room.purpose = check_line("purpose", purpose, PURPOSE_MAX, empty=True)
    if posting is not None:
        room.posting = posting
    if needs_agreement is not None:
        room.needs_agreement = needs_agreement
    room.version += 1
    return tell_changed(actor, room)


@command
def lock_room(actor: Actor, room_id: str, *, expected_version: int, reason: str = "") -> RoomView:
    """Let nobody write in a room until it is unlocked; what was not committed before does not appear. The
    trail keeps why. Refused to all but those who look after the rooms. Raises NotFound, VersionConflict,
    InvalidTransition, Invalid. Fact: RoomChanged."""
    return _move(actor, room_id, "lock", expected_version, check_reason(reason))


@command
def unlock_room(actor: Actor, room_id: str, *, expected_version: int) -> RoomView:
    """Open a locked room again; refusals and fact as in `lock_room`."""
    return _move(actor, room_id, "unlock", expected_version)


@command
def archive_room(actor: Actor, room_id: str, *, expected_version: int) -> RoomView:
    """Close a room: it can be read, nothing is added. Refusals and fact as in `lock_room`."""
    return _move(actor, room_id, "archive", expected_version)


@command
def unarchive_room(actor: Actor, room_id: str, *, expected_version: int) -> RoomView:
    """Open an archived room again; refusals and fact as in `lock_room`."""
    return _move(actor, room_id, "unarchive", expected_version)


def _move(
    actor: Actor, room_id: str, action: str, expected_version: int, reason: str | None = None
) -> RoomView:
    room = looked_after(actor, room_id)
    transition(
        ROOM, room, action, actor, expected_version=expected_version, show=room_core,
        network_id=room.network_id, reason=reason,
    )  # fmt: skip
    return tell_changed(actor, room)


def _add(
    actor: Actor,
    network_id: str,
    name: str,
    purpose: str,
    kind: str,
    posting: str,
    opening: str | None,
    people: Sequence[str] = (),
) -> Room:
    work, now = session(), runtime.current().clock.now()
    named = select(func.max(Room.position)).where(Room.network_id == network_id, Room.kind != "direct")
    last = work.scalar(named)
    room = Room(
        id=new_id(), network_id=network_id, name=name, purpose=purpose, kind=kind, opening=opening,
        posting=posting, state="open", position=(last or 0) + 1, created_by=actor.id, created_at=now,
        version=1,
    )  # fmt: skip
    work.add(room)
    work.flush()
    if people:
        work.execute(insert(RoomMember), [{"room_id": room.id, "user_id": p, "since": now} for p in people])
    for person in people:
        record(PrivateRoomOpened(scope=user_scope(person), entity_id=room.id, network_id=network_id))
    if not people:
        record(RoomOpened(scope=network_scope(network_id), entity_id=room.id))
    return room


def _people_for(actor: Actor, network_id: str, kind: str, user_ids: Sequence[str]) -> list[str]:
    if kind != "private":
        if user_ids:
            raise Invalid({"user_ids": FieldFault.of(_("This room is open to the whole network."))})
        return []
    wanted = {*user_ids, actor.user_id or ""}
    members = set(
        session().scalars(
            select(Membership.user_id).where(
                Membership.network_id == network_id,
                Membership.user_id.in_(wanted),
                Membership.state.in_(("active", "paused")),
            )
        )
    )
    if not set(user_ids) <= members:
        raise Invalid({"user_ids": FieldFault.of(_("Only members of the network can be in the room."))})
    return sorted(wanted)
