"""What becomes of two texts that were typed in one place: nothing is lost (state-machines, D 15)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from network.kernel.ids import is_id

CONTEXT = re.compile(r"(topic|room):([0-9a-f-]{36})\Z")
MOST_SET_ASIDE = 10


@dataclass(frozen=True, slots=True)
class Texts:
    """A text that waits to be sent, and others that wait behind it."""

    body: str
    set_aside: tuple[str, ...] = ()


def topic_of(context: str) -> str | None:
    """The topic for which something is typed; None for anything else."""
    return _id_of(context, "topic")


def room_of(context: str) -> str | None:
    """The room for which a new topic is typed; None for anything else."""
    return _id_of(context, "room")


def _id_of(context: str, kind: str) -> str | None:
    match = CONTEXT.match(context)
    return match[2] if match is not None and match[1] == kind and is_id(match[2]) else None


def room_context(room_id: str) -> str:
    """Where a new topic of a room is typed: its first line is the title, what follows the first message."""
    return f"room:{room_id}"


def opening_text(title: str, body: str) -> str:
    """A new topic as one text."""
    return f"{title}\n{body}"


def opening_parts(text: str) -> tuple[str, str]:
    """Title and first message of what is typed for a new topic."""
    title, _line_end, body = text.partition("\n")
    return title, body


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
