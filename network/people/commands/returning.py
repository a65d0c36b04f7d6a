"""Accounts in a database that came back from a backup: what was open then may have been ended since, so it is
closed."""

from __future__ import annotations

from sqlalchemy import select, update

from models.people import (
    AddressChange,
    ApiToken,
    PasskeyChallenge,
    PasswordReset,
    SignInChallenge,
    SignInCode,
    UserSession,
)
from network.kernel import runtime
from network.kernel.actor import Actor, system_actor
from network.kernel.audit import append
from network.kernel.policy import require
from network.kernel.restores import after_restore
from network.kernel.transaction import command, session
from network.people.commands.sessions import end_sessions
from network.people.policy import may_tidy


@after_restore("people.end_what_was_open")
def end_what_was_open() -> None:
    """Run `end_everything_open` as the system."""
    end_everything_open(system_actor("restore"))


@command
def end_everything_open(actor: Actor) -> None:
    """End every session, revoke every API token, and void every code and reset link that is open: a stolen
    session that was ended after the backup does not come back to life (A21). In the audit trail. Refused to
    all but the system."""
    require(may_tidy(actor))
    work, now = session(), runtime.current().clock.now()
    holders = select(UserSession.user_id).where(UserSession.ended_at.is_(None)).distinct()
    for user_id in sorted(work.scalars(holders)):
        end_sessions(user_id, "restored")
    work.execute(update(ApiToken).where(ApiToken.revoked_at.is_(None)).values(revoked_at=now))
    work.execute(update(SignInCode).where(SignInCode.used_at.is_(None)).values(used_at=now))
    work.execute(update(PasswordReset).where(PasswordReset.used_at.is_(None)).values(used_at=now))
    work.execute(update(SignInChallenge).where(SignInChallenge.used_at.is_(None)).values(used_at=now))
    work.execute(update(PasskeyChallenge).where(PasskeyChallenge.used_at.is_(None)).values(used_at=now))
    work.execute(update(AddressChange).where(AddressChange.ended_at.is_(None)).values(ended_at=now))
    append(actor, "platform.restored", "platform", "platform")
