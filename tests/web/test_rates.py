"""How often a caller may ask, also while the store that processes share is away."""

from __future__ import annotations

import socket
import threading

import pytest

from web import rates
from web.rates import Rates


class Hand:
    """A clock that stands still."""

    def __init__(self) -> None:
        self.moment = 1_000_000.0

    def __call__(self) -> float:
        return self.moment


@pytest.fixture(params=["here", "redis"])
def counter(request: pytest.FixtureRequest) -> tuple[Rates, Hand]:
    hand = Hand()
    url = request.getfixturevalue("redis_url") if request.param == "redis" else ""
    return Rates(url, hand), hand


def taken(counter: Rates, key: str, times: int, most: int = 10, seconds: int = 60) -> int:
    return sum(counter.take(key, most, seconds).wait == 0 for _ in range(times))


def test_exactly_as_many_as_may_come(counter: tuple[Rates, Hand]) -> None:
    rate, _hand = counter
    assert taken(rate, "a", 25) == 10
    assert taken(rate, "b", 3) == 3


def test_who_waits_as_told_gets_through(counter: tuple[Rates, Hand]) -> None:
    rate, hand = counter
    taken(rate, "a", 10)
    wait = rate.take("a", 10, 60).wait
    assert 1 <= wait <= 120
    hand.moment += wait
    assert rate.take("a", 10, 60).wait == 0


def test_asking_on_does_not_lock_out(counter: tuple[Rates, Hand]) -> None:
    rate, hand = counter
    through = 0
    for _ in range(600):
        through += rate.take("a", 10, 60).wait == 0
        hand.moment += 1
    assert 90 <= through <= 110


def test_no_window_holds_twice_as_many(counter: tuple[Rates, Hand]) -> None:
    rate, hand = counter
    hand.moment = 1_000_000 - 1_000_000 % 60 + 59
    assert taken(rate, "a", 10) == 10
    hand.moment += 2
    assert taken(rate, "a", 10) <= 1


def test_what_is_left_is_told(counter: tuple[Rates, Hand]) -> None:
    rate, _hand = counter
    assert [rate.take("a", 3, 60).remaining for _ in range(4)] == [2, 1, 0, 0]


def test_threads_count_together() -> None:
    rate = Rates(now=Hand())
    got: list[int] = []
    threads = [threading.Thread(target=lambda: got.append(taken(rate, "a", 50, most=100))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(got) == 100


def test_two_processes_share_one_count(redis_url: str) -> None:
    hand = Hand()
    assert taken(Rates(redis_url, hand), "a", 6) + taken(Rates(redis_url, hand), "a", 6) == 10


def test_b4_a_lost_store_is_counted_for_here_and_taken_up_again(redis_url: str) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        nobody = f"redis://127.0.0.1:{closed.getsockname()[1]}/0"
        hand, tick = Hand(), Hand()
        rate = Rates(nobody, hand, tick)
        assert taken(rate, "a", 25) == 10, "neither open to all nor closed to all"
    back = Rates(redis_url, hand)
    rate._redis = back._redis
    assert taken(rate, "b", 3) == 3
    assert back.take("b", 3, 60).wait == 0, "not tried again yet"
    tick.moment += rates.TRY_REDIS_AGAIN_AFTER
    assert taken(rate, "c", 10) == 10
    assert back.take("c", 10, 60).wait > 0, "counted where all see it"


def test_memory_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rates, "MOST_KEYS", 100)
    rate = Rates(now=Hand())
    for number in range(1000):
        rate.take(f"address:{number}", 10, 60)
    assert len(rate._counts) <= 100
