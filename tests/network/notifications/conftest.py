"""A network that talks, and the words of letters."""

from __future__ import annotations

from collections.abc import Callable
from email.message import EmailMessage

import pytest

import network.notifications.mails
from network import notifications
from network.kernel import outbox
from tests.network.discussions.conftest import Cafe, cafe
from tests.running import LetterBox

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
