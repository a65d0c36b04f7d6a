"""A network that talks, and the words of letters."""

from __future__ import annotations

from collections.abc import Callable
from email.message import EmailMessage

import pytest

import network.notifications.mails
from network import decisions, notifications
from network.kernel import outbox, runtime
from tests.network.discussions.conftest import Cafe, cafe
from tests.running import HandClock, LetterBox

__all__ = ["Cafe", "cafe"]
assert network.notifications.mails, "letters are registered"

Run = Callable[[], list[str]]


def text_of(letter: EmailMessage) -> str:
    body = letter.get_body(("plain",))
    assert body is not None
    return " ".join(str(body.get_content()).split())


@pytest.fixture
def run(letterbox: LetterBox) -> Run:
    """Let the jobs run and the letters leave; their texts."""

    def once() -> list[str]:
        letterbox.letters.clear()
        notifications.derive_notices()
        notifications.send_notices()
        outbox.drain()
        return [f"{letter['To']}: {letter['Subject']} | {text_of(letter)}" for letter in letterbox.letters]

    return once


@pytest.fixture
def jobs(letterbox: LetterBox, clock: HandClock) -> Run:
    """Let all jobs run, the letters too that wait a little; who got which subject."""

    def run() -> list[str]:
        letterbox.letters.clear()
        decisions.settle_due()
        notifications.derive_notices()
        notifications.remind()
        clock.forward(minutes=runtime.current().settings.notice_mail_minutes + 1)
        notifications.send_notices()
        outbox.drain()
        return sorted(f"{letter['To']} | {letter['Subject']}" for letter in letterbox.letters)

    return run
