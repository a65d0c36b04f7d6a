"""How often, and who may."""

from __future__ import annotations

import pytest

from network.kernel import throttle
from network.kernel.actor import ANONYMOUS, Actor, Standing
from network.kernel.errors import Conflict, Forbidden, TooMany
from network.kernel.policy import ALLOWED, Law, Verdict, all_of, any_of, predicate
from network.kernel.throttle import TokenBuckets


class Time:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_bucket_gives_its_burst_and_then_its_rate() -> None:
    time = Time()
    buckets = TokenBuckets(per_minute=30, burst=10, now=time)
    for _ in range(10):
        buckets.take("anna")
    with pytest.raises(TooMany) as refusal:
        buckets.take("anna")
    assert refusal.value.retry_after >= 2
    buckets.take("ben")
    time.now += 2
    buckets.take("anna")
    with pytest.raises(TooMany):
        buckets.take("anna")
    time.now += 3600
    for _ in range(10):
        buckets.take("anna")
    with pytest.raises(TooMany):
        buckets.take("anna")


def test_who_invents_keys_takes_no_memory_and_makes_nobody_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(throttle, "_MAX_KEYS", 100)
    clock = Time()
    buckets = TokenBuckets(per_minute=1, burst=1, now=clock)
    buckets.take("anna")
    for number in range(1000):
        clock.now += 0.01
        buckets.take(f"invented-{number}")
        with pytest.raises(TooMany):
            buckets.take("anna")  # who comes again and again is not forgotten
    assert len(buckets._buckets) == 100


class Locked(Conflict):
    code = "locked"


yes: Law = predicate()(lambda _actor, _thing: True)
no: Law = predicate()(lambda _actor, _thing: False)
locked: Law = predicate(Locked)(lambda _actor, _thing: False)


@pytest.mark.parametrize(
    ("law", "refusal"),
    [
        (all_of(), None), (all_of(yes, yes), None), (all_of(yes, no, locked), Forbidden),
        (all_of(locked, no), Locked), (any_of(yes, no), None), (any_of(no, yes), None),
        (any_of(no, no), Forbidden), (any_of(no, locked), Locked), (any_of(), Forbidden),
        (all_of(any_of(no, yes), yes), None), (any_of(all_of(yes, no), all_of(no, yes)), Forbidden),
    ],
)  # fmt: skip
def test_laws_combine(law: Law, refusal: type[Forbidden] | None) -> None:
    assert law(ANONYMOUS, None) == (ALLOWED if refusal is None else Verdict(refusal))


def test_roles_are_asked_in_one_network() -> None:
    standing = Standing("n1", "m1", "active", frozenset({"mentor", "meta_mentor"}))
    actor = Actor(kind="person", user_id="u", standings={"n1": standing})
    assert actor.has_role("n1", "meta_mentor", "steward")
    assert not actor.has_role("n1", "steward")
    assert not actor.has_role("n2", "mentor")
