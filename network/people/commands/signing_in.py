"""The two ways in: a code that was mailed, or a password; and showing once more that it is them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select, update

from models.people import SignInCode, User, UserSession
from network.kernel import runtime
from network.kernel.actor import Actor
from network.kernel.addresses import clean_email
from network.kernel.errors import Unauthenticated
from network.kernel.ids import derived_code, new_id, same_secret
from network.kernel.outbox import post
from network.kernel.policy import require
from network.kernel.transaction import command, session, unit_of_work
from network.people.commands.accounts import AddressTaken, create_person, required_address
from network.people.commands.challenges import let_in, opened
from network.people.commands.hashing import fits_in_slot, hash_in_slot, hashing_slot, is_outdated
from network.people.commands.leaving import refuse_leaver
from network.people.commands.limits import (
    Tally,
    add_failure,
    check_failures,
    note_failure,
    peer_key,
    session_tally,
    tally,
)
from network.people.commands.sessions import SignedIn, lock_user
from network.people.commands.showing_passkeys import Shown, check_passkey, use_passkey
from network.people.policy import may_prove, may_request_code, may_sign_in
from network.people.queries.accounts import (
    ACTIVE,
    credentials_at,
    password_hash_of,
    user_by_address,
    user_row,
)
from network.people.rules.codes import (
    CODES_PER_DAY,
    CODES_PER_HOUR,
    CODES_PER_PEER_AND_HOUR,
    SIGN_IN,
    CodeRefused,
    ProofRefused,
    SignInRefused,
    clean_code,
)
from network.people.rules.visits import Visit, is_this_machine


@command
def request_sign_in_code(actor: Actor, email: str, *, language: str = "en", peer: str = "") -> None:
    """Mail six digits to an address, known or not: for the one they are the way in, for the other the way to
    an account. Makes earlier codes void. Valid for 10 minutes and 5 tries. Silently nothing when the address
    or the one who asks had too many. No work here tells known from unknown (A19). Raises Invalid for what
    is no address."""
    require(may_request_code(actor))
    address = required_address(email)
    if _has_had_enough(address, peer):
        return
    now = runtime.current().clock.now()
    made = SignInCode(
        id=new_id(), email=clean_email(email), address=address, language=language, peer_key=peer_key(peer),
        created_at=now, tries=0, used_at=None,
        expires_at=now + timedelta(minutes=runtime.current().settings.sign_in_code_minutes),
    )  # fmt: skip
    session().add(made)
    post("sign_in_code", made.email, language, code_id=made.id)


def _has_had_enough(address: str, peer: str) -> bool:
    hour, day = timedelta(hours=1), timedelta(days=1)
    of_address, of_peer = SignInCode.address == address, SignInCode.peer_key == peer_key(peer)
    limits = [(of_address, hour, CODES_PER_HOUR), (of_address, day, CODES_PER_DAY)]
    if not is_this_machine(peer):
        limits.append((of_peer, hour, CODES_PER_PEER_AND_HOUR))
    now = runtime.current().clock.now()
    for which, span, most in limits:
        wanted = select(func.count()).where(which, SignInCode.created_at > now - span)
        if (session().scalar(wanted) or 0) >= most:
            return True
    return False


def sign_in_with_code(
    actor: Actor, email: str, code: str, visit: Visit, *, time_zone: str | None = None
) -> SignedIn:
    """Sign in with the digits that were mailed; the first time this makes the account, in the language in
    which the code was asked for. A code works once: of twenty at the same moment one succeeds. Raises
    CodeRefused for a wrong, used or late code and a closed account, ErasureWaiting for one that is about to
    be erased (the code stays good), SecondFactorRequired with a `challenge`
    where there is one, TooManyFailures, Invalid."""
    address, typed = required_address(email), clean_code(code)
    found = _enter_with_code(actor, address, typed, visit, time_zone)
    if found is None:
        raise CodeRefused()
    return opened(found)


@command
def _enter_with_code(
    actor: Actor, address: str, typed: str, visit: Visit, time_zone: str | None
) -> SignedIn | str | None:
    # Returns None instead of raising, so that the failure is kept.
    require(may_sign_in(actor))
    counted = tally(address, "code", visit)
    check_failures(counted)
    used = _use_code(address, typed, counted)
    if used is None:
        return None
    person = user_by_address(address)
    refuse_leaver(person)
    is_new = person is None
    if person is None:
        person = _sign_up(actor, used, time_zone)
    if person is None or person.state != ACTIVE:
        return None
    found = let_in(actor, person, visit)
    return replace(found, is_new=is_new) if isinstance(found, SignedIn) else found


def _sign_up(actor: Actor, used: SignInCode, time_zone: str | None) -> User | None:
    try:
        return user_row(create_person(actor, used.email, None, used.language, time_zone))
    except AddressTaken:
        # An invitation was accepted at the very same moment; on PostgreSQL both can come this far.
        return user_by_address(used.address)


def _use_code(address: str, typed: str, counted: Tally) -> SignInCode | None:
    newest = (
        select(SignInCode)
        .where(SignInCode.address == address)
        .order_by(SignInCode.created_at.desc(), SignInCode.id.desc())
        .limit(1)
        .with_for_update()
    )
    now = runtime.current().clock.now()
    code = session().scalars(newest).one_or_none()
    fits = code is not None and same_secret(derived_code(SIGN_IN, code.id), typed)
    if code is None or not fits:
        if code is not None:
            code.tries += 1
        add_failure(counted)
        return None
    if not _is_open(code, now):
        # Who knows the digits is no stranger who guesses.
        return None
    code.used_at = now
    return code


def _is_open(code: SignInCode, now: datetime) -> bool:
    tries = runtime.current().settings.sign_in_code_tries
    return code.used_at is None and code.expires_at > now and code.tries < tries


def sign_in_with_password(actor: Actor, email: str, password: str, visit: Visit) -> SignedIn:
    """Sign in with a password. It is compared outside of any transaction, and for an unknown address as
    long as for a known one. Raises SignInRefused for an unknown address, a wrong or missing password and a
    closed account, without a difference; TooMany after too many failures, also for the right password
    unless it comes from a known device; ErasureWaiting; SecondFactorRequired with a `challenge` where there
    is one; Invalid for what is no address."""
    address = required_address(email)
    with unit_of_work(), hashing_slot():
        counted = tally(address, "password", visit)
        check_failures(counted)
        user_id, known = credentials_at(address)
        fits = fits_in_slot(password, known)
        if not fits:
            note_failure(actor, counted)
        renewed = hash_in_slot(password) if fits and known and is_outdated(known) else None
    if not fits or user_id is None:
        raise SignInRefused()
    return opened(_enter_with_password(actor, user_id, known, renewed, visit))


@command
def _enter_with_password(
    actor: Actor, user_id: str, known: str | None, renewed: str | None, visit: Visit
) -> SignedIn | str:
    require(may_sign_in(actor))
    person = lock_user(user_id)
    if person is not None and person.password_hash == known:
        refuse_leaver(person)
    if person is None or person.state != ACTIVE or person.password_hash != known:
        # Closed, or another password was chosen, while this one was compared.
        raise SignInRefused()
    if renewed is not None:
        person.password_hash = renewed
    return let_in(actor, person, visit)


def prove(
    actor: Actor,
    *,
    password: str | None = None,
    code: str | None = None,
    passkey: Mapping[str, Any] | None = None,
    peer: str = "",
) -> datetime:
    """Show once more that it is them, with the password, a mailed code or a passkey, for the next hour;
    returns when that was. Raises Unauthenticated, SessionRequired for a token, ProofRefused, PasskeyRefused,
    Invalid for what cannot be a code, TooMany after five failures in this session."""
    with unit_of_work():
        require(may_prove(actor))
    if passkey is not None:
        shown = _prove_with_passkey(actor, check_passkey(actor, passkey))
        if shown is None:
            raise ProofRefused()
        return shown
    counted = session_tally(actor.session_id or "", peer)
    if code is not None:
        proved = _prove_with_code(actor, clean_code(code), counted)
    else:
        proved = _note_proof(actor) if _is_own_password(actor, password or "", counted) else None
    if proved is None:
        raise ProofRefused()
    return proved


def _is_own_password(actor: Actor, password: str, counted: Tally) -> bool:
    with unit_of_work(), hashing_slot():
        check_failures(counted)
        if fits_in_slot(password, password_hash_of(actor.user_id or "")):
            return True
        note_failure(actor, counted)
        return False


@command
def _prove_with_code(actor: Actor, typed: str, counted: Tally) -> datetime | None:
    require(may_prove(actor))
    check_failures(counted)
    person = user_row(actor.user_id or "")
    if person is None or person.address is None or _use_code(person.address, typed, counted) is None:
        return None
    return _note_proof(actor)


@command
def _prove_with_passkey(actor: Actor, shown: Shown) -> datetime | None:
    require(may_prove(actor))
    person = lock_user(actor.user_id or "")
    if person is None or person.state != ACTIVE or not use_passkey(actor, person, shown):
        return None
    return _note_proof(actor)


@command
def _note_proof(actor: Actor) -> datetime:
    require(may_prove(actor))
    now = runtime.current().clock.now()
    running = update(UserSession).where(UserSession.id == actor.session_id, UserSession.ended_at.is_(None))
    if session().execute(running.values(proof_at=now).returning(UserSession.id)).scalar_one_or_none() is None:
        raise Unauthenticated()
    return now
