"""One's own passkeys: made, named, taken away."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from models.people import Passkey, User
from network.kernel import runtime
from network.kernel.actor import Actor
from network.kernel.audit import append
from network.kernel.errors import NotFound
from network.kernel.ids import new_id
from network.kernel.policy import require
from network.kernel.transaction import command, session, unit_of_work
from network.people.commands.ended_ways import end_passkeys, settle
from network.people.commands.second_factor import new_recovery_codes, own_account, tell
from network.people.commands.showing_passkeys import ceremonies, new_challenge, party, take_challenge
from network.people.policy import may_change_me, may_change_second_factor, visible_passkeys
from network.people.queries.passkeys import PasskeyView, passkey_view
from network.people.rules.names import clean_name
from network.people.rules.passkeys import PASSKEYS, PasskeyThere, TooManyPasskeys


@dataclass(frozen=True, slots=True)
class AddedPasskey:
    """A new passkey; the recovery codes come with the first second factor, shown this once."""

    passkey: PasskeyView
    recovery_codes: list[str] | None


@command
def begin_passkey(actor: Actor) -> dict[str, Any]:
    """What goes to `navigator.credentials.create`; it counts once, for five minutes. Raises Unauthenticated,
    ProofRequired, TooManyPasskeys, PasskeysUnavailable."""
    require(may_change_second_factor(actor))
    site, person = party(), own_account(actor)
    have = session().scalars(select(Passkey.credential_id).where(Passkey.user_id == person.id)).all()
    _check_number(len(have))
    options: dict[str, Any] = ceremonies().to_make(
        site, new_challenge(person.id), person.id, person.email or person.display_name, person.display_name,
        have,
    )  # fmt: skip
    return options


def add_passkey(actor: Actor, credential: Mapping[str, Any], name: str) -> AddedPasskey:
    """Keep the passkey that a device made. It signs in alone where the device asks for PIN or finger, and is
    a second factor beside code and password; the first second factor brings recovery codes. A letter tells
    the person; in the audit trail. Raises Unauthenticated, ProofRequired, PasskeyRefused, PasskeyThere,
    TooManyPasskeys, PasskeysUnavailable, Invalid for a name that cannot be."""
    with unit_of_work():
        require(may_change_second_factor(actor))
    called, site = clean_name(name, field="name"), party()
    challenge = take_challenge(actor, credential, actor.user_id)
    return _keep(actor, ceremonies().check_made(site, challenge, credential), called)


@command
def _keep(actor: Actor, made: Any, name: str) -> AddedPasskey:
    require(may_change_second_factor(actor))
    person = own_account(actor)
    held = select(func.count()).where(Passkey.user_id == person.id)
    _check_number(session().scalar(held) or 0)
    now = runtime.current().clock.now()
    row = Passkey(
        id=new_id(), user_id=person.id, name=name, credential_id=made.credential_id,
        public_key=made.public_key, transports=made.transports, sign_count=made.sign_count,
        synced=made.synced, created_at=now, last_used_at=None, copied_at=None,
    )  # fmt: skip
    try:
        with session().begin_nested():
            session().add(row)
            session().flush()
    except IntegrityError:
        raise PasskeyThere() from None
    codes = None
    if person.second_factor_at is None:
        person.second_factor_at = now
        person.version += 1
        codes = new_recovery_codes(person.id)
    append(actor, "user.passkey_added", "user", person.id, after={"passkey": row.id})
    tell(person, "passkey_added")
    return AddedPasskey(passkey_view(row), codes)


@command
def rename_passkey(actor: Actor, passkey_id: str, name: str) -> PasskeyView:
    """Call one of one's own passkeys by another name. Raises Unauthenticated, NotFound, Invalid."""
    require(may_change_me(actor))
    row = _own(actor, own_account(actor), passkey_id)
    row.name = clean_name(name, field="name")
    return passkey_view(row)


@command
def remove_passkey(actor: Actor, passkey_id: str) -> None:
    """Take one of one's own passkeys away; where it was the last second factor, the recovery codes go as
    well. A letter tells the person; in the audit trail. Raises Unauthenticated, ProofRequired, NotFound."""
    require(may_change_second_factor(actor))
    person = own_account(actor)
    row = _own(actor, person, passkey_id)
    end_passkeys(person.id, Passkey.id == row.id)
    append(actor, "user.passkey_removed", "user", person.id, after={"passkey": passkey_id})
    tell(person, "passkey_removed")
    settle(person)


def _own(actor: Actor, person: User, passkey_id: str) -> Passkey:
    wanted = visible_passkeys(actor).where(Passkey.id == passkey_id, Passkey.user_id == person.id)
    row = session().scalars(wanted).one_or_none()
    if row is None:
        raise NotFound()
    return row


def _check_number(have: int) -> None:
    if have >= PASSKEYS:
        raise TooManyPasskeys(n=PASSKEYS)
