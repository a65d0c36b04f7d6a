"""What somebody sees of her own second factor."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TypedDict

from sqlalchemy import func, select

from models.people import RecoveryCode, SecondFactor, User
from network.kernel import runtime
from network.kernel.actor import Actor
from network.kernel.errors import Unauthenticated
from network.kernel.policy import has_second_factor, require
from network.kernel.transaction import session
from network.people.policy import may_change_second_factor, may_see_me
from network.people.queries.passkeys import count_passkeys
from network.people.rules.second_factor import SETUP_MINUTES, address_for_app, secret_of


class SecondFactorView(TypedDict):
    """`state` of the one-time codes is `off`, `begun` or `on`; `passkeys` how many there are that count;
    `required`: weighty acts wait until there is a second factor of either kind."""

    state: str
    since: datetime | None
    required: bool
    passkeys: int
    recovery_codes_left: int


class AppSecretView(TypedDict):
    """What goes into the app."""

    secret: str
    uri: str


def show_second_factor(actor: Actor) -> SecondFactorView:
    """One's own second factor, without its secret. Raises Unauthenticated."""
    require(may_see_me(actor))
    row = session().get(SecondFactor, actor.user_id or "")
    state = "off"
    if row is not None and row.confirmed_at is not None:
        state = "on"
    elif row is not None and _is_begun(row):
        state = "begun"
    unused = select(func.count()).where(RecoveryCode.user_id == actor.user_id, RecoveryCode.used_at.is_(None))
    return SecondFactorView(
        state=state, since=row.confirmed_at if row is not None else None,
        required=not has_second_factor(actor, None), passkeys=count_passkeys(actor.user_id or ""),
        recovery_codes_left=session().scalar(unused) or 0,
    )  # fmt: skip


def show_app_secret(actor: Actor) -> AppSecretView | None:
    """What goes into the app, while the second factor is being set up; None before and afterwards. Raises
    Unauthenticated, ProofRequired."""
    require(may_change_second_factor(actor))
    row = session().get(SecondFactor, actor.user_id or "")
    person = session().get(User, actor.user_id or "")
    if person is None:
        raise Unauthenticated()
    if row is None or row.confirmed_at is not None or not _is_begun(row):
        return None
    return AppSecretView(
        secret=secret_of(row.seed_id), uri=address_for_app(row.seed_id, person.email or "")
    )  # fmt: skip


def _is_begun(row: SecondFactor) -> bool:
    return row.started_at + timedelta(minutes=SETUP_MINUTES) > runtime.current().clock.now()
