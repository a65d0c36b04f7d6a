"""Decides which day a cell of a list means, and in which order its day and month are written."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple

from babel.dates import get_month_names

from network.courses.rules.lists import DateOrder


class TwoWayDate(NamedTuple):
    """Three numbers of which the cell alone does not tell which is the day, the month and the year."""

    a: int
    b: int
    c: int
    dotted: bool = False


Written = date | TwoWayDate | None

ORDERS: tuple[DateOrder, ...] = ("day_first", "month_first", "year_first")
# Completion is confirmed up to so long after a session ends: late work is corrected, lists are drawn later.
GRACE = timedelta(days=60)
# In this order: where one word names different months (listopad), the earlier language's month is taken.
_LOCALES = (
    "en de fr es it pt pl el uk ru tr nl ro cs ar sk sl hu hr sr sr_Latn bs bg mk sq sv da nb nn fi et lv "
    "lt is be ca eu gl ga cy he fa ka hy az uz kk vi id sw mt de_AT es_MX pt_PT"
).split()  # fmt: skip
_ALSO_WRITTEN = {"sept": 9, "jann": 1, "janner": 1, "jänner": 1, "mrz": 3, "maerz": 3}
_PARTICLES = frozenset({"tháng", "thang", "thg"})
_SPACES = dict.fromkeys([0xA0, 0x2007, 0x2009, 0x202F, 0x3000], " ") | dict.fromkeys(
    [
        0xAD,
        0x61C,
        0x200B,
        0x200C,
        0x200D,
        0x200E,
        0x200F,
        0x2060,
        0xFEFF,
        *range(0x202A, 0x202F),
        *range(0x2066, 0x206A),
    ]
)
# The plain forms, which tell the day in their first ten characters, whatever time follows.
DAY_AND_TIME = re.compile(
    r"(?:([12]\d{3})-(\d\d)-(\d\d)|(\d{1,2})([/.\-])(\d{1,2})\5(\d{4}|\d\d))(?=$|,?\s+(?:\d|$)|,$|T\d)"
)
_TIME = re.compile(
    r"(?:\bT)?(?<![\d./-])\d{1,2}\s?[:hu]\s?\d\d(?:\s?[:m]\s?\d\d(?:[.,]\d+)?)?\s?s?(?:\s*[^\W\d]\.?\s*[mμ]\.?(?!\w))?"
    r"(?:\s*(?:Z|UTC|GMT|[A-Z]{2,4}T))?(?:\s*[+\-−]\d{1,2}(?::?\d\d)?)?(?!\d)",
    re.IGNORECASE,
)
_DOTTED_TIME = re.compile(r"(?<=\d{4})[,\s]\D{0,7}\d{1,2}\.\d\d(?:\.\d\d)?\s*\Z")
_NUMBER_OR_WORD = re.compile(r"\d+|[^\W\d_]+(?:['’][^\W\d_]+)*")
_SERIAL = re.compile(r"([2-7]\d{4})(?:[.,]\d+)?")
_UNIX = re.compile(r"(\d{9,10})(\d{3})?(?:\.\d+)?")
_COMPACT = re.compile(r"(19|20)(\d\d)(\d\d)(\d\d)(?:\d{4}|\d{6})?")


@lru_cache(maxsize=len(_LOCALES))
def _months(locale: str) -> dict[str, int]:
    """The names of months in a language, wide and short, with and without their marks."""
    table = dict(_ALSO_WRITTEN) if locale == _LOCALES[0] else {}
    for width in ("wide", "abbreviated"):
        for context in ("format", "stand-alone"):
            for number, name in get_month_names(width, context, locale).items():
                for word in _NUMBER_OR_WORD.findall(name):
                    # "12 de mayo", "tháng 5": particles and letters are no month.
                    if not word.isdigit() and len(word) > 2 and word.casefold() not in _PARTICLES:
                        table.setdefault(word.casefold(), number)
    for word, number in list(table.items()):
        table.setdefault(_without_marks(word), number)
    return table


def _without_marks(word: str) -> str:
    decomposed = unicodedata.normalize("NFKD", word.casefold())
    return "".join(char for char in decomposed if not unicodedata.combining(char)).replace("ı", "i")


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year + (2000 if year < 100 else 0), month, day)
    except (ValueError, OverflowError):
        return None


def read_date(cell: str) -> Written:
    """Return the day in a cell, the three numbers where its order is open, or None where it holds no day.

    Times and zones are passed over: the day counts as it was written. Bare numbers are those of
    spreadsheets (46154), of Unix (1778610067), or a day without hyphens (20260512).
    """
    text = (cell if cell.isascii() else cell.translate(_SPACES)).strip().strip("\"'")
    if len(text) > 80 or not any(map(str.isdigit, text)):
        return None
    if match := DAY_AND_TIME.match(text):
        if match[1]:
            return _day(int(match[1]), int(match[2]), int(match[3]))
        return _three(match[4], match[6], match[7], dotted=match[5] == ".")
    if text[0].isdigit() and not any(char.isalpha() or char in "/-:" for char in text):
        bare = _bare_number(text)
        if bare is not None:
            return bare
    return _read_loosely(text)


def _bare_number(text: str) -> date | None:
    if match := _COMPACT.fullmatch(text):
        return _day(int(match[1] + match[2]), int(match[3]), int(match[4]))
    if match := _SERIAL.fullmatch(text):
        return date(1899, 12, 30) + timedelta(days=int(match[1]))
    if (match := _UNIX.fullmatch(text)) and int(match[1]) > 900_000_000:
        return datetime.fromtimestamp(int(match[1]), UTC).date()
    return None


def _read_loosely(text: str) -> Written:
    """Read a date written in words or with anything around it: `Dienstag, 12. Mai 2026, 18:21`."""
    without_time = _DOTTED_TIME.sub(" ", _TIME.sub(" ", text))
    parts = _NUMBER_OR_WORD.findall(without_time)
    numbers = [part for part in parts if part.isdecimal()]
    if len(numbers) == 2:
        # 12-May-26: with the month as a word and a year of two digits, the day comes first.
        first, second = numbers
        year_first = len(first) == 4 or (len(second) < 4 and int(first) > 31)
        month = _month_among(parts)
        return _day(int(first), month, int(second)) if year_first else _day(int(second), month, int(first))
    if len(numbers) != 3 or sum(len(part) for part in parts if not part.isdecimal()) > 16:
        return None
    first, second, third = numbers
    if len(first) == 4 and len(second) <= 2 and len(third) <= 2:
        return _day(int(first), int(second), int(third))
    if len(first) > 2 or len(second) > 2 or len(third) not in (2, 4):
        return None
    return _three(first, second, third, dotted=re.search(r"\d\s?\.\s?\d", without_time) is not None)


def _month_among(parts: Sequence[str]) -> int:
    """Return the month that a word names, 0 where none does: first of all one between day and year.

    "mar. 12 mai 2026": before them it may be Tuesday, then the word nearest to the day counts.
    """
    first, second = (place for place, part in enumerate(parts) if part.isdecimal())
    elsewhere = [(word,) for word in (*reversed(parts[:first]), *parts[second + 1 :])]
    return next(filter(None, map(_month_named, (tuple(parts[first + 1 : second]), *elsewhere))), 0)


@lru_cache(maxsize=4096)
def _month_named(words: tuple[str, ...]) -> int:
    """Return the month that one of the words names in the first language that knows one, 0 in none.

    One language after the other, for each takes a moment to load: most lists need the first few only.
    """
    forms = [(word.casefold(), _without_marks(word)) for word in words]
    for locale in _LOCALES if words else ():
        months = _months(locale)
        for folded, plain in forms:
            if found := months.get(folded) or months.get(plain):
                return found
    return 0


def _three(first: str, second: str, third: str, *, dotted: bool) -> Written:
    written = TwoWayDate(int(first), int(second), int(third), dotted)
    return written if any(written_in(written, order) for order in ORDERS) else None


def written_in(written: TwoWayDate, order: DateOrder) -> date | None:
    """Return the day that three numbers mean in one order, None where there is no such day."""
    if order == "day_first":
        return _day(written.c, written.b, written.a)
    if order == "month_first":
        return _day(written.c, written.a, written.b)
    return _day(written.a, written.b, written.c) if written.c < 100 else None


def resolve(written: TwoWayDate, order: DateOrder) -> date | None:
    """Return the day in the list's order, or in the only other order in which there is such a day."""
    day = written_in(written, order)
    if day is None and order != "year_first":
        day = written_in(written, "month_first" if order == "day_first" else "day_first")
    return day


def can_be_read_two_ways(written: TwoWayDate) -> bool:
    """Tell whether day first and month first both give a day, and not the same one.

    With full stops the day stands first in every country that writes so: 12.05.2026 is not open.
    """
    return not written.dotted and written.a != written.b and written.a <= 12 and written.b <= 12


def choose_order(
    written: Iterable[TwoWayDate], *, today: date, starts_on: date | None, ends_on: date | None
) -> DateOrder:
    """Choose the order in which a whole column was written.

    A number above 12 in one date decides for all. Without one, the order whose days lie nearer to the session
    wins (up to GRACE after its end, and never ahead of `today`); where that leaves both alike, day first.
    """
    column = set(written)
    if not column:
        return "day_first"
    impossible = {order: sum(written_in(each, order) is None for each in column) for order in ORDERS}
    # With full stops, day first is written wherever it can be.
    impossible["month_first"] += sum(
        each.dotted and written_in(each, "day_first") is not None for each in column
    )
    last = min(today, ends_on + GRACE) if ends_on and ends_on <= today else today

    def distance(order: DateOrder) -> int:
        total = 0
        for each in column:
            day = resolve(each, order)
            if day is None or day > today:  # nobody finished on a day that is still to come
                total += 36500
            elif starts_on and day < starts_on:
                total += (starts_on - day).days
            elif day > last:
                total += (day - last).days
        return total

    common = [order for order in ORDERS if order != "year_first"]
    best = min(common, key=lambda order: (impossible[order], distance(order)))
    # 26-05-12: a year of two digits in front, where the other orders lead years away.
    if not impossible["year_first"] and distance(best) > 300 * len(column) > 2 * distance("year_first"):
        return "year_first"
    return best
