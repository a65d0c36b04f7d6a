"""What somebody typed and did not send yet, for herself alone."""

from __future__ import annotations

from datetime import datetime
from typing import TypedDict

from models.discussions import StoredDraft
from network.discussions.queries.places import visible_topic_rows
from network.discussions.rules.drafts import topic_of
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
    """What the actor typed for `topic:<id>`. Raises NotFound for what she does not see."""
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
    topic_id = topic_of(context)
    if topic_id is None:
        raise NotFound()
    visible_topic_rows(actor, topic_id)
