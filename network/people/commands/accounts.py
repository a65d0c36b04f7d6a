"""Accounts: made, changed by their owner, given to the operator, closed."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from models.base import fold
from models.people import User
from network.kernel import runtime
from network.kernel.actor import Actor
from network.kernel.addresses import clean_email, normal_address
from network.kernel.audit import append
from network.kernel.errors import Conflict, FieldFault, Invalid, NotFound, Unauthenticated
from network.kernel.events import record
from network.kernel.ids import new_id, new_untimed_id
from network.kernel.ledger import note_decision
from network.kernel.policy import require
from network.kernel.transaction import command, session
from network.kernel.translation import mark as _
from network.people.commands.freezing import check_not_frozen
from network.people.commands.passwords import promise_reset
from network.people.commands.sessions import end_sessions, lock_user
from network.people.commands.tokens import revoke_tokens, tell_revoked
from network.people.events import AccountClosed, PersonChanged
from network.people.policy import (
    may_change_me,
    may_close_account,
    may_create_operator,
    may_create_person,
)
from network.people.queries.accounts import ACTIVE, CLOSED, MeView, me_view
from network.people.rules.names import clean_name, name_from_address
from network.people.rules.places import clean_language, clean_time_zone, default_time_zone


class AddressTaken(Conflict):
    """There is an account with this address. Only for those who have shown that the address is theirs."""

    code = "address_taken"
    message = _("There is already an account with this address.")


def required_address(email: str) -> str:
    """The normal form of an address. Raises Invalid under `email` for what is none."""
    address = normal_address(email)
    if address is None:
        raise Invalid({"email": FieldFault.of(_("This is no mail address."))})
    return address


@command
def create_person(
    actor: Actor,
    email: str,
    display_name: str | None = None,
    language: str = "en",
    time_zone: str | None = None,
    password_hash: str | None = None,
    face: str | None = None,
) -> str:
    """Make an account and return its id. Without a name it is called by the part before the @, without a
    time zone it lives where its language is spoken, without a `face` it gets a drawn one. `password_hash`
    comes from `hash_password`, before the command, for hashing takes long. Raises AddressTaken, Invalid."""
    require(may_create_person(actor))
    address = required_address(email)
    spoken = clean_language(language)
    person = User(
        id=new_id(), email=clean_email(email), address=address,
        display_name=name_from_address(address) if display_name is None else clean_name(display_name),
        language=spoken, time_zone=clean_time_zone(time_zone or default_time_zone(spoken)),
        face=face or new_untimed_id()[:8],
        password_hash=password_hash, is_operator=False, state=ACTIVE,
        created_at=runtime.current().clock.now(), version=1,
    )  # fmt: skip
    try:
        with session().begin_nested():
            session().add(person)
            session().flush()
    except IntegrityError:
        raise AddressTaken() from None
    return person.id


@command
def change_me(
    actor: Actor,
    *,
    display_name: str | None = None,
    language: str | None = None,
    time_zone: str | None = None,
) -> MeView:
    """Change one's own name, language or time zone; None leaves it as it is. Records PersonChanged when
    something changed. Raises Unauthenticated, DataFrozen, Invalid."""
    require(may_change_me(actor))
    person = lock_user(actor.user_id or "")
    if person is None:
        raise Unauthenticated()
    check_not_frozen(person)
    wanted: dict[str, str] = {}
    faults: dict[str, FieldFault] = {}
    for field, value, clean in (
        ("display_name", display_name, clean_name),
        ("language", language, clean_language),
        ("time_zone", time_zone, clean_time_zone),
    ):
        try:
            if value is not None:
                wanted[field] = clean(value, field=field)
        except Invalid as refusal:
            faults |= refusal.faults
    if faults:
        raise Invalid(faults)
    changed = {field: value for field, value in wanted.items() if getattr(person, field) != value}
    for field, value in changed.items():
        setattr(person, field, value)
    if changed:
        person.folded_name = fold(person.display_name)
        person.version += 1
        session().flush()
        record(
            PersonChanged(
                scope=f"user:{person.id}", entity_id=person.id, entity_version=person.version,
                shown="display_name" in changed,
            )
        )  # fmt: skip
    return me_view(person)


@command
def create_operator(actor: Actor, email: str, language: str = "en") -> str:
    """Make an account the operator's, with a new account where there is none. Mails the link with which she
    chooses a password, and returns it too, for a server that has no mail yet. In the audit trail. Refused to
    everybody but the command line. Raises Invalid, Conflict for a closed account."""
    require(may_create_operator(actor))
    address = required_address(email)
    person = session().scalars(select(User).where(User.address == address).with_for_update()).one_or_none()
    if person is None:
        person = lock_user(create_person(actor, email, language=language))
    if person is None or person.state != ACTIVE:
        raise Conflict()
    if not person.is_operator:
        person.is_operator = True
        person.version += 1
        append(actor, "user.operator_appointed", "user", person.id, after={"is_operator": True})
    return promise_reset(address, person.id, person.language)


@command
def close_account(actor: Actor, user_id: str, reason: str) -> None:
    """Close somebody's account: nobody can sign in with it any more, and its sessions and tokens end now.
    The address stays taken, so that closing cannot be undone by signing up. Records SessionEnded for each
    way in, then AccountClosed; in the audit trail. Refused to everybody but the operator with proof and the
    command line. Raises NotFound for an unknown or closed account."""
    require(may_close_account(actor))
    person = lock_user(user_id)
    if person is None or person.state != ACTIVE:
        raise NotFound()
    person.state = CLOSED
    note_decision("closed", user_id)
    person.version += 1
    session().flush()
    tokens = revoke_tokens(user_id)
    # The trail before the person's scope: everybody takes them in this order (docs/architecture.md).
    append(
        actor, "user.closed", "user", user_id, reason=reason,
        before={"state": ACTIVE}, after={"state": CLOSED},
    )  # fmt: skip
    end_sessions(user_id, "account_closed")
    tell_revoked(user_id, tokens)
    record(AccountClosed(scope=f"user:{user_id}", entity_id=user_id, entity_version=person.version))
