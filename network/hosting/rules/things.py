"""The things that wait for a host: how they are called, and which five of them make a round."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from itertools import zip_longest
from typing import Any

WELCOME, ANSWER, ANNOUNCE = "welcome", "answer", "announce"
KINDS = (WELCOME, ANSWER, ANNOUNCE)
"""In the order in which they matter."""

MOST_IN_ROUND = 5

KIND_OF = {
    "hello": WELCOME, "newcomer": WELCOME, "question": ANSWER, "meeting": ANNOUNCE, "decision": ANNOUNCE,
    "term": ANNOUNCE,
}  # fmt: skip
"""By the word with which a key begins."""

NEW_FOR = timedelta(days=14)
"""Who came longer ago is no newcomer any more."""

ANSWER_AFTER = timedelta(days=1)
"""Until then the others have the first word."""

ASKED_WITHIN = timedelta(days=60)
MEETING_AHEAD = timedelta(days=7)
DECISION_AHEAD = timedelta(days=7)
TERM_AHEAD = timedelta(days=30)


def kind_of(key: str) -> str | None:
    """Whether a key means somebody to welcome, something to answer or to announce; None for none of ours."""
    return KIND_OF.get(key.partition(":")[0])


def choose(things: Sequence[Any]) -> list[Any]:
    """At most five of `things`, some of each kind, those first that wait longest or come soonest."""
    by_kind = [[thing for thing in things if thing["kind"] == kind] for kind in KINDS]
    dealt = [thing for each in zip_longest(*by_kind) for thing in each if thing is not None]
    chosen = {thing["key"] for thing in dealt[:MOST_IN_ROUND]}
    return [thing for thing in things if thing["key"] in chosen]
