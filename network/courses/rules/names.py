"""Decides which columns make up a person's name, in which order, and what of a written name is kept."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from network.courses.rules.vocabulary import (
    AMBIGUOUS_NAME,
    FIRST_NAME,
    FULL_NAME,
    MIDDLE_NAME,
    OTHER_NAME,
    SURNAME,
    plain,
)

_WORDS = re.compile(r"[^\W\d_]{2,}")
# Signs without width and signs that turn the direction of writing; Persian needs its joiners inside words.
_UNSEEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\uffff]"
)
# What stands between the halves in "Nachname, Vorname", "Imię i nazwisko".
_BETWEEN_HALVES = re.compile(
    r"\s*[,;/&+|()]+\s*|\s+(?:und|and|et|y|e|i|en|si|a|ve|та|и|και|og|och|ja|o)\s+|\s*-\s+"
)
# Accounts made for trying out or for a class: "Teilnehmerin 12".
_NUMBERED = re.compile(r"[^\W\d_]{2,}(?:[ .-][^\W\d_]+)* \d+")
_STRETCH = 256
_EDGES = " \u200c\u200d\t"
# What spreadsheets and hands put where they have no name.
_NO_NAME = frozenset(
    {"#NAME?", "#REF!", "#VALUE!", "#N/A", "#NV", "#NOM?", "N/A", "NULL", "null", "None", "nan", "NaN"}
)
Text = tuple[int, str, Sequence[str]]


def clean_name(text: str) -> str:
    """Return a written name in NFC, with single spaces, without unseen signs; empty if nothing is left.

    Everything else stays as written, also what begins like a formula.
    """
    name = " ".join(_UNSEEN.sub("", unicodedata.normalize("NFC", text)).split()).strip(_EDGES)
    if name in _NO_NAME or not any(char.isalnum() or ord(char) > 0x2FF for char in name):
        return ""
    return name


def clean_names(column: Sequence[str]) -> list[str]:
    """Return every name of a column as `clean_name` does; clean stretches of it are told at one glance."""
    names: list[str] = []
    for start in range(0, len(column), _STRETCH):
        stretch = column[start : start + _STRETCH]
        joined = "|".join(stretch)
        if joined.isprintable() and "  " not in joined and unicodedata.is_normalized("NFC", joined):
            names += [
                name if (name := text.strip())[:1].isalpha() and name not in _NO_NAME else clean_name(text)
                for text in stretch
            ]
        else:
            names += map(clean_name, stretch)
    return names


def name_columns(texts: Sequence[Text], addresses: Sequence[str]) -> tuple[int, ...]:
    """Return the columns of the name among columns of text, given as (index, plain heading, cells).

    Headings tell full names, first names and surnames where they are known; else the content does: words
    with capital letters, different on every line, that come again in the addresses.
    """
    if by_heading := _by_headings(texts):
        return by_heading
    candidates = [text for text in texts if any(cell for cell in text[2])]
    scored = sorted(
        ((score, text) for text in candidates if (score := likeness(text, addresses)) > -0.6),
        key=lambda entry: -entry[0],
    )
    if not scored:
        return ()
    # For want of better ones: what tells people apart, as a user name does, or looks like full names.
    scored = [entry for entry in scored if entry[0] > 0.45] or [
        (score, text)
        for score, text in scored
        if _holds_words(text[2]) and (_tells_apart(text[2]) or (score > 0.25 and _many_words(text[2])))
    ]
    if not scored:
        return ()
    best = scored[0][1]
    if _many_words(best[2]):
        return (best[0],)
    partners = [text for _, text in scored[1:] if abs(text[0] - best[0]) == 1 and not _many_words(text[2])]
    full = next(
        (text for score, text in scored[1:] if _many_words(text[2]) and score > scored[0][0] - 0.2), None
    )
    if full:
        return (full[0],)
    if not partners:
        return (best[0],)
    pair = sorted((best, partners[0]), key=lambda text: text[0])
    return (
        (pair[1][0], pair[0][0])
        if _surname_leads(pair[0][2], pair[1][2], addresses)
        else (pair[0][0], pair[1][0])
    )


def _by_headings(candidates: Sequence[Text]) -> tuple[int, ...]:
    headed: dict[str, int] = {}
    halves = FIRST_NAME | SURNAME | AMBIGUOUS_NAME
    for index, heading, cells in candidates:
        bare = heading.strip(" :*.").removesuffix("(s)") if heading not in FIRST_NAME else heading
        for kind, words in (
            ("full", FULL_NAME), ("first", FIRST_NAME), ("surname", SURNAME), ("middle", MIDDLE_NAME),
            ("open", AMBIGUOUS_NAME),
        ):  # fmt: skip
            if (heading in words or bare in words) and _could_hold_names(cells):
                headed.setdefault(kind, index)
                break
        else:
            parts = [part for part in _BETWEEN_HALVES.split(bare) if part]
            if len(parts) > 1 and all(part in halves for part in parts) and _could_hold_names(cells):
                headed.setdefault("full", index)
    first, surname, alone = headed.get("first"), headed.get("surname"), headed.get("open")
    if first is None and surname is not None and alone is not None:
        first = alone
    elif surname is None and first is not None and alone is not None:
        surname = alone
    if "full" in headed:
        return (headed["full"],)
    if first is not None and surname is not None:
        middle = headed.get("middle")
        return (first, surname) if middle is None else (first, middle, surname)
    for single in (alone, first, surname):
        if single is not None:
            return (single,)
    return ()


def _could_hold_names(cells: Sequence[str]) -> bool:
    """Tell whether nothing speaks against a fitting heading: neither addresses nor numbers on most lines."""
    return sum("@" in cell[1:] or cell.isdigit() for cell in cells) * 2 <= len(cells)


def _holds_words(cells: Sequence[str]) -> bool:
    filled = [cell for cell in cells if cell]
    return sum(bool(_WORDS.search(cell)) and "@" not in cell for cell in filled) * 2 > len(filled)


def _tells_apart(cells: Sequence[str]) -> bool:
    """Tell whether a column could name people for want of a better one: a user name can, a country cannot."""
    filled = [cell for cell in cells if cell]
    return len(set(filled)) * 10 > len(filled) * 9


def _many_words(cells: Sequence[str]) -> bool:
    filled = [cell for cell in cells if cell]
    return sum(len(cell.split()) > 1 for cell in filled) * 2 > len(filled)


def likeness(text: Text, addresses: Sequence[str]) -> float:
    """Return from 0 to about 1.8 how much a column looks like names of people."""
    _, heading, cells = text
    filled = [cell for cell in cells if cell]
    if not filled or "@" in "".join(filled[:3]):
        return 0.0
    share = len(filled) / len(cells)
    named = sum(
        1 <= len(cell.split()) <= 6
        and len(cell) <= 60
        and (not any(map(str.isdigit, cell)) or _NUMBERED.fullmatch(cell) is not None)
        and not cell[0].islower()
        and bool(_WORDS.search(cell) or (len(cell) > 1 and cell.isalpha()))
        for cell in filled
    ) / len(filled)
    different = len(set(filled)) / len(filled)
    found = _found_in_addresses(cells, addresses)
    score = (
        named * (0.3 + 0.3 * different) * (0.5 + 0.5 * share)
        + 0.8 * found
        + 0.2 * _many_words(cells) * different
    )
    if OTHER_NAME.search(heading):
        score -= 0.5
    return score


def _found_in_addresses(cells: Sequence[str], addresses: Sequence[str]) -> float:
    hits = total = 0
    for cell, address in zip(cells, addresses, strict=False):
        words = [word for word in _WORDS.findall(plain(cell)) if len(word) > 2]
        if words and "@" in address:
            total += 1
            local = plain(address.partition("@")[0])
            hits += any(word in local for word in words)
    return hits / total if total else 0.0


def _surname_leads(left: Sequence[str], right: Sequence[str], addresses: Sequence[str]) -> bool:
    """Tell by the addresses whether the left column is the surname: most people write maria.rossi@…"""
    votes = 0
    for one, other, address in zip(left, right, addresses, strict=False):
        local = plain(address.partition("@")[0])
        first, second = local.find(plain(one)), local.find(plain(other))
        if one and other and first >= 0 and second >= 0:
            votes += 1 if first < second else -1
        elif (
            other
            and one
            and len(local) > 2
            and second == 0
            and local[len(plain(other)) :].strip("._-")[:1] == plain(one)[:1]
        ):
            votes -= 1
    return votes < 0
