"""Ways in that are ended for good: taken from the database and written down beside it, so that no backup
opens them again."""

from __future__ import annotations

from sqlalchemy import ColumnElement, delete, select

from models.people import Passkey, RecoveryCode, SecondFactor, User
from network.kernel.ids import digest
from network.kernel.ledger import note_decision
from network.kernel.transaction import session


def end_passkeys(user_id: str, *which: ColumnElement[bool]) -> None:
    """Within a command that has locked the person: these passkeys of hers, all without `which`, are gone."""
    ended = delete(Passkey).where(Passkey.user_id == user_id, *which).returning(Passkey.id)
    for passkey_id in sorted(session().scalars(ended)):
        note_decision("passkey", user_id, passkey_id)


def end_app_codes(user_id: str, *which: ColumnElement[bool]) -> None:
    """Within a command that has locked the person: her app's one-time codes are taken no more."""
    ended = delete(SecondFactor).where(SecondFactor.user_id == user_id, *which)
    for seed_id in session().scalars(ended.returning(SecondFactor.seed_id)):
        note_decision("second_factor", user_id, seed_id)


def end_recovery_codes(user_id: str) -> None:
    """Within a command that has locked the person: her recovery codes stand for nothing."""
    ended = delete(RecoveryCode).where(RecoveryCode.user_id == user_id).returning(RecoveryCode.id)
    gone = sorted(session().scalars(ended))
    if gone:
        note_decision("recovery_codes", user_id, " ".join(gone))


def end_password(person: User) -> None:
    """Within a command that has locked the person: her password opens nothing any more."""
    if person.password_hash is not None:
        note_decision("password", person.id, digest(person.password_hash))
    person.password_hash = None


def settle(person: User) -> None:
    """Within a command that has locked the person and took something away: without one-time codes and without
    a passkey there is no second factor, and recovery codes stand for nothing."""
    codes = select(SecondFactor.user_id).where(
        SecondFactor.user_id == person.id, SecondFactor.confirmed_at.is_not(None)
    )
    keys = select(Passkey.id).where(Passkey.user_id == person.id).limit(1)
    if session().scalar(codes) is None and session().scalar(keys) is None:
        end_recovery_codes(person.id)
        person.second_factor_at = None
    person.version += 1
