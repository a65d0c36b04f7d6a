"""Which words a text is found by: folded as people without its keyboard type them, and their stems."""

from __future__ import annotations

import importlib
import re
import threading
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

from models.base import fold
from network.kernel.errors import FieldFault, Invalid
from network.kernel.translation import mark as _

LONGEST_QUERY = 200
MOST_WORDS = 12
SNIPPET = 160
"""Characters of a message that are shown around its first hit."""

_ALGORITHMS = {
    "ar": "arabic", "ca": "catalan", "cs": "czech", "da": "danish", "de": "german", "el": "greek",
    "en": "english", "es": "spanish", "et": "estonian", "eu": "basque", "fa": "persian", "fi": "finnish",
    "fr": "french", "ga": "irish", "hi": "hindi", "hu": "hungarian", "hy": "armenian", "id": "indonesian",
    "it": "italian", "lt": "lithuanian", "nb": "norwegian", "ne": "nepali", "nl": "dutch",
    "no": "norwegian", "pl": "polish", "pt": "portuguese", "ro": "romanian", "ru": "russian",
    "sr": "serbian", "sv": "swedish", "ta": "tamil", "tr": "turkish", "yi": "yiddish",
}  # fmt: skip
_CUT_IN_FRONT = {"ar", "ga", "id", "nl", "ta", "yi"}
"""Languages whose stems may begin with another letter than the word."""
_LINK = re.compile(r"\[([^\]]*)\]\([^)\s]*\)")
_SIGNS = str.maketrans(dict.fromkeys("*_`#>~", ""))
_one_at_a_time = threading.Lock()
_PHRASE = re.compile(r'"([^"]*)"')


class Word(NamedTuple):
    """A word of a text: where it stands, and as what it is found."""

    start: int
    end: int
    folded: str


class Snippet(NamedTuple):
    """A piece of a text in which something was found; `hits` are the places of the words in the piece."""

    text: str
    hits: list[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Sought:
    """What somebody looks for: `words`, each by itself or as one of its stems, and `phrases`, whose words
    follow each other as they are. All of them at once."""

    words: tuple[tuple[str, frozenset[str]], ...]
    phrases: tuple[tuple[str, ...], ...]


def words_of(text: str) -> Iterator[Word]:
    """The words of a text, in order; letters keep the marks that follow them."""
    for match in _word_pattern().finditer(text):
        folded = _folded(match[0])
        if folded:
            yield Word(match.start(), match.end(), folded)


def plain(body: str) -> str:
    """A message in one line and without the signs of Markdown."""
    return " ".join(_LINK.sub(r"\1", body).translate(_SIGNS).split())


def text_of(title: str, body: str) -> str:
    """By which text a message is found: that which opens a topic also by the topic's `title`."""
    return f"{title} {plain(body)}" if title else plain(body)


def room_mark(room_id: str) -> str:
    """The word by which an index knows messages of a room."""
    return "r" + room_id.replace("-", "")


def author_mark(user_id: str) -> str:
    """The word by which an index knows messages of a person."""
    return "a" + user_id.replace("-", "")


def stem_of(folded: str, language: str | None) -> str:
    """What the forms of a word have in common, in one language; the word itself where we know none."""
    algorithm = _ALGORITHMS.get(_code(language))
    return _stemmed(algorithm, folded) if algorithm else folded


def read_query(query: str, languages: Iterable[str]) -> Sought:
    """Understand what was typed: words, each also as its stem in one of `languages`, and phrases between
    quotes, as they are. Raises Invalid for nothing that can be looked for, for a quotation mark without its
    second one, and for too much at once."""
    if len(query) > LONGEST_QUERY:
        raise Invalid({
            "q": FieldFault.of(_("This is too long: at most %(most)s characters."), most=LONGEST_QUERY)
        })  # fmt: skip
    phrases = [tuple(word.folded for word in words_of(part)) for part in _PHRASE.findall(query)]
    loose = [word.folded for word in words_of(_PHRASE.sub(" ", query))]
    loose += [words[0] for words in phrases if len(words) == 1]
    longer = [words for words in phrases if len(words) > 1]
    if query.count('"') % 2:
        raise Invalid({"q": FieldFault.of(_("A quotation mark is missing. Put one before and one behind."))})
    if not loose and not longer:
        raise Invalid({"q": FieldFault.of(_("Please write a word to look for."))})
    if len(loose) + sum(map(len, longer)) > MOST_WORDS:
        raise Invalid({"q": FieldFault.of(_("These are too many words: at most %(most)s."), most=MOST_WORDS)})
    tongues = sorted(set(languages))
    exact = {words[0] for words in phrases if len(words) == 1}
    found = {
        word: frozenset() if word in exact else frozenset(stem_of(word, tongue) for tongue in tongues)
        for word in loose
    }
    return Sought(tuple(found.items()), tuple(longer))


def is_found(sought: Sought, text: str, language: str | None) -> bool:
    """True where the text holds all that is sought: what the index answers, for a text that is not in it."""
    words = [word.folded for word in words_of(text)]
    present, stems = set(words), {stem_of(word, language) for word in words}
    return all(word in present or not stems.isdisjoint(forms) for word, forms in sought.words) and all(
        any(tuple(words[at : at + len(phrase)]) == phrase for at in range(len(words)))
        for phrase in sought.phrases
    )


def snippet_of(sought: Sought, body: str, language: str | None) -> Snippet:
    """The piece of a message around the first place where something was found, at the edges of words, in one
    line; the text's beginning where nothing was."""
    line = plain(body)
    hits = _hits_in(line, sought, language)
    if len(line) <= SNIPPET:
        return Snippet(line, hits)
    first = hits[0][0] if hits else 0
    start = max(0, min(first - SNIPPET // 3, len(line) - SNIPPET))
    end = min(len(line), start + SNIPPET)
    if start:
        start = line.find(" ", start, first) + 1 or start
    if end < len(line):
        end = max(line.rfind(" ", start + SNIPPET // 2, end), hits[0][1] if hits else 0) or end
    before, after = "… " if start else "", " …" if end < len(line) else ""
    shift = len(before) - start
    kept = [(a + shift, b + shift) for a, b in hits if a >= start and b <= end]
    return Snippet(before + line[start:end] + after, kept)


def _hits_in(line: str, sought: Sought, language: str | None) -> list[tuple[int, int]]:
    bare = {word for word, _stems in sought.words}.union(*sought.phrases)
    forms = {stem for _word, stems in sought.words for stem in stems}
    # Stemming is dear: only words that begin as what is sought, unless none of them is it.
    beginnings = {stem[:2] for stem in forms}
    for every in (True,) if _code(language) in _CUT_IN_FRONT else (False, True):
        hits = [
            match.span()
            for match in _word_pattern().finditer(line)
            if (folded := _folded(match[0])) in bare
            or ((every or folded[:2] in beginnings) and folded and stem_of(folded, language) in forms)
        ]
        if hits:
            break
    return hits


def _code(language: str | None) -> str:
    return (language or "").partition("-")[0].lower()


@lru_cache(maxsize=50_000)
def _folded(word: str) -> str:
    folded = fold(word)
    return folded if folded.isalnum() else "".join(sign for sign in folded if sign.isalnum())


@lru_cache(maxsize=100_000)
def _stemmed(algorithm: str, folded: str) -> str:
    with _one_at_a_time:  # a stemmer holds the word that it works on
        return str(_stemmer(algorithm).stemWord(folded)) or folded


@lru_cache
def _stemmer(algorithm: str) -> Any:
    # Loaded by who searches first: a process that only serves pages does without.
    return importlib.import_module("snowballstemmer").stemmer(algorithm)


@lru_cache
def _word_pattern() -> re.Pattern[str]:
    # A letter or digit with the marks upon it: `re` counts the vowels of Hindi and Arabic as no letters.
    marks, start = [], None
    for code in range(0x300, 0x3000):
        is_mark = unicodedata.category(chr(code)).startswith("M")
        if is_mark and start is None:
            start = code
        elif not is_mark and start is not None:
            marks.append(f"{chr(start)}-{chr(code - 1)}")
            start = None
    return re.compile(rf"[^\W_](?:[^\W_]|[{''.join(marks)}])*")
