"""How often signing in may fail: per account, per address, over all (contract.md, trust.md A20).

A device from which this person signed in before has a limit of its own, so that a stranger's guesses lock
nobody out. Counted by keyed digests of what was typed: the same for known and unknown accounts.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import ColumnElement, select, true

from models.people import KnownDevice, SignInFailure, User
from network.kernel import runtime
from network.kernel.actor import Actor
from network.kernel.ids import digest, keyed_digest, new_id
from network.kernel.policy import require
from network.kernel.transaction import command, session
from network.people.policy import may_sign_in
from network.people.rules.codes import TooManyFailures
from network.people.rules.second_factor import LIMITS
from network.people.rules.visits import Visit, peer_group


@dataclass(frozen=True, slots=True)
class Tally:
    """Under which keys a try is counted; `trusted` is one's own device or open session."""

    account_key: str
    peer_key: str
    trusted: bool


def tally(address: str, means: str, visit: Visit) -> Tally:
    """How a try to sign in at `address` is counted. `means` (`password`, `code`) are counted apart: who
    forgot the password can still sign in with a code, whose guesses its own five tries limit."""
    device_id = _known_device(address, visit.device_token)
    if device_id is not None:
        return Tally(keyed_digest("failures-device", f"{means} {device_id}"), peer_key(visit.peer), True)
    return Tally(keyed_digest("failures-account", f"{means} {address}"), peer_key(visit.peer), False)


def session_tally(session_id: str, peer: str) -> Tally:
    """How a try to prove oneself within an open session is counted."""
    return Tally(keyed_digest("failures-session", session_id), peer_key(peer), True)


def second_factor_tally(user_id: str, peer: str) -> Tally:
    """How a try of the second factor is counted: for the account, wherever it comes from."""
    return Tally(keyed_digest("failures-second-factor", user_id), peer_key(peer), True)


def check_second_factor_failures(counted: Tally) -> None:
    """Raise TooManyFailures when one of the three limits of the second factor is reached."""
    for most, minutes in LIMITS:
        _check(SignInFailure.account_key == counted.account_key, most, minutes)


def peer_key(peer: str) -> str:
    """The form in which a network address is kept: nobody without the server's key can read it."""
    return keyed_digest("peer", peer_group(peer))


def check_failures(counted: Tally) -> None:
    """Raise TooManyFailures, with the seconds until the oldest counting failure is forgotten, when a limit is
    reached."""
    settings = runtime.current().settings
    of_account = SignInFailure.account_key == counted.account_key
    _check(of_account, settings.failed_sign_ins_per_account, settings.failed_sign_ins_account_minutes)
    if counted.trusted:
        return
    minutes = settings.failed_sign_ins_address_minutes
    _check(SignInFailure.peer_key == counted.peer_key, settings.failed_sign_ins_per_address, minutes)
    _check(true(), settings.failed_sign_ins_global, minutes)


def _check(which: ColumnElement[bool], most: int, minutes: int) -> None:
    now, span = runtime.current().clock.now(), timedelta(minutes=minutes)
    wanted = select(SignInFailure.at).where(which, SignInFailure.at > now - span)
    deciding = session().scalar(wanted.order_by(SignInFailure.at.desc()).offset(most - 1).limit(1))
    if deciding is not None:
        seconds = int((deciding + span - now).total_seconds()) + 1
        raise TooManyFailures(retry_after=seconds, minutes=-(-seconds // 60))


def add_failure(counted: Tally) -> None:
    """Count a failure within the running command."""
    now = runtime.current().clock.now()
    session().add(
        SignInFailure(id=new_id(), account_key=counted.account_key, peer_key=counted.peer_key, at=now)
    )


@command
def note_failure(actor: Actor, counted: Tally) -> None:
    """Count a failure in a transaction of its own, so that it stays although the request fails."""
    require(may_sign_in(actor))
    add_failure(counted)


def _known_device(address: str, device_token: str | None) -> str | None:
    # Asked for every try in the same way, so that it takes the same time for every address.
    wanted = (
        select(KnownDevice.id)
        .join(User, User.id == KnownDevice.user_id)
        .where(KnownDevice.token_hash == digest(device_token or ""), User.address == address)
    )
    return session().scalar(wanted)
