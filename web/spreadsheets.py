"""Tables that leave for a spreadsheet programme: no cell of theirs can become a formula (trust.md, A17)."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from flask import Response

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def csv_response(name: str, rows: Iterable[Sequence[object]]) -> Response:
    """Rows as a CSV file to keep: UTF-8 with the mark by which spreadsheet programmes know it, all quoted."""
    text = io.StringIO()
    csv.writer(text, quoting=csv.QUOTE_ALL).writerows([safe_cell(cell) for cell in row] for row in rows)
    response = Response("\ufeff" + text.getvalue(), content_type="text/csv; charset=utf-8")
    response.headers.set("Content-Disposition", "attachment", filename=name)
    response.headers["Cache-Control"] = "no-store"
    return response


def safe_cell(value: object) -> str:
    """A cell's text, with a quote in front where a spreadsheet programme would reckon with it."""
    text = str(value)
    return f"'{text}" if text.startswith(_FORMULA) else text
