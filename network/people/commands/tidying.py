"""What is deleted when its time is over: sessions, codes, links, failures, devices (trust.md D.3)."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import delete, or_

from models.people import KnownDevice, PasswordReset, SignInCode, SignInFailure, UserSession
from network.kernel import runtime
from network.kernel.actor import Actor, system_actor
from network.kernel.jobs import job
from network.kernel.policy import require
from network.kernel.transaction import command, session
from network.people.policy import may_tidy

ENDED_SESSIONS_KEPT = timedelta(days=30)
CODES_AND_LINKS_KEPT = timedelta(days=2)
FAILURES_KEPT = timedelta(days=90)
DEVICES_KEPT = timedelta(days=365)


@job("people.tidy", every_minutes=60)
def tidy() -> None:
    """Delete what is over."""
    tidy_accounts(system_actor("people.tidy"))


@command
def tidy_accounts(actor: Actor) -> None:
    """Delete sessions that ended 30 days ago, codes and links of the day before yesterday, failures after 90
    days, devices that were not used for a year. Refused to everybody but the system."""
    require(may_tidy(actor))
    now = runtime.current().clock.now()
    gone = now - ENDED_SESSIONS_KEPT
    for statement in (
        delete(UserSession).where(or_(UserSession.ended_at < gone, UserSession.expires_at < gone)),
        delete(SignInCode).where(SignInCode.created_at < now - CODES_AND_LINKS_KEPT),
        delete(PasswordReset).where(PasswordReset.created_at < now - CODES_AND_LINKS_KEPT),
        delete(SignInFailure).where(SignInFailure.at < now - FAILURES_KEPT),
        delete(KnownDevice).where(KnownDevice.last_used_at < now - DEVICES_KEPT),
    ):
        session().execute(statement)
