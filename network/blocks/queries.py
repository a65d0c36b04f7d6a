"""Whom somebody blocked, asked for her; and who keeps something from whom, asked for the program."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, TypedDict

from sqlalchemy import select

from models.blocks import Block, ContactChoice
from models.people import User
from network import people
from network.blocks.policy import may_keep_blocks, refuses
from network.kernel.actor import Actor
from network.kernel.paging import PageOf, PageRequest, page
from network.kernel.policy import require
from network.kernel.transaction import session


class BlockView(TypedDict):
    """Somebody whom one blocked."""

    user: people.PersonView
    since: datetime


class ContactSettingsView(TypedDict):
    """Whether others may write to a person directly, see that she is writing, and that she is there."""

    direct_messages: bool
    tells_typing: bool
    tells_presence: bool


def list_blocks(actor: Actor, request: PageRequest = PageRequest()) -> PageOf[BlockView]:  # noqa: B008
    """Whom one blocked, by name. Raises Unauthenticated."""
    require(may_keep_blocks(actor))
    query: Any = select(Block.blocked_id, Block.created_at).join(User, User.id == Block.blocked_id)
    query = query.where(Block.user_id == actor.user_id)
    found = page(query, [User.folded_name.expression, User.id.expression], request, tuple, scalar=False)
    named = people.people_by_id([row[0] for row in found.items])
    return PageOf([BlockView(user=named[row[0]], since=row[1]) for row in found.items], found.next)


def show_contact_settings(actor: Actor) -> ContactSettingsView:
    """One's own choice. Raises Unauthenticated."""
    require(may_keep_blocks(actor))
    row = session().get(ContactChoice, actor.user_id or "")
    if row is None:
        return ContactSettingsView(direct_messages=True, tells_typing=True, tells_presence=True)
    return ContactSettingsView(
        direct_messages=row.direct_messages, tells_typing=row.tells_typing, tells_presence=row.tells_presence
    )


def blocked_by(actor: Actor) -> frozenset[str]:
    """The ids of everybody whom the actor blocked: what they write is folded for her."""
    if actor.user_id is None:
        return frozenset()
    return frozenset(session().scalars(select(Block.blocked_id).where(Block.user_id == actor.user_id)))


def has_blocked(actor: Actor, user_id: str) -> bool:
    """True when the actor blocked that person."""
    return session().get(Block, (actor.user_id or "", user_id)) is not None


def who_hides_from(viewer_id: str, ids: Iterable[str]) -> frozenset[str]:
    """Those of `ids` who blocked the viewer. One statement; for rules, never to be shown."""
    wanted = sorted(ids)
    if not wanted:
        return frozenset()
    found = select(Block.user_id).where(Block.blocked_id == viewer_id, Block.user_id.in_(wanted))
    return frozenset(session().scalars(found))


def who_refuses(sender_id: str, ids: Iterable[str]) -> frozenset[str]:
    """Those of `ids` who take no direct messages from the sender. One statement; for rules."""
    wanted = sorted(ids)
    if not wanted:
        return frozenset()
    found = select(User.id).where(User.id.in_(wanted), refuses(User.id, sender_id))
    return frozenset(session().scalars(found))


def whom_refuses(owner_id: str, ids: Iterable[str]) -> frozenset[str]:
    """Those of `ids` from whom the owner takes no direct messages. One statement; for rules."""
    wanted = sorted(ids)
    if not wanted:
        return frozenset()
    found = select(User.id).where(User.id.in_(wanted), refuses(owner_id, User.id))
    return frozenset(session().scalars(found))
