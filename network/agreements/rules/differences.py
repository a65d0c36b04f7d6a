"""What differs between two wordings: which clauses came, went, moved or changed, and which of their words."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import NamedTuple, TypedDict

from network.agreements.rules.texts import canonical, clause_hash

SAME, ADDED, REMOVED, CHANGED = "same", "added", "removed", "changed"

MARKS = r"!-/:-@\[-`{-~\xa1\xab\xbb\xbf\u2010-\u2027\u2030-\u205e\u060c\u061b\u061f\u0964\u3001-\u301f"
"""What stands alone between words, so that a new comma is a new comma and not two other words."""
_TOKEN = re.compile(rf"\n|[^\S\n]+|[{MARKS}]|[぀-ヿ㐀-鿿]|[^\s{MARKS}぀-ヿ㐀-鿿]+")

MOST_CELLS = 2500
"""Up to this many pairs of words are compared one by one; larger pieces without a word in common that stands
once in each are other words altogether. So nobody can write a clause that takes long to compare."""
LEAST_KEPT = 0.3
"""Where less than this share of the words stayed, both are shown whole: scattered words help nobody."""


class ClauseWords(TypedDict):
    """What is compared of a clause; every `ClauseView` is one."""

    id: str
    heading: str
    text: str
    short: str | None


class Span(NamedTuple):
    """A piece of text: `kind` is same, added or removed."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class ClauseDifference:
    """One clause in two versions. `change` is same, changed, added or removed; `moved` besides, when it
    stands elsewhere among the clauses that stayed. The numbers are its places, from 1. `only_spacing`: it
    changed, but in blanks and line breaks alone."""

    id: str
    change: str
    moved: bool
    number_before: int | None
    number_after: int | None
    heading: tuple[Span, ...]
    text: tuple[Span, ...]
    short: tuple[Span, ...]
    only_spacing: bool


@dataclass(frozen=True, slots=True)
class Difference:
    """Two versions beside each other, in the order of the later one, with what was removed at its old place.
    `same_text`: both have the same text hash, so what was signed there is what stands here."""

    clauses: tuple[ClauseDifference, ...]
    same_text: bool


def compare(before: Sequence[ClauseWords], after: Sequence[ClauseWords]) -> Difference:
    """What differs from `before` to `after`, clause by clause, by their ids. Texts are compared in their
    canonical form: line ends, trailing blanks and how a letter is composed are no difference, everything that
    changes a hash is one."""
    places_before = {clause["id"]: place for place, clause in enumerate(before)}
    places_after = {clause["id"]: place for place, clause in enumerate(after)}
    stayed = [clause["id"] for clause in after if clause["id"] in places_before]
    in_order = {stayed[place] for place in _longest_rise([places_before[kept] for kept in stayed])}
    shown: list[ClauseDifference] = []
    upcoming = 0

    def show_removed(until: int) -> None:
        nonlocal upcoming
        shown.extend(
            _alone(before[place], REMOVED, place + 1, None)
            for place in range(upcoming, until)
            if before[place]["id"] not in places_after
        )
        upcoming = max(upcoming, until)

    for place, clause in enumerate(after):
        old_place = places_before.get(clause["id"])
        if old_place is None:
            shown.append(_alone(clause, ADDED, None, place + 1))
            continue
        moved = clause["id"] not in in_order
        if not moved:
            show_removed(old_place)
        shown.append(_both(before[old_place], clause, moved, old_place + 1, place + 1))
    show_removed(len(before))
    return Difference(tuple(shown), _hashes(before) == _hashes(after))


def text_spans(before: str, after: str) -> tuple[Span, ...]:
    """The words of two texts as spans, in reading order, what was removed before what came instead. All that
    is same or removed gives the canonical `before`, all that is same or added the canonical `after`."""
    before, after = canonical(before), canonical(after)
    if before == after:
        return (Span(SAME, before),) if before else ()
    old, new = _TOKEN.findall(before), _TOKEN.findall(after)
    pieces = list(_pieces(old, new))
    kept = sum(len(token) for kind, token in pieces if kind == SAME and not token.isspace())
    if kept < LEAST_KEPT * min(len(before), len(after)):
        return tuple(Span(kind, text) for kind, text in ((REMOVED, before), (ADDED, after)) if text)
    return tuple(_joined(pieces))


def side_by_side(spans: Sequence[Span]) -> tuple[tuple[Span, ...], tuple[Span, ...]]:
    """The same spans for two columns: the earlier wording, the later one."""
    return (
        tuple(span for span in spans if span.kind != ADDED),
        tuple(span for span in spans if span.kind != REMOVED),
    )


def _hashes(clauses: Sequence[ClauseWords]) -> list[str]:
    return [clause_hash(clause["heading"], clause["text"]) for clause in clauses]


def _alone(clause: ClauseWords, change: str, before: int | None, after: int | None) -> ClauseDifference:
    def spans(words: str | None) -> tuple[Span, ...]:
        return (Span(change, canonical(words)),) if words else ()

    return ClauseDifference(
        clause["id"], change, False, before, after, spans(clause["heading"]), spans(clause["text"]),
        spans(clause["short"]), False,
    )  # fmt: skip


def _both(
    before: ClauseWords, after: ClauseWords, moved: bool, place_before: int, place_after: int
) -> ClauseDifference:
    heading = text_spans(before["heading"], after["heading"])
    text = text_spans(before["text"], after["text"])
    short = text_spans(before["short"] or "", after["short"] or "")
    changes = [span for span in (*heading, *text, *short) if span.kind != SAME]
    only_spacing = bool(changes) and all(
        _squeezed(before[part]) == _squeezed(after[part]) for part in ("heading", "text", "short")
    )
    return ClauseDifference(
        after["id"], CHANGED if changes else SAME, moved, place_before, place_after, heading, text, short,
        only_spacing,
    )  # fmt: skip


def _squeezed(words: str | None) -> list[str]:
    return canonical(words or "").split()


def _pieces(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Tokens with what became of them. What both begin and end with stays; between, words that stand once on
    either side hold the two together, and what is left between those is compared token by token."""
    waiting = [(list(old), list(new))]
    while waiting:
        one, other = waiting.pop()
        start = 0
        while start < min(len(one), len(other)) and one[start] == other[start]:
            start += 1
        yield from ((SAME, token) for token in one[:start])
        one, other = one[start:], other[start:]
        end = 0
        while end < min(len(one), len(other)) and one[-1 - end] == other[-1 - end]:
            end += 1
        if end:
            waiting.append((one[-end:], other[-end:]))
            one, other = one[:-end], other[:-end]
        anchors = _anchors(one, other) if one and other else []
        if anchors:
            stops = [*anchors, (len(one), len(other))]
            starts = [(0, 0), *anchors]
            waiting.extend(
                (one[a:b], other[c:d]) for (a, c), (b, d) in reversed(list(zip(starts, stops, strict=True)))
            )
        elif len(one) * len(other) <= MOST_CELLS:
            yield from _token_by_token(one, other)
        else:
            yield from _replaced(one, other)


def _replaced(one: Sequence[str], other: Sequence[str]) -> Iterator[tuple[str, str]]:
    yield from ((REMOVED, token) for token in one)
    yield from ((ADDED, token) for token in other)


def _anchors(one: Sequence[str], other: Sequence[str]) -> list[tuple[int, int]]:
    """Places of the words that stand exactly once on either side and in the same order on both."""
    counts, counts_other = Counter(one), Counter(other)
    places = {token: place for place, token in enumerate(other) if counts_other[token] == 1}
    pairs = [
        (place, places[token])
        for place, token in enumerate(one)
        if counts[token] == 1 and token in places and not token.isspace()
    ]
    return [pairs[place] for place in _longest_rise([pair[1] for pair in pairs])]


def _token_by_token(one: Sequence[str], other: Sequence[str]) -> Iterator[tuple[str, str]]:
    """The longest common subsequence of two short lists."""
    rows = [[0] * (len(other) + 1) for _ in range(len(one) + 1)]
    for i in range(len(one) - 1, -1, -1):
        row, below = rows[i], rows[i + 1]
        for j in range(len(other) - 1, -1, -1):
            row[j] = below[j + 1] + 1 if one[i] == other[j] else max(below[j], row[j + 1])
    i = j = 0
    while i < len(one) and j < len(other):
        if one[i] == other[j]:
            yield SAME, one[i]
            i, j = i + 1, j + 1
        elif rows[i + 1][j] >= rows[i][j + 1]:
            yield REMOVED, one[i]
            i += 1
        else:
            yield ADDED, other[j]
            j += 1
    yield from _replaced(one[i:], other[j:])


def _joined(pieces: Sequence[tuple[str, str]]) -> Iterator[Span]:
    """Neighbours as one span. A blank that stayed between two exchanged words is exchanged with them: three
    other words are read as one piece, not as three."""
    runs = [(same, list(run)) for same, run in groupby(pieces, lambda piece: piece[0] == SAME)]
    removed, added = "", ""
    for place, (same, run) in enumerate(runs):
        words = "".join(token for _kind, token in run)
        following = {kind for kind, _token in runs[place + 1][1]} if place + 1 < len(runs) else set()
        swallowed = words.isspace() and "\n" not in words and removed and added and len(following) > 1
        if same and not swallowed:
            yield from _changed(removed, added)
            removed, added = "", ""
            yield Span(SAME, words)
            continue
        removed += words if same else "".join(token for kind, token in run if kind == REMOVED)
        added += words if same else "".join(token for kind, token in run if kind == ADDED)
    yield from _changed(removed, added)


def _changed(removed: str, added: str) -> Iterator[Span]:
    if removed:
        yield Span(REMOVED, removed)
    if added:
        yield Span(ADDED, added)


def _longest_rise(numbers: Sequence[int]) -> list[int]:
    """The places of a longest strictly rising subsequence."""
    ends: list[int] = []
    places: list[int] = []
    previous: list[int] = []
    for place, number in enumerate(numbers):
        at = bisect_left(ends, number)
        previous.append(places[at - 1] if at else -1)
        ends[at : at + 1] = [number]
        places[at : at + 1] = [place]
    rise: list[int] = []
    place = places[-1] if places else -1
    while place >= 0:
        rise.append(place)
        place = previous[place]
    return rise[::-1]
