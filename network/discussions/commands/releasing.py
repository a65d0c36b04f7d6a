"""What becomes of a first message that waits: somebody lets it through, its author takes it back, or its time
is over."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from models.discussions import Message
from models.hints import HeldMessage
from models.people import User
from network import membership
from network.discussions.commands.calling import with_mentions
from network.discussions.commands.posting import insert_message, insert_topic
from network.discussions.events import MessageReleased, user_scope
from network.discussions.policy import has_membership, is_not_suspended, may_look_at_held, may_tidy
from network.discussions.queries.held import held_row, held_view, looked_after, visible_held
from network.discussions.queries.messages import MessageView, messages_by_id
from network.discussions.queries.places import (
    check_pause_at,
    place_of,
    room_for_posting,
    sent_before,
    topic_for_posting,
    visible_message_rows,
)
from network.discussions.rules.holding import KEPT, HeldStays
from network.discussions.rules.markdown import render
from network.discussions.rules.states import check_open
from network.discussions.rules.texts import Draft
from network.kernel import runtime
from network.kernel.actor import Actor, system_actor
from network.kernel.audit import append
from network.kernel.errors import DomainError, NotFound
from network.kernel.events import record
from network.kernel.jobs import job
from network.kernel.policy import all_of, require
from network.kernel.tidying import forget, in_steps, tidies
from network.kernel.transaction import command, session, unit_of_work

ROLES = ("meta_mentor", "deputy", "steward")


@command
def release_message(actor: Actor, message_id: str) -> MessageView:
    """Let a newcomer's message through that waits: from now on it is one of its room's, under its id, with
    the next number and the time of this moment, and its author is told. Once more it changes nothing. Refused
    to all who do not look after the rooms, who find nothing; its author sees it and may not. In the audit
    trail. Raises NotFound, HeldStays. Facts: MessageReleased to its author; TopicOpened, MessagePosted."""
    known = held_row(message_id)
    if known is None:
        return _released_before(actor, message_id)
    visible_held(actor, message_id)
    require(may_look_at_held(actor, looked_after(known.network_id)))
    network_id, author_id = known.network_id, known.author_id
    try:
        shown = _let_through(known, _author(author_id))
    except HeldStays:
        raise
    except DomainError as closed:
        raise HeldStays() from closed
    append(
        actor, "message.released", "message", message_id, network_id=network_id,
        acting_role=next((role for role in ROLES if actor.has_role(network_id, role)), None),
    )  # fmt: skip
    record(MessageReleased(scope=user_scope(author_id), entity_id=message_id, network_id=network_id))
    return shown


def _released_before(actor: Actor, message_id: str) -> MessageView:
    message, room = visible_message_rows(actor, message_id)
    require(may_look_at_held(actor, looked_after(room.network_id)))
    return messages_by_id([message.id], actor.user_id)[message.id]


def _author(user_id: str) -> Actor:
    """Who wrote it, with her rights of this moment, kept from being erased until the running command ends."""
    wanted = select(User).where(User.id == user_id).with_for_update(read=True, key_share=True)
    user = session().scalars(wanted.execution_options(populate_existing=True)).one()
    if user.state != "active" or user.frozen_at is not None:
        raise HeldStays()
    known = Actor(kind="person", user_id=user.id, name=user.display_name, language=user.language)
    return membership.with_standings(known)


def _let_through(known: HeldMessage, author: Actor) -> MessageView:
    opens, topic_id = known.title is not None, known.topic_id
    if opens:
        sent = sent_before(author, known.client_msg_id) is not None
        place = room_for_posting(author, known.room_id)
    else:
        place = topic_for_posting(author, topic_id, known.client_msg_id)
        sent = place.sent_id is not None
    require(all_of(has_membership, is_not_suspended)(author, place_of(place)))
    check_pause_at(place)
    if opens:
        check_open(place.room_state)
    else:
        check_open(place.room_state, place.topic_state, place.topic_veiled_until)
    row = held_row(known.id, lock=True)  # the room's lock comes first, as everywhere
    if row is None or sent:
        # Taken back in this moment; or she sent it once more after the network had stopped holding.
        raise NotFound()
    if opens:
        insert_topic(author, place.room_id, row.title or "", topic_id)
    answered = select(Message.id).where(Message.id == row.reply_to, Message.topic_id == topic_id)
    reply_to = session().scalar(answered) if row.reply_to else None
    draft = Draft(
        row.body, render(row.body), row.client_msg_id, reply_to, row.language, row.translation
    )  # fmt: skip
    said, mentions = with_mentions(author, place, draft)
    digest = row.content_digest
    session().delete(row)
    session().flush()
    shown = insert_message(author, place.room_id, topic_id, said, digest, mentions, known.id)
    return messages_by_id([shown["id"]])[shown["id"]]


def take_back_held(actor: Actor, message_id: str) -> MessageView | None:
    """Within a command of the author's: take a message back that waits; None where none does."""
    row = held_row(message_id, lock=True)
    if row is None or row.author_id != actor.user_id:
        return None
    gone = held_view(row, runtime.current().clock.now())
    session().delete(row)
    session().flush()
    return gone


@job("discussions.release_held", every_minutes=5)
def release_due() -> int:
    """Let through what nobody looked at in time; how many."""
    actor, done = system_actor("discussions.release_held"), 0
    with unit_of_work():
        due = _due(runtime.current().clock.now())
    for message_id in due:
        try:
            release_message(actor, message_id)
            done += 1
        except DomainError:
            continue  # its place may open again; else it is forgotten in the end
    in_steps(lambda: forget_held(actor))
    return done


def _due(now: datetime) -> list[str]:
    wanted = select(HeldMessage.id).where(HeldMessage.until <= now).order_by(HeldMessage.id)
    return list(session().scalars(wanted))


@tidies
@command
def forget_held(actor: Actor) -> int:
    """Delete what waited for a month and could not appear. At most a thousand, how many. Refused to everybody
    but the system."""
    require(may_tidy(actor))
    return forget(actor, HeldMessage, HeldMessage.held_at <= runtime.current().clock.now() - KEPT)
