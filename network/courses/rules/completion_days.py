"""Decides what the cells of a whole column of completion dates mean, judged together."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from network.courses.rules.dates import (
    DAY_AND_TIME,
    TwoWayDate,
    Written,
    can_be_read_two_ways,
    choose_order,
    read_date,
    resolve,
    written_in,
)
from network.courses.rules.lists import DateOrder
from network.courses.rules.states import known_state

# Nobody finished an online course before; 1970 and 1900 are the zeros of machines.
_EARLIEST = date(1990, 1, 1)


class CompletionDays:
    """A column of completion dates as read: `order` is None where no date is three bare numbers.

    `ambiguous`: the column could be read day first and month first alike, and only the session's dates, the
    given order or custom decided. `days` holds the day of each line, `filled` whether its cell says that
    there is one at all, even where it cannot be read, cannot be, or lies ahead of today.
    """

    order: DateOrder | None = None
    ambiguous = False
    first_ambiguous: int | None = None

    def __init__(
        self,
        cells: Sequence[str],
        *,
        today: date,
        starts_on: date | None,
        ends_on: date | None,
        date_order: DateOrder | None,
    ) -> None:
        self._cells = cells
        self._today = today
        by_head = {cell[:10]: cell for cell in cells}
        self._heads: dict[str, Written] = {
            head: read_date(match[0]) for head, cell in by_head.items() if (match := DAY_AND_TIME.match(cell))
        }
        self._others: dict[str, Written] = {}
        if len(self._heads) < len(by_head):
            heads = self._heads
            self._others = {
                cell: read_date(cell) for cell in set(cells) if cell[:10] not in heads and cell.strip()
            }
        column = {
            day for day in (*self._heads.values(), *self._others.values()) if isinstance(day, TwoWayDate)
        }
        if column:
            self.order = date_order or choose_order(column, today=today, starts_on=starts_on, ends_on=ends_on)
            self._judge(column)
        self.days, self.filled = self._read()

    def _read(self) -> tuple[list[date | None], list[bool]]:
        heads = {head: self._day(day) for head, day in self._heads.items()}
        if not self._others and all(head in heads for head in {cell[:10] for cell in self._cells}):
            return [heads[cell[:10]] for cell in self._cells], [True] * len(self._cells)
        meaning: dict[str, tuple[date | None, bool]] = {}
        for cell in set(self._cells):
            if cell[:10] in heads:
                meaning[cell] = heads[cell[:10]], True
            elif written := self._others.get(cell):
                meaning[cell] = self._day(written), True
            else:
                # Neither "-" nor "never" is a date that went wrong.
                meaning[cell] = None, bool(cell.strip()) and known_state(cell) is not False
        return [meaning[cell][0] for cell in self._cells], [meaning[cell][1] for cell in self._cells]

    def _judge(self, column: set[TwoWayDate]) -> None:
        open_dates = [day for day in column if can_be_read_two_ways(day)]
        only_day_first = any(written_in(day, "month_first") is None for day in column)
        only_month_first = any(written_in(day, "day_first") is None for day in column)
        if not open_dates or only_day_first != only_month_first or self.order == "year_first":
            return
        self.ambiguous = True
        places = [
            place
            for place, cell in enumerate(self._cells)
            if isinstance(day := self._written(cell), TwoWayDate) and can_be_read_two_ways(day)
        ]
        # Asked about is a date that can be right either way, where there is one.
        self.first_ambiguous = next(filter(self._can_be_right_both_ways, places), places[0])

    def _can_be_right_both_ways(self, place: int) -> bool:
        written = self._written(self._cells[place])
        days = [written_in(written, order) for order in ("day_first", "month_first")]  # type: ignore[arg-type]
        return all(day is not None and _EARLIEST <= day <= self._today for day in days)

    def _written(self, cell: str) -> Written:
        head = cell[:10]
        return self._heads[head] if head in self._heads else self._others.get(cell)

    def _day(self, written: Written) -> date | None:
        if isinstance(written, TwoWayDate):
            written = resolve(written, self.order or "day_first")
        return written if written is not None and _EARLIEST <= written <= self._today else None

    def both_readings(self, place: int) -> dict[str, str]:
        """Return what the cell of a line means in both orders, in ISO form, and which was chosen."""
        cell = self._cells[place]
        written = self._written(cell)
        if not isinstance(written, TwoWayDate):
            return {}
        first, second = written_in(written, "day_first"), written_in(written, "month_first")
        return {
            "value": cell.strip()[:40],
            "day_first": first.isoformat() if first else "",
            "month_first": second.isoformat() if second else "",
            "chosen": self.order or "day_first",
        }
