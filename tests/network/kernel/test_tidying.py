"""D.3: what is forgotten when its time is over, and not a day sooner."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import func, select

from models.audit import AuditRow
from models.base import Base
from models.idempotency import IdempotencyKey
from models.outbox import OutboxMail
from network.kernel import idempotency, outbox, tidying
from network.kernel.actor import ANONYMOUS, Actor, system_actor
from network.kernel.errors import Forbidden
from network.kernel.outbox import Letter
from network.kernel.policy import ALLOWED, require
from network.kernel.runtime import Runtime
from network.kernel.transaction import command, session, unit_of_work
from tests.running import HandClock, LetterBox

SOMEBODY = Actor(kind="system", name="a test")


@pytest.fixture(autouse=True)
def _letters() -> Iterator[None]:
    def compose(_language: str, params: dict[str, Any]) -> Letter | None:
        if params["fate"] == "failed":
            raise ValueError
        return None if params["fate"] == "dropped" else Letter("Hello", ["Hello."])

    outbox.composes("test_fate")(compose)
    yield
    outbox._composers.pop("test_fate")


@command
def promise(fate: str) -> None:
    require(ALLOWED)
    outbox.post("test_fate", f"{fate}@mail.example", "en", fate=fate)


def left(table: type[Base]) -> int:
    with unit_of_work():
        return session().scalar(select(func.count()).select_from(table)) or 0


def addresses() -> set[str]:
    with unit_of_work():
        return {address.partition("@")[0] for address in session().scalars(select(OutboxMail.address))}


def ask(key: str) -> None:
    def perform(_actor: Actor) -> tuple[int, bytes]:
        require(ALLOWED)
        return 201, b'{"email": "mina@mail.example"}'

    idempotency.once(SOMEBODY, key, b"x", perform)


def traces() -> list[Any]:
    with unit_of_work():
        rows = session().scalars(select(AuditRow).order_by(AuditRow.seq))
        return [(row.action, row.entity_id, row.after) for row in rows]


def test_settled_letters_go_after_two_weeks(live: Runtime, letterbox: LetterBox, clock: HandClock) -> None:
    for fate in ("sent", "dropped", "failed"):
        promise(fate)
    outbox.drain()
    for _ in range(outbox.ATTEMPTS):
        clock.forward(hours=7)
        outbox.drain()
    settled = clock.now()
    promise("waiting")
    clock.moment = settled
    clock.forward(days=13)
    tidying.tidy()
    assert addresses() == {"failed", "waiting"}, "two weeks after it was given up, not after it was promised"
    clock.forward(days=2)
    tidying.tidy()
    assert addresses() == {"waiting"}, "whatever waits is still needed"
    assert len(letterbox.letters) == 1


@pytest.mark.parametrize(
    ("table", "make", "days"),
    [
        (OutboxMail, lambda: (promise("sent"), outbox.drain()), 14),
        (IdempotencyKey, lambda: ask("k"), 7),
    ],
)
def test_nothing_goes_a_day_too_soon_or_stays_a_day_too_long(
    live: Runtime, clock: HandClock, table: type[Base], make: Callable[[], object], days: int
) -> None:
    make()
    for passed, kept in ((days - 1, 1), (1, 0), (1, 0)):
        clock.forward(days=passed)
        tidying.tidy()
        assert left(table) == kept
    assert [trace[0] for trace in traces()] == ["data.forgotten"], (
        "one trace, and none where nothing was done"
    )


def test_a_shorter_period_is_obeyed(live: Runtime, clock: HandClock) -> None:
    object.__setattr__(live.settings, "answers_kept_days", 1)
    ask("k")
    clock.forward(hours=25)
    assert tidying.tidy() == 1


def test_much_is_forgotten_in_steps_and_leaves_a_trace(
    live: Runtime, clock: HandClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tidying, "AT_ONCE", 2)
    for number in range(5):
        ask(str(number))
    clock.forward(days=8)
    ask("today")
    assert tidying.tidy() == 5
    assert left(IdempotencyKey) == 1
    assert traces() == [
        ("data.forgotten", "kernel.tidy", {"idempotency_keys": number}) for number in (2, 2, 1)
    ]
    assert tidying.tidy() == 0
    assert len(traces()) == 3


def test_a_key_is_new_again_when_its_answer_is_forgotten(live: Runtime, clock: HandClock) -> None:
    performed = []

    def perform(_actor: Actor) -> tuple[int, bytes]:
        require(ALLOWED)
        performed.append(1)
        return 200, b"{}"

    for _ in range(2):
        idempotency.once(SOMEBODY, "k", b"x", perform)
    clock.forward(days=8)
    tidying.tidy()
    idempotency.once(SOMEBODY, "k", b"y", perform)
    assert len(performed) == 2


@pytest.mark.parametrize("forget", [tidying.forget_letters, tidying.forget_answers])
def test_nobody_but_the_system_tidies(live: Runtime, forget: Callable[[Actor], int]) -> None:
    with pytest.raises(Forbidden):
        forget(ANONYMOUS)
    assert forget(system_actor("test")) == 0
