"""What is another than before in a decision: in a next round, and since its opening."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypedDict

from flask_babel import gettext as _

from network import decisions as settled
from network.kernel.actor import Actor
from network.kernel.errors import NotFound
from web.decision_words import in_readers_words
from web.formats import day_and_time

Lines = list[tuple[str, str]]
_SENTENCE = re.compile(r"(?<=[.!?…])\s+|\n+")


class Differing(TypedDict):
    """One text that is another: its name and the lines for the macro `diff`."""

    title: str
    lines: Lines


class Changed(Differing):
    """The same, with the moment at which it was changed."""

    at: datetime


def differences(actor: Actor, found: Mapping[str, Any]) -> list[Differing]:
    """What a round asks in other words than the one before; empty for a first round."""
    if found["previous_id"] is None:
        return []
    try:
        before = in_readers_words(settled.get_decision(actor, found["previous_id"]))
    except NotFound:
        return []
    answers = ("\n".join(one["text"] for one in each["options"]) for each in (before, found))
    pairs = [
        (_("The question"), before["question"], found["question"]),
        (_("What one needs to know for it"), before["explanation"], found["explanation"]),
        (_("The answers"), *answers),
    ]
    return [{"title": title, "lines": compared(old, new)} for title, old, new in pairs if old != new]


def history_of(found: Mapping[str, Any]) -> list[Changed]:
    """What was changed since the opening, the last change first."""
    opened = found["opened_at"]
    # What a next round asks in other words stands with it as changes of its beginning.
    since = [one for one in found["changes"] if opened is not None and one["changed_at"] > opened]
    return [_changed(change) for change in reversed(since)]


def compared(before: str, after: str) -> Lines:
    """Sentence by sentence: what is the same, what was taken out, what is new."""
    old, new = _sentences(before), _sentences(after)
    lines: Lines = []
    for what, first, last, begin, end in difflib.SequenceMatcher(
        None, old, new, autojunk=False
    ).get_opcodes():
        if what == "equal":
            lines += [("same", text) for text in old[first:last]]
        else:
            lines += [("del", text) for text in old[first:last]]
            lines += [("ins", text) for text in new[begin:end]]
    return lines


def _sentences(text: str) -> list[str]:
    return [part.strip() for part in _SENTENCE.split(text) if part.strip()]


def _changed(change: Mapping[str, Any]) -> Changed:
    names = {
        "question": _("The question"), "explanation": _("What one needs to know for it"),
        "closes_at": _("The end"), "anonymous": _("Nobody sees who said what"),
        "hidden": _("The count is shown when it is over"),
    }  # fmt: skip
    field, before, after = change["field"], change["before"], change["after"]
    if field == "closes_at":
        before, after = (day_and_time(datetime.fromisoformat(text)) for text in (before, after))
    elif before in ("true", "false"):
        before, after = (_("yes") if text == "true" else _("no") for text in (before, after))
    return {
        "title": names.get(field, names["hidden"]), "lines": compared(before, after),
        "at": change["changed_at"],
    }  # fmt: skip
