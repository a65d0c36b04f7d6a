"""The question that an author is asked before something is posted."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, TypedDict

from network.hints.rules.detecting import NOTES, Finder, find
from network.kernel.errors import Conflict
from network.kernel.translation import mark as _
from network.kernel.translation import translate


class HintView(TypedDict):
    """What was found: in which field, from which character to before which, the words, what is said of them.
    By its `key` it is known as asked about when the text comes again."""

    kind: str
    field: str
    start: int
    end: int
    text: str
    note: str
    key: str


class HintQuestion(Conflict):
    """Something in the text may be somebody's own. Nothing was posted, and nothing was decided: sent again
    with the `key` of each hint in `hints_seen`, it is posted as it is."""

    code = "hint_question"
    message = _("Please look once more before others read this. Does it say whom you mean?")


def hints_in(texts: Mapping[str, str], own: tuple[tuple[str, Finder], ...], language: str) -> list[HintView]:
    """What is found in some fields of a text, in their order, with what is said of it in `language`."""
    return [
        {
            "kind": one.kind, "field": field, "start": one.start, "end": one.end, "text": one.text,
            "note": one.note or (translate(language, NOTES[one.kind]) if one.kind in NOTES else ""),
            "key": one.key,
        }
        for field, text in texts.items()
        for one in find(text, own)
    ]  # fmt: skip


def check_asked(found: list[HintView], seen: Collection[str]) -> None:
    """Raise HintQuestion with all that was found, unless the author has seen each of it before."""
    known = set(seen)
    if any(one["key"] not in known for one in found):
        raise HintQuestion(hints=[dict[str, Any](one) for one in found])
