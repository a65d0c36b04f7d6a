"""Passkeys at the door: what a device is asked, once and for five minutes, and what its answer is worth."""

from __future__ import annotations

import importlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import select, update

from models.people import Passkey, PasskeyChallenge, User
from network.kernel import runtime
from network.kernel.actor import Actor
from network.kernel.audit import append
from network.kernel.ids import digest, new_id
from network.kernel.policy import require
from network.kernel.transaction import command, session, unit_of_work
from network.people.commands.second_factor import tell
from network.people.policy import may_sign_in
from network.people.rules.passkeys import (
    CHALLENGE_MINUTES,
    PasskeyRefused,
    PasskeysUnavailable,
    RelyingParty,
    challenge_in,
    is_copied,
    relying_party,
    to_base64,
)

if TYPE_CHECKING:
    from types import ModuleType

CHALLENGE_BYTES = 32


@dataclass(frozen=True, slots=True)
class Shown:
    """A passkey whose signature is right, before its row was locked."""

    passkey_id: str
    user_id: str
    sign_count: int
    synced: bool
    verified: bool


def ceremonies() -> ModuleType:
    """`rules/ceremonies.py`, loaded when the first passkey is used."""
    return importlib.import_module("network.people.rules.ceremonies")


def party() -> RelyingParty:
    """For whom passkeys are here. Raises PasskeysUnavailable."""
    found = relying_party(runtime.current().settings.base_url)
    if found is None:
        raise PasskeysUnavailable()
    return found


def new_challenge(user_id: str | None) -> bytes:
    """Within a command: something to sign, for a person who makes a passkey or for nobody known yet."""
    challenge, now = secrets.token_bytes(CHALLENGE_BYTES), runtime.current().clock.now()
    session().add(
        PasskeyChallenge(
            id=new_id(), user_id=user_id, challenge_hash=_digest(challenge), created_at=now,
            expires_at=now + timedelta(minutes=CHALLENGE_MINUTES), used_at=None,
        )
    )  # fmt: skip
    return challenge


@command
def ask_for_passkey(actor: Actor) -> dict[str, Any]:
    """What goes to `navigator.credentials.get`, for signing in, for the second step of it and for a proof;
    it counts once, for five minutes. Raises PasskeysUnavailable."""
    require(may_sign_in(actor))
    site = party()
    options: dict[str, Any] = ceremonies().to_show(site, new_challenge(None))
    return options


def take_challenge(actor: Actor, credential: Mapping[str, Any], user_id: str | None) -> bytes:
    """The challenge that a device answered: it is used up from now on, whatever the answer is worth. Raises
    PasskeyRefused for one that is not ours, not for this, used, or older than five minutes."""
    challenge = challenge_in(credential)
    if not _use_up(actor, _digest(challenge), user_id):
        raise PasskeyRefused()
    return challenge


@command
def _use_up(actor: Actor, challenge_hash: str, user_id: str | None) -> bool:
    require(may_sign_in(actor))
    now, whose = runtime.current().clock.now(), PasskeyChallenge.user_id
    open_one = update(PasskeyChallenge).where(
        PasskeyChallenge.challenge_hash == challenge_hash,
        PasskeyChallenge.used_at.is_(None),
        PasskeyChallenge.expires_at > now,
        whose.is_(None) if user_id is None else whose == user_id,
    )
    taken = session().execute(open_one.values(used_at=now).returning(PasskeyChallenge.id))
    return taken.scalar_one_or_none() is not None


def check_passkey(actor: Actor, credential: Mapping[str, Any]) -> Shown:
    """Look at what a device answered; the signature is checked outside of any transaction. Raises
    PasskeyRefused, PasskeysUnavailable."""
    site, challenge = party(), take_challenge(actor, credential, None)
    with unit_of_work():
        wanted = select(Passkey.id, Passkey.user_id, Passkey.public_key).where(
            Passkey.credential_id == str(credential.get("id"))
        )
        row = session().execute(wanted).one_or_none()
    if row is None:
        raise PasskeyRefused()
    shown = ceremonies().check_shown(site, challenge, credential, row.public_key, row.user_id)
    return Shown(row.id, row.user_id, shown.sign_count, shown.synced, shown.verified)


def use_passkey(actor: Actor, person: User, shown: Shown) -> bool:
    """Within a command that has locked the person: True when it is her passkey and counts. One that seems to
    be copied opens nothing from now on; a letter tells her, and it is in the audit trail."""
    wanted = select(Passkey).where(Passkey.id == shown.passkey_id, Passkey.user_id == person.id)
    row = session().scalars(wanted.execution_options(populate_existing=True)).one_or_none()
    if row is None or row.copied_at is not None:
        return False
    now = runtime.current().clock.now()
    if is_copied(row.sign_count, shown.sign_count):
        row.copied_at = now
        append(actor, "user.passkey_copied", "user", person.id, after={"passkey": row.id})
        tell(person, "passkey_copied")
        return False
    row.sign_count, row.synced, row.last_used_at = shown.sign_count, shown.synced, now
    return True


def _digest(challenge: bytes) -> str:
    # A digest is enough to find it again; whoever reads the database cannot ask a device with it.
    return digest(to_base64(challenge))
