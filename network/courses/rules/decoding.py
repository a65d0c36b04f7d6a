"""Decides in which encoding the bytes of a list are read as text: by marks, by form, by plausible letters."""

from __future__ import annotations

import codecs
import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from itertools import islice, pairwise

from network.courses.rules.alphabets import CANDIDATES, IMPLAUSIBLE, LATIN, SCRIPTS, SELDOM, Candidate
from network.courses.rules.lists import UnreadableList

_SIGNATURES = (
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "xls"),
    (b"{\\rtf", "document"),
    (b"\x89PNG", "image"),
    (b"\xff\xd8\xff", "image"),
    (b"GIF8", "image"),
    (b"\x1f\x8b", "archive"),
    (b"7z\xbc\xaf", "archive"),
    (b"Rar!", "archive"),
)
_ZIP = re.compile(rb"PK(?:\x03\x04|\x05\x06|\x07\x08)")
_IN_ZIP = (
    (b"xl/workbook", "xlsx"),
    (b"opendocument.spreadsheet", "ods"),
    (b"word/document", "document"),
    (b"opendocument.text", "document"),
)
# Readers look for a PDF's mark that far in (ISO 32000-1, annex H).
_PDF_WITHIN = 1024
_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_PAGE = re.compile(r"\s*(?:<!doctype html|<html|<\?xml|<head|<table|<svg)", re.IGNORECASE)
_CONTROL = re.compile("[\x00-\x08\x0e-\x19\x1b-\x1f\x7f]")
_REST_OF_WORD = re.compile(rb"[\x80-\xff][A-Za-z'\x80-\xff]*")
_START_OF_WORD = re.compile(rb"[A-Za-z']*\Z")
_WORDS_TO_JUDGE, _WORDS_TO_FIND, _LONGEST_WORD = 250, 4000, 40
_JUDGED, _STRANGE_FROM = 10_000, 8
_HIGH = bytes(range(0x80, 0x100))
_VOWELS = frozenset("aeiouyαειουηωаеиоуыяюєіїёэ")


def decode_list(data: bytes) -> tuple[str, str]:
    """Return the text of a list and the name of its encoding; the same bytes always give the same answer.

    Raises UnreadableList with `empty_file` or `unreadable_file` (`kind` tells what it seems to be).
    """
    if kind := _kind(data.removeprefix(codecs.BOM_UTF8)):
        raise UnreadableList(kind=kind)
    text, encoding = _decoded(data)
    if "\x00" in text:
        text = text.replace("\x00", "")
    text = text.removeprefix("\ufeff")
    if not text.strip(" \t\r\n\x1a\u00a0;,|"):
        if len(data) > 64 and data.count(0) > len(data) // 2:
            raise UnreadableList(kind="binary")
        raise UnreadableList("empty_file")
    if _PAGE.match(text):
        raise UnreadableList(kind="html")
    if _is_rubbish(text[:100_000], data, guessed=not encoding.startswith("utf")):
        raise UnreadableList(kind="binary")
    return text, encoding


def _kind(data: bytes) -> str:
    """Tell by their marks which files are no text; empty for what may be."""
    if _ZIP.match(data):
        # One that is cut off lists no names; what is taken for a list most often is a workbook.
        unknown = "xlsx" if data.startswith(b"PK\x03\x04") and b"PK\x01\x02" not in data else "archive"
        return next((kind for mark, kind in _IN_ZIP if mark in data), unknown)
    if b"%PDF-" in data[:_PDF_WITHIN]:
        return "pdf"
    return next((kind for signature, kind in _SIGNATURES if data.startswith(signature)), "")


def _is_rubbish(head: str, data: bytes, *, guessed: bool) -> bool:
    """Tell text from what only decodes: by control characters and, where the encoding was guessed, by words
    that are none in any language."""
    controls = len(_CONTROL.findall(head))
    if controls > (len(head) // 200 if guessed else max(2, len(head) // 100)):
        return True
    if not guessed:
        unwritten = sum(unicodedata.category(char) in ("Cn", "Co") for char in head[:_JUDGED])
        return unwritten > max(4, len(head[:_JUDGED]) // 50) or head.count("\ufffd") > max(4, len(head) // 20)
    begin = data[:_JUDGED]
    strange = len(begin) - len(begin.translate(None, _HIGH))
    if strange * _STRANGE_FROM < len(begin):
        return False
    words = _strange_words(begin)
    return max(_plausibility(words, candidate) for candidate in CANDIDATES) < 0


def _decoded(data: bytes) -> tuple[str, str]:
    for mark, encoding in _BYTE_ORDER_MARKS:
        if data.startswith(mark):
            body = data[len(mark) :]
            if encoding == "utf-8":
                return _utf8_or_mixed(body) or _by_letters(body)
            return body.decode(encoding, "replace"), encoding
    if wide := _wide_encoding(data):
        return data.decode(wide, "replace"), wide
    return _utf8_or_mixed(data) or _by_letters(data)


def _wide_encoding(data: bytes) -> str | None:
    """Tell UTF-16 and UTF-32 without a mark by where the zero bytes of ASCII characters stand."""
    zeros = data[:65536].count(0)
    if zeros * 10 < len(data[:65536]) or len(data) < 4:
        return None
    head = data[: 65536 - 65536 % 4]
    quarter = max(1, len(head) // 4)
    by_place = [head[place::4].count(0) / quarter for place in range(4)]
    if min(by_place[2:]) > 0.9 and by_place[0] < 0.1:
        return "utf-32-le"
    if min(by_place[:2]) > 0.9 and by_place[3] < 0.1:
        return "utf-32-be"
    even, odd = by_place[0] + by_place[2], by_place[1] + by_place[3]
    if odd > 4 * even:
        return "utf-16-le"
    return "utf-16-be" if even > 4 * odd else None


def _utf8_or_mixed(data: bytes) -> tuple[str, str] | None:
    """Read UTF-8; where only some lines of it are broken (two lists put together), mend those alone."""
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        pass
    lines = data.split(b"\n")
    broken: list[int] = []
    good = 0
    texts: list[str] = []
    for index, line in enumerate(lines):
        try:
            texts.append(line.decode("utf-8"))
            good += not line.isascii()
        except UnicodeDecodeError:
            broken.append(index)
            if len(broken) > 50 * (good + 1):
                return None
            texts.append("")
    if good <= len(broken):
        return None
    codec = best_8bit_encoding(b"\n".join(lines[index] for index in broken))
    for index in broken:
        texts[index] = lines[index].decode(codec, "replace")
    return "\n".join(texts), "utf-8"


def _by_letters(data: bytes) -> tuple[str, str]:
    codec = best_8bit_encoding(data)
    return data.decode(codec, "replace"), codec


def best_8bit_encoding(data: bytes) -> str:
    """Choose the 8-bit encoding in which the words of `data` look most like words of its languages."""
    words = _strange_words(data)
    return max(CANDIDATES, key=lambda candidate: _plausibility(words, candidate)).codec


def _strange_words(data: bytes) -> Iterable[bytes]:
    """Return different words with bytes beyond ASCII, enough of them to judge by."""
    words: dict[bytes, None] = {}
    for match in islice(_REST_OF_WORD.finditer(data), _WORDS_TO_FIND):
        start = _START_OF_WORD.search(data[max(0, match.start() - 30) : match.start()])
        words[(start[0] if start else b"") + match[0][:_LONGEST_WORD]] = None
        if len(words) >= _WORDS_TO_JUDGE:
            break
    return words


def _plausibility(words: Iterable[bytes], candidate: Candidate) -> float:
    total = 0.0
    languages: dict[str, float] = {}
    for word in words:
        text = word.decode(candidate.codec, "replace")
        if len(text) == 1 and not text.isalpha():
            total += 0.0 if unicodedata.category(text) in ("Pd", "Pi", "Pf", "Zs", "Po") else -1.0
            continue
        score, language = _word_score(text, candidate)
        total += score
        if score > 0:
            languages[language] = languages.get(language, 0.0) + score
    # One language for the whole list is likelier than many that happen to fit.
    total += 0.15 * max(languages.values(), default=0.0)
    return total * candidate.weight if total > 0 else total / candidate.weight


def _word_score(text: str, candidate: Candidate) -> tuple[float, str]:
    """Return how much like a word `text` is, by its letters, its case, its vowels and consonants."""
    strange = [char for char in text if not char.isascii()]
    penalty = 0.0
    for char in strange:
        if not char.isalpha():
            penalty += 0.2 if char in "’‘´ʼ–\u00a0" else 4.0
    for before, after in pairwise(text):
        if before.islower() and after.isupper():
            penalty += 0.5 if before.isascii() and after.isascii() else 2.0
    if len(text) > 2 and text[:2].isupper() and not text[1].isascii() and text[2].islower():
        penalty += 0.8
    if len(text) > 2 and text[0].islower() and text[1:].isupper():
        penalty += 3.0
    if candidate.script:
        common, rare = SCRIPTS[candidate.script]
        inside = [char for char in strange if char.lower() in common or char.lower() in rare]
        if inside and (len(inside) * 2 > len(strange) or not candidate.latin):
            latin = sum(char.isascii() and char.isalpha() for char in text)
            fit = sum(1.0 if char.lower() in common else 0.15 for char in inside)
            # Few letters of another script inside a Latin word are no word of that script.
            penalty += 1.2 if text[0].islower() else 0.4 * text.isupper()
            if candidate.script in ("el", "cyr") and not any(_is_vowel(char) for char in text.lower()):
                penalty += 1.0
            return fit - 2.0 * latin - 3.0 * (len(strange) - len(inside)) - penalty, candidate.script
        if not candidate.latin:
            return -3.0 * len(strange) - penalty, candidate.script
    best, best_language = -9.0 * len(strange), ""
    for language in candidate.latin:
        letters = LATIN[language]
        fit = sum((1.0 if char.lower() in letters or char in letters else -1.2) for char in strange)
        fit *= SELDOM.get(language, 1.0) if fit > 0 else 1.0
        if fit > best:
            best, best_language = fit, language
    return best - penalty - _roughness(text), best_language


def _roughness(text: str) -> float:
    """Count where letters beyond a–z break the change of vowels and consonants: signs of a wrong encoding."""
    rough = 0.0
    lowered = text.lower()
    for place, char in enumerate(lowered):
        if char.isascii() or not char.isalpha():
            continue
        neighbours = [
            lowered[i] for i in (place - 1, place + 1) if 0 <= i < len(lowered) and lowered[i].isalpha()
        ]
        alike = sum(_is_vowel(near) == _is_vowel(char) for near in neighbours)
        rough += 0.15 * alike
    return rough + 0.5 * len(IMPLAUSIBLE.findall(lowered))


@lru_cache(maxsize=1024)
def _is_vowel(char: str) -> bool:
    return unicodedata.normalize("NFD", char)[0] in _VOWELS or char in "ıæøœ"
