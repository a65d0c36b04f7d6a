"""The doors to rows: what is not visible to the actor does not exist."""

from __future__ import annotations

from typing import Any, TypedDict

from sqlalchemy import and_, bindparam, case, exists, func, literal, literal_column, or_, select

from models.discussions import Message, Room, RoomMember, Topic
from models.membership import Membership
from models.networks import Network
from network.blocks import refuses
from network.discussions.policy import (
    Place,
    belongs_since,
    may_post_message,
    may_see_room,
    visible_rooms,
)
from network.discussions.queries.signing import check_signed
from network.discussions.rules.states import check_open
from network.kernel import runtime
from network.kernel.actor import Actor
from network.kernel.errors import NotFound
from network.kernel.policy import require
from network.kernel.prepared import Prepared
from network.kernel.transaction import session
from network.membership import has_accepted


class WritableView(TypedDict):
    """A room in which somebody may write."""

    id: str
    network_id: str
    kind: str


_rooms, _topics = Room.__table__.c, Topic.__table__.c
_messages, _members = Message.__table__.c, Membership.__table__.c
_people, _networks = RoomMember.__table__.c, Network.__table__.c

# Written out, not bound: so that SQLite sees that they never change.
is_running_membership = or_(
    _members.state == literal_column("'active'"), _members.state == literal_column("'paused'")
)

_others = RoomMember.__table__.alias("others")


def _with_somebody(law: Any) -> Any:
    """True of a direct room in which the law holds for one of the others; elsewhere nothing is looked up."""
    other = exists(
        select(_others.c.user_id)
        .where(_others.c.room_id == _rooms.id, _others.c.user_id != bindparam("me"), law)
        .correlate(Room.__table__)
    )
    return case((_rooms.kind == literal_column("'direct'"), other), else_=literal_column("NULL"))


_place = (
    select(
        _rooms.id.label("room_id"),
        _rooms.network_id,
        _rooms.kind,
        _rooms.posting,
        _rooms.state.label("room_state"),
        _rooms.slow_mode_seconds,
        _rooms.needs_agreement,
        _people.user_id.label("in_room"),
        _members.state.label("member_state"),
        _members.paused_until,
        _members.suspended_until,
        _members.rules_version_id.label("rules_accepted"),
        _networks.rules_version_id.label("rules_in_force"),
        _with_somebody(refuses(_others.c.user_id, bindparam("me"))).label("refused"),
        _with_somebody(refuses(bindparam("me"), _others.c.user_id)).label("refuses"),
    )
    .select_from(Room.__table__)
    .join(Network.__table__, _networks.id == _rooms.network_id)
    .outerjoin(
        RoomMember.__table__,
        and_(_people.room_id == _rooms.id, _people.user_id == bindparam("me"), belongs_since()),
    )
    .outerjoin(
        Membership.__table__,
        and_(
            _members.network_id == _rooms.network_id,
            _members.user_id == bindparam("me"),
            is_running_membership,
        ),
    )
)

_PLACE_OF_ROOM = _place.where(_rooms.id == bindparam("room_id"))
_PLACE_OF_TOPIC = (
    _place.join(Topic.__table__, _topics.room_id == _rooms.id)
    .add_columns(_topics.id.label("topic_id"), _topics.state.label("topic_state"), _topics.last_seq)
    .where(_topics.id == bindparam("topic_id"))
)
_sent = Message.__table__.alias("sent")

# What a post asks, in one statement: where it goes, who the sender is there, whether it was sent before.
_PLACE_AND_SENT = Prepared(
    _PLACE_OF_TOPIC.add_columns(
        _sent.c.id.label("sent_id"), _sent.c.content_digest.label("sent_digest")
    ).outerjoin(_sent, and_(_sent.c.author_id == bindparam("me"), _sent.c.client_msg_id == bindparam("sent")))
)

# PostgreSQL reads each statement afresh: with the room's row locked, what the next statement reads stays true
# until the commit. SQLite has the write lock of the whole database by then.
_LOCK_BY_TOPIC = (
    select(_rooms.id)
    .join_from(Topic.__table__, Room.__table__, _rooms.id == _topics.room_id)
    .where(_topics.id == bindparam("topic_id"))
    .with_for_update(of=Room.__table__, key_share=True)
)
_LOCK_ROOM = select(_rooms.id).where(_rooms.id == bindparam("room_id")).with_for_update(key_share=True)


def place_of(row: Any) -> Place:
    """A row of the statements above as policy asks about it."""
    return Place(
        network_id=row.network_id,
        kind=row.kind,
        posting=row.posting,
        in_room=row.in_room is not None,
        member_state=_state_now(row),
        suspended_until=row.suspended_until,
        rules_accepted=has_accepted(row.rules_accepted, row.rules_in_force),
        refused=bool(row.refused),
        refuses=bool(row.refuses),
    )


def _state_now(row: Any) -> str | None:
    # A pause ends by itself with its last day, written down or not (state-machines, A/B 2).
    over = row.paused_until is not None and row.paused_until < runtime.current().clock.today()
    return "active" if row.member_state == "paused" and over else row.member_state


def topic_for_reading(actor: Actor, topic_id: str) -> Any:
    """Where a topic is and how the actor stands to it, in one statement. Raises NotFound."""
    row = session().connection().execute(_PLACE_OF_TOPIC, {"topic_id": topic_id, "me": actor.user_id or ""})
    return _visible(actor, row.one_or_none())


def topic_for_posting(actor: Actor, topic_id: str, client_msg_id: str) -> Any:
    """The same within a command, the room kept from changing until the commit; `sent_id` and `sent_digest`
    are those of what the actor sent under this `client_msg_id` before. Raises NotFound."""
    if not runtime.current().database.is_sqlite:
        _lock_sending(actor, client_msg_id)
    wanted = {"topic_id": topic_id, "me": actor.user_id or "", "sent": client_msg_id}
    while True:
        locked = _lock_room_of(topic_id)
        row = _PLACE_AND_SENT.one_or_none(wanted)
        if row is None or locked in (None, row.room_id):
            return _visible(actor, row)


def room_for_posting(actor: Actor, room_id: str) -> Any:
    """The same for a new topic in a room. Raises NotFound."""
    lock_room(room_id)
    wanted = {"room_id": room_id, "me": actor.user_id or ""}
    return _visible(actor, session().connection().execute(_PLACE_OF_ROOM, wanted).one_or_none())


def room_to_write_in(actor: Actor, topic_id: str) -> WritableView:
    """The room of a topic in which the actor could send a message now. Raises NotFound, and what would refuse
    the message: Forbidden and what says why, Conflict where it is closed."""
    row = topic_for_reading(actor, topic_id)
    require(may_post_message(actor, place_of(row)))
    check_open(row.room_state, row.topic_state)
    check_signed(actor, row)
    return {"id": row.room_id, "network_id": row.network_id, "kind": row.kind}


def sent_before(actor: Actor, client_msg_id: str) -> Any:
    """`id, topic_id, content_digest` of what the actor sent under this id, or None; within a command nobody
    else can send under it until the commit."""
    if not runtime.current().database.is_sqlite:
        _lock_sending(actor, client_msg_id)
    wanted = select(_messages.id, _messages.topic_id, _messages.content_digest).where(
        _messages.author_id == (actor.user_id or ""), _messages.client_msg_id == client_msg_id
    )
    return session().execute(wanted).one_or_none()


def _lock_sending(actor: Actor, client_msg_id: str) -> None:
    # One id at a time per sender, also across rooms and processes: the second waits and then finds the first.
    key = func.hashtextextended(literal(f"{actor.user_id}/{client_msg_id}"), 0)
    session().execute(select(func.pg_advisory_xact_lock(key)))


def _lock_room_of(topic_id: str) -> str | None:
    """Keep the room of a topic from changing, and the topic from being moved out of it. Whoever waited here
    while it was moved holds the room where it was: so what is read next is compared with the answer, and
    asked for once more where they differ."""
    if runtime.current().database.is_sqlite:
        return None
    return session().connection().execute(_LOCK_BY_TOPIC, {"topic_id": topic_id}).scalar_one_or_none()


def lock_room(room_id: str) -> None:
    """Keep a room from changing, and from new messages, until the running command ends."""
    if not runtime.current().database.is_sqlite:
        session().execute(_LOCK_ROOM, {"room_id": room_id})


def visible_room_row(actor: Actor, room_id: str, *, lock: bool = False) -> Room:
    """The row of a room. Raises NotFound."""
    if lock:
        lock_room(room_id)
    wanted = visible_rooms(actor).where(Room.id == room_id).execution_options(populate_existing=lock)
    found = session().scalars(wanted).one_or_none()
    if found is None:
        raise NotFound()
    return found


def visible_topic_rows(actor: Actor, topic_id: str, *, lock: bool = False) -> tuple[Topic, Room]:
    """The rows of a topic and its room. Raises NotFound."""
    wanted = visible_rooms(actor).add_columns(Topic).join(Topic, Topic.room_id == Room.id)
    wanted = wanted.where(Topic.id == topic_id).execution_options(populate_existing=lock)
    while True:
        locked = _lock_room_of(topic_id) if lock else None
        row = session().execute(wanted).one_or_none()
        if row is None:
            raise NotFound()
        if locked in (None, row[0].id):
            return row[1], row[0]


def topic_rows_for_marking(actor: Actor, topic_id: str) -> tuple[Topic, Room]:
    """The rows of a topic and its room for whoever moves her marker: the topic is not moved to another room,
    where its messages have other numbers, until the running command ends. Raises NotFound."""
    if runtime.current().database.is_sqlite:
        return visible_topic_rows(actor, topic_id)
    wanted = visible_rooms(actor).add_columns(Topic).join(Topic, Topic.room_id == Room.id)
    wanted = wanted.where(Topic.id == topic_id).with_for_update(read=True, of=Topic)
    wanted = wanted.execution_options(populate_existing=True)
    # Whoever waited here while it was moved finds it in its old room no more, and in its new one when asked
    # again.
    row = session().execute(wanted).one_or_none() or session().execute(wanted).one_or_none()
    if row is None:
        raise NotFound()
    return row[1], row[0]


def visible_message_rows(actor: Actor, message_id: str, *, lock: bool = False) -> tuple[Message, Room]:
    """The rows of a message and its room. Raises NotFound."""
    wanted = visible_rooms(actor).add_columns(Message).join(Message, Message.room_id == Room.id)
    wanted = wanted.where(Message.id == message_id).execution_options(populate_existing=lock)
    room_id: str | None = None
    while True:
        if lock:
            room_id = session().scalar(select(Message.room_id).where(Message.id == message_id))
            lock_room(room_id or "")
        row = session().execute(wanted).one_or_none()
        if row is None:
            raise NotFound()
        if room_id in (None, row[0].id):
            return row[1], row[0]


def _visible(actor: Actor, row: Any) -> Any:
    if row is None or not may_see_room(actor, place_of(row)):
        raise NotFound()
    return row
