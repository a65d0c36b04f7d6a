"""What can be seen of the signs at messages: how many of each, and whose they are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypedDict

from sqlalchemy import bindparam, case, func, select

from models.discussions import MessageReaction
from models.people import User
from network.discussions.queries.places import visible_message_rows
from network.kernel.actor import Actor
from network.kernel.paging import PageOf, PageRequest, page
from network.kernel.transaction import session
from network.people import PersonView, photo_url, shown_name, shown_picture

_reactions, _users = MessageReaction.__table__.c, User.__table__.c


class ReactionView(TypedDict):
    """How many put a sign at a message; `mine` where the viewer is among them."""

    emoji: str
    count: int
    mine: bool


class ReactedView(TypedDict):
    """A sign at a message, and whose it is."""

    emoji: str
    user: PersonView


_OF = (
    select(
        _reactions.message_id, _reactions.emoji, func.count().label("number"),
        func.max(case((_reactions.user_id == bindparam("viewer"), 1), else_=0)).label("mine"),
    )
    .where(_reactions.message_id.in_(bindparam("ids", expanding=True)))
    .group_by(_reactions.message_id, _reactions.emoji)
    .order_by(_reactions.message_id, func.min(_reactions.at), _reactions.emoji)
)  # fmt: skip


def reactions_of(ids: Sequence[str], viewer: str | None) -> dict[str, list[ReactionView]]:
    """The signs at each of these messages, the first one first, in one statement."""
    found: dict[str, list[ReactionView]] = {}
    rows = session().connection().execute(_OF, {"ids": list(ids), "viewer": viewer or ""})
    for message_id, emoji, number, mine in rows:
        view = ReactionView(emoji=emoji, count=number, mine=bool(mine))
        found.setdefault(message_id, []).append(view)
    return found


def list_reacted(
    actor: Actor,
    message_id: str,
    request: PageRequest = PageRequest(),  # noqa: B008
) -> PageOf[ReactedView]:
    """Who put which sign at a message, by sign and person; nothing once it is deleted or veiled. Raises
    NotFound."""
    message, _room = visible_message_rows(actor, message_id)
    if message.deleted_at is not None or message.veiled:
        return PageOf([], None)
    query = (
        select(_reactions.emoji, _reactions.user_id, _users.display_name, shown_picture(_users))
        .join(User, _users.id == _reactions.user_id)
        .where(_reactions.message_id == message.id)
    )
    return page(query, [_reactions.emoji, _reactions.user_id], request, _reacted, scalar=False)


def _reacted(row: tuple[str, str, str, str]) -> ReactedView:
    emoji, user_id, name, picture = row
    person = PersonView(id=user_id, display_name=shown_name(name), photo_url=photo_url(picture))
    return {"emoji": emoji, "user": person}
