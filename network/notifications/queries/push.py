"""In which of one's own browsers notices are shown, and what a browser needs to be asked for it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any, TypedDict

from sqlalchemy import ColumnElement, and_, select

from models.notifications import PushSubscription
from models.people import UserSession
from network.kernel import runtime
from network.kernel.actor import Actor
from network.kernel.errors import NotFound
from network.kernel.policy import require
from network.kernel.transaction import session
from network.notifications.policy import may_keep_notices
from network.notifications.rules.push import sealing, services_of


class PushDeviceView(TypedDict):
    """A browser in which notices are shown; `brief` ones say only that something waits."""

    id: str
    session_id: str
    device: str
    brief: bool
    created_at: datetime
    current: bool


class PushView(TypedDict):
    """`public_key` is what a browser is given to subscribe; None where no notices are shown on devices.
    `possible_here`: this is a session of a browser that others do not use."""

    public_key: str | None
    possible_here: bool
    items: list[PushDeviceView]


def push_services() -> Collection[str]:
    """The push services that may be called."""
    return services_of(runtime.current().settings.push_services)


def show_push(actor: Actor) -> PushView:
    """One's own browsers with notices, the newest first. Raises Unauthenticated."""
    require(may_keep_notices(actor))
    here = session().get(UserSession, actor.session_id) if actor.session_id else None
    return {
        "public_key": sealing().public_key() if push_services() else None,
        "possible_here": here is not None and not here.shared_device and actor.token_scopes is None,
        "items": [_view(actor, row) for row in session().execute(_own(actor))],
    }


def show_device(actor: Actor, subscription_id: str) -> PushDeviceView:
    """One of them. Raises Unauthenticated, NotFound."""
    require(may_keep_notices(actor))
    row = session().execute(_own(actor).where(PushSubscription.id == subscription_id)).one_or_none()
    if row is None:
        raise NotFound()
    return _view(actor, row)


def sessions_with_push(actor: Actor) -> set[str]:
    """The sessions of one's own in whose browsers notices are shown. Raises Unauthenticated."""
    require(may_keep_notices(actor))
    mine = select(PushSubscription.session_id).where(PushSubscription.user_id == actor.user_id)
    return set(session().scalars(mine))


def is_live() -> ColumnElement[bool]:
    """In a select over subscriptions and sessions: the session in which it was turned on still runs."""
    return and_(
        UserSession.id == PushSubscription.session_id,
        UserSession.user_id == PushSubscription.user_id,
        UserSession.ended_at.is_(None),
        UserSession.expires_at > runtime.current().clock.now(),
    )


def _own(actor: Actor) -> Any:
    wanted = select(
        PushSubscription.id, PushSubscription.session_id, UserSession.device, PushSubscription.brief,
        PushSubscription.created_at,
    )  # fmt: skip
    mine: Any = wanted.join(UserSession, is_live()).where(PushSubscription.user_id == actor.user_id)
    return mine.order_by(PushSubscription.id.desc())


def _view(actor: Actor, row: Any) -> PushDeviceView:
    return {
        "id": row.id, "session_id": row.session_id, "device": row.device, "brief": row.brief,
        "created_at": row.created_at, "current": row.session_id == actor.session_id,
    }  # fmt: skip
