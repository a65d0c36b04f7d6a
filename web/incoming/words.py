"""Which words of a mail its sender wrote: everything above our line, without quotation and signature.

What mail programs put between an answer and what it answers is in their users' language: "Am … schrieb",
"On … wrote", "пише", "كتب". It is known by what it holds in every language, our own address or name beside a
date, and by standing right above the quotation (decision 17).
"""

from __future__ import annotations

import re
from collections.abc import Collection

from network.kernel.letters import LINE

LONGEST_LINE = 2_000
MOST_LINES = 5_000

_MARKS = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_NUMBERS = re.compile(r"\d+\D+\d+")
_SEPARATOR = re.compile(r"[-_=*─—]{3,}[^-_=*─—]{0,60}[-_=*─—]{3,}|[-_=─—]{5,}")
_FIELD = re.compile(r"\*?[^\W\d_][^:：]{0,24}[:：]\*?\s*\S")
_SENT_FROM = re.compile(
    "sent from |get outlook for |von meinem .{2,30} gesendet|gesendet (von|mit) |envoyé de(puis)? "
    "|enviado (desde|do) |inviato da|verzonden vanaf |wysłane z |skickat från |надіслано з |отправлено с "
    "|gönderen: |أُ?رسلت من |تم الإرسال من "
)
_LONGEST_WRITTEN_BY = 3
"""Lines over which "On …, mentorNET <…> wrote:" is broken at most."""


def own_words(text: str, ours: Collection[str]) -> str:
    """What somebody wrote above our line. `ours` is by what our own mail is known in what a mail program
    says about it: its addresses and its sender's name."""
    lines = [_tidied(line) for line in text.splitlines()[:MOST_LINES]]
    named = [each.casefold() for each in ours if each]
    end = next((place for place, line in enumerate(lines) if LINE in line), None)
    kept = lines[: _first_quoted(lines, named) if end is None else end]
    shorter = True
    while shorter:
        before = len(kept)
        kept = _without_end(kept, named)
        shorter = len(kept) < before
    kept = _without_end(_without_signature(kept), named)
    return "\n".join(kept).strip("\n")


def _tidied(line: str) -> str:
    return line[:LONGEST_LINE].replace("\xa0", " ").rstrip()


def _first_quoted(lines: list[str], named: list[str]) -> int:
    """Where the mail that is answered begins, when our line is gone from it: at its head as Outlook copies
    it, or at the last run of quoted lines."""
    for place, line in enumerate(lines):
        if _is_field(line) and any(
            _is_field(each) and _names(each, named) for each in lines[place : place + 2]
        ):
            following = [each for each in lines[place : place + 6] if each.strip()]
            if sum(map(_is_field, following)) >= 3:
                return place
    end = len(lines)
    while end and not lines[end - 1].strip():
        end -= 1
    start = end
    while start and (_is_quoted(lines[start - 1]) or not lines[start - 1].strip()):
        start -= 1
    return start if any(_is_quoted(line) for line in lines[start:end]) else len(lines)


def _without_end(lines: list[str], named: list[str]) -> list[str]:
    """Without what stands above a quotation: blank and quoted lines, a rule, who wrote when, a head."""
    if not lines:
        return lines
    last = lines[-1]
    if not last.strip() or _is_quoted(last) or _SEPARATOR.fullmatch(last.strip()):
        return lines[:-1]
    for many in range(1, _LONGEST_WRITTEN_BY + 1):
        if _is_written_by(" ".join(lines[-many:]), named):
            return lines[:-many]
    head = len(lines)
    while head and _is_field(lines[head - 1]):
        head -= 1
    if len(lines) - head >= 2 and any(_names(line, named) for line in lines[head:]):
        return lines[:head]
    return lines


def _without_signature(lines: list[str]) -> list[str]:
    for place, line in enumerate(lines):
        if line in ("--", "-- ", "—") and any(each.strip() for each in lines[:place]):
            lines = lines[:place]
            break
    while lines and not lines[-1].strip():
        lines = lines[:-1]
    if len(lines) > 1 and _SENT_FROM.match(_MARKS.sub("", lines[-1]).strip().casefold()):
        return lines[:-1]
    return lines


def _is_quoted(line: str) -> bool:
    return _MARKS.sub("", line).lstrip().startswith((">", "|"))


def _is_field(line: str) -> bool:
    return _FIELD.match(_MARKS.sub("", line).strip()) is not None


def _names(line: str, named: list[str]) -> bool:
    said = line.casefold()
    return any(each in said for each in named)


def _is_written_by(said: str, named: list[str]) -> bool:
    plain = _MARKS.sub("", said).strip().strip("*").rstrip()
    return plain.endswith((":", "：")) and _NUMBERS.search(plain) is not None and _names(plain, named)
