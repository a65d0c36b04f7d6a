"""Letters are promised with the transaction and leave at least once."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from email.message import EmailMessage
from typing import Any

import pytest
from sqlalchemy import select

from models.outbox import OutboxMail
from network.kernel import outbox
from network.kernel.actor import ANONYMOUS, system_actor
from network.kernel.errors import DatabaseBusy, Forbidden
from network.kernel.outbox import Letter
from network.kernel.policy import ALLOWED, require
from network.kernel.runtime import Runtime
from network.kernel.transaction import command, session, unit_of_work
from tests.running import HandClock, LetterBox


@pytest.fixture(autouse=True)
def greeting() -> Iterator[None]:
    @outbox.composes("test_greeting")
    def compose(language: str, params: dict[str, Any]) -> Letter | None:
        if params.get("void"):
            return None
        return Letter(
            f"Hello\r\nBcc: x@evil.example {params['n']}",
            ["<b>One</b> & two"],
            ("Go", "http://x/?a&b"),
            "123456",
        )

    yield
    outbox._composers.pop("test_greeting")


@command
def promise(address: str = "anna@mail.example", fail: bool = False, **params: Any) -> None:
    require(ALLOWED)
    outbox.post("test_greeting", address, "de", n=1, **params)
    if fail:
        raise RuntimeError("no")


def test_a_promised_letter_leaves_once(live: Runtime, letterbox: LetterBox) -> None:
    promise()
    assert outbox.drain() == 1
    assert outbox.drain() == 0
    (letter,) = letterbox.to("anna@mail.example")
    assert letter["Subject"] == "Hello Bcc: x@evil.example 1" and letter["Bcc"] is None
    plain, html = (part.get_content() for part in letter.iter_parts())
    assert "123456" in plain and "http://x/?a&b" in plain
    assert "&lt;b&gt;One&lt;/b&gt; &amp; two" in html and "http://x/?a&amp;b" in html


def test_nothing_leaves_for_what_was_rolled_back(live: Runtime, letterbox: LetterBox) -> None:
    with pytest.raises(RuntimeError):
        promise(fail=True)
    assert outbox.drain() == 0 and not letterbox.letters


def test_a_letter_without_reason_is_dropped(live: Runtime, letterbox: LetterBox) -> None:
    promise(void=True)
    assert outbox.drain() == 0 and outbox.drain() == 0 and not letterbox.letters


def test_a_mail_server_that_is_away_only_delays(
    live: Runtime, letterbox: LetterBox, clock: HandClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    away = [True]
    kept = LetterBox.__call__

    def deliver(box: LetterBox, message: EmailMessage) -> None:
        if away[0]:
            raise ConnectionRefusedError
        kept(box, message)

    monkeypatch.setattr(LetterBox, "__call__", deliver)
    promise()
    promise("ben@mail.example")
    assert outbox.drain() == 0 and not letterbox.letters
    away[0] = False
    assert outbox.drain() == 0, "not before its time"
    clock.forward(minutes=5)
    assert outbox.drain() == 2
    assert len(letterbox.to("anna@mail.example")) == 1


def test_after_its_last_attempt_a_letter_waits_for_a_person(
    live: Runtime, letterbox: LetterBox, clock: HandClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(box: LetterBox, message: EmailMessage) -> None:
        raise ConnectionRefusedError

    monkeypatch.setattr(LetterBox, "__call__", refuse)
    promise()
    for _ in range(outbox.ATTEMPTS + 2):
        outbox.drain()
        clock.forward(days=1)
    monkeypatch.undo()
    assert outbox.drain() == 0


def states() -> list[str]:
    with unit_of_work():
        return list(session().scalars(select(OutboxMail.state).order_by(OutboxMail.id)))


def test_many_workers_send_each_letter_once(live: Runtime, letterbox: LetterBox) -> None:
    addresses = [f"p{n}@mail.example" for n in range(40)]
    for address in addresses:
        promise(address)
    gate = threading.Barrier(4)

    def work(_number: int) -> int:
        gate.wait()
        return outbox.drain()

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(work, range(4))) == 40
    assert Counter(str(letter["To"]) for letter in letterbox.letters) == Counter(addresses)
    assert set(states()) == {"sent"}


def test_a_letter_on_its_way_is_nobody_elses(
    live: Runtime, letterbox: LetterBox, clock: HandClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, may_end = threading.Event(), threading.Event()
    kept = LetterBox.__call__

    def slowly(box: LetterBox, message: EmailMessage) -> None:
        begun.set()
        assert may_end.wait(20)
        kept(box, message)

    monkeypatch.setattr(LetterBox, "__call__", slowly)
    promise()
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(outbox.drain)
        try:
            assert begun.wait(20)
            for _ in range(4):
                assert outbox.drain() == 0, "the other worker has it"
                clock.forward(minutes=1)
        finally:
            may_end.set()
        assert first.result() == 1
    clock.forward(days=1)
    assert outbox.drain() == 0
    assert len(letterbox.letters) == 1


def test_what_a_dead_worker_left_is_taken_up_and_its_ghost_changes_nothing(
    live: Runtime, letterbox: LetterBox, clock: HandClock
) -> None:
    promise()
    dead = outbox._claim()
    assert dead is not None
    assert outbox.drain() == 0
    clock.forward(minutes=6)
    assert outbox.drain() == 1
    outbox._settle(dead, "waiting", "TimeoutError")
    clock.forward(days=1)
    assert outbox.drain() == 0
    assert states() == ["sent"]
    assert len(letterbox.letters) == 1


def test_a_letter_that_kills_its_worker_is_given_up(
    live: Runtime, letterbox: LetterBox, clock: HandClock
) -> None:
    promise()
    for _ in range(outbox.ATTEMPTS):
        assert outbox._claim() is not None
        clock.forward(minutes=6)
    promise("ben@mail.example")
    assert outbox.drain() == 1
    assert states() == ["failed", "sent"]
    assert [str(letter["To"]) for letter in letterbox.letters] == ["ben@mail.example"]


def test_a_busy_database_sends_nothing_twice(
    live: Runtime, letterbox: LetterBox, monkeypatch: pytest.MonkeyPatch
) -> None:
    refusals = [DatabaseBusy()] * 3
    write = outbox._write_outcome

    def busy(*arguments: Any) -> bool:
        if refusals:
            raise refusals.pop()
        return write(*arguments)

    monkeypatch.setattr(outbox, "_write_outcome", busy)
    promise()
    assert outbox.drain() == 1
    assert states() == ["sent"]


def test_only_the_system_takes_letters_out(live: Runtime, letterbox: LetterBox) -> None:
    promise()
    with pytest.raises(Forbidden):
        outbox._take_next(ANONYMOUS)
    with pytest.raises(Forbidden):
        outbox.forget_waiting(ANONYMOUS)
    outbox.forget_waiting(system_actor("test"))
    assert outbox.drain() == 0
    assert states() == ["dropped"]
