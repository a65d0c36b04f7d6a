"""Who can be blocked."""

from __future__ import annotations

from network.kernel.errors import Conflict
from network.kernel.translation import mark as _


class SelfBlocked(Conflict):
    """Nobody blocks herself."""

    code = "self_blocked"
    message = _("You cannot block yourself.")


def check_other(user_id: str, blocked_id: str) -> None:
    """Raise SelfBlocked where both are the same person."""
    if user_id == blocked_id:
        raise SelfBlocked()
