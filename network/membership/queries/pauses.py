"""Until when somebody has a pause from writing, in a network or in one topic of it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select

from models.membership import PostingRestriction
from network.kernel import runtime
from network.kernel.actor import Actor
from network.kernel.transaction import session
from network.membership.policy import check_pause

_pauses = PostingRestriction.__table__.c


def last_pause(user_id: Any, network_id: Any, topic_id: Any = None) -> ColumnElement[datetime | None]:
    """When the last of somebody's pauses in a network ends, or ended, as part of a statement: those from the
    whole network, and with `topic_id` those from that topic."""
    here: ColumnElement[bool] = _pauses.topic_id.is_(None)
    if topic_id is not None:
        here = or_(here, _pauses.topic_id == topic_id)
    return (
        select(func.max(_pauses.until))
        .where(_pauses.user_id == user_id, _pauses.network_id == network_id, _pauses.ended_at.is_(None), here)
        .scalar_subquery()
    )


def running_pause(user_id: str, network_id: str, topic_id: str | None = None) -> datetime | None:
    """Until when somebody writes nothing in a network, or in this topic of it; None when no pause runs. For
    whoever asked who may know."""
    until = session().scalar(select(last_pause(user_id, network_id, topic_id)))
    return until if until is not None and until > runtime.current().clock.now() else None


def check_not_paused(actor: Actor, network_id: str) -> None:
    """Within a command that adds something to a network: raise PostingPaused while the actor has a pause
    from writing in all of it."""
    check_pause(running_pause(actor.user_id or "", network_id), runtime.current().clock.now())
