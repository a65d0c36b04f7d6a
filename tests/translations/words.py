"""Decides what looks like words for people, and what never is."""

from __future__ import annotations

import re

MARKS = frozenset(
    "_ _l gettext lazy_gettext ngettext lazy_ngettext pgettext lazy_pgettext npgettext mark translate"
    " translate_plural counted".split()
)
"""Functions that mark a text; the collector of catalogues knows the same ones."""

WITH_CONTEXT = frozenset(name for name in MARKS if "pgettext" in name)
"""Those of them whose first word says where the text stands."""

SAID = frozenset(
    "label title text texts what sentence hint note legend placeholder heading head word words said question"
    " yes caption measure see_all helper_text bar_title bar_note back_label undo_label lines"
    " message".split()
)
"""Parameters, variables and keys whose value people read."""

NAMES = frozenset("mentorNET API OpenAPI CSV Moodle AGPL GET JSON".split())
"""The same in every language."""

_WORD = re.compile(r"[^\W\d_]{2,}")
_CAPITAL = re.compile(r"[A-ZÄÖÜ][a-zäöüß]+(?:[ ,.:?!’'…]|$)")
_PHRASE = re.compile(r"[A-ZÄÖÜ][a-zäöüß]*[,:]? [^\W\d_]{2,}")
_SENTENCE = re.compile(r"[^\W\d_]+[,;]? [^\W\d_]+.*[^.][.?!…:]$", re.DOTALL)
_QUOTED = re.compile("[„“”‚‘«»]")


def has_words(text: str) -> bool:
    """True when there is a word to be translated in it."""
    return any(word not in NAMES for word in _WORD.findall(text))


def reads_like_words(text: str, *, one_word: bool = True) -> bool:
    """True for what stands where machines read too, yet looks as if it were for people. Without `one_word`, a
    single capitalised word does not: in code it is the name of something."""
    text = text.strip()
    if _QUOTED.search(text):
        return True
    begins = _CAPITAL if one_word else _PHRASE
    return has_words(text) and bool(begins.match(text) or _SENTENCE.search(text))
