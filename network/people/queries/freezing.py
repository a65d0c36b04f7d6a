"""Who froze her data."""

from __future__ import annotations

from datetime import datetime
from typing import TypedDict

from sqlalchemy import select

from models.people import User
from network.kernel.actor import Actor
from network.kernel.policy import require
from network.kernel.transaction import session
from network.people.policy import may_see_me


class FreezeView(TypedDict):
    """Since when one's own data is frozen; None where it is not."""

    frozen_at: datetime | None


def show_freeze(actor: Actor) -> FreezeView:
    """Whether one's own data is frozen. Raises Unauthenticated."""
    require(may_see_me(actor))
    return {"frozen_at": session().scalar(select(User.frozen_at).where(User.id == actor.user_id))}
