"""What is forgotten: the addresses of those who never answered an invitation."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from models.membership import Invitation
from network.kernel import runtime
from network.kernel.actor import Actor, system_actor
from network.kernel.jobs import job
from network.kernel.policy import require
from network.kernel.transaction import command, session
from network.membership.policy import may_tidy_invitations
from network.membership.rules import forget_address

KEPT_AFTER_EXPIRY = timedelta(days=30)
"""Retention of unused invitations (trust.md, D.3)."""

_AT_ONCE = 1000


@job("invitations.forget_addresses", every_minutes=24 * 60)
def forget_unused_addresses() -> int:
    """Seal the addresses of invitations that ran out 30 days ago; how many. Running it twice changes nothing
    more."""
    forgotten = 0
    while True:
        batch = _forget_batch(system_actor("invitations"))
        forgotten += batch
        if batch < _AT_ONCE:
            return forgotten


@command
def _forget_batch(actor: Actor) -> int:
    require(may_tidy_invitations(actor))
    now = runtime.current().clock.now()
    unused = (
        select(Invitation)
        .where(
            Invitation.email.is_not(None), Invitation.state != "accepted",
            Invitation.expires_at < now - KEPT_AFTER_EXPIRY,
        )
        .order_by(Invitation.id)
        .limit(_AT_ONCE)
        .with_for_update()
    )  # fmt: skip
    rows = session().scalars(unused).all()
    for row in rows:
        forget_address(row)
        if row.state in ("open", "void"):
            row.state, row.ended_at = ("expired" if row.state == "open" else "void_ended"), now
        row.version += 1
    return len(rows)
