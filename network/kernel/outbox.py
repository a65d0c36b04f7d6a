"""Letters: promised in the transaction that causes them, written and sent by a job, at least once.

A letter's text is composed when it leaves, from ids, in the reader's language; links and codes are derived
from the server's key at that moment, so that neither database nor backup holds one. Of many workers one takes
a letter, and has it to itself; a second one sends it only when the first died on the way.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import insert, select, update

from models.outbox import OutboxMail
from network.kernel import runtime
from network.kernel.actor import Actor, system_actor
from network.kernel.errors import DatabaseBusy
from network.kernel.ids import new_id
from network.kernel.letters import Letter as Letter  # who composes names both beside each other
from network.kernel.letters import NoSuchAddress
from network.kernel.letters import NotYet as NotYet  # whoever composes may say so
from network.kernel.letters import as_message as as_message
from network.kernel.policy import is_system, require
from network.kernel.transaction import after_commit, command, session, unit_of_work
from network.kernel.translation import supported
from network.kernel.undelivered import tell_given_up

log = structlog.get_logger("outbox")

ATTEMPTS = 8

LEASE = timedelta(minutes=5)
"""So long a worker has a letter to itself: longer than a mail server can keep it waiting (web/delivery.py).
Whoever takes the letter after that takes it from the dead."""

_SETTLING_TRIES = 5


Composer = Callable[[str, dict[str, Any]], Letter | None]
"""(language, params) → the letter, or None when there is no longer a reason to send it."""


@dataclass(frozen=True, slots=True)
class Wish:
    """Whether somebody wants the letters of a group, and the link that ends them."""

    wanted: bool
    end_url: str | None = None


_composers: dict[str, Composer] = {}
_urgent: set[str] = set()
_essential: set[str] = set()
_optional: dict[str, str] = {}
_askers: list[Callable[[str, str], Wish]] = []
_wakers: list[Callable[[], None]] = []


def composes(
    kind: str, *, urgent: bool = False, essential: bool = False, group: str = ""
) -> Callable[[Composer], Composer]:
    """Register who writes letters of a kind. Somebody waits for an `urgent` one before a page: it overtakes
    invitations by the thousand. People may do without letters that belong to a `group`; who froze her data
    gets the urgent and the `essential` ones alone, which are about her account and her rights."""

    def decorate(composer: Composer) -> Composer:
        if urgent:
            _urgent.add(kind)
        if urgent or essential:
            _essential.add(kind)
        if group:
            _optional[kind] = group
        _composers[kind] = composer
        return composer

    return decorate


def asks_before(asker: Callable[[str, str], Wish]) -> Callable[[str, str], Wish]:
    """Register who knows whether an address wants the letters of a group, or any that are not essential where
    the group is empty: (group, address) → Wish."""
    _askers[:] = [asker]
    return asker


def post(kind: str, address: str, language: str, **params: Any) -> None:
    """Promise a letter within the running command; it leaves after the commit."""
    now = runtime.current().clock.now()
    session().add(
        OutboxMail(
            id=new_id(), kind=kind, address=address, language=supported(language), params=params,
            state="waiting", attempts=0, turn=_turn(kind), next_attempt_at=now, created_at=now,
        )
    )  # fmt: skip
    after_commit(_wake)


def post_many(kind: str, letters: Sequence[tuple[str, str, dict[str, Any]]]) -> None:
    """Promise many letters of one kind in one statement: (address, language, params) each."""
    if not letters:
        return
    now = runtime.current().clock.now()
    rows = [
        {
            "id": new_id(), "kind": kind, "address": address, "language": supported(language),
            "params": params, "state": "waiting", "attempts": 0, "turn": _turn(kind), "next_attempt_at": now,
            "created_at": now,
        }
        for address, language, params in letters
    ]  # fmt: skip
    session().execute(insert(OutboxMail), rows)
    after_commit(_wake)


def _turn(kind: str) -> int:
    return 0 if kind in _urgent else 1


def on_post(waker: Callable[[], None]) -> None:
    """Call `waker` after each commit that promised letters, so that the job need not be waited for."""
    _wakers[:] = [waker]


def _wake() -> None:
    for waker in _wakers:
        try:
            waker()
        except Exception:
            # The periodic run finds the letter all the same.
            log.exception("waking_the_mail_job_failed")


def drain(limit: int = 100_000) -> int:
    """Send what is due; returns how many letters left. Safe to run in several processes at once."""
    sent = 0
    while sent < limit:
        claimed = _claim()
        if claimed is None:
            break
        sent += _send(claimed)
    return sent


@command
def forget_waiting(actor: Actor) -> None:
    """Drop every letter that waits: those that the demo's made-up past would have sent. Refused to all but
    the system."""
    require(is_system(actor, None))
    waiting = update(OutboxMail).where(OutboxMail.state == "waiting")
    session().execute(waiting.values(state="dropped", settled_at=runtime.current().clock.now()))


@dataclass(frozen=True, slots=True)
class _Claimed:
    id: str
    kind: str
    address: str
    language: str
    params: dict[str, Any]
    attempts: int


def _claim() -> _Claimed | None:
    return _take_next(system_actor("outbox"))


@command
def _take_next(actor: Actor) -> _Claimed | None:
    require(is_system(actor, None))
    now = runtime.current().clock.now()
    due = (
        select(OutboxMail)
        .where(OutboxMail.state == "waiting", OutboxMail.next_attempt_at <= now)
        .order_by(OutboxMail.turn, OutboxMail.next_attempt_at)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    while (mail := session().scalars(due).first()) is not None:
        if mail.attempts < ATTEMPTS:
            mail.attempts += 1
            mail.next_attempt_at = now + LEASE
            return _Claimed(mail.id, mail.kind, mail.address, mail.language, dict(mail.params), mail.attempts)
        # Whoever tried last died of it, and so did those before.
        mail.state, mail.settled_at, mail.error = "failed", now, "Interrupted"
        tell_given_up(mail.kind, mail.params, given_up=True)
        session().flush()
    return None


def _send(mail: _Claimed) -> int:
    try:
        with unit_of_work():
            wish = _wish(mail)
            letter = _composers[mail.kind](mail.language, mail.params) if wish.wanted else None
        if letter is not None:
            runtime.current().deliver(as_message(letter, mail.address, mail.language, wish.end_url))
    except NotYet as wait:
        put_off(system_actor("outbox"), mail.id, mail.attempts, wait.until)
        return 0
    except Exception as error:
        log.warning("mail_failed", kind=mail.kind, mail=mail.id, error=type(error).__name__)
        over = mail.attempts >= ATTEMPTS or isinstance(error, NoSuchAddress)
        _settle(mail, "failed" if over else "waiting", type(error).__name__)
        return 0
    _settle(mail, "sent" if letter is not None else "dropped", None)
    return 1 if letter is not None else 0


def _wish(mail: _Claimed) -> Wish:
    if mail.kind in _essential or not _askers:
        return Wish(wanted=True)
    return _askers[0](_optional.get(mail.kind, ""), mail.address)


def _settle(mail: _Claimed, state: str, error: str | None) -> None:
    """Write down what became of a letter. It left already, so a busy database is asked again: a letter of
    which nobody knows that it left would leave twice."""
    for tries_left in reversed(range(_SETTLING_TRIES)):
        try:
            if not _write_outcome(system_actor("outbox"), mail, state, error):
                log.warning("mail_taken_over", kind=mail.kind, mail=mail.id)
            return
        except DatabaseBusy:
            if not tries_left:
                raise


@command
def _write_outcome(actor: Actor, mail: _Claimed, state: str, error: str | None) -> bool:
    """False when the letter is in other hands by now: what they do to it counts."""
    require(is_system(actor, None))
    now = runtime.current().clock.now()
    values: dict[str, Any] = {"state": state, "error": error}
    if state == "waiting":
        values["next_attempt_at"] = now + _pause_after(mail.attempts)
    else:
        values["settled_at"] = now
    own = (OutboxMail.id == mail.id, OutboxMail.state == "waiting", OutboxMail.attempts == mail.attempts)
    settled = update(OutboxMail).where(*own).values(**values).returning(OutboxMail.id)
    done = session().scalar(settled) is not None
    if done and state == "failed":
        tell_given_up(mail.kind, mail.params, given_up=True)
    return done


@command
def put_off(actor: Actor, mail_id: str, attempts: int, until: datetime) -> None:
    """Have a letter wait that was taken to be sent; that was no try. Refused to all but the system."""
    require(is_system(actor, None))
    own = (OutboxMail.id == mail_id, OutboxMail.state == "waiting", OutboxMail.attempts == attempts)
    session().execute(update(OutboxMail).where(*own).values(attempts=attempts - 1, next_attempt_at=until))


def _pause_after(attempts: int) -> timedelta:
    return timedelta(seconds=min(30 * 4 ** (attempts - 1), 6 * 3600))
