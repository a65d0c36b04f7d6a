"""What is forgotten: the addresses of those who never answered an invitation."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from models.membership import Invitation
from network import courses
from network.kernel import runtime
from network.kernel.actor import Actor, system_actor
from network.kernel.jobs import job
from network.kernel.policy import require
from network.kernel.tidying import AT_ONCE, in_steps, note_forgotten, tidies
from network.kernel.transaction import command, session
from network.membership.policy import may_tidy_invitations
from network.membership.rules import forget_address


@job("invitations.forget_addresses", every_minutes=24 * 60)
def forget_unused_addresses() -> int:
    """Seal the addresses of invitations that ran out 30 days ago (trust.md, D.3); how many. People of a
    course's list whose letter never left, since nobody verified the organisation, count as not invited again.
    Running it twice changes nothing more."""
    return in_steps(lambda: _seal_addresses(system_actor("invitations.forget_addresses")))


@tidies
@command
def _seal_addresses(actor: Actor) -> int:
    require(may_tidy_invitations(actor))
    now = runtime.current().clock.now()
    kept = timedelta(days=runtime.current().settings.unused_invitations_kept_days)
    unused = (
        select(Invitation)
        .where(
            Invitation.email.is_not(None), Invitation.state != "accepted", Invitation.expires_at <= now - kept
        )
        .order_by(Invitation.id)
        .limit(AT_ONCE)
        .with_for_update()
    )
    rows, never_sent = session().scalars(unused).all(), []
    for row in rows:
        forget_address(row)
        if row.state == "open" and row.sent_at is None and row.completion_id is not None:
            never_sent.append(row.completion_id)
            row.completion_id = None  # the list may forget her now
        if row.state in ("open", "void"):
            row.state, row.ended_at = ("expired" if row.state == "open" else "void_ended"), now
        row.version += 1
    courses.mark_not_invited(never_sent)
    note_forgotten(actor, "invitations", len(rows))
    return len(rows)
