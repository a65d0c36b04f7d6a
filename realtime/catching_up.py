"""What somebody missed in the scopes that she listens to, as much as one answer may hold.

An answer beyond the bound of the line's backlog would end the line, and the next try would be as long. Who
missed more fetches afresh (`resync`), as who is too far behind does.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from network.kernel import events
from realtime.settings import CATCH_UP
from realtime.transport import Codec

_AT_ONCE = 25  # events that are rendered before anybody looks how much it is


def missed(wanted: Mapping[str, Mapping[str, Any]], most_bytes: int) -> dict[str, dict[str, Any]]:
    """For each scope, since its `seq` and `epoch`: `head_seq`, `epoch` and `events`, or `resync` where the
    events are too many, of another epoch, or more than is left of `most_bytes` for all scopes together.
    Scopes in which little happened come first, so that one long one does not make all of them start afresh.
    """
    heads = {scope: events.head(scope) for scope in wanted}
    behind = {scope: heads[scope][0] - since["seq"] for scope, since in wanted.items()}
    answers: dict[str, dict[str, Any]] = {}
    left = most_bytes
    for scope in sorted(wanted, key=lambda scope: (behind[scope], scope)):
        (head_seq, epoch), since = heads[scope], wanted[scope]
        answers[scope] = {"resync": True, "head_seq": head_seq, "epoch": epoch}
        known = since["epoch"] is None or since["epoch"] == epoch
        if not known or not 0 <= behind[scope] <= CATCH_UP or (behind[scope] and left <= 0):
            continue
        found, left = _within(scope, since["seq"], left)
        if found is not None:
            last = found[-1]["seq"] if found else head_seq
            answers[scope] = {"head_seq": max(head_seq, last), "epoch": epoch, "events": found}
    return answers


def _within(scope: str, seq: int, left: int) -> tuple[list[dict[str, Any]] | None, int]:
    """The events after `seq` and the bytes that are left then; None, and nothing left, where they are too
    many bytes."""
    entries = events.entries_after(scope, seq, CATCH_UP)
    found: list[dict[str, Any]] = []
    for first in range(0, len(entries), _AT_ONCE):
        part = events.rendered(entries[first : first + _AT_ONCE])
        left -= len(Codec.dumps(part).encode())
        if left < 0:
            return None, 0
        found += part
    return found, left
