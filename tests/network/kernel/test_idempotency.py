"""Asked twice, done once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from models.event_log import Event
from network.kernel.actor import Actor
from network.kernel.errors import DatabaseBusy, Forbidden, IdempotencyConflict
from network.kernel.idempotency import Answer, once
from network.kernel.policy import Verdict, require
from network.kernel.runtime import Runtime
from network.kernel.transaction import session, unit_of_work
from tests.factories.people import actor_of, make_user
from tests.network.kernel.facts import light_lamp


@pytest.fixture
def anna(live: Runtime) -> Actor:
    return actor_of(make_user())


def lit(_actor: Actor) -> Answer:
    return 201, str(light_lamp("room:a")).encode()


def count() -> int:
    with unit_of_work():
        return session().execute(select(func.count()).select_from(Event)).scalar_one()


def test_the_same_key_and_request_get_the_first_answer(anna: Actor) -> None:
    assert once(anna, "k", b"x", lit) == (201, b"1")
    assert once(anna, "k", b"x", lit) == (201, b"1")
    assert count() == 1
    ben = actor_of(make_user())
    assert once(ben, "k", b"x", lit) == (201, b"2"), "a key is its person's own"
    assert once(anna, "other", b"x", lit) == (201, b"3")


def test_the_same_key_with_another_request_is_a_conflict(anna: Actor) -> None:
    once(anna, "k", b"x", lit)
    with pytest.raises(IdempotencyConflict):
        once(anna, "k", b"y", lit)
    assert count() == 1


def test_a_refusal_is_not_kept(anna: Actor) -> None:
    def refused(_actor: Actor) -> Answer:
        require(Verdict(Forbidden))
        return 200, b""

    with pytest.raises(Forbidden):
        once(anna, "k", b"x", refused)
    assert once(anna, "k", b"x", lit) == (201, b"1")


def test_many_at_once_do_it_once(anna: Actor) -> None:
    def ask(_n: int) -> Answer | None:
        try:
            return once(anna, "k", b"x", lit)
        except (IntegrityError, DatabaseBusy):
            return None

    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(ask, range(20)))
    assert set(answers) == {(201, b"1")}, "everybody gets the first answer, nobody an error"
    assert count() == 1
