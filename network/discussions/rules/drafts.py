"""What becomes of two texts that were typed in one place: nothing is lost (state-machines, D 15)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from network.kernel.ids import is_id

CONTEXT = re.compile(r"(topic):([0-9a-f-]{36})\Z")
MOST_SET_ASIDE = 10


@dataclass(frozen=True, slots=True)
class Texts:
    """A text that waits to be sent, and others that wait behind it."""

    body: str
    set_aside: tuple[str, ...] = ()


def topic_of(context: str) -> str | None:
    """The topic for which something is typed; None for anything else."""
    match = CONTEXT.match(context)
    return match[2] if match is not None and is_id(match[2]) else None


def topic_context(topic_id: str) -> str:
    """Where something is typed that is meant for a topic."""
    return f"topic:{topic_id}"


def saved(stored: Texts, body: str, *, knew: bool) -> Texts:
    """What is kept after `body` was saved by somebody who `knew` what was stored, or did not. The last one
    stands in front; what it does not go on from is set aside, and nothing erases what it did not know of."""
    aside = [text for text in stored.set_aside if text != body]
    if not body:
        if not knew:
            return stored
        return Texts(aside[0], tuple(aside[1:])) if aside else Texts("")
    if not knew and stored.body and not body.startswith(stored.body) and stored.body not in aside:
        aside.insert(0, stored.body)
    return Texts(body, tuple(aside[:MOST_SET_ASIDE]))


def sent(set_aside: Sequence[str]) -> Texts:
    """What is left when the text in front was sent: the next one comes to the front."""
    return saved(Texts("", tuple(set_aside)), "", knew=True)
