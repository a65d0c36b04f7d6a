"""Makes accounts and what belongs to them."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Callable
from datetime import timedelta
from typing import Any, ParamSpec, TypeVar

from flask.testing import FlaskClient

from models.people import SignInCode, User, UserSession
from network.kernel import runtime
from network.kernel.actor import Actor
from network.kernel.addresses import normal_address
from network.kernel.ids import digest, keyed_digest, new_id, new_secret
from network.kernel.policy import anyone, require
from network.kernel.transaction import command, session, unit_of_work

_numbers = itertools.count(1)

P = ParamSpec("P")
R = TypeVar("R")

# argon2id, t=2, m=19 MiB, p=1 of "three warm cups": hashing costs 40 ms, a test of something else need not.
PASSWORD = "three warm cups"
PASSWORD_HASH = (
    "$argon2id$v=19$m=19456,t=2,p=1$Fnjd9UAoYfVw/d04diBr4A$qEMaFp55S12IZIeIArbLK3Id0dnBYoDP99HJ+RVOrVk"
)


@command
def save(row: Any) -> Any:
    """Insert one row in a transaction of its own."""
    require(anyone(Actor("system"), None))
    session().add(row)
    return row


def together(make: Callable[P, R]) -> Callable[P, R]:
    """What `make` saves, in one transaction: one for each row would cost more than the rows."""

    @functools.wraps(make)
    def within(*args: P.args, **kwargs: P.kwargs) -> R:
        require(anyone(Actor("system"), None))
        return make(*args, **kwargs)

    return command(within)


def make_user(**over: Any) -> User:
    """An active account without a password, at an address of its own."""
    number = next(_numbers)
    email = over.pop("email", f"person{number}@mail.example")
    values = {
        "id": new_id(),
        "email": email,
        "address": normal_address(email),
        "display_name": f"Person {number}",
        "language": "en",
        "time_zone": "UTC",
        "face": "",
        "password_hash": None,
        "is_operator": False,
        "state": "active",
        "created_at": runtime.current().clock.now(),
        "version": 1,
    }
    return save(User(**values | over))


def make_session(user: User, **over: Any) -> tuple[UserSession, str]:
    """A running session of a person and its cookie's secret."""
    now, token = runtime.current().clock.now(), new_secret()
    values = {
        "id": new_id(),
        "user_id": user.id,
        "token_hash": digest(token),
        "shared_device": False,
        "device": "Firefox · Android",
        "created_at": now,
        "last_used_at": now,
        "expires_at": now + timedelta(days=90),
        "proof_at": now,
        "ended_at": None,
    }
    return save(UserSession(**values | over)), token


def sign_in(client: FlaskClient, user_id: str, **over: Any) -> dict[str, str]:
    """Put a fresh session of this person into the client's cookies; returns the headers that unsafe requests
    to the API need."""
    with unit_of_work():
        row, token = make_session(session().get_one(User, user_id), **over)
    client.set_cookie(client.application.config["SESSION_NAME"], token)
    return {"X-CSRF-Token": keyed_digest("csrf", row.id)}


def make_code(email: str, **over: Any) -> SignInCode:
    """A code that was mailed to an address just now."""
    now = runtime.current().clock.now()
    values = {
        "id": new_id(),
        "email": email,
        "address": normal_address(email),
        "language": "en",
        "peer_key": "0" * 64,
        "created_at": now,
        "expires_at": now + timedelta(minutes=10),
        "tries": 0,
        "used_at": None,
    }
    return save(SignInCode(**values | over))


def actor_of(user: User, **over: Any) -> Actor:
    """The person as the one who asks, with a proof of just now."""
    values = {
        "user_id": user.id,
        "name": user.display_name,
        "email": user.email,
        "language": user.language,
        "time_zone": user.time_zone,
        "face": user.face,
        "proof_at": runtime.current().clock.now(),
        "is_operator": user.is_operator,
    }
    return Actor("person", **values | over)
