"""What becomes of somebody's words when she is erased. Within the command that erases her."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from sqlalchemy import ColumnElement, and_, delete, or_, select, update

from models.discussions import Message, MessageMention, MessageReaction, MessageRevision, Room, Topic
from network import files
from network.discussions.commands.calling import forget_name
from network.discussions.commands.reacting import reactions_of_erased
from network.discussions.events import MessageDeleted, MessageEdited, TopicChanged, room_scope
from network.discussions.queries.places import lock_room
from network.kernel import runtime
from network.kernel.events import Fact, record_all
from network.kernel.transaction import session
from network.people.events import PersonErased

NOBODY_ELSES = ("private", "direct")
"""Kinds of rooms in which her words go with her in any case (trust.md, D.1)."""

UNTITLED = "…"


def erase_words(user_id: str, *, everywhere: bool) -> list[str]:
    """Take the text of her messages out, with what they said before: in private and direct rooms, and
    `everywhere` when she wants that; what others answered stays, without her name where they called her.
    Elsewhere her words stay without her name. What she put at messages goes, and her files go
    everywhere: a message that was nothing else is deleted. Records MessageDeleted, MessageEdited,
    TopicChanged and ReactionRemoved for each, and PersonErased in every room where she spoke, reacted or was
    called; returns the ids of those rooms."""
    rooms = _rooms_of(user_id)
    for room_id in rooms:
        lock_room(room_id)
    files.remove_files_of_person(user_id)
    forget_name(user_id)
    going = [room_id for room_id, kind in rooms.items() if everywhere or kind in NOBODY_ELSES]
    facts: dict[str, list[Fact]] = {room_id: [] for room_id in rooms}
    signs = reactions_of_erased(user_id)
    for fact in (*signs, *_empty_messages(user_id, going), *_empty_titles(user_id, going)):
        facts[fact.scope.partition(":")[2]].append(fact)
    for room_id in rooms:
        record_all([*facts[room_id], PersonErased(scope=room_scope(room_id), entity_id=user_id)])
    return list(rooms)


def _rooms_of(user_id: str) -> dict[str, str]:
    said = select(Message.room_id).where(Message.author_id == user_id)
    opened = select(Topic.room_id).where(Topic.created_by == user_id)
    reacted = select(MessageReaction.message_id).where(MessageReaction.user_id == user_id)
    called = select(MessageMention.message_id).where(MessageMention.user_id == user_id)
    there = select(Message.room_id).where(Message.id.in_(reacted.union(called)))
    wanted = select(Room.id, Room.kind).where(or_(Room.id.in_(said), Room.id.in_(opened), Room.id.in_(there)))
    return {row.id: row.kind for row in session().execute(wanted.order_by(Room.id))}


def _empty_messages(user_id: str, rooms: Iterable[str]) -> list[Fact]:
    work, now = session(), runtime.current().clock.now()
    hers = Message.author_id == user_id
    only_files = and_(Message.body == "", Message.file_count > 0)
    there = or_(Message.room_id.in_(list(rooms)), only_files)
    taken = and_(hers, there, Message.deleted_at.is_(None))
    wanted = select(Message.id, Message.room_id, Message.topic_id, Message.version).where(taken)
    found = work.execute(wanted.order_by(Message.id)).all()
    # Under which ids she sent is told to nobody who stays; the digest would show what a text was not.
    work.execute(update(Message).where(hers).values(client_msg_id=Message.id, content_digest=""))
    work.execute(update(Message).where(taken).values(
        deleted_at=now, deleted_by=user_id, version=Message.version + 1
    ))  # fmt: skip
    carried = update(Message).where(hers, Message.file_count > 0).execution_options(synchronize_session=False)
    work.execute(carried.where(Message.deleted_at.is_not(None)).values(file_count=0))
    lost = work.execute(
        carried.where(Message.deleted_at.is_(None))
        .values(file_count=0, version=Message.version + 1)
        .returning(Message.id, Message.room_id, Message.version)
    ).all()
    for topic_id, number in sorted(Counter(row.topic_id for row in found).items()):
        fewer = update(Topic).where(Topic.id == topic_id)
        work.execute(fewer.values(message_count=Topic.message_count - number))
    # What she had taken back before goes as well, wherever it stood.
    _take_texts(and_(hers, or_(Message.deleted_at.is_not(None), Message.room_id.in_(list(rooms)))))
    facts: list[Fact] = [
        MessageDeleted(scope=room_scope(row.room_id), entity_id=row.id, entity_version=row.version + 1)
        for row in found
    ]
    # What stays and carried something carries nothing now.
    return facts + [
        MessageEdited(scope=room_scope(row.room_id), entity_id=row.id, entity_version=row.version)
        for row in sorted(lost, key=lambda row: row.id)
    ]


def _take_texts(which: ColumnElement[bool]) -> None:
    earlier = MessageRevision.message_id.in_(select(Message.id).where(which))
    session().execute(delete(MessageRevision).where(earlier))
    gone = session().scalars(select(Message.id).where(which)).all()
    session().execute(delete(MessageMention).where(MessageMention.message_id.in_(gone)))
    session().execute(update(Message).where(which).values(body="", html="", language=None, translation=None))


def _empty_titles(user_id: str, rooms: Iterable[str]) -> list[Fact]:
    taken = and_(Topic.created_by == user_id, Topic.room_id.in_(list(rooms)), Topic.title != "")
    emptied = update(Topic).where(taken).values(title=UNTITLED, version=Topic.version + 1)
    done = session().execute(emptied.returning(Topic.id, Topic.room_id, Topic.version))
    return [
        TopicChanged(scope=room_scope(row.room_id), entity_id=row.id, entity_version=row.version)
        for row in sorted(done, key=lambda row: row.id)
    ]
