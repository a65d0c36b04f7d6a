"""Passwords: chosen anew while signed in, or by a link that was mailed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import func, select, update

from models.people import PasswordReset, SignInCode, User
from network.kernel import runtime
from network.kernel.actor import Actor
from network.kernel.addresses import clean_email, normal_address
from network.kernel.audit import append
from network.kernel.errors import FieldFault, Invalid, NotFound, Unauthenticated
from network.kernel.ids import derived_secret, digest, new_untimed_id
from network.kernel.outbox import post
from network.kernel.policy import require
from network.kernel.transaction import command, session, unit_of_work
from network.kernel.translation import mark as _
from network.people.commands.challenges import end_challenges
from network.people.commands.ended_ways import end_password
from network.people.commands.hashing import fits_in_slot, hash_password, hashing_slot
from network.people.commands.limits import check_failures, note_failure, session_tally
from network.people.commands.second_factor import tell
from network.people.commands.sessions import end_sessions, forget_devices, lock_user
from network.people.commands.tokens import revoke_tokens, tell_revoked
from network.people.policy import may_change_password, may_request_code, may_reset_password
from network.people.queries.accounts import ACTIVE, password_hash_of, usable_reset, user_row
from network.people.rules.codes import RESET, RESETS_PER_DAY, RESETS_PER_HOUR, reset_path
from network.people.rules.passwords import check_password


@dataclass(frozen=True, slots=True)
class _Promised:
    id: str
    secret: str


def change_password(actor: Actor, password: str, *, current: str | None = None, peer: str = "") -> None:
    """Choose a new password. Proof of identity is what counts; `current` is compared where it is given.
    Ends all other sessions of the person and makes her tokens void, for whoever knew the old one may have
    made them; in the audit trail. Raises Unauthenticated, ProofRequired, Invalid
    for a password that is too easy or a wrong current one, TooMany after five wrong ones."""
    with unit_of_work():
        require(may_change_password(actor))
        person = user_row(actor.user_id or "")
        if person is None:
            raise Unauthenticated()
        check_password(password, email=person.email, name=person.display_name)
    if current is not None:
        _check_current(actor, current, peer)
    _set_own_password(actor, hash_password(password))


def _check_current(actor: Actor, current: str, peer: str) -> None:
    counted = session_tally(actor.session_id or actor.id, peer)
    with unit_of_work(), hashing_slot():
        check_failures(counted)
        if fits_in_slot(current, password_hash_of(actor.user_id or "")):
            return
        note_failure(actor, counted)
    raise Invalid({"current": FieldFault.of(_("This is not your current password."))})


@command
def _set_own_password(actor: Actor, password_hash: str) -> None:
    require(may_change_password(actor))
    person = lock_user(actor.user_id or "")
    if person is None or person.state != ACTIVE:
        raise Unauthenticated()
    _set_password(actor, person, password_hash, "user.password_changed", but=actor.session_id)


def _set_password(
    actor: Actor, person: User, password_hash: str, action: str, but: str | None = None
) -> None:
    # Links and codes that were on their way opened the account as it was before.
    now = runtime.current().clock.now()
    end_password(person)
    person.password_hash = password_hash
    person.version += 1
    links = update(PasswordReset).where(PasswordReset.user_id == person.id, PasswordReset.used_at.is_(None))
    codes = update(SignInCode).where(SignInCode.address == person.address, SignInCode.used_at.is_(None))
    session().execute(links.values(used_at=now))
    session().execute(codes.values(used_at=now))
    end_challenges(person.id)
    tokens = revoke_tokens(person.id)
    append(actor, action, "user", person.id, after={"revoked_tokens": tokens} if tokens else None)
    tell(person, "password_changed")
    end_sessions(person.id, "password_changed", but=but)
    tell_revoked(person.id, tokens)


@command
def request_password_reset(actor: Actor, email: str, *, language: str = "en") -> None:
    """Mail a link with which a new password can be chosen, once, within the hour. For an address without an
    account the same is done up to the mail, which is then not written (A19). At most 3 an hour and 5 a day
    for an address, silently. The mail is in the account's language. Raises Invalid for what is no address."""
    require(may_request_code(actor))
    address = normal_address(email)
    if address is None:
        raise Invalid({"email": FieldFault.of(_("This is no mail address."))})
    if _has_had_enough(address):
        return
    known = session().execute(
        select(User.id, User.language).where(User.address == address, User.state == ACTIVE)
    ).one_or_none()  # fmt: skip
    promised = _add_reset(address, None if known is None else known.id)
    written_in = language if known is None else known.language
    post("password_reset", clean_email(email), written_in, reset_id=promised.id)


def promise_reset(address: str, user_id: str, language: str) -> str:
    """Within a command: mail the link of a reset to an account's own address, and return it."""
    promised = _add_reset(address, user_id)
    post("password_reset", address, language, reset_id=promised.id)
    return runtime.current().settings.base_url + reset_path(promised.secret)


def _has_had_enough(address: str) -> bool:
    now = runtime.current().clock.now()
    for span, most in ((timedelta(hours=1), RESETS_PER_HOUR), (timedelta(days=1), RESETS_PER_DAY)):
        wanted = select(func.count()).where(
            PasswordReset.address == address, PasswordReset.created_at > now - span
        )
        if (session().scalar(wanted) or 0) >= most:
            return True
    return False


def _add_reset(address: str, user_id: str | None) -> _Promised:
    now, reset_id = runtime.current().clock.now(), new_untimed_id()
    secret = derived_secret(RESET, reset_id)
    session().add(
        PasswordReset(
            id=reset_id, address=address, user_id=user_id, token_hash=digest(secret), created_at=now,
            expires_at=now + timedelta(hours=runtime.current().settings.password_reset_hours), used_at=None,
        )
    )  # fmt: skip
    return _Promised(reset_id, secret)


def reset_password(actor: Actor, token: str, password: str) -> None:
    """Choose a new password by the link that was mailed: once. Ends all sessions of the person, makes her
    tokens void and forgets her devices; in the audit trail. Raises NotFound for a link that is unknown, used
    or too old, Invalid for a password that is too easy."""
    with unit_of_work():
        require(may_reset_password(actor))
        found = usable_reset(token)
        if found is None:
            raise NotFound()
        check_password(password, email=found[1].email, name=found[1].display_name)
    _use_reset(actor, token, hash_password(password))


@command
def _use_reset(actor: Actor, token: str, password_hash: str) -> None:
    require(may_reset_password(actor))
    taken = session().execute(
        update(PasswordReset)
        .where(PasswordReset.token_hash == digest(token), PasswordReset.used_at.is_(None))
        .values(used_at=runtime.current().clock.now())
        .returning(PasswordReset.user_id)
    )
    user_id = taken.scalar_one_or_none()
    person = None if user_id is None else lock_user(user_id)
    if person is None or person.state != ACTIVE:
        raise NotFound()
    _set_password(actor, person, password_hash, "user.password_reset")
    forget_devices(person.id)
