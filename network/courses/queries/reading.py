"""What a chosen list of graduates says, and how to tell its reader that it cannot be read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from models.courses import CourseSession
from network.courses.rules import (
    ColumnMapping,
    DateOrder,
    InvalidMapping,
    ListError,
    ReadList,
    TooLargeList,
    read_list,
)
from network.kernel import runtime
from network.kernel.errors import FieldFault, Invalid
from network.kernel.translation import mark as _

DATE_ORDERS: tuple[DateOrder, ...] = ("day_first", "month_first", "year_first")

_UNREADABLE: Mapping[str, str] = {
    "empty_file": _("This file is empty."),
    "xlsx": _("This is an Excel file. Open it in your spreadsheet programme, choose “Save as”, then CSV."),
    "xls": _("This is an Excel file. Open it in your spreadsheet programme, choose “Save as”, then CSV."),
    "ods": _("This is a workbook. In your spreadsheet programme choose “Save as”, then CSV."),
    "pdf": _("This is a PDF file. We need the list as a CSV file."),
    "image": _("This is a picture. We need the list as a CSV file."),
    "document": _("This is a text document. We need the list as a CSV file."),
    "binary": _("This is not text. We need the list as a CSV file."),
    "archive": _("This is a packed file. Unpack it first, then choose the list in it."),
    "html": _("This is a web page, not a list. Download the list as CSV."),
}
_TOO_LARGE: Mapping[str, str] = {
    "too_many_rows": _("This list has more than %(limit)s lines. Please load it in parts."),
    "too_many_columns": _("This list has more than %(limit)s columns."),
}


class ListUnreadable(Invalid):
    """The bytes are no list of people; `kind` tells what they seem to be."""

    code = "unreadable_list"
    message = _("This file cannot be read as a list.")


class ListTooLarge(Invalid):
    """More bytes, lines or columns than are taken."""

    code = "list_too_large"
    message = _("This list is too large.")


def check_size(data: bytes) -> None:
    """Raise ListTooLarge for more bytes than an upload may have."""
    most = runtime.current().settings.upload_max_bytes
    if len(data) > most:
        fault = FieldFault.of(_("This file is larger than %(n)s MB."), n=most // 1_048_576)
        raise ListTooLarge({"file": fault})


def read(
    course: CourseSession, data: bytes, mapping: Mapping[str, Any] | None, date_order: str | None
) -> ReadList:
    """Read a list for a course. Raises ListUnreadable, ListTooLarge, and Invalid under `mapping` and
    `date_order`."""
    check_size(data)
    chosen = None if mapping is None else column_mapping(mapping)
    order = next((known for known in DATE_ORDERS if known == date_order), None)
    if date_order is not None and order is None:
        choices = ", ".join(DATE_ORDERS)
        raise Invalid({"date_order": FieldFault.of(_("This must be one of: %(choices)s."), choices=choices)})
    try:
        return read_list(
            data, today=runtime.current().clock.today(), starts_on=course.starts_on, ends_on=course.ends_on,
            mapping=chosen, date_order=order,
        )  # fmt: skip
    except ListError as error:
        raise _refusal(error) from error


def column_mapping(value: Mapping[str, Any]) -> ColumnMapping:
    """`{name, email, completed, completed_on}` by index. Raises Invalid for another shape; whether the
    columns exist is seen when the list is read."""
    try:
        if not set(value) <= {"name", "email", "completed", "completed_on"}:
            raise TypeError
        name, completed = (_indexes(value.get(field)) for field in ("name", "completed"))
        email, completed_on = (_index(value.get(field)) for field in ("email", "completed_on"))
    except TypeError:
        raise Invalid({"mapping": FieldFault.of(_MAPPING)}) from None
    return ColumnMapping(name, email, completed, completed_on)


def mapping_view(mapping: ColumnMapping) -> dict[str, Any]:
    """A mapping as the contract has it."""
    return {
        "name": list(mapping.name), "email": mapping.email, "completed": list(mapping.completed),
        "completed_on": mapping.completed_on,
    }  # fmt: skip


_MAPPING = _("Choose columns that this list has, each once, among them the one with the mail addresses.")


def _index(value: Any) -> int | None:
    if value is not None and (not isinstance(value, int) or isinstance(value, bool)):
        raise TypeError
    return value


def _indexes(value: Any) -> tuple[int, ...]:
    if value is None:
        return ()
    if not isinstance(value, list | tuple):
        raise TypeError
    indexes = tuple(_index(each) for each in value)
    if None in indexes:
        raise TypeError
    return tuple(each for each in indexes if each is not None)


def _refusal(error: ListError) -> Invalid:
    if isinstance(error, InvalidMapping):
        return Invalid({"mapping": FieldFault.of(_MAPPING)})
    if isinstance(error, TooLargeList):
        return ListTooLarge({"file": FieldFault.of(_TOO_LARGE[error.code], **error.params)})
    kind = error.params.get("kind", error.code)
    sentence = _UNREADABLE.get(kind, ListUnreadable.message)
    return ListUnreadable({"file": FieldFault.of(sentence)}, kind=kind)
