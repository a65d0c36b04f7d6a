"""Decides which columns of a list hold the name, the address and the completion, by content and heading."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from network.courses.rules.addresses import cleaned_address, is_address
from network.courses.rules.dates import GRACE, TwoWayDate, read_date, resolve
from network.courses.rules.lists import Column, ColumnMapping, InvalidMapping
from network.courses.rules.names import name_columns
from network.courses.rules.states import are_states, is_said, known_state, read_states
from network.courses.rules.vocabulary import (
    ADDRESS,
    COURSE_HEADING,
    DATE_HEADING,
    DONE_HEADING,
    GRADE_HEADING,
    NOT_DONE_DATE,
    OTHER_ADDRESS,
    plain,
)

# 20260512 is a day even without a heading that says so.
_BARE_NUMBER = re.compile(r"(?!(?:19|20)\d{6}\Z)\d+(?:[.,]\d+)?")
_SAMPLES_SHOWN = 3
_SAMPLE_LENGTH = 80


@dataclass(frozen=True, slots=True)
class Profile:
    """What a column holds, judged by a sample of its cells. The shares are of its filled cells."""

    index: int
    heading: str
    cells: tuple[str, ...]
    filled: tuple[str, ...]
    days: tuple[date | TwoWayDate, ...]
    could_be_days: int
    bare_numbers: bool

    @property
    def is_dates(self) -> bool:
        """Dates in nearly all filled cells; bare numbers are no dates until a heading says so."""
        return 0 < self.could_be_days * 7 <= len(self.days) * 10 and not self.bare_numbers

    @property
    def is_states(self) -> bool:
        """Few different words that can be states, or one mark in some cells under a fitting heading."""
        words = set(self.filled)
        if not 0 < len(words) <= 8 or self.is_dates:
            return False
        gaps = len(self.filled) < len(self.cells)
        marked = len(words) == 1 and gaps and not self.days and bool(DONE_HEADING.search(self.heading))
        return marked or are_states(words)


def profile(index: int, heading: str, cells: Sequence[str]) -> Profile:
    """Judge one column by the cells of a sample, one for each line, empty ones included."""
    trimmed = tuple(cell.strip() for cell in cells)
    filled = tuple(cell for cell in trimmed if cell)
    with_digits = [cell for cell in filled if "@" not in cell and any(map(str.isdigit, cell))]
    days = tuple(day for cell in with_digits if (day := read_date(cell)))
    # "-" and "not completed" stand for no date.
    absent = sum(known_state(cell) is False for cell in filled) if 0 < len(days) < len(filled) else 0
    bare = bool(days) and all(_BARE_NUMBER.fullmatch(cell) for cell in with_digits)
    return Profile(index, plain(heading), trimmed, filled, days, len(filled) - absent, bare)


def address_column(profiles: Sequence[Profile]) -> int | None:
    """Return the column with the most different addresses; the heading decides between several."""
    best, best_score = None, 0.0
    for each in profiles:
        if not any("@" in cell for cell in each.filled):
            looks = 0.0
        else:
            different = {cell.casefold() for cell in each.filled if "@" in cell}
            valid = sum(is_address(cell) or is_address(cleaned_address(cell)[0]) for cell in different)
            looks = (valid + 0.2 * (len(different) - valid)) / max(1, len(each.cells))
        told = bool(ADDRESS.search(each.heading)) - 0.7 * bool(OTHER_ADDRESS.search(each.heading))
        score = looks + 0.3 * told
        if score > best_score + 1e-9 and (looks > 0 or told >= 0.9):
            best, best_score = each.index, score
    return best


def propose_mapping(
    profiles: Sequence[Profile], *, today: date, starts_on: date | None, ends_on: date | None
) -> ColumnMapping:
    """Propose what each column holds. Everything it leaves out has no meaning for completion."""
    email = address_column(profiles)
    addresses = profiles[email].cells if email is not None else ()
    activities = _activities(profiles)
    course = _course_pair(profiles, activities)
    taken = {index for pair in activities for index in pair} | ({email} if email is not None else set())
    completed: tuple[int, ...] = ()
    completed_on: int | None = None
    if course:
        completed, completed_on = (course[0],), course[1]
    else:
        completed_on = _completion_date(
            [each for each in profiles if each.index not in taken],
            today=today,
            starts_on=starts_on,
            ends_on=ends_on,
        )
        states = [each for each in profiles if each.is_states and each.index not in taken]
        completed = _course_flags(states, has_date=completed_on is not None or bool(activities))
        if not completed and completed_on is None:
            completed = tuple(state for state, _ in activities)
    taken.update(completed, {completed_on} if completed_on is not None else set())
    texts = [
        (each.index, each.heading, each.cells)
        for each in profiles
        if each.index not in taken and not each.is_dates and not each.is_states
    ]
    return ColumnMapping(name_columns(texts, addresses), email, completed, completed_on)


def _course_pair(
    profiles: Sequence[Profile], activities: Sequence[tuple[int, int]]
) -> tuple[int, int] | None:
    """Return the state and date of the whole course, side by side like those of an activity."""
    told = [
        pair
        for pair in activities
        if COURSE_HEADING.search(heading := profiles[pair[0]].heading) and DONE_HEADING.search(heading)
    ]
    if len(told) == 1:
        return told[0]
    others = [
        each
        for each in profiles
        if each.is_dates
        and all(each.index != day for _, day in activities)
        and not NOT_DONE_DATE.search(each.heading)
    ]
    return activities[0] if len(activities) == 1 and not others else None


def _activities(profiles: Sequence[Profile]) -> list[tuple[int, int]]:
    """Return (state, date) of every activity: two columns, the second dated where the first says done."""
    pairs: list[tuple[int, int]] = []
    index = 0
    while index + 1 < len(profiles):
        if _is_activity(profiles[index], profiles[index + 1]):
            pairs.append((index, index + 1))
            index += 1
        index += 1
    # One that everybody has finished shows no difference; it speaks the same words as the others.
    words = {word for state, _ in pairs for word in profiles[state].filled}
    paired = {index for pair in pairs for index in pair}
    for index, (state, day) in enumerate(pairwise(profiles)):
        if (
            not {index, index + 1} & paired
            and state.filled
            and day.is_dates
            and words.issuperset(state.filled)
        ):
            pairs.append((index, index + 1))
    return sorted(pairs)


def _is_activity(state: Profile, day: Profile) -> bool:
    words = set(state.filled)
    if not 0 < len(words) <= 8 or state.is_dates or NOT_DONE_DATE.search(day.heading):
        return False
    if any("@" in word or _BARE_NUMBER.fullmatch(word) for word in words):
        return False
    same_heading = bool(state.heading) and (not day.heading or day.heading.startswith(state.heading))
    if not day.filled:
        # Nobody has finished this one yet.
        return same_heading and are_states(words)
    if not day.is_dates or (len(words) == len(state.filled) and len(words) > 2):
        return False
    dated = dated_shares(state.cells, day.cells)
    meaning = read_states(words, dated)
    # Not every date is one of success: a quiz may be completed, and failed, on a day.
    if not any(meaning.values()) or any(dated[word] < 0.5 for word in words if meaning[word]):
        return False
    return same_heading or (len(words) > 1 and not all(day.cells))


def dated_shares(states: Sequence[str], days: Sequence[str]) -> dict[str, float]:
    """Return for each state the share of its lines that have a date beside them."""
    count: dict[str, list[int]] = {}
    for state, day in zip(states, days, strict=False):
        tally = count.setdefault(state, [0, 0])
        tally[0] += bool(day)
        tally[1] += 1
    return {state: dated / total for state, (dated, total) in count.items()}


def _completion_date(
    profiles: Sequence[Profile], *, today: date, starts_on: date | None, ends_on: date | None
) -> int | None:
    """Return the column that most likely holds the day of completion: by heading, session, gaps and place."""
    first = (starts_on or today - timedelta(days=5 * 366)) - timedelta(days=1)
    last = (ends_on + GRACE if ends_on else today) + timedelta(days=366)
    best, best_score = None, -0.5
    for place, each in enumerate(profiles):
        if not each.is_dates and not _is_headed_as_dates(each):
            continue
        told = bool(DONE_HEADING.search(each.heading))
        score = 2.0 * told + 0.8 * (told and bool(COURSE_HEADING.search(each.heading)))
        score += 0.4 * bool(DATE_HEADING.search(each.heading))
        if NOT_DONE_DATE.search(each.heading):
            score -= 1.5 if told else 3.0
        days = [resolve(day, "day_first") if isinstance(day, TwoWayDate) else day for day in each.days]
        outside = sum(not first <= day <= last for day in days if day is not None)
        score += -2.0 * outside / len(days) if outside else 0.5
        score += 0.4 * (len(each.filled) < len(each.cells)) + 0.05 * place / len(profiles)
        if score > best_score:
            best, best_score = each.index, score
    return best


def _is_headed_as_dates(column: Profile) -> bool:
    """Tell by the heading, where the content does not: bare numbers, faulty dates, or nobody done yet."""
    told = bool(DONE_HEADING.search(column.heading))
    dated = bool(DATE_HEADING.search(column.heading))
    if GRADE_HEADING.search(column.heading) or column.is_states:
        return False
    if not column.filled:
        return told and (dated or bool(COURSE_HEADING.search(column.heading)))
    if not column.days:
        return told and dated
    return (told or dated) and len(column.days) * 2 >= column.could_be_days


def _course_flags(states: Sequence[Profile], *, has_date: bool) -> tuple[int, ...]:
    """Return the columns that say whether the course is done: the best headed one, or all that look alike."""
    scores: dict[int, float] = {}
    for each in states:
        score = 2.0 * bool(DONE_HEADING.search(each.heading)) + bool(COURSE_HEADING.search(each.heading))
        # "Bestanden", "Pass" speak for themselves, "yes" and "1" may answer anything.
        score += 1.5 * is_said(each.filled)
        # Whoever may have the certificate has passed, even where nobody has handed it out yet.
        score += 0.5 * ("eligib" in each.heading)
        scores[each.index] = score
    best = max(scores.values(), default=0.0)
    if best < 2.0 and (
        has_date or (best < 1 and any(each.heading for each in states) and not _speak_of_done(states))
    ):
        return ()
    chosen = tuple(index for index, score in scores.items() if score == best)
    return chosen[:1] if best >= 3.0 else chosen


def _speak_of_done(states: Sequence[Profile]) -> bool:
    """Tell whether columns under unknown headings tell people apart: two words, or a mark and nothing."""
    return any(len({plain(cell) for cell in each.cells}) > 1 for each in states)


def check_mapping(mapping: ColumnMapping, number_of_columns: int) -> None:
    """Refuse a choice of columns that this list cannot be read by; raises InvalidMapping.

    An address column is needed; every index must exist, and none may stand twice in one place.
    """
    for chosen in (mapping.name, mapping.completed):
        if len(set(chosen)) != len(chosen):
            raise InvalidMapping
    single = [mapping.email] + ([mapping.completed_on] if mapping.completed_on is not None else [])
    for index in (*mapping.name, *mapping.completed, *single):
        if not isinstance(index, int) or isinstance(index, bool) or not 0 <= index < number_of_columns:
            raise InvalidMapping


def shown_columns(headings: Sequence[str], sample: Sequence[Sequence[str]]) -> list[Column]:
    """Return the columns as they are offered for choosing, each with its first different values."""
    columns = []
    for index, heading in enumerate(headings):
        values = dict.fromkeys(cell for row in sample if (cell := row[index].strip()[:_SAMPLE_LENGTH]))
        columns.append(Column(index, heading.strip(), tuple(list(values)[:_SAMPLES_SHOWN])))
    return columns
