"""What a graduates' list is once it has been read: its shapes, its limits, and what can be wrong with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal, NamedTuple

DateOrder = Literal["day_first", "month_first", "year_first"]

# A progress report has two columns for each activity, and courses have hundreds of them.
MAX_COLUMNS = 1_000
MAX_ROWS = 50_000
MAX_NAME_LENGTH = 200


class ListError(ValueError):
    """A list that cannot be read, or not as asked. `code` is stable, `params` fill its message."""

    code = "invalid_list"

    def __init__(self, code: str | None = None, **params: str) -> None:
        self.code = code or type(self).code
        self.params: Mapping[str, str] = params
        super().__init__(self.code, params)


class UnreadableList(ListError):
    """The bytes are no list: `empty_file`, or `unreadable_file`.

    `kind` tells what they seem to be: xlsx, xls, ods, pdf, document, html, image, archive, binary.
    """

    code = "unreadable_file"


class TooLargeList(ListError):
    """`too_many_rows` or `too_many_columns`, with `limit`."""

    code = "too_many_rows"


class InvalidMapping(ListError):
    """The chosen columns do not exist in this list, or one that is needed was not chosen."""

    code = "invalid_mapping"


@dataclass(frozen=True, slots=True)
class Column:
    """One column as it is shown for choosing. Headings repeat or are empty, so `index` (from 0) names it."""

    index: int
    heading: str
    samples: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ColumnMapping:
    """Which columns hold what, by index from 0.

    `name`: joined in this order with a space. `completed`: a person is done when every one of them says so.
    `completed_on`: where `completed` is empty, a date there means completed, an empty cell not completed.
    With neither, everybody on the list has completed.
    """

    name: tuple[int, ...] = ()
    email: int | None = None
    completed: tuple[int, ...] = ()
    completed_on: int | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """Something to tell about one line. `line` is the physical line from 1, `column` the index from 0."""

    line: int
    column: int | None
    code: str
    params: Mapping[str, str] = field(default_factory=dict)


class ReadRow(NamedTuple):
    """One person as the list has them.

    `email` is as written, `address` its normal form to compare by. `repeats` is the line on which the
    same address stood first: the later row updates the earlier one.
    """

    line: int
    name: str
    email: str
    address: str
    completed: bool
    completed_on: date | None
    repeats: int | None


@dataclass(frozen=True, slots=True)
class ReadList:
    """A whole list as read. `date_order` is the order of its bare numbers, None without such dates."""

    columns: list[Column]
    mapping: ColumnMapping
    rows: list[ReadRow]
    rejected: list[Finding]
    warnings: list[Finding]
    encoding: str
    delimiter: str
    has_heading: bool
    date_order: DateOrder | None
    date_order_ambiguous: bool
