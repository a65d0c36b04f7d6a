"""Changing one's own words, and taking them back."""

from __future__ import annotations

from typing import cast

from sqlalchemy import Table, update

from models.discussions import Message, MessageRevision, Topic
from network.discussions.commands.calling import change_mentions
from network.discussions.commands.limits import longest_message, take_send
from network.discussions.commands.reacting import drop_reactions
from network.discussions.events import MessageDeleted, MessageEdited, room_scope
from network.discussions.policy import Owned, may_change_message, may_post_message
from network.discussions.queries.messages import MessageView, messages_by_id
from network.discussions.queries.places import place_of, topic_for_reading, visible_message_rows
from network.discussions.queries.resolving import resolve
from network.discussions.rules.markdown import render
from network.discussions.rules.mentions import known_in
from network.discussions.rules.states import MessageDeletedAlready, MessageVeiled, check_open
from network.discussions.rules.texts import check_body
from network.kernel import runtime
from network.kernel.actor import Actor
from network.kernel.events import record
from network.kernel.policy import require
from network.kernel.transaction import command, session
from network.kernel.transitions import check_version

_TOPICS = cast(Table, Topic.__table__)


def edit_message(actor: Actor, message_id: str, body: str, *, expected_version: int) -> MessageView:
    """Change one's own words; what they were stays in the history. The same words again change nothing.
    Refused to everybody but the author, and where she could not post now. Raises NotFound, VersionConflict,
    Invalid, TooMany, MessageDeletedAlready, MessageVeiled and those of a closed place. Fact:
    MessageEdited."""
    # As in posting: what costs time is done before the transaction, which keeps others waiting.
    text = check_body(body, longest_message())
    html = render(text)
    take_send(actor)
    return _edit(actor, message_id, text, html, expected_version)


@command
def _edit(actor: Actor, message_id: str, text: str, html: str, expected_version: int) -> MessageView:
    message, room = visible_message_rows(actor, message_id, lock=True)
    require(may_change_message(actor, Owned(room.network_id, message.author_id)))
    # Asked with the room's lock held, so that it stays true until the commit.
    place = topic_for_reading(actor, message.topic_id)
    require(may_post_message(actor, place_of(place)))
    check_version(message, expected_version, lambda row: messages_by_id([row.id], actor.user_id)[row.id])
    if message.deleted_at is not None:
        raise MessageDeletedAlready()
    if message.veiled:
        raise MessageVeiled()
    check_open(place.room_state, place.topic_state)
    said = resolve(actor, place, text, html, known_in(message.body))
    if said.body != message.body:
        _rewrite(message, said.body, said.html)
        change_mentions(message.id, said.mentions)
    return messages_by_id([message.id], actor.user_id)[message.id]


def _rewrite(message: Message, text: str, html: str) -> None:
    work, now = session(), runtime.current().clock.now()
    work.add(
        MessageRevision(
            message_id=message.id, number=message.version, body=message.body,
            written_at=message.edited_at or message.created_at,
        )
    )  # fmt: skip
    message.body, message.html, message.edited_at = text, html, now
    message.version += 1
    work.flush()
    record(
        MessageEdited(scope=room_scope(message.room_id), entity_id=message.id, entity_version=message.version)
    )


@command
def delete_message(actor: Actor, message_id: str) -> MessageView:
    """Take one's own words back: the place stays, without body and html. Taken back twice is taken back.
    Refused to everybody but the author. Raises NotFound, MessageVeiled. Fact: MessageDeleted."""
    message, room = visible_message_rows(actor, message_id, lock=True)
    require(may_change_message(actor, Owned(room.network_id, message.author_id)))
    if message.veiled:
        raise MessageVeiled()
    if message.deleted_at is None:
        message.deleted_at = runtime.current().clock.now()
        message.deleted_by = actor.id
        message.version += 1
        fewer = update(_TOPICS).where(_TOPICS.c.id == message.topic_id)
        session().execute(fewer.values(message_count=_TOPICS.c.message_count - 1))
        change_mentions(message.id, {})
        drop_reactions([message.id])
        session().flush()
        record(
            MessageDeleted(scope=room_scope(room.id), entity_id=message.id, entity_version=message.version)
        )
    return messages_by_id([message.id], actor.user_id)[message.id]
