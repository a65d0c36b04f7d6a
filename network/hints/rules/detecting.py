"""What in a text looks like somebody's number, address or name: pure, and in a time that grows with the text.

It only ever leads to a question to the author. So it may be wrong now and then, in both directions.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from network.kernel.translation import mark as _

MAIL, PHONE, NUMBER, NAME = "mail", "phone", "identity_number", "name"
WORD, PATTERN = "word", "pattern"
BUILT_IN = (MAIL, PHONE, NUMBER, NAME)
KINDS = (*BUILT_IN, WORD, PATTERN)

MOST_HINTS = 50
"""More are not asked about at once: who has read fifty knows what it is about."""

NOTES = {
    MAIL: _("A mail address. Is it somebody's own?"),
    PHONE: _("A phone number. Is it somebody's own?"),
    NUMBER: _("A number of an identity card, an account or a file. Nobody here needs it."),
    NAME: _("A name. Whoever it is has not agreed to be talked about here."),
}
"""What the author is told of each kind that is looked for everywhere."""


class Found(NamedTuple):
    """A place in a text, from `start` to before `end`, in characters; `note` is the network's own, or empty.
    By its `key` the same words are known again when the text is sent once more."""

    kind: str
    start: int
    end: int
    text: str
    note: str
    key: str


Finder = Callable[[str], Iterable[tuple[int, int, str]]]

# A calling by name in our own form is about a user, who sees it; an address on the web is public.
_CALLED = re.compile(r"@\[[^\]\n]{1,200}\]\((?:user|role):[^)\s]{1,60}\)")
_WEB = re.compile(r"https?://[^\s]+")

_MAIL = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}")
_PHONE = re.compile(r"(?<![\w/.,-])(?:\+|00?|\(\+?0?)[1-9 (][\d \t()/.–-]{4,24}\d(?!\w)")
_PHONE_IN_THREE = re.compile(r"(?<![\w/.,-])(?:\d{3}[-. ]\d{3}[-. ]\d{4}|\(\d{3}\) ?\d{3}[-. ]\d{4})(?!\w)")
_DATE = re.compile(r"\d{1,4}[./–-]\d{1,2}[./–-]\d{1,4}\Z|\d{1,2}[.]\d{1,2}[.]?\s*[–-]")
_IBAN = re.compile(r"(?<!\w)[A-Za-z]{2}\d{2}(?: ?[A-Za-z0-9]{4}){2,7}(?: ?[A-Za-z0-9]{1,3})?(?!\w)")
_NUMBERS = tuple(
    re.compile(pattern)
    for pattern in (
        r"(?<!\w)[A-Z]{1,2}\d{6,9}(?!\w)",  # passports of many countries
        r"(?<!\w)[CFGHJKLMNPRTVWXYZ](?=[A-Z]{0,7}\d)[0-9CFGHJKLMNPRTVWXYZ]{8}\d?(?!\w)",  # German cards
        r"(?<!\w)\d{2} ?\d{6} ?[A-Z] ?\d{3}(?!\w)",  # pension insurance
        r"(?<!\w)\d{7}-\d{3}(?!\w)",  # asylum files
        r"(?<!\w)\d{1,3} [A-Z][A-Za-z]{0,3} \d{1,6}/\d{2,4}(?!\w)",  # files of courts
        r"(?<!\w)\d{3}-\d{2}-\d{4}(?!\w)",  # social security
    )
)
_NAMED_NUMBER = re.compile(
    r"(?<!\w)(?:Aktenzeichen|Az\.|AZ:|Akz\.|Gesch(?:ä|ae)ftszeichen|BG-?(?:Nr\.?|Nummer)|Kundennummer|"
    r"(?:Reise)?[Pp]ass-?(?:[Nn]r\.?|[Nn]ummer)|Ausweis-?(?:[Nn]r\.?|[Nn]ummer)|Steuer-?(?:ID|[Nn]ummer)|"
    r"Versicherungs-?(?:[Nn]r\.?|[Nn]ummer)|[Ff]ile (?:no\.?|number)|[Cc]ase (?:no\.?|number)|"
    r"[Pp]assport (?:no\.?|number)|ID (?:no\.?|number))[ :#.]{0,3}[A-Za-z0-9][\w/.-]{2,30}"
    r"(?: [\w/.-]{1,20}){0,3}"
)
# Titles are told by what follows them: a name begins with a capital letter.
_TITLED = re.compile(
    r"(?<!\w)(?:Herrn?|Hr\.|Frau|Fr\.|Familie|Mr\.?|Mrs\.?|Ms\.?|Miss|Mx\.?|Monsieur|Madame|Señora?|Пан[іи]?|"
    r"Госпо(?:дин|жа)|Bay|Bayan)[ \t]{1,3}(?:(?:Dr|Prof)\.?[ \t]{1,3}){0,2}"
    r"([^\W\d_][\w’'-]{0,40})(?:[ \t]([^\W\d_][\w’'-]{1,40}))?"
)
_OTHER_WORDS = frozenset("Präsidentin Präsident Ministerin Minister Doktor Professorin Professor".split())


def find(text: str, own: Iterable[tuple[str, Finder]] = ()) -> list[Found]:
    """What is found in a text, in its order, at most `MOST_HINTS`; of two that overlap the one that begins
    first, and of two of the same words the network's own. `own` are its finders with their kinds."""
    called = [match.span() for match in _CALLED.finditer(text)]
    web = [match.span() for match in _WEB.finditer(text)]
    seen: list[Found] = []
    for kind, finder in (*own, *_FINDERS):
        aside = called if kind in (MAIL, WORD, PATTERN) else [*called, *web]
        for start, end, note in finder(text):
            if not any(start < stop and begin < end for begin, stop in aside):
                seen.append(_found(text, kind, start, end, note))
    return _apart(seen)[:MOST_HINTS]


def key_of(kind: str, words: str) -> str:
    """By what the same words of the same kind are known again."""
    return hashlib.sha256(f"{kind} {' '.join(words.casefold().split())}".encode()).hexdigest()[:16]


def _found(text: str, kind: str, start: int, end: int, note: str) -> Found:
    words = text[start:end]
    return Found(kind, start, end, words, note, key_of(kind, words))


def _apart(found: list[Found]) -> list[Found]:
    kept: list[Found] = []
    for one in sorted(found, key=lambda each: (each.start, -each.end)):
        if not kept or one.start >= kept[-1].end:
            kept.append(one)
    return kept


def _spans(*patterns: re.Pattern[str]) -> Finder:
    def finder(text: str) -> Iterator[tuple[int, int, str]]:
        for pattern in patterns:
            for match in pattern.finditer(text):
                yield *match.span(), ""

    return finder


def _mails(text: str) -> Iterator[tuple[int, int, str]]:
    if "@" in text:
        for match in _MAIL.finditer(text):
            yield *match.span(), ""


def _phones(text: str) -> Iterator[tuple[int, int, str]]:
    for pattern in (_PHONE, _PHONE_IN_THREE):
        for match in pattern.finditer(text):
            words = match[0]
            if 7 <= sum(map(str.isdigit, words)) <= 15 and not _DATE.match(words):
                yield *match.span(), ""


def _ibans(text: str) -> Iterator[tuple[int, int, str]]:
    for match in _IBAN.finditer(text):
        # What stands behind it in the same row may look like a part of it.
        words = match[0]
        while len(words) > 14:
            if _is_iban(words):
                yield match.start(), match.start() + len(words), ""
                break
            words = words[:-1].rstrip()


def _is_iban(words: str) -> bool:
    plain = words.replace(" ", "").upper()
    if not 15 <= len(plain) <= 34 or not plain.isascii():
        return False
    return int("".join(str(int(sign, 36)) for sign in plain[4:] + plain[:4])) % 97 == 1


def _named_numbers(text: str) -> Iterator[tuple[int, int, str]]:
    for match in _NAMED_NUMBER.finditer(text):
        last = max((at for at, sign in enumerate(match[0]) if sign.isdigit()), default=0)
        if sum(map(str.isdigit, match[0])) >= 2:
            yield match.start(), match.start() + last + 1, ""


def _names(text: str) -> Iterator[tuple[int, int, str]]:
    for match in _TITLED.finditer(text):
        if not match[1][0].isupper() or match[1] in _OTHER_WORDS:
            continue
        is_whole = match[2] is not None and match[2][0].isupper()
        yield match.start(), match.end(2) if is_whole else match.end(1), ""


_FINDERS: tuple[tuple[str, Finder], ...] = (
    (MAIL, _mails), (NUMBER, _ibans), (NUMBER, _named_numbers), (NUMBER, _spans(*_NUMBERS)),
    (PHONE, _phones), (NAME, _names),
)  # fmt: skip
