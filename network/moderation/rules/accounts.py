"""Numbers that may be told: none from which one person could be found out (trust, D.4)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

from network.kernel.errors import FieldFault, Invalid
from network.kernel.translation import mark as _

FEWEST = 5
"""A count below it, but for none at all, is not told."""
MOST_YEARS = 5
"""So long a time one report is about at the most."""
GAP = "…"
_PART = re.compile(r"[\w'’-]{3,}")


def shown_cells(cells: Mapping[str, int]) -> tuple[dict[str, int | None], int | None]:
    """The counts of one table and their sum as they are told. A count from 1 to 4 is None. Where one is, the
    sum is too, and so is the smallest other count, until from what is told elsewhere (the same sum in another
    table) no hidden count follows."""
    hidden = {name for name, count in cells.items() if 0 < count < FEWEST}
    total = sum(cells.values())
    if hidden:
        others = sorted((n for n in cells if n not in hidden), key=lambda n: (cells[n] == 0, cells[n], n))
        while others and (len(hidden) < 2 or _is_told(cells, hidden)):
            hidden.add(others.pop(0))
    shown = {name: None if name in hidden else count for name, count in cells.items()}
    return shown, None if hidden or 0 < total < FEWEST else total


def share(part: int | None, whole: int | None) -> str | None:
    """How many of how many, as a fraction in lowest terms; None where either is hidden or there is none."""
    if part is None or not whole:
        return None
    found = Fraction(part, whole)
    return f"{found.numerator}/{found.denominator}"


def median_seconds(spans: Iterable[timedelta]) -> int | None:
    """The middle of them in whole seconds; None of fewer than five, whose middle could be one person's."""
    ordered = sorted(int(span.total_seconds()) for span in spans)
    if len(ordered) < FEWEST:
        return None
    middle = len(ordered) // 2
    if len(ordered) % 2:
        return ordered[middle]
    return (ordered[middle - 1] + ordered[middle]) // 2


def span_of(first: date, last: date, zone: str) -> tuple[datetime, datetime]:
    """The moments from which and before which something belongs to the days of a report, where the network
    is. Raises Invalid for an end before the beginning, and for more than `MOST_YEARS`."""
    if last < first:
        raise Invalid({"to": FieldFault.of(_("The end is before the beginning."))})
    if last - first > timedelta(days=366 * MOST_YEARS) or last.year > 9998 or first.year < 1970:
        said = _("At most %(years)s years, please.")
        raise Invalid({"to": FieldFault.of(said, years=MOST_YEARS)})
    there = ZoneInfo(zone)
    return (
        datetime.combine(first, time(), there),
        datetime.combine(last + timedelta(days=1), time(), there),
    )


def without_names(text: str, names: Iterable[str]) -> str:
    """The text with every part of these names blotted out: whoever reads it learns why, not who."""
    parts = {part for name in names for part in _PART.findall(name)}
    if not parts:
        return text
    written = "|".join(re.escape(part) for part in sorted(parts, key=lambda part: (-len(part), part)))
    return re.sub(rf"(?<!\w)(?:{written})(?!\w)", GAP, text, flags=re.IGNORECASE)


def days_between(starts_at: datetime | None, ends_at: datetime | None) -> int | None:
    """How long a measure was meant to last, in days begun; None where it has no end."""
    if starts_at is None or ends_at is None:
        return None
    return max(1, -(-int((ends_at - starts_at).total_seconds()) // 86_400))


def _is_told(cells: Mapping[str, int], hidden: Sequence[str] | set[str]) -> bool:
    """True when the sum of what is hidden leaves one possibility: all are one, or all are four."""
    values = [cells[name] for name in hidden]
    return all(value == 1 for value in values) or all(value == FEWEST - 1 for value in values)
