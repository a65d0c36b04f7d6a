"""Decides which words of a column mean that a person is done, in languages nobody listed here as well."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from network.courses.rules.vocabulary import DONE, LETTER_PAIRS, NEGATION, NO, NOT_DONE, YES, plain

_TOKENS = re.compile(r"[\w']+")
_PERCENT = re.compile(r"(\d{1,3})(?:[.,](\d+))?\s*%")
_FRACTION = re.compile(r"(\d{1,4})\s*(?:/|of|von|de|di|z|из|з)\s*(\d{1,4})")
# Grown together with a word for done: "nefinalizat", "inconcluso", "nichtbestanden".
_NEGATIVE_PREFIXES = ("ne", "nie", "un", "in", "im", "non", "nicht", "не", "nav", "nao", "na")
_NEGATIVE_SYLLABLES = (
    "not",
    "un",
    "in",
    "im",
    "ne",
    "nie",
    "не",
    "α",
    "ο",
    "ej",
    "nav",
    "na",
    "未",
    "不",
    "غير ",
    "لا ",
    "לא ",
)


def known_state(word: str) -> bool | None:
    """Tell whether a word by itself means done (True), not done (False), or nothing that is known (None)."""
    text = plain(word)
    if not text:
        return False
    if match := _PERCENT.fullmatch(text):
        return int(match[1]) >= 100
    if (match := _FRACTION.fullmatch(text)) and int(match[2]):
        return int(match[1]) >= int(match[2])
    if len(text) == 1 and text.isalpha() and text.isascii() and text != "x":
        return None
    if text in YES:
        return True
    if text in NO or NOT_DONE.search(text):
        return False
    tokens = _TOKENS.findall(text)
    # One particle before or inside turns the meaning: "nicht abgeschlossen", "complété (sans la moyenne)".
    if len(tokens) > 1 and any(token in NEGATION for token in tokens):
        return False
    if not DONE.search(text):
        return None
    return not any(
        token.startswith(prefix) and DONE.match(token, len(prefix))
        for token in tokens
        for prefix in _NEGATIVE_PREFIXES
    )


def read_states(words: Iterable[str], dated: Mapping[str, float] | None = None) -> dict[str, bool]:
    """Return for each different word of a column whether it means done; the empty cell never does.

    `dated` holds per word the share of its lines with a date in the column beside it. What a word means is
    decided by known words of many languages, then by those dates, then by comparing the words: the negated
    one is the longer variant ("Fladurp", "Ne fladurp"). Words that nothing tells apart count as done, unless
    the column also has a known word for done.
    """
    column = list(dict.fromkeys(words))
    states: dict[str, bool | None] = {word: known_state(word) for word in column}
    filled = [word for word in column if word.strip()]
    _read_letters(filled, states)
    open_words = [word for word in filled if states[word] is None]
    if open_words and dated and max(dated.values(), default=0.0) > 0:
        for word in open_words:
            share = dated.get(word, 0.0)
            states[word] = share >= 0.5
        open_words = []
    if open_words:
        _compare(filled, open_words, states)
    certainly_done = any(states[word] for word in filled if known_state(word))
    return {word: (state if state is not None else not certainly_done) for word, state in states.items()}


def _read_letters(filled: list[str], states: dict[str, bool | None]) -> None:
    letters = {plain(word): word for word in filled if len(plain(word)) == 1 and plain(word).isalpha()}
    if len(letters) == 2 and len(filled) <= 3:
        for pair in LETTER_PAIRS:
            if set(pair) == set(letters):
                for word in filled:
                    if plain(word) in pair:
                        states[word] = plain(word) == pair[0]
                return
    for letter, word in letters.items():
        if states[word] is None and letter in "nf":
            states[word] = False
        elif states[word] is None and letter in "yjtpv":
            states[word] = True


def _compare(filled: list[str], open_words: list[str], states: dict[str, bool | None]) -> None:
    """Read unknown words by their likeness: of two variants the longer is the negated one."""
    by_length = sorted(filled, key=lambda word: len(plain(word)))
    for word in sorted(open_words, key=lambda word: len(plain(word))):
        text = plain(word)
        for base in by_length:
            short = plain(base)
            if base == word or len(short) >= len(text) or not is_variant(text, short):
                continue
            base_state = states[base]
            if text.startswith(short) and text[len(short) :].lstrip().startswith(("(", "[", "-", ",", ":")):
                states[word] = True if base_state is None else base_state
            else:
                states[word] = False
                states[base] = True if base_state is None else base_state
            break


def is_variant(longer: str, shorter: str) -> bool:
    """Tell whether `longer` is `shorter` with something before, inside or after it."""
    if not shorter or len(longer) <= len(shorter):
        return False
    if shorter in longer:
        return len(shorter) >= 3 or (not shorter.isascii() and len(shorter) >= 2)
    head = 0
    while head < len(shorter) and shorter[head] == longer[head]:
        head += 1
    tail = 0
    while tail < len(shorter) - head and shorter[-1 - tail] == longer[-1 - tail]:
        tail += 1
    return len(shorter) >= 5 and head + tail >= 0.75 * len(shorter) and len(longer) <= len(shorter) * 2 + 4


def are_states(words: Iterable[str]) -> bool:
    """Tell whether the words of a column can only be states: all known, or one a negated variant."""
    filled = [word for word in dict.fromkeys(words) if word.strip()]
    if not 0 < len(filled) <= 8:
        return False
    states: dict[str, bool | None] = {word: known_state(word) for word in filled}
    _read_letters(filled, states)
    unknown = [word for word in filled if states[word] is None]
    if not unknown:
        return True
    if len(filled) < 2:
        return False
    texts = sorted((plain(word) for word in filled), key=len)
    return all(
        any(is_variant(text, other) or is_variant(other, text) for other in texts if other != text)
        for text in texts
    ) and any(_is_negated(text, texts[0]) for text in texts[1:])


def is_said(words: Iterable[str]) -> bool:
    """Tell whether the words of a column name completion itself, not merely yes or no."""
    filled = {plain(word) for word in words if word.strip()} - YES - NO
    return bool(filled) and all(known_state(word) is not None for word in filled)


def _is_negated(longer: str, shorter: str) -> bool:
    """Tell a negation from a mere addition: "Group" and "Group 2" are no states."""
    if any(char.isdigit() for char in longer):
        return False
    return (
        longer.endswith(shorter) or not longer.startswith(shorter) or longer.startswith(_NEGATIVE_SYLLABLES)
    )
