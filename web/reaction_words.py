"""The signs that stand ready at every message, with a word for each, and how given ones are shown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext

READY = (
    ("\U0001f44d", "thumb", _l("Good")),
    ("\u2764\ufe0f", "heart", _l("Thank you")),
    ("\U0001f4a1", "bulb", _l("That helped")),
    ("\u2705", "check", lazy_pgettext("reaction", "I agree")),
    ("\U0001f60a", "smile", _l("I am glad")),
    ("\u2753", "ask", _l("I want to know that too")),
)
"""Few, and drawn by us: what a phone shows of an emoji differs, and some show a box."""

_DRAWN = {emoji: (sign, word) for emoji, sign, word in READY}


def shown_reactions(reactions: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Reactions as the macro `reactions` takes them; `sign` is empty where the emoji stands for itself."""
    shown: list[dict[str, Any]] = []
    for each in reactions:
        sign, word = _DRAWN.get(each["emoji"], ("", ""))
        shown.append({
            "value": each["emoji"], "sign": sign, "word": str(word), "count": each["count"],
            "mine": each["mine"],
        })  # fmt: skip
    return shown


def ready_reactions(reactions: Iterable[Mapping[str, Any]] = ()) -> list[dict[str, Any]]:
    """The six to choose from; `mine` where the reader has chosen one already."""
    mine = {each["emoji"] for each in reactions if each["mine"]}
    return [
        {"value": emoji, "sign": sign, "word": str(word), "mine": emoji in mine}
        for emoji, sign, word in READY
    ]
