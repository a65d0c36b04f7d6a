"""What is told of a list before and after it is taken in: the contract's answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, TypedDict

from network.courses.queries.differences import Difference, Person
from network.courses.queries.reading import mapping_view
from network.courses.rules import DateOrder, Finding, ReadList, ReadRow
from network.kernel.translation import mark as _

ROWS_SHOWN = 50

SENTENCES: Mapping[str, str] = {
    "missing_email": _("The mail address is missing."),
    "invalid_email": _("“%(value)s” is not a mail address."),
    "missing_name": _("There is no name here, so we take the beginning of the address: %(value)s."),
    "name_too_long": _("The name is longer than %(limit)s characters, we keep its beginning."),
    "unreadable_date": _(
        "“%(value)s” is not a date that can be right. The person counts, the date stays empty."
    ),
    "ambiguous_date": _("“%(value)s” can mean two dates: %(day_first)s or %(month_first)s."),
}
"""What is said of a finding, by its code."""


class FindingView(TypedDict):
    """`message` is an English sentence for translation, to be filled with `params`."""

    line: int
    column: int | None
    code: str
    message: str
    params: Mapping[str, str]


class RowView(TypedDict):
    """A line as it is read. `change` is what it does to a person: `repeated` when its address stood before on
    the line `repeats`, so that each person counts once."""

    line: int
    name: str
    email: str
    completed: bool
    completed_on: date | None
    change: str
    repeats: int | None


class ImportReport(TypedDict):
    """What a list says and changes: the contract's answer, for a preview as for the real thing. Each of the
    `lines` is one of created, updated, unchanged, repeated, or rejected."""

    columns: list[dict[str, Any]]
    mapping: dict[str, Any]
    rows: list[RowView]
    lines: int
    created: int
    updated: int
    unchanged: int
    repeated: int
    completed: int
    not_completed: int
    rejected: list[FindingView]
    warnings: list[FindingView]
    date_order: DateOrder | None
    date_order_ambiguous: bool


def report(
    found: ReadList, people: Sequence[Person], change: Difference, shown: int = ROWS_SHOWN
) -> ImportReport:
    """The contract's answer about a list."""
    new = {person.address for person in change.created}
    other = {person.address for _id, person in change.updated}
    completed = sum(person.completed for person in people)
    return {
        "columns": [
            {"index": column.index, "heading": column.heading, "samples": list(column.samples)}
            for column in found.columns
        ],
        "mapping": mapping_view(found.mapping),
        "rows": [_row_view(row, new, other) for row in found.rows[:shown]],
        "lines": len(found.rows) + len(found.rejected),
        "created": len(change.created), "updated": len(change.updated), "unchanged": change.unchanged,
        "repeated": len(found.rows) - len(people),
        "completed": completed, "not_completed": len(people) - completed,
        "rejected": [_finding_view(finding) for finding in found.rejected],
        "warnings": [_finding_view(finding) for finding in found.warnings],
        "date_order": found.date_order, "date_order_ambiguous": found.date_order_ambiguous,
    }  # fmt: skip


def _row_view(row: ReadRow, new: set[str], other: set[str]) -> RowView:
    change = "created" if row.address in new else "updated" if row.address in other else "unchanged"
    if row.repeats is not None:
        change = "repeated"
    return {
        "line": row.line, "name": row.name, "email": row.email, "completed": row.completed,
        "completed_on": row.completed_on, "change": change, "repeats": row.repeats,
    }  # fmt: skip


def _finding_view(finding: Finding) -> FindingView:
    return {
        "line": finding.line, "column": finding.column, "code": finding.code,
        "message": SENTENCES[finding.code], "params": finding.params,
    }  # fmt: skip
