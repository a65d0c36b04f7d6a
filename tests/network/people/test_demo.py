"""The demo's accounts, whose password everybody knows, are nobody's where no demo runs."""

from __future__ import annotations

import pytest

from models.people import ApiToken
from network import people
from network.kernel import runtime
from network.kernel.ids import digest, new_id, new_secret
from network.kernel.runtime import Runtime
from network.kernel.transaction import unit_of_work
from tests.factories.people import make_session, make_user, save


def ways_in(email: str) -> tuple[str, str]:
    """A session's cookie and a token of a new account."""
    user, secret = make_user(email=email), new_secret()
    save(
        ApiToken(
            id=new_id(), user_id=user.id, name="t", token_hash=digest(secret), scopes="read",
            created_at=runtime.current().clock.now(), expires_at=None, revoked_at=None,
        )
    )  # fmt: skip
    return make_session(user)[1], secret


@pytest.mark.parametrize(
    ("email", "demo", "found"),
    [
        ("meta@demo.example", True, True), ("meta@demo.example", False, False),
        ("Meta@DEMO.example", False, False), ("ä@demo.example", False, False),
        ("meta@mail.example", False, True), ("demo.example@mail.example", False, True),
    ],
)  # fmt: skip
def test_accounts_of_the_demo_are_known_while_it_runs(
    live: Runtime, email: str, demo: bool, found: bool
) -> None:
    object.__setattr__(live.settings, "demo", demo)
    cookie, token = ways_in(email)
    with unit_of_work():
        assert (people.find_session(cookie) is not None) is found
        assert (people.find_bearer(token) is not None) is found
