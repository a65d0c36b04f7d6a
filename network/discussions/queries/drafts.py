"""What somebody typed and did not send yet, for herself alone."""

from __future__ import annotations

from datetime import datetime
from typing import TypedDict

from sqlalchemy import select

from models.discussions import StoredDraft
from network.discussions.queries.places import visible_room_row, visible_topic_rows
from network.discussions.rules.drafts import room_context, room_of, topic_of
from network.kernel.actor import Actor
from network.kernel.errors import NotFound
from network.kernel.transaction import session


class DraftView(TypedDict):
    """A text that waits to be sent, and others behind it; `version` is 0 where nothing waits."""

    context: str
    body: str
    set_aside: list[str]
    client_msg_id: str | None
    reply_to: str | None
    version: int
    updated_at: datetime | None


def get_draft(actor: Actor, context: str) -> DraftView:
    """What the actor typed for `topic:<id>`, or for a new topic in `room:<id>`. Raises NotFound for what she
    does not see."""
    visible_context(actor, context)
    return draft_in(actor, context)


def draft_in(actor: Actor, context: str) -> DraftView:
    """The same in one statement, for whoever sees the place."""
    row = session().get(StoredDraft, (actor.user_id or "", context))
    return {
        "context": context,
        "body": row.body if row else "",
        "set_aside": list(row.set_aside) if row else [],
        "client_msg_id": row.client_msg_id if row else None,
        "reply_to": row.reply_to if row else None,
        "version": row.version if row else 0,
        "updated_at": row.updated_at if row else None,
    }


def visible_context(actor: Actor, context: str) -> None:
    """Raise NotFound unless the actor sees the place for which something is typed."""
    topic_id, room_id = topic_of(context), room_of(context)
    if topic_id is not None:
        visible_topic_rows(actor, topic_id)
    elif room_id is not None:
        visible_room_row(actor, room_id)
    else:
        raise NotFound()


def last_opening(actor: Actor) -> str | None:
    """The room for which the actor typed a new topic last, and did not send it; she may not see it any
    more."""
    mine = select(StoredDraft.context).where(
        StoredDraft.user_id == (actor.user_id or ""), StoredDraft.context.startswith(room_context(""))
    )
    context = session().scalar(mine.order_by(StoredDraft.updated_at.desc()).limit(1))
    return room_of(context) if context is not None else None
