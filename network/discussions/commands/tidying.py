"""What is forgotten of what was said: deleted words after a month, those of a private room after two silent
years."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import and_, delete, func, or_, select, update

from models.discussions import (
    Message,
    MessageMention,
    MessageReaction,
    MessageRevision,
    Room,
    RoomMember,
    Topic,
    TopicLevel,
    TopicRead,
)
from models.people import User
from network import files
from network.discussions.commands.drafting import forget_drafts
from network.discussions.events import RoomChanged, room_scope
from network.discussions.policy import may_tidy
from network.kernel import runtime
from network.kernel.actor import Actor, system_actor
from network.kernel.events import record
from network.kernel.jobs import job
from network.kernel.outbox import post_many
from network.kernel.policy import require
from network.kernel.tidying import AT_ONCE, in_steps, note_forgotten, tidies
from network.kernel.transaction import command, session

TOLD_BEFORE = timedelta(days=30)
"""So long before a private room is emptied its people are told (trust.md, D.3)."""
ROOMS_AT_ONCE = 50
CLOSED_CIRCLES = ("private", "direct")

_last_word = (
    select(func.max(Topic.last_message_at)).where(Topic.room_id == Room.id).correlate(Room).scalar_subquery()
)

_somebody_froze = (
    select(RoomMember.user_id)
    .join(User, User.id == RoomMember.user_id)
    .where(RoomMember.room_id == Room.id, User.frozen_at.is_not(None))
    .correlate(Room)
    .exists()
)


@job("discussions.tidy", every_minutes=24 * 60)
def tidy() -> int:
    """Forget deleted words and old drafts, tell the people of silent private rooms, empty those whose time is
    over; how many messages and rooms were forgotten."""
    actor = system_actor("discussions.tidy")
    forgotten = in_steps(lambda: forget_deleted(actor))
    forgotten += in_steps(lambda: forget_drafts(actor))
    in_steps(lambda: announce_emptying(actor))
    return forgotten + in_steps(lambda: empty_silent_rooms(actor))


@tidies
@command
def forget_deleted(actor: Actor) -> int:
    """Delete for good what messages said that their author deleted 30 days ago, with all that they said
    before and their files; the places stay. What moderation hid waits until that is settled, and what its
    author froze until she lets it go on. At most a thousand, how many. Refused to everybody but the
    system."""
    require(may_tidy(actor))
    past = runtime.current().clock.now() - timedelta(days=runtime.current().settings.deleted_items_kept_days)
    over = and_(
        Message.deleted_at <= past, Message.veiled.is_(False),
        or_(Message.body != "", Message.html != "", Message.file_count > 0),
        ~select(User.id).where(User.id == Message.author_id, User.frozen_at.is_not(None)).exists(),
    )  # fmt: skip
    ids = session().scalars(
        select(Message.id).where(over).order_by(Message.id).limit(AT_ONCE).with_for_update()
    ).all()  # fmt: skip
    session().execute(delete(MessageRevision).where(MessageRevision.message_id.in_(ids)))
    files.remove_files_of_messages(ids)
    session().execute(
        update(Message)
        .where(Message.id.in_(ids))
        .values(body="", html="", content_digest="", translation=None, file_count=0)
        .execution_options(synchronize_session=False)
    )
    note_forgotten(actor, "messages", len(ids))
    return len(ids)


@command
def announce_emptying(actor: Actor) -> int:
    """Tell everybody in a private or direct room, once, that what was said there goes in 30 days if nobody
    says anything: 23 months after the last word, once nobody's data there is frozen. Some rooms, how many;
    AT_ONCE where more are due. Refused to everybody but the system."""
    require(may_tidy(actor))
    now = runtime.current().clock.now()
    quiet = now - timedelta(days=runtime.current().settings.private_rooms_kept_days) + TOLD_BEFORE
    due = and_(
        Room.kind.in_(CLOSED_CIRCLES), Room.forgets_at.is_(None), _last_word <= quiet, ~_somebody_froze
    )
    rooms = _some_rooms(due)
    for room in rooms:
        room.forgets_at = now + TOLD_BEFORE
    session().flush()
    reached = (
        select(User.email, User.language, RoomMember.room_id)
        .join(RoomMember, RoomMember.user_id == User.id)
        .where(RoomMember.room_id.in_([room.id for room in rooms]))
        .where(User.state == "active", User.email.is_not(None))
        .order_by(RoomMember.room_id, User.id)
    )
    post_many(
        "room_falls_silent",
        [(email or "", language, {"room_id": room}) for email, language, room in session().execute(reached)],
    )
    return _as_step(len(rooms))


@tidies
@command
def empty_silent_rooms(actor: Actor) -> int:
    """Delete what was said in private and direct rooms 24 months after the last word, a month after their
    people were told; room and people stay. Where somebody spoke meanwhile nothing is deleted, and while
    one of the people froze her data it waits. Some rooms, how many; AT_ONCE where more are due. Fact:
    RoomChanged. Refused to everybody but the system."""
    require(may_tidy(actor))
    now = runtime.current().clock.now()
    quiet = now - timedelta(days=runtime.current().settings.private_rooms_kept_days)
    rooms = _some_rooms(and_(Room.forgets_at <= now, ~_somebody_froze))
    silent = set(
        session().scalars(
            select(Room.id).where(Room.id.in_([room.id for room in rooms]), _last_word <= quiet)
        )
    )
    for room in rooms:
        room.forgets_at = None
        if room.id in silent:
            room.version += 1
    session().flush()
    note_forgotten(actor, "messages", _empty(silent))
    for room in rooms:
        if room.id in silent:
            record(RoomChanged(scope=room_scope(room.id), entity_id=room.id, entity_version=room.version))
    return _as_step(len(rooms))


def _empty(room_ids: set[str]) -> int:
    """Delete the topics of rooms with everything in them; how many messages."""
    work = session()
    in_rooms = sorted(room_ids)
    messages = select(Message.id).where(Message.room_id.in_(in_rooms))
    topics = select(Topic.id).where(Topic.room_id.in_(in_rooms))
    quiet: dict[str, Any] = {"synchronize_session": False}
    files.remove_files_of_messages(messages)
    work.execute(
        update(Message).where(Message.reply_to.in_(messages)).values(reply_to=None).execution_options(**quiet)
    )
    for doomed in (
        delete(MessageRevision).where(MessageRevision.message_id.in_(messages)),
        delete(MessageMention).where(MessageMention.message_id.in_(messages)),
        delete(MessageReaction).where(MessageReaction.message_id.in_(messages)),
        delete(TopicRead).where(TopicRead.topic_id.in_(topics)),
        delete(TopicLevel).where(TopicLevel.topic_id.in_(topics)),
    ):
        work.execute(doomed.execution_options(**quiet))
    gone = work.execute(
        delete(Message).where(Message.room_id.in_(in_rooms)).returning(Message.id).execution_options(**quiet)
    ).all()
    work.execute(delete(Topic).where(Topic.room_id.in_(in_rooms)).execution_options(**quiet))
    return len(gone)


def _some_rooms(due: Any) -> list[Room]:
    wanted = select(Room).where(due).order_by(Room.id).limit(ROOMS_AT_ONCE).with_for_update(of=Room)
    return list(session().scalars(wanted))


def _as_step(rooms: int) -> int:
    return AT_ONCE if rooms == ROOMS_AT_ONCE else rooms
