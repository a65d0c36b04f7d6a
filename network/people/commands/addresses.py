"""Another mail address: asked for, confirmed by the new one, undone by the old one."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError

from models.people import AddressChange, SignInCode, User
from network.kernel import runtime
from network.kernel.actor import Actor
from network.kernel.addresses import clean_email, normal_address
from network.kernel.audit import append
from network.kernel.errors import NotFound, TooMany, Unauthenticated
from network.kernel.events import record
from network.kernel.ids import derived_secret, digest, new_untimed_id
from network.kernel.outbox import post
from network.kernel.policy import require
from network.kernel.transaction import command, session
from network.people.commands.accounts import AddressTaken, required_address
from network.people.commands.challenges import end_challenges
from network.people.commands.ended_ways import end_password
from network.people.commands.second_factor import forget_factors_since
from network.people.commands.sessions import end_sessions, forget_devices, lock_user
from network.people.commands.tokens import revoke_tokens, tell_revoked
from network.people.events import PersonChanged
from network.people.policy import may_change_address, may_confirm_address
from network.people.queries.accounts import ACTIVE
from network.people.queries.address_changes import confirmable, undoable
from network.people.rules.address_changes import CHANGES_PER_DAY, CHANGES_PER_HOUR, CONFIRM, UNDO


@command
def request_address_change(actor: Actor, email: str) -> None:
    """Mail a link to the new address; nothing changes before it is followed, within a day. Makes earlier
    requests void. For an address that has an account the same is done up to the letter, which is then not
    written (A19). Raises Unauthenticated, ProofRequired, Invalid for what is no address, TooMany after 3 an
    hour or 5 a day."""
    require(may_change_address(actor))
    required_address(email)
    person = lock_user(actor.user_id or "")
    if person is None or person.state != ACTIVE:
        raise Unauthenticated()
    _check_how_often(person.id)
    _end_requests(person.id)
    now, change_id = runtime.current().clock.now(), new_untimed_id()
    session().add(
        AddressChange(
            id=change_id, user_id=person.id, old_email=person.email, email=clean_email(email),
            token_hash=digest(derived_secret(CONFIRM, change_id)),
            undo_hash=digest(derived_secret(UNDO, change_id)),
            created_at=now, ended_at=None, confirmed_at=None,
        )
    )  # fmt: skip
    post("address_change", clean_email(email), person.language, change_id=change_id)


@command
def confirm_address_change(actor: Actor, token: str) -> None:
    """The link to the new address was followed: it is the account's now. Codes that were mailed to the old
    one are void, and the old one gets a letter with a link to undo it, for 7 days. Records PersonChanged; in
    the audit trail. Raises NotFound for a link that is unknown, used, replaced or older than a day,
    AddressTaken when somebody made an account with the address meanwhile."""
    require(may_confirm_address(actor))
    change, person = _found(confirmable(token))
    if change.ended_at is not None:
        raise NotFound()
    previous = person.address
    _set_address(person, change.email)
    change.confirmed_at = change.ended_at = runtime.current().clock.now()
    _void_codes(previous)
    append(actor, "user.address_changed", "user", person.id)
    if change.old_email is not None:
        post("address_changed", change.old_email, person.language, change_id=change.id)
    _record_change(person)


@command
def undo_address_change(actor: Actor, token: str) -> None:
    """The link to the old address was followed: somebody else had changed it. The old address is back, every
    session ends, tokens, devices and the password are void, and so are one-time codes and passkeys that were
    set up since, and recovery codes. Both addresses learn of it: the new one by a letter. The link is enough
    (docs/decisions/0011). Records SessionEnded and PersonChanged; in the audit trail. Raises NotFound for a
    link that is unknown, used or older than 7 days, AddressTaken when somebody made an account with the old
    address meanwhile."""
    require(may_confirm_address(actor))
    change, person = _found(undoable(token))
    if change.confirmed_at is None:
        raise NotFound()
    previous, told = person.address, person.email
    _set_address(person, change.old_email or "")
    change.confirmed_at = None
    _void_codes(previous)
    _end_requests(person.id)
    end_challenges(person.id)
    forget_devices(person.id)
    end_password(person)
    forget_factors_since(person, change.created_at)
    tokens = revoke_tokens(person.id)
    append(
        actor, "user.address_change_undone", "user", person.id,
        after={"revoked_tokens": tokens} if tokens else None,
    )  # fmt: skip
    if told is not None:
        happened = "address_taken_back"
        post("account_notice", told, person.language, what=happened)
    end_sessions(person.id, "address_change_undone")
    tell_revoked(person.id, tokens)
    _record_change(person)


def _check_how_often(user_id: str) -> None:
    now = runtime.current().clock.now()
    for span, most in ((timedelta(hours=1), CHANGES_PER_HOUR), (timedelta(days=1), CHANGES_PER_DAY)):
        wanted = select(func.count()).where(
            AddressChange.user_id == user_id, AddressChange.created_at > now - span
        )
        if (session().scalar(wanted) or 0) >= most:
            raise TooMany(retry_after=int(span.total_seconds()))


def _end_requests(user_id: str) -> None:
    running = update(AddressChange).where(AddressChange.user_id == user_id, AddressChange.ended_at.is_(None))
    session().execute(running.values(ended_at=runtime.current().clock.now()))


def _found(change: AddressChange | None) -> tuple[AddressChange, User]:
    person = None if change is None else lock_user(change.user_id)
    if change is None or person is None or person.state != ACTIVE:
        raise NotFound()
    # Two at the same moment: the second one sees what the first one did.
    session().refresh(change)
    return change, person


def _set_address(person: User, email: str) -> None:
    try:
        with session().begin_nested():
            person.email, person.address = email, normal_address(email)
            person.version += 1
            session().flush()
    except IntegrityError:
        raise AddressTaken() from None


def _void_codes(address: str | None) -> None:
    codes = update(SignInCode).where(SignInCode.address == address, SignInCode.used_at.is_(None))
    session().execute(codes.values(used_at=runtime.current().clock.now()))


def _record_change(person: User) -> None:
    record(PersonChanged(scope=f"user:{person.id}", entity_id=person.id, entity_version=person.version))
