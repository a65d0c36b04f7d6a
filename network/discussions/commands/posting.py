"""Saying something: a message, a topic with its first message."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple, cast

from sqlalchemy import Table, bindparam, insert, update

from models.discussions import Message, Topic
from network import files
from network.discussions.commands.answering import check_answered
from network.discussions.commands.calling import keep_mentions, with_mentions
from network.discussions.commands.drafting import take_draft
from network.discussions.commands.limits import longest_message, take_send
from network.discussions.commands.pace import keep_pace
from network.discussions.events import MessagePosted, TopicOpened, room_scope
from network.discussions.policy import may_post_message, may_see_room
from network.discussions.queries.messages import MessageView, messages_by_id
from network.discussions.queries.places import (
    place_of,
    room_for_posting,
    sent_before,
    topic_for_posting,
)
from network.discussions.queries.signing import check_signed
from network.discussions.queries.topics import TopicView, topic_views
from network.discussions.rules.drafts import opening_text, room_context, topic_context
from network.discussions.rules.markdown import NOBODY
from network.discussions.rules.states import check_open
from network.discussions.rules.texts import (
    TITLE_MAX,
    ClientMsgIdConflict,
    Draft,
    check_draft,
    check_line,
    content_digest,
)
from network.kernel import runtime
from network.kernel.actor import Actor
from network.kernel.events import record
from network.kernel.ids import new_id, new_untimed_id
from network.kernel.policy import require
from network.kernel.prepared import Prepared
from network.kernel.transaction import command, session
from network.people import photo_url

_MESSAGES, _TOPICS = cast(Table, Message.__table__), cast(Table, Topic.__table__)
_messages, _topics = _MESSAGES.c, _TOPICS.c
_NAMED = (
    "id", "topic_id", "room_id", "seq", "author_id", "body", "html", "client_msg_id", "content_digest",
    "reply_to", "language", "translation", "created_at", "edited_at", "deleted_at", "deleted_by", "veiled",
    "reaction_count", "file_count", "version",
)  # fmt: skip
_INSERT = Prepared(insert(_MESSAGES), _NAMED)
_COUNT = Prepared(
    update(_TOPICS)
    .where(_topics.id == bindparam("in_topic"))
    .values(
        message_count=_topics.message_count + 1,
        last_seq=bindparam("new_seq"),
        last_message_at=bindparam("new_at"),
    )
)


class Sent(NamedTuple):
    """A message as it stands; `is_new` is False where the same one had been sent before."""

    message: MessageView
    is_new: bool


class OpenedTopic(TopicView):
    """A topic with the message that opened it."""

    first_message: MessageView


class SentTopic(NamedTuple):
    """A topic as it stands; `is_new` is False where the same one had been sent before."""

    topic: OpenedTopic
    is_new: bool


def post_message(
    actor: Actor,
    topic_id: str,
    body: str,
    client_msg_id: str,
    reply_to: str | None = None,
    language: str | None = None,
    translation: str | None = None,
    file_ids: Sequence[str] = (),
) -> Sent:
    """Say something in a topic, once: the same `client_msg_id` with the same content gets the first message
    again, with another ClientMsgIdConflict, however late it comes. `file_ids` are files that the actor sent
    to the network; with some of them `body` may be empty.

    Refused to who is no active member, has not accepted the rules or has no voice in the room. Raises
    NotFound, Invalid, FileInUse, TooMany, SlowMode, AgreementNotSigned, RoomLocked, RoomArchived,
    TopicLocked. Fact:
    MessagePosted, whose `seq` is the message's."""
    # What costs time is done before the transaction, which keeps others waiting.
    carried = files.check_files(file_ids)
    draft = check_draft(body, client_msg_id, reply_to, language, longest_message(), translation, carried)
    take_send(actor)
    return post_draft(actor, topic_id, draft)


@command
def post_draft(actor: Actor, topic_id: str, draft: Draft) -> Sent:
    """`post_message` of a message that was checked already."""
    place = topic_for_posting(actor, topic_id, draft.client_msg_id)
    at = place_of(place)
    parts = ["message", topic_id, draft.body, draft.reply_to, draft.language]
    if draft.translation or draft.file_ids:
        parts.append(draft.translation)
    digest = content_digest(*parts, *draft.file_ids)
    if place.sent_id is not None:
        require(may_see_room(actor, at))
        if place.sent_digest != digest:
            raise ClientMsgIdConflict()
        return Sent(messages_by_id([place.sent_id], actor.user_id)[place.sent_id], False)
    require(may_post_message(actor, at))
    check_open(place.room_state, place.topic_state)
    check_signed(actor, place)
    keep_pace(actor, place)
    check_answered(draft.reply_to, topic_id)
    said, mentions = with_mentions(actor, place, draft)
    message = insert_message(actor, place.room_id, topic_id, said, digest, mentions)
    if said.file_ids:
        message["files"] = files.attach_files(actor, place.network_id, message["id"], said.file_ids)
    take_draft(actor, topic_context(topic_id), draft.client_msg_id, draft.body)
    return Sent(message, True)


def open_topic(
    actor: Actor,
    room_id: str,
    title: str,
    body: str,
    client_msg_id: str | None = None,
    language: str | None = None,
) -> SentTopic:
    """Open a topic with its first message; sent again it is the same one. Refusals and errors as in
    `post_message`. Facts: TopicOpened, MessagePosted."""
    named = check_line("title", title, TITLE_MAX)
    draft = check_draft(body, client_msg_id or new_untimed_id(), None, language, longest_message())
    take_send(actor)
    return _open(actor, room_id, named, draft)


@command
def _open(actor: Actor, room_id: str, title: str, draft: Draft) -> SentTopic:
    sent = sent_before(actor, draft.client_msg_id)
    place = room_for_posting(actor, room_id)
    at = place_of(place)
    digest = content_digest("topic", room_id, title, draft.body, draft.language)
    if sent is not None:
        require(may_see_room(actor, at))
        if sent.content_digest != digest:
            raise ClientMsgIdConflict()
        first = messages_by_id([sent.id], actor.user_id)[sent.id]
        return SentTopic(opened(actor, sent.topic_id, first), False)
    require(may_post_message(actor, at))
    check_open(place.room_state)
    check_signed(actor, place)
    keep_pace(actor, place)
    now = runtime.current().clock.now()
    topic = {
        "id": new_id(), "room_id": room_id, "title": title, "state": "open", "message_count": 0,
        "last_seq": 0, "last_message_at": now, "created_by": actor.id, "created_at": now, "version": 1,
    }  # fmt: skip
    session().execute(insert(_TOPICS), topic)
    record(TopicOpened(scope=room_scope(room_id), entity_id=str(topic["id"])))
    said, mentions = with_mentions(actor, place, draft)
    message = insert_message(actor, room_id, str(topic["id"]), said, digest, mentions)
    take_draft(actor, room_context(room_id), draft.client_msg_id, opening_text(title, draft.body))
    return SentTopic(opened(actor, str(topic["id"]), message), True)


def post_first_draft(actor: Actor, room_id: str, draft: Draft) -> Sent:
    """Open the one topic of a direct room, which is called as the room is: after the others in it."""
    sent = _open(actor, room_id, "", draft)
    return Sent(sent.topic["first_message"], sent.is_new)


def insert_message(
    actor: Actor, room_id: str, topic_id: str, draft: Draft, digest: str, mentions: Mapping[str, str] = NOBODY
) -> MessageView:
    """A message and its fact, within a command that checked the right; the topic counts it. `mentions` are
    whom it calls."""
    message_id, now = new_id(), runtime.current().clock.now()
    seq = record(MessagePosted(scope=room_scope(room_id), entity_id=message_id)).seq
    row: dict[str, Any] = {
        "id": message_id, "topic_id": topic_id, "room_id": room_id, "seq": seq, "author_id": actor.user_id,
        "body": draft.body, "html": draft.html, "client_msg_id": draft.client_msg_id,
        "content_digest": digest, "reply_to": draft.reply_to, "language": draft.language,
        "translation": draft.translation, "created_at": now,
        "edited_at": None, "deleted_at": None, "deleted_by": None, "veiled": False,
        "reaction_count": 0, "file_count": len(draft.file_ids), "version": 1,
    }  # fmt: skip
    _INSERT.run(row)
    keep_mentions(message_id, mentions)
    _COUNT.run({"in_topic": topic_id, "new_seq": seq, "new_at": now})
    return _as_sent(actor, room_id, topic_id, draft, message_id, seq, now)


def _as_sent(
    actor: Actor, room_id: str, topic_id: str, draft: Draft, message_id: str, seq: int, now: datetime
) -> MessageView:
    return {
        "id": message_id, "room_id": room_id, "topic_id": topic_id, "seq": seq,
        "author": {
            "id": actor.user_id or "", "display_name": actor.name, "photo_url": photo_url(actor.face),
        },
        "body": draft.body, "html": draft.html, "client_msg_id": draft.client_msg_id,
        "reply_to": draft.reply_to, "language": draft.language, "translation": draft.translation,
        "created_at": now, "edited_at": None, "deleted_at": None, "veiled": False, "reactions": [],
        "files": [], "version": 1,
    }  # fmt: skip


def opened(actor: Actor, topic_id: str, message: MessageView) -> OpenedTopic:
    """A topic with the message that opened it."""
    return {**topic_views(actor, [topic_id])[topic_id], "first_message": message}
