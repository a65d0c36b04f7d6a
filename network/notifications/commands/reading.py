"""Marking one's own notices as read: on every device at once."""

from __future__ import annotations

from sqlalchemy import update

from models.notifications import Notice
from network.discussions.events import user_scope
from network.kernel import runtime
from network.kernel.actor import Actor
from network.kernel.events import record
from network.kernel.policy import require
from network.kernel.transaction import command, session
from network.notifications.events import NoticesRead
from network.notifications.policy import may_keep_notices
from network.notifications.queries.notices import UnreadNotices, count_notices


@command
def mark_notices_read(actor: Actor, until: str | None = None) -> UnreadNotices:
    """Everything up to the notice `until` was seen, or everything there is. Only moves forward; a notice
    that is not there changes nothing. Raises Unauthenticated. Fact: NoticesRead to the actor alone, when
    something was left."""
    require(may_keep_notices(actor))
    mine = update(Notice).where(Notice.user_id == actor.user_id, Notice.read_at.is_(None))
    if until is not None:
        mine = mine.where(Notice.id <= until)
    seen = mine.values(read_at=runtime.current().clock.now()).returning(Notice.id)
    ids = session().scalars(seen).all()
    if ids:
        record(NoticesRead(scope=user_scope(actor.user_id or ""), entity_id=max(ids)))
    return UnreadNotices(unread=count_notices(actor))
