"""Sessions: opened, used, shown once more to be really theirs, ended."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from sqlalchemy import delete, select, update

from models.people import KnownDevice, User, UserSession
from network.kernel import runtime
from network.kernel.actor import Actor, system_actor
from network.kernel.database import hold_person
from network.kernel.errors import DatabaseBusy, NotFound, StorageFull, Unauthenticated
from network.kernel.events import record
from network.kernel.ids import digest, new_id, new_secret
from network.kernel.policy import require
from network.kernel.transaction import command, session
from network.people.events import SessionEnded
from network.people.policy import (
    may_end_session,
    may_open_session,
    may_sign_out,
    may_tidy,
    visible_sessions,
)
from network.people.queries.accounts import ACTIVE, session_of, user_row
from network.people.rules.visits import LONGEST_DEVICE

log = structlog.get_logger("people")

USE_IS_NOTED_AFTER = timedelta(hours=1)
KNOWN_DEVICES = 10


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A new session: the secrets that go into the browser's cookies, shown this once. `device_token` is None
    on a device that others use; `is_new` says that the account was made just now."""

    token: str
    device_token: str | None
    session_id: str
    user_id: str
    is_new: bool = False


@command
def open_session(
    actor: Actor, user_id: str, device: str, shared_device: bool = False, device_token: str | None = None
) -> SignedIn:
    """Open a session for a person who has just shown that it is them: always a new one with a new secret,
    whatever cookie the browser brought (A21). It lives 90 days after its last use, 12 hours on a device
    that others use, and counts as proof of identity for an hour. The device is known from now on, under
    `device_token` when it is known already. Raises NotFound when there is no active account."""
    require(may_open_session(actor))
    user = user_row(user_id)
    if user is None or user.state != ACTIVE:
        raise NotFound()
    now, token = runtime.current().clock.now(), new_secret()
    opened = UserSession(
        id=new_id(), user_id=user_id, token_hash=digest(token), shared_device=shared_device,
        device=device[:LONGEST_DEVICE], created_at=now, last_used_at=now,
        expires_at=now + _lifetime(shared_device), proof_at=now, ended_at=None,
    )  # fmt: skip
    session().add(opened)
    known = None if shared_device else _know_device(user_id, device_token)
    return SignedIn(token, known, opened.id, user_id)


def _lifetime(shared_device: bool) -> timedelta:
    settings = runtime.current().settings
    if shared_device:
        return timedelta(hours=settings.shared_session_hours)
    return timedelta(days=settings.session_days)


def _know_device(user_id: str, device_token: str | None) -> str:
    # A token that this person has not got from us is never taken over: somebody else may have planted it.
    work, now = session(), runtime.current().clock.now()
    mine = select(KnownDevice).where(KnownDevice.user_id == user_id)
    if device_token:
        known = work.scalars(mine.where(KnownDevice.token_hash == digest(device_token))).one_or_none()
        if known is not None:
            known.last_used_at = now
            return device_token
    token = new_secret()
    work.add(KnownDevice(id=new_id(), user_id=user_id, token_hash=digest(token), last_used_at=now))
    newest_first = mine.order_by(KnownDevice.last_used_at.desc())
    for surplus in work.scalars(newest_first.offset(KNOWN_DEVICES - 1)):
        work.delete(surplus)
    return token


def find_session(cookie_token: str) -> Actor | None:
    """Who a session cookie belongs to, without standings, by one statement; None for an unknown, ended or
    expired one and a closed account. Once an hour its use is written down, which is what keeps it alive; a
    database that is too busy for that is no reason to turn anybody away."""
    found = session_of(cookie_token)
    if found is None:
        return None
    if runtime.current().clock.now() - found.last_used_at >= USE_IS_NOTED_AFTER:
        try:
            _note_use(system_actor("sessions"), found.session_id, found.shared_device)
        except (DatabaseBusy, StorageFull):
            log.warning("session_use_not_noted")
    return found.actor


@command
def _note_use(actor: Actor, session_id: str, shared_device: bool) -> None:
    require(may_tidy(actor))
    now = runtime.current().clock.now()
    values = {"last_used_at": now}
    if not shared_device:
        values["expires_at"] = now + _lifetime(shared_device)
    running = update(UserSession).where(UserSession.id == session_id, UserSession.ended_at.is_(None))
    session().execute(running.values(**values))


@command
def stay_signed_in(actor: Actor) -> datetime:
    """Begin the time of the session that asks anew: 12 hours from now on a device that others use, else 90
    days; as often as the person says so (WCAG 2.2.1). Returns when it ends then. Raises Unauthenticated for
    nobody and for a session that is over, SessionRequired for a token."""
    require(may_sign_out(actor))
    now = runtime.current().clock.now()
    running = select(UserSession).where(
        UserSession.id == actor.session_id, UserSession.ended_at.is_(None), UserSession.expires_at > now
    )
    row = session().scalars(running.with_for_update()).one_or_none()
    if row is None:
        raise Unauthenticated()
    row.last_used_at, row.expires_at = now, now + _lifetime(row.shared_device)
    return row.expires_at


@command
def sign_out(actor: Actor) -> None:
    """End the session that asks. Records SessionEnded. Raises Unauthenticated for nobody, SessionRequired
    for a token."""
    require(may_sign_out(actor))
    end_sessions(actor.user_id or "", "signed_out", only=actor.session_id)


@command
def end_session(actor: Actor, session_id: str) -> None:
    """End one of one's own sessions, on whatever device. Records SessionEnded. Raises NotFound for one that
    is not the actor's or has ended."""
    found = session().scalars(visible_sessions(actor).where(UserSession.id == session_id)).one_or_none()
    if found is None:
        raise NotFound()
    require(may_end_session(actor, found))
    reason = "signed_out" if session_id == actor.session_id else "ended_elsewhere"
    end_sessions(found.user_id, reason, only=session_id)


@command
def end_other_sessions(actor: Actor) -> None:
    """End all of one's own sessions but the one that asks. Records SessionEnded for each. Raises
    Unauthenticated for nobody, SessionRequired for a token."""
    require(may_sign_out(actor))
    end_sessions(actor.user_id or "", "ended_elsewhere", but=actor.session_id)


def end_sessions(user_id: str, reason: str, *, only: str | None = None, but: str | None = None) -> None:
    """Within a command: end a person's running sessions, and tell each of them."""
    now = runtime.current().clock.now()
    running = update(UserSession).where(UserSession.user_id == user_id, UserSession.ended_at.is_(None))
    if only is not None:
        running = running.where(UserSession.id == only)
    if but is not None:
        running = running.where(UserSession.id != but)
    ended = running.values(ended_at=now).returning(UserSession.id)
    for session_id in sorted(session().scalars(ended)):
        record(SessionEnded(scope=f"user:{user_id}", entity_id=session_id, reason=reason))


def forget_devices(user_id: str) -> None:
    """Within a command: no device of this person is known any more."""
    session().execute(delete(KnownDevice).where(KnownDevice.user_id == user_id))


def lock_user(user_id: str, *, alone: bool = False) -> User | None:
    """Within a command: the person's row, for as long as the command lasts. Rows that point to it can be
    written meanwhile; with `alone`, which is for erasing her, what she does at this moment is waited for, and
    what she does next waits."""
    if alone:
        hold_person(session(), user_id, alone=True)
    locked = select(User).where(User.id == user_id).with_for_update(key_share=True)
    return session().scalars(locked.execution_options(populate_existing=True)).one_or_none()
