"""Whom a message calls: found out and kept in the transaction that says it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import delete, insert, select

from models.discussions import Message, MessageMention, MessageRevision
from network import blocks, people
from network.discussions.queries.audience import names_in, people_in, with_role
from network.discussions.rules.markdown import render
from network.discussions.rules.mentions import call, calls_somebody, known_in, renamed, roles_in
from network.discussions.rules.texts import Draft
from network.kernel.actor import Actor
from network.kernel.transaction import session
from network.kernel.translation import supported

NAMELESS = "…"
"""Stands where a name was; whose it was is not to be found out any more."""


@dataclass(frozen=True, slots=True)
class Resolved:
    """A text as it is kept, how it looks, and whom it calls: `person` or `role` by their ids."""

    body: str
    html: str
    mentions: Mapping[str, str]


def resolve(
    actor: Actor, room: Any, body: str, html: str, known: Mapping[str, str] | None = None
) -> Resolved:
    """Find out whom a text calls in a room. Nobody is called who does not see the room; herself and who
    blocked her are shown and not told. Nothing is looked up where no `@` stands. `known` are names that stood
    in the text before."""
    if not calls_somebody(body):
        return Resolved(body, html, {})
    here = people_in(room)
    called = call(body, names_in(actor, room, here, known or {}), supported(actor.language))
    if not called.people and not called.roles:
        return Resolved(called.body, html if called.body == body else render(called.body), {})
    told = {user_id: "role" for role in sorted(called.roles) for user_id in with_role(room, role, here)}
    told |= dict.fromkeys(called.people, "person")
    deaf = {actor.user_id, *blocks.who_hides_from(actor.user_id or "", told)}
    return Resolved(
        called.body,
        render(called.body, called.people, called.roles),
        {user_id: kind for user_id, kind in told.items() if user_id not in deaf},
    )


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
        message.body = renamed(message.body, user_id, NAMELESS)
        named = people.people_by_id(known_in(message.body).values())
        names = {one: view["display_name"] for one, view in named.items()}
        message.html = render(message.body, names, roles_in(message.body)) if message.html else ""
        message.indexed_version = 0  # by her name nobody finds it any more
    said = MessageRevision.body.contains(f"(user:{user_id})", autoescape=True)
    for earlier in work.scalars(select(MessageRevision).where(said)):
        earlier.body = renamed(earlier.body, user_id, NAMELESS)
    work.flush()
