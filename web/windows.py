"""Which part of a topic a page shows: its last messages, those before or after one, or those around one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import request

from network import discussions
from network.kernel.actor import Actor

SHOWN = 50  # the contract says so
BEFORE_UNREAD = 5
"""So many messages that she knows stand before the first that she does not: they say what it is about."""
BEFORE_ONE = 20


@dataclass(frozen=True, slots=True)
class Window:
    """Some messages of a topic in their order, and the ways on; `later` are behind them. `to_unread` leads to
    the first unread message where it is not among these; `has_gap` where it stands before them, so that
    whoever reads these has not read everything up to them."""

    messages: list[discussions.MessageView]
    as_of_seq: int
    is_newest: bool
    older: str | None
    newer: str | None
    later: int
    to_unread: str | None
    has_gap: bool


def window_of(actor: Actor, topic: Mapping[str, Any], here: str) -> Window:
    """What the page of a topic shows, by the address that was asked for: `before` or `after` a number, `at`
    one, `from=unread`; else the last messages. `here` is the page's own address."""
    first = topic["first_unread_seq"]
    found, has_older = _found(actor, topic["id"], first)
    messages = sorted(found["items"], key=lambda message: message["seq"])
    is_newest = not messages or messages[-1]["seq"] >= topic["last_seq"]
    oldest, newest = (messages[0]["seq"], messages[-1]["seq"]) if messages else (0, 0)
    return Window(
        messages, found["as_of_seq"], is_newest,
        older=f"{here}?before={oldest}#end" if has_older else None,
        newer=None if is_newest else f"{here}?after={newest}",
        later=0 if is_newest else discussions.count_later(actor, topic["id"], newest),
        to_unread=f"{here}?from=unread#unread" if first and not oldest <= first <= newest else None,
        has_gap=not is_newest and first is not None and first < oldest,
    )  # fmt: skip


def _found(actor: Actor, topic_id: str, first: int | None) -> tuple[discussions.MessageList, bool]:
    """The messages, and whether there are older ones."""
    before, after, at = (request.args.get(name, type=int) for name in ("before", "after", "at"))
    if request.method == "POST":
        before = after = at = None
    elif after is not None:
        found = discussions.list_messages(actor, topic_id, after=after, limit=SHOWN)
        return found, bool(found["items"])  # whoever asks from behind comes from there
    elif at is not None:
        return _around(actor, topic_id, at, BEFORE_ONE)
    found = discussions.list_messages(actor, topic_id, before=before, limit=SHOWN)
    shown = [message["seq"] for message in found["items"]]
    if request.args.get("from") == "unread" and first and shown and first < shown[-1]:
        return _around(actor, topic_id, first, BEFORE_UNREAD)
    return found, found["next"] is not None


def _around(actor: Actor, topic_id: str, seq: int, known: int) -> tuple[discussions.MessageList, bool]:
    earlier = discussions.list_messages(actor, topic_id, before=seq, limit=known)
    later = discussions.list_messages(actor, topic_id, after=seq - 1, limit=SHOWN - known)
    items = [*earlier["items"], *later["items"]]
    found: discussions.MessageList = {"items": items, "next": None, "as_of_seq": earlier["as_of_seq"]}
    return found, earlier["next"] is not None
