"""An account on its way out: switched off, switched on again, without a name. Within commands of others."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import delete, update

from models.people import SignInFailure, User
from network.kernel.events import record
from network.kernel.ids import keyed_digest
from network.kernel.transaction import session
from network.people.commands.sessions import end_sessions
from network.people.commands.tokens import revoke_tokens, tell_revoked
from network.people.events import AccountClosed, PersonChanged
from network.people.queries.accounts import ACTIVE
from network.people.queries.leaving import erasure_of, take_back_secret
from network.people.rules.leaving import ERASED, ERASING, ErasureWaiting


def switch_off(person: User) -> None:
    """From now on nobody gets in with this account, nor do letters go to it; sessions and tokens end, their
    sockets close. Records SessionEnded for each."""
    person.state = ERASING
    person.version += 1
    session().flush()
    tokens = revoke_tokens(person.id)
    end_sessions(person.id, "account_closed")
    tell_revoked(person.id, tokens)


def switch_on(person: User) -> None:
    """The account is its owner's again; she signs in anew. Records PersonChanged."""
    person.state = ACTIVE
    person.version += 1
    session().flush()
    record(PersonChanged(scope=f"user:{person.id}", entity_id=person.id, entity_version=person.version))


def refuse_leaver(person: User | None) -> None:
    """Raise ErasureWaiting, with the way back, to somebody who has just shown that the account is hers."""
    erasure = erasure_of(person.id) if person is not None and person.state == ERASING else None
    if erasure is not None:
        raise ErasureWaiting(take_back=take_back_secret(erasure), erases_at=erasure.erases_at)


def note_erased(person: User) -> None:
    """The row stays as a number without a name, so that what others said to it keeps its place. Its sessions
    and tokens are to be gone by now. Records AccountClosed."""
    version = person.version + 1
    gone = update(User).where(User.id == person.id)
    session().execute(gone.values(state=ERASED, is_operator=False, version=version))
    record(AccountClosed(scope=f"user:{person.id}", entity_id=person.id, entity_version=version))


def forget_failures(user_id: str, addresses: Iterable[str]) -> None:
    """Nobody knows any more how often signing in to this account failed."""
    keys = {keyed_digest("failures-second-factor", user_id)}
    for means in ("password", "code"):
        keys |= {keyed_digest("failures-account", f"{means} {address}") for address in addresses}
    session().execute(delete(SignInFailure).where(SignInFailure.account_key.in_(sorted(keys))))
