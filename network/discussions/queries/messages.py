"""What can be seen of messages. Reading fifty of them is what everybody does all day: Core statements that
are compiled once, rows made into plain objects directly.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, TypedDict

from sqlalchemy import bindparam, func, select, union_all

from models.discussions import Message, MessageRevision
from models.event_log import ScopeHead
from models.people import User
from network import files
from network.discussions.events import room_scope
from network.discussions.queries.places import topic_for_reading, visible_message_rows, visible_room_row
from network.discussions.queries.reactions import ReactionView, reactions_of
from network.kernel.actor import Actor
from network.kernel.events import renders
from network.kernel.paging import DEFAULT_LIMIT, MAX_LIMIT, PageOf, PageRequest, page
from network.kernel.transaction import session
from network.people import PersonView, photo_url, shown_name, shown_picture

_messages, _users, _heads = Message.__table__.c, User.__table__.c, ScopeHead.__table__.c
_revisions = MessageRevision.__table__.c


class MessageView(TypedDict):
    """A message as everybody sees it who sees it; deleted or veiled ones have neither body nor html."""

    id: str
    room_id: str
    topic_id: str
    seq: int
    author: PersonView
    body: str | None
    html: str | None
    client_msg_id: str
    reply_to: str | None
    language: str | None
    translation: str | None
    created_at: datetime
    edited_at: datetime | None
    deleted_at: datetime | None
    veiled: bool
    reactions: list[ReactionView]
    files: list[files.FileView]
    version: int


class MessageList(TypedDict):
    """Some messages of a topic; `next` continues them, events after `as_of_seq` bring them up to date."""

    items: list[MessageView]
    next: str | None
    as_of_seq: int


class RevisionView(TypedDict):
    """What a message said, from `written_at` until the next one."""

    number: int
    body: str
    written_at: datetime


_shown = select(
    _messages.id, _messages.room_id, _messages.topic_id, _messages.seq, _messages.author_id,
    _users.display_name, shown_picture(_users), _messages.body, _messages.html, _messages.client_msg_id,
    _messages.reply_to, _messages.language, _messages.translation, _messages.created_at, _messages.edited_at,
    _messages.deleted_at, _messages.veiled, _messages.version, _messages.reaction_count,
    _messages.file_count,
).join_from(Message.__table__, User.__table__, _users.id == _messages.author_id)  # fmt: skip

_in_topic = _shown.where(_messages.topic_id == bindparam("topic_id")).limit(bindparam("most"))
_NEWEST = _in_topic.order_by(_messages.seq.desc())
_BEFORE = _NEWEST.where(_messages.seq < bindparam("seq"))
_AFTER = _in_topic.where(_messages.seq > bindparam("seq")).order_by(_messages.seq)
_NEWEST_IN_ROOM = (
    _shown.where(_messages.room_id == bindparam("room_id"))
    .order_by(_messages.seq.desc())
    .limit(bindparam("most"))
)
_HEAD = select(_heads.head_seq).where(_heads.scope == bindparam("scope"))


def message_view(row: Any) -> MessageView:
    """A row of the statements above."""
    (
        message_id, room_id, topic_id, seq, author_id, name, picture, body, html, client_msg_id, reply_to,
        language, translation, created_at, edited_at, deleted_at, veiled, version, _reaction_count,
        _file_count,
    ) = row  # fmt: skip
    if deleted_at is not None or veiled:
        body = html = translation = None
    return {
        "id": message_id, "room_id": room_id, "topic_id": topic_id, "seq": seq,
        "author": {"id": author_id, "display_name": shown_name(name), "photo_url": photo_url(picture)},
        "body": body, "html": html, "client_msg_id": client_msg_id, "reply_to": reply_to,
        "language": language, "translation": translation, "created_at": created_at, "edited_at": edited_at,
        "deleted_at": deleted_at, "veiled": veiled, "reactions": [], "files": [],
        "version": version,
    }  # fmt: skip


def list_messages(
    actor: Actor,
    topic_id: str,
    *,
    before: int | None = None,
    after: int | None = None,
    limit: int = DEFAULT_LIMIT,
) -> MessageList:
    """Messages of a topic by `seq`: after one, oldest first; before one, or the newest, newest first. At most
    `limit` (200). Three statements for any number of them, one more where somebody reacted, and one where
    there are files. Raises NotFound."""
    place = topic_for_reading(actor, topic_id)
    work = session().connection()
    # The head first: what comes in between stands in the list already, and its event is dropped by its seq.
    head = work.execute(_HEAD, {"scope": room_scope(place.room_id)}).scalar_one_or_none()
    most = min(max(limit, 1), MAX_LIMIT)
    wanted: dict[str, Any] = {"topic_id": topic_id, "most": most + 1}
    if after is not None:
        rows = work.execute(_AFTER, {**wanted, "seq": after}).all()
    elif before is not None:
        rows = work.execute(_BEFORE, {**wanted, "seq": before}).all()
    else:
        rows = work.execute(_NEWEST, wanted).all()
    following = None
    if len(rows) > most:
        rows = rows[:most]
        following = f"{'before' if after is None else 'after'}:{rows[-1].seq}"
    return {"items": _views(rows, actor.user_id), "next": following, "as_of_seq": head or 0}


def list_newest_in_room(actor: Actor, room_id: str, limit: int = DEFAULT_LIMIT) -> MessageList:
    """The last messages of a room from all its topics, newest first. Raises NotFound."""
    visible_room_row(actor, room_id)
    work = session().connection()
    head = work.execute(_HEAD, {"scope": room_scope(room_id)}).scalar_one_or_none()
    most = min(max(limit, 1), MAX_LIMIT)
    rows = work.execute(_NEWEST_IN_ROOM, {"room_id": room_id, "most": most}).all()
    return {"items": _views(rows, actor.user_id), "next": None, "as_of_seq": head or 0}


def get_message(actor: Actor, message_id: str) -> MessageView:
    """One message. Raises NotFound."""
    message, _room = visible_message_rows(actor, message_id)
    return messages_by_id([message.id], actor.user_id)[message.id]


def list_revisions(
    actor: Actor,
    message_id: str,
    request: PageRequest = PageRequest(),  # noqa: B008 - it cannot be changed
    *,
    newest_first: bool = False,
) -> PageOf[RevisionView]:
    """Everything that a message said, oldest first, its present text last, a page at a time; empty once it is
    deleted or veiled. `number` counts what it said, from 1: a version that said nothing new has none. Whoever
    sees the message sees its history. Raises NotFound, Invalid for a cursor that is none."""
    message, _room = visible_message_rows(actor, message_id)
    if message.deleted_at is not None or message.veiled:
        return PageOf([], None)
    texts = union_all(
        select(_revisions.number, _revisions.body, _revisions.written_at).where(
            _revisions.message_id == message.id
        ),
        select(_messages.version, _messages.body, func.coalesce(_messages.edited_at, _messages.created_at))
        .where(_messages.id == message.id),
    ).subquery("texts")  # fmt: skip
    # A message that is moved with its topic gets another version and says what it said.
    place = func.row_number().over(order_by=texts.c.number).label("number")
    said = select(place, texts.c.body, texts.c.written_at).subquery("said")
    return page(
        select(said), [said.c.number], request,
        lambda row: RevisionView(number=row[0], body=row[1], written_at=row[2]),
        descending=newest_first, scalar=False,
    )  # fmt: skip


def messages_by_id(ids: Iterable[str], viewer: str | None = None) -> dict[str, MessageView]:
    """Messages by their ids in one statement, one more where somebody reacted, and one where there are
    files; asked on nobody's behalf. Reactions of `viewer` are told as hers."""
    rows = session().connection().execute(_shown.where(_messages.id.in_(list(ids)))).all()
    return {view["id"]: view for view in _views(rows, viewer)}


def _views(rows: Sequence[Any], viewer: str | None) -> list[MessageView]:
    views = [message_view(row) for row in rows]
    reacted = [row.id for row in rows if row.reaction_count]
    if reacted:
        found = reactions_of(reacted, viewer)
        for view in views:
            if view["body"] is not None:
                view["reactions"] = found.get(view["id"], [])
    if carrying := [row.id for row in rows if row.file_count]:
        carried = files.files_of_messages(carrying)
        for view in views:
            if view["body"] is not None:
                view["files"] = carried.get(view["id"], [])
    return views


@renders("message")
def _render(ids: Sequence[str]) -> Mapping[str, Mapping[str, Any]]:
    shown: dict[str, Mapping[str, Any]] = {}
    for message_id, view in messages_by_id(ids).items():
        # Whose they are differs by viewer.
        signs = [{"emoji": each["emoji"], "count": each["count"]} for each in view["reactions"]]
        shown[message_id] = {**view, "reactions": signs}
    return shown
