"""What is deleted when its time is over: sessions, codes, links, failures, devices (trust.md D.3)."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import or_

from models.people import (
    AddressChange,
    KnownDevice,
    PasskeyChallenge,
    PasswordReset,
    SignInChallenge,
    SignInCode,
    SignInFailure,
    UserSession,
)
from network.kernel import runtime
from network.kernel.actor import Actor, system_actor
from network.kernel.jobs import job
from network.kernel.policy import require
from network.kernel.tidying import forget, in_steps, tidies
from network.kernel.transaction import command
from network.people.policy import may_tidy
from network.people.rules.address_changes import CONFIRM_WITHIN, UNDO_WITHIN

CODES_AND_LINKS_KEPT = timedelta(days=2)
ADDRESS_CHANGES_KEPT = CONFIRM_WITHIN + UNDO_WITHIN + timedelta(days=1)


@job("people.tidy", every_minutes=60)
def tidy() -> int:
    """Delete what is over; how many rows of the table that had most."""
    return in_steps(lambda: tidy_accounts(system_actor("people.tidy")))


@tidies
@command
def tidy_accounts(actor: Actor) -> int:
    """Delete sessions that ended 30 days ago, codes, links and challenges of the day before yesterday,
    changes of address when their links are over, failures after 90 days, devices that were not used for a
    year: some of each, and how many of that of which there are most. Refused to everybody but the system."""
    require(may_tidy(actor))
    now, settings = runtime.current().clock.now(), runtime.current().settings
    ended = now - timedelta(days=settings.ended_sessions_kept_days)
    sent = now - CODES_AND_LINKS_KEPT
    changed = now - ADDRESS_CHANGES_KEPT
    failed = now - timedelta(days=settings.failed_sign_ins_kept_days)
    unused = now - timedelta(days=settings.known_devices_kept_days)
    return max(
        forget(actor, UserSession, or_(UserSession.ended_at <= ended, UserSession.expires_at <= ended)),
        forget(actor, SignInCode, SignInCode.created_at <= sent),
        forget(actor, PasswordReset, PasswordReset.created_at <= sent),
        forget(actor, SignInChallenge, SignInChallenge.created_at <= sent),
        forget(actor, PasskeyChallenge, PasskeyChallenge.created_at <= sent),
        forget(actor, AddressChange, AddressChange.created_at <= changed),
        forget(actor, SignInFailure, SignInFailure.at <= failed),
        forget(actor, KnownDevice, KnownDevice.last_used_at <= unused),
    )
