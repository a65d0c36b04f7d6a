"""Letters that were given up: what the operator sees of them, and sending them once more.

She runs the platform and reads nobody's mail: she sees that a letter of some kind did not reach an address of
some provider, and why.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, TypedDict

from sqlalchemy import func, select, update

from models.outbox import OutboxMail
from network.kernel import runtime
from network.kernel.actor import Actor
from network.kernel.audit import append
from network.kernel.errors import NotFound
from network.kernel.paging import PageOf, PageRequest, page
from network.kernel.policy import Verdict, require, sees_platform
from network.kernel.transaction import command, session

Follower = Callable[[Mapping[str, Any], bool], None]
"""(the letter's params, whether it is given up now) → what it means for the thing that it is about."""

_followers: dict[str, Follower] = {}


class UndeliveredView(TypedDict):
    """A letter that was given up; the address is masked."""

    id: str
    kind: str
    address: str
    error: str
    attempts: int
    created_at: datetime
    settled_at: datetime | None


def follows_letters(kind: str) -> Callable[[Follower], Follower]:
    """Register who wants to know that a letter of a kind was given up, or is tried again after that; called
    in the transaction in which it is."""

    def decorate(follower: Follower) -> Follower:
        _followers[kind] = follower
        return follower

    return decorate


def tell_given_up(kind: str, params: Mapping[str, Any], *, given_up: bool) -> None:
    """Tell who follows letters of this kind, within the running command."""
    if kind in _followers:
        _followers[kind](params, given_up)


def may_see_undelivered(actor: Actor) -> Verdict:
    """The operator; nobody else learns that there is such a list."""
    return sees_platform(actor, None)


def list_undelivered(actor: Actor, request: PageRequest) -> PageOf[UndeliveredView]:
    """Letters that were given up, newest first. Raises NotFound for all but the operator."""
    require(may_see_undelivered(actor))
    given_up = select(OutboxMail).where(OutboxMail.state == "failed")
    return page(given_up, [OutboxMail.id.expression], request, _shown, descending=True)


def count_undelivered() -> int:
    """How many letters were given up; asked on nobody's behalf."""
    counted = select(func.count()).select_from(OutboxMail).where(OutboxMail.state == "failed")
    return session().scalar(counted) or 0


@command
def send_again(actor: Actor, mail_id: str) -> None:
    """Have a letter that was given up tried again from the start, within a minute. In the audit trail. Raises
    NotFound for all but the operator, and for a letter that was not given up."""
    require(may_see_undelivered(actor))
    now = runtime.current().clock.now()
    given_up = update(OutboxMail).where(OutboxMail.id == mail_id, OutboxMail.state == "failed")
    waiting = given_up.values(state="waiting", attempts=0, next_attempt_at=now, settled_at=None, error=None)
    tried = session().execute(waiting.returning(OutboxMail.kind, OutboxMail.params)).one_or_none()
    if tried is None:
        raise NotFound()
    tell_given_up(tried.kind, tried.params, given_up=False)
    append(actor, "mail.sent_again", "mail", mail_id, acting_role="operator")


def masked(address: str) -> str:
    """`m…@mail.example`: enough to see which mail server is meant."""
    name, at, host = address.rpartition("@")
    return f"{name[:1]}…{at}{host}"


def _shown(row: OutboxMail) -> UndeliveredView:
    return {
        "id": row.id, "kind": row.kind, "address": masked(row.address), "error": row.error or "",
        "attempts": row.attempts, "created_at": row.created_at, "settled_at": row.settled_at,
    }  # fmt: skip
