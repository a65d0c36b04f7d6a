"""Letters are promised with the transaction and leave at least once."""

from __future__ import annotations

from collections.abc import Iterator
from email.message import EmailMessage
from typing import Any

import pytest

from network.kernel import outbox
from network.kernel.outbox import Letter
from network.kernel.policy import ALLOWED, require
from network.kernel.runtime import Runtime
from network.kernel.transaction import command
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
