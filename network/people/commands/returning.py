"""Accounts in a database that came back from a backup: what was open then may have been ended since, so it is
closed, and what the ledger tells is done again."""

from __future__ import annotations

from sqlalchemy import delete, select, update

from models.people import (
    AddressChange,
    ApiToken,
    Passkey,
    PasskeyChallenge,
    PasswordReset,
    RecoveryCode,
    SecondFactor,
    SignInChallenge,
    SignInCode,
    UserSession,
)
from network.kernel import runtime
from network.kernel.actor import Actor, system_actor
from network.kernel.audit import append
from network.kernel.ids import digest
from network.kernel.ledger import Decision, done_again
from network.kernel.policy import require
from network.kernel.restores import after_restore
from network.kernel.transaction import command, session
from network.people.commands.accounts import close_account
from network.people.commands.ended_ways import settle
from network.people.commands.mail_choices import choose
from network.people.commands.sessions import end_sessions, lock_user
from network.people.policy import may_tidy
from network.people.queries.accounts import ACTIVE


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


@done_again("passkey")
def _without_passkey(decided: Decision) -> None:
    person = lock_user(decided.user_id)
    gone = delete(Passkey).where(Passkey.id == decided.about, Passkey.user_id == decided.user_id)
    if person is not None and session().scalar(gone.returning(Passkey.id)) is not None:
        settle(person)


@done_again("second_factor")
def _without_app_codes(decided: Decision) -> None:
    person = lock_user(decided.user_id)
    mine = (SecondFactor.user_id == decided.user_id, SecondFactor.seed_id == decided.about)
    gone = delete(SecondFactor).where(*mine).returning(SecondFactor.user_id)
    if person is not None and session().scalar(gone) is not None:
        settle(person)


@done_again("recovery_codes")
def _without_recovery_codes(decided: Decision) -> None:
    named = RecoveryCode.id.in_(decided.about.split())
    session().execute(delete(RecoveryCode).where(RecoveryCode.user_id == decided.user_id, named))


@done_again("password")
def _without_password(decided: Decision) -> None:
    person = lock_user(decided.user_id)
    if person is not None and person.password_hash and digest(person.password_hash) == decided.about:
        person.password_hash = None
        person.version += 1


@done_again("closed")
def _closed(decided: Decision) -> None:
    person = lock_user(decided.user_id)
    if person is not None and person.state == ACTIVE:
        close_account(system_actor("restore"), person.id, "restored")


@done_again("mails")
def _mails_chosen(decided: Decision) -> None:
    choose(decided.user_id, decided.about, decided.chosen)


@done_again("frozen")
def _frozen(decided: Decision) -> None:
    person = lock_user(decided.user_id)
    if person is not None and person.state == ACTIVE and person.frozen_at is None and decided.chosen == "yes":
        person.frozen_at = decided.at
        person.version += 1
