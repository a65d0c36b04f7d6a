"""Whom a message calls: found out and kept in the transaction that says it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import delete, insert, select

from models.discussions import Message, MessageMention, MessageRevision
from network import people
from network.discussions.queries.resolving import resolve
from network.discussions.rules.markdown import render
from network.discussions.rules.mentions import known_in, renamed, roles_in
from network.discussions.rules.texts import Draft
from network.kernel.actor import Actor
from network.kernel.transaction import session

NAMELESS = "…"
"""Stands where a name was; whose it was is not to be found out any more."""


def with_mentions(actor: Actor, room: Any, draft: Draft) -> tuple[Draft, Mapping[str, str]]:
    """A message that is about to be posted as it is kept, and whom it calls."""
    found = resolve(actor, room, draft.body, draft.html)
    return replace(draft, body=found.body, html=found.html), found.mentions


def keep_mentions(message_id: str, mentions: Mapping[str, str]) -> None:
    """Write down whom a new message calls."""
    if mentions:
        session().execute(insert(MessageMention), [
            {"message_id": message_id, "user_id": user_id, "kind": mentions[user_id]}
            for user_id in sorted(mentions)
        ])  # fmt: skip


def change_mentions(message_id: str, mentions: Mapping[str, str]) -> None:
    """Write down whom a changed message calls: who stays is left alone, so that she is not told again."""
    work = session()
    wanted = select(MessageMention.user_id, MessageMention.kind).where(
        MessageMention.message_id == message_id
    )
    before = {row.user_id: row.kind for row in work.execute(wanted)}
    gone = sorted(user_id for user_id in before if before[user_id] != mentions.get(user_id))
    if gone:
        work.execute(
            delete(MessageMention)
            .where(MessageMention.message_id == message_id, MessageMention.user_id.in_(gone))
        )  # fmt: skip
    keep_mentions(message_id, {one: kind for one, kind in mentions.items() if before.get(one) != kind})


def forget_name(user_id: str) -> None:
    """Take a person's name out of what others said to her; that somebody was called stays."""
    work = session()
    calls = select(MessageMention.message_id).where(MessageMention.user_id == user_id)
    for message in work.scalars(select(Message).where(Message.id.in_(calls)).order_by(Message.id)):
        body = renamed(message.body, user_id, NAMELESS)
        if body == message.body:
            continue  # she was called with her role
        message.body = body
        named = people.people_by_id(known_in(message.body).values())
        names = {one: view["display_name"] for one, view in named.items()}
        message.html = render(message.body, names, roles_in(message.body)) if message.html else ""
        message.indexed_version = 0  # by her name nobody finds it any more
    said = MessageRevision.body.contains(f"(user:{user_id})", autoescape=True)
    for earlier in work.scalars(select(MessageRevision).where(said)):
        earlier.body = renamed(earlier.body, user_id, NAMELESS)
    work.flush()
