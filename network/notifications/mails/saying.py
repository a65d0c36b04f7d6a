"""The parts of a letter about an affair, before it is put together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from babel.dates import format_datetime

from network.kernel.actor import Actor
from network.kernel.translation import regional
from network.meetings import local_time

MOST_WORDS = 1000
"""Signs of what somebody wrote; the rest is behind the link."""


@dataclass(frozen=True, slots=True)
class Said:
    """`label` stands on the way to the page, `answers` are links that answer at once."""

    subject: str
    paragraphs: Sequence[str]
    label: str
    answers: Sequence[tuple[str, str]] = ()


def moment(language: str, reader: Actor, at: datetime) -> str:
    """A moment by the clock where the reader is."""
    shape = "EEEE, d. MMMM, HH:mm" if language == "de" else "EEEE, d MMMM, HH:mm"
    return str(format_datetime(local_time(at, reader.time_zone), shape, locale=regional(language)))


def shortened(text: str) -> str:
    """So much of a text as fits into a letter."""
    return text if len(text) <= MOST_WORDS else text[: MOST_WORDS - 1].rstrip() + "…"
