"""What a network may look for: words, and patterns with three signs of their own.

A pattern is no regular expression. `*` stands for any signs of a word, also none, `?` for one, `#` for one
digit; it fits a word as a whole. However it is written, a text is looked through in a time that grows with
its length and with the list's (`(?>…)`: what was passed over is never tried again).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from network.hints.rules.detecting import PATTERN, WORD, Finder
from network.kernel.errors import FieldFault, Invalid
from network.kernel.translation import mark as _

MOST_ENTRIES = 200
TEXT_MAX, NOTE_MAX = 60, 200
FEWEST_SIGNS = 2
_LONGEST_WORD = 120
"""Longer runs of signs without a blank are no words."""

_TOKEN = re.compile(r"\S+")
_AROUND = " \t\n.,;:!?…\"'„“”‚‘’«»()[]{}<>*_~`"
Entry = dict[str, str]


def check_entries(field: str, entries: Sequence[Mapping[str, Any]]) -> list[Entry]:
    """Words or patterns, `field` says which, as they are kept: without blanks around, each once. Raises
    Invalid."""
    if len(entries) > MOST_ENTRIES:
        raise _invalid(field, _("At most %(most)s, please."), most=MOST_ENTRIES)
    kept: dict[str, Entry] = {}
    for entry in entries:
        text, note = (" ".join(str(entry.get(part) or "").split()) for part in ("text", "note"))
        if not text:
            raise _invalid(field, _("Please write a word."))
        if len(text) > TEXT_MAX or len(note) > NOTE_MAX:
            raise _invalid(field, _("“%(text)s” or its note is too long."), text=text[:TEXT_MAX])
        if field == "patterns":
            _check_pattern(text)
        elif not any(map(str.isalnum, text)):
            raise _invalid(field, _("“%(text)s” has no letter."), text=text)
        kept.setdefault(text.casefold(), {"text": text, "note": note})
    return sorted(kept.values(), key=lambda one: one["text"].casefold())


def _check_pattern(text: str) -> None:
    if " " in text:
        raise _invalid("patterns", _("A pattern is one word: “%(text)s” has a blank."), text=text)
    if sum(sign == "#" or sign.isalnum() for sign in text) < FEWEST_SIGNS:
        raise _invalid(
            "patterns", _("“%(text)s” would fit too much. Write two letters or digits at least."), text=text
        )


def _invalid(field: str, sentence: str, **params: Any) -> Invalid:
    return Invalid({field: FieldFault.of(sentence, **params)})


def finders_of(words: Sequence[Entry], patterns: Sequence[Entry]) -> tuple[tuple[str, Finder], ...]:
    """What finds these words and patterns in a text."""
    found: list[tuple[str, Finder]] = []
    if words:
        found.append((WORD, _word_finder(words)))
    if patterns:
        found.append((PATTERN, _pattern_finder(patterns)))
    return tuple(found)


def _word_finder(words: Sequence[Entry]) -> Finder:
    notes = {_plain(one["text"]): one["note"] for one in words}
    longest_first = sorted(words, key=lambda one: -len(one["text"]))
    any_of = "|".join(r"\s+".join(map(re.escape, one["text"].split())) for one in longest_first)
    wanted = re.compile(rf"(?<!\w)(?:{any_of})(?!\w)", re.IGNORECASE)

    def finder(text: str) -> Iterator[tuple[int, int, str]]:
        for match in wanted.finditer(text):
            yield *match.span(), notes.get(_plain(match[0]), "")

    return finder


def _pattern_finder(patterns: Sequence[Entry]) -> Finder:
    notes = [one["note"] for one in patterns]
    wanted = re.compile("|".join(f"({_as_expression(one['text'])})" for one in patterns), re.IGNORECASE)

    def finder(text: str) -> Iterator[tuple[int, int, str]]:
        for token in _TOKEN.finditer(text):
            whole = token[0]
            word = whole.strip(_AROUND)
            if not word or len(word) > _LONGEST_WORD:
                continue
            if (match := wanted.fullmatch(word)) is not None:
                start = token.start() + whole.index(word)
                yield start, start + len(word), notes[(match.lastindex or 1) - 1]

    return finder


def _as_expression(pattern: str) -> str:
    """A pattern as an expression in which nothing is tried twice: each part behind a star is taken where it
    comes first, and only the last one has to stand at the end."""
    first, *rest = ("".join(map(_sign, part)) for part in re.split(r"\*+", pattern))
    if not rest:
        return first
    *between, last = rest
    return first + "".join(f"(?>.*?{part})" for part in between) + f".*{last}"


def _sign(sign: str) -> str:
    return {"?": ".", "#": r"\d"}.get(sign) or re.escape(sign)


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())
