"""Putting a sign at a message, and taking it back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from sqlalchemy import delete, func, select, update

from models.discussions import Message, MessageReaction
from network.discussions.commands.limits import take_send
from network.discussions.commands.upserts import upsert
from network.discussions.events import ReactionAdded, ReactionRemoved, room_scope
from network.discussions.policy import may_react
from network.discussions.queries.messages import MessageView, messages_by_id
from network.discussions.queries.places import place_of, topic_for_reading, visible_message_rows
from network.discussions.rules.emoji import MOST_EMOJI, TooManyReactions, check_emoji
from network.discussions.rules.states import MessageDeletedAlready, MessageVeiled, check_open
from network.kernel import runtime
from network.kernel.actor import Actor
from network.kernel.events import Fact, record
from network.kernel.policy import require
from network.kernel.transaction import command, session


def react(actor: Actor, message_id: str, emoji: str) -> MessageView:
    """Put a sign at a message, once: again it changes nothing. Refused where she could not post, but for
    announcements, to which everybody reacts. Raises NotFound, Invalid, TooMany, TooManyReactions,
    MessageDeletedAlready, MessageVeiled and those of a closed place. Fact: ReactionAdded."""
    sign = check_emoji(emoji)
    take_send(actor)
    return _react(actor, message_id, sign)


@command
def _react(actor: Actor, message_id: str, emoji: str) -> MessageView:
    message = _open_message(actor, message_id)
    work, now = session(), runtime.current().clock.now()
    signs = select(func.distinct(MessageReaction.emoji)).where(MessageReaction.message_id == message.id)
    there = set(work.scalars(signs))
    if emoji not in there and len(there) >= MOST_EMOJI:
        raise TooManyReactions()
    row = {"message_id": message.id, "emoji": emoji, "user_id": actor.id, "at": now}
    # The room is locked: nobody else counts at the same moment.
    put = upsert(MessageReaction).values(row).on_conflict_do_nothing()
    if work.execute(put.returning(MessageReaction.user_id)).one_or_none() is not None:
        _count(message.id, 1)
        record(ReactionAdded(**_told(message, emoji, actor)))
    return messages_by_id([message.id], actor.user_id)[message.id]


def take_reaction_back(actor: Actor, message_id: str, emoji: str) -> MessageView:
    """Take one's own sign at a message back; where there is none, nothing changes. Refusals and errors as in
    `react`. Fact: ReactionRemoved."""
    sign = check_emoji(emoji)
    take_send(actor)
    return _take_back(actor, message_id, sign)


@command
def _take_back(actor: Actor, message_id: str, emoji: str) -> MessageView:
    message = _open_message(actor, message_id)
    gone = delete(MessageReaction).where(
        MessageReaction.message_id == message.id, MessageReaction.emoji == emoji,
        MessageReaction.user_id == actor.id,
    )  # fmt: skip
    if session().execute(gone.returning(MessageReaction.user_id)).one_or_none() is not None:
        _count(message.id, -1)
        record(ReactionRemoved(**_told(message, emoji, actor)))
    return messages_by_id([message.id], actor.user_id)[message.id]


def _open_message(actor: Actor, message_id: str) -> Message:
    message, _room = visible_message_rows(actor, message_id, lock=True)
    # Asked with the room's lock held, so that it stays true until the commit.
    place = topic_for_reading(actor, message.topic_id)
    require(may_react(actor, place_of(place)))
    check_open(place.room_state, place.topic_state)
    if message.deleted_at is not None:
        raise MessageDeletedAlready()
    if message.veiled:
        raise MessageVeiled()
    return message


def _told(message: Message, emoji: str, actor: Actor) -> dict[str, Any]:
    return {
        "scope": room_scope(message.room_id), "entity_id": message.id, "entity_version": message.version,
        "emoji": emoji, "user_id": actor.id,
    }  # fmt: skip


def _count(message_id: str, more: int) -> None:
    now = Message.reaction_count + more
    session().execute(update(Message).where(Message.id == message_id).values(reaction_count=now))


def drop_reactions(message_ids: Iterable[str]) -> None:
    """Take all signs away from messages that are gone."""
    ids = list(message_ids)
    session().execute(delete(MessageReaction).where(MessageReaction.message_id.in_(ids)))
    session().execute(update(Message).where(Message.id.in_(ids)).values(reaction_count=0))


def reactions_of_erased(user_id: str) -> list[Fact]:
    """Take away what somebody who is erased put at messages; the facts that tell of it, not yet recorded: of
    which messages, and no more which sign it was."""
    gone = delete(MessageReaction).where(MessageReaction.user_id == user_id)
    numbers = Counter(session().scalars(gone.returning(MessageReaction.message_id)))
    found = session().scalars(select(Message).where(Message.id.in_(numbers)).order_by(Message.id))
    facts: list[Fact] = []
    for message in found:
        message.reaction_count -= numbers[message.id]
        facts.append(ReactionRemoved(
            scope=room_scope(message.room_id), entity_id=message.id, entity_version=message.version,
            emoji="", user_id=user_id,
        ))  # fmt: skip
    session().flush()
    return facts
