"""Signing in by two steps: code or password opens a challenge, the second factor answers it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import select, update

from models.people import SignInChallenge, User
from network.kernel import runtime
from network.kernel.actor import Actor
from network.kernel.ids import digest, new_id, new_secret
from network.kernel.policy import require
from network.kernel.transaction import command, session
from network.people.commands.leaving import refuse_leaver
from network.people.commands.limits import second_factor_tally
from network.people.commands.second_factor import take_second_factor
from network.people.commands.sessions import SignedIn, lock_user, open_session
from network.people.commands.showing_passkeys import Shown, check_passkey, use_passkey
from network.people.policy import may_sign_in
from network.people.queries.accounts import ACTIVE
from network.people.rules.codes import ChallengeOver, SecondFactorRefused, SecondFactorRequired
from network.people.rules.demo import is_demo_address
from network.people.rules.leaving import ERASING
from network.people.rules.passkeys import PasskeyRefused, PasskeyUnverified
from network.people.rules.second_factor import CHALLENGE_MINUTES, clean_second_code
from network.people.rules.visits import Visit, device_name, is_this_machine


def let_in(actor: Actor, person: User, visit: Visit) -> SignedIn | str:
    """Within a command, when code or password fit: a new session; or, where there is a second factor, the
    secret of a challenge, for `opened`."""
    if person.second_factor_at is None:
        device = device_name(visit.user_agent)
        return open_session(actor, person.id, device, visit.shared_device, visit.device_token)
    now, token = runtime.current().clock.now(), new_secret()
    session().add(
        SignInChallenge(
            id=new_id(), user_id=person.id, token_hash=digest(token), shared_device=visit.shared_device,
            created_at=now, expires_at=now + timedelta(minutes=CHALLENGE_MINUTES), used_at=None,
        )
    )  # fmt: skip
    return token


def opened(found: SignedIn | str) -> SignedIn:
    """The session; raises SecondFactorRequired with the `challenge` where there is none yet."""
    if isinstance(found, str):
        raise SecondFactorRequired(challenge=found)
    return found


def sign_in_with_second_factor(actor: Actor, challenge: str, code: str, visit: Visit) -> SignedIn:
    """Sign in with the code that the app shows, or with a recovery code, after code or password. Each counts
    once; of twenty at the same moment one succeeds. Raises ChallengeOver for a challenge that is unknown,
    used or older than 10 minutes, SecondFactorRefused, TooManyFailures after 5 in 5 minutes, 20 in an hour or
    50 in a day, also for the right code; Invalid for what cannot be a code."""
    signed_in = _answer(actor, challenge, clean_second_code(code), visit)
    if signed_in is None:
        raise SecondFactorRefused()
    return signed_in


def answer_with_passkey(
    actor: Actor, challenge: str, credential: Mapping[str, Any], visit: Visit
) -> SignedIn:
    """Sign in by showing a passkey after code or password. Raises ChallengeOver, PasskeyRefused, also for
    somebody else's passkey, PasskeysUnavailable."""
    signed_in = _answer(actor, challenge, check_passkey(actor, credential), visit)
    if signed_in is None:
        raise PasskeyRefused()
    return signed_in


@command
def _answer(actor: Actor, challenge: str, given: str | Shown, visit: Visit) -> SignedIn | None:
    # Returns None instead of raising, so that the failure is kept.
    require(may_sign_in(actor))
    now = runtime.current().clock.now()
    open_one = select(SignInChallenge.user_id, SignInChallenge.shared_device).where(
        SignInChallenge.token_hash == digest(challenge),
        SignInChallenge.used_at.is_(None),
        SignInChallenge.expires_at > now,
    )
    found = session().execute(open_one).one_or_none()
    person = None if found is None else lock_user(found.user_id)
    if found is None or person is None or person.state != ACTIVE:
        raise ChallengeOver()
    if isinstance(given, Shown):
        fits = use_passkey(actor, person, given)
    else:
        fits = take_second_factor(person, given, second_factor_tally(person.id, visit.peer))
    if not fits:
        return None
    taken = update(SignInChallenge).where(
        SignInChallenge.token_hash == digest(challenge), SignInChallenge.used_at.is_(None)
    )
    mine = session().execute(taken.values(used_at=now).returning(SignInChallenge.id))
    if mine.scalar_one_or_none() is None:
        raise ChallengeOver()
    device = device_name(visit.user_agent)
    return open_session(actor, person.id, device, found.shared_device, visit.device_token)


def sign_in_with_passkey(actor: Actor, credential: Mapping[str, Any], visit: Visit) -> SignedIn:
    """Sign in with a passkey alone, in one step: the device has it and made sure who holds it, which is two
    factors. Raises PasskeyUnverified where it did not, PasskeyRefused for everything that opens no account,
    without a difference, ErasureWaiting for one that is about to be erased, PasskeysUnavailable."""
    shown = check_passkey(actor, credential)
    if not shown.verified:
        raise PasskeyUnverified()
    signed_in = _enter(actor, shown, visit)
    if signed_in is None:
        raise PasskeyRefused()
    return signed_in


@command
def _enter(actor: Actor, shown: Shown, visit: Visit) -> SignedIn | None:
    # Returns None instead of raising, so that what was seen of a copy is kept.
    require(may_sign_in(actor))
    person = lock_user(shown.user_id)
    if person is not None and person.state == ERASING and use_passkey(actor, person, shown):
        refuse_leaver(person)
    if person is None or person.state != ACTIVE or not use_passkey(actor, person, shown):
        return None
    if is_demo_address(person.email) and not is_this_machine(visit.peer):
        return None  # the demo's doors are open on this machine alone (contract.md, Demo)
    device = device_name(visit.user_agent)
    return open_session(actor, person.id, device, visit.shared_device, visit.device_token)


def end_challenges(user_id: str) -> None:
    """Within a command: who stands between the two steps begins once more."""
    running = update(SignInChallenge).where(
        SignInChallenge.user_id == user_id, SignInChallenge.used_at.is_(None)
    )
    session().execute(running.values(used_at=runtime.current().clock.now()))
