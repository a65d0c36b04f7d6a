"""Decides how the text of a list falls into lines and cells: its delimiter, quotes and physical lines."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from operator import itemgetter

from network.courses.rules.addresses import ORDINARY_ADDRESS
from network.courses.rules.lists import MAX_COLUMNS, MAX_ROWS, TooLargeList, UnreadableList

DELIMITERS = (",", ";", "\t", "|")
_LINES_TO_JUDGE = 200
_SEPARATOR_LINE = re.compile(r'\s*"?sep=([^\w\s"\']|\t)"?[;,\t]*\s*\Z', re.IGNORECASE)
# Any text will do: it is asked only whether the last record is this one, which an open quote would swallow.
_LAST_LINE = "end-of-list"


@dataclass(frozen=True, slots=True)
class Table:
    """The records of a list that hold anything; `lines[i]` is the physical line where `records[i]` begins."""

    delimiter: str
    lines: Sequence[int]
    records: list[list[str]]


def cut_table(text: str) -> Table:
    """Cut `text` into records of cells, blank lines passed over.

    Raises UnreadableList `empty_file`, TooLargeList `too_many_rows` and `too_many_columns`.
    """
    # Lines end with LF, CR LF or CR alone; the marks stay, for they belong to quoted cells.
    physical = list(io.StringIO(text, newline="")) if '"' in text else _unquoted_lines(text)
    first = 0
    delimiter = ""
    if physical and (match := _SEPARATOR_LINE.match(physical[0])):
        delimiter, first = match[1], 1
    if not delimiter:
        delimiter = choose_delimiter([line for line in islice(physical, _LINES_TO_JUDGE) if line.strip()])
    lines, records = _records(physical, first, delimiter, quoted='"' in text)
    if not all(records):
        kept = [index for index, record in enumerate(records) if record]
        lines, records = [lines[index] for index in kept], [records[index] for index in kept]
    if not all(map(itemgetter(0), records)):
        # Rows of nothing but delimiters are left over in spreadsheets.
        kept = [index for index, record in enumerate(records) if record[0] or "".join(record).strip()]
        lines, records = [lines[index] for index in kept], [records[index] for index in kept]
    records = _unwrapped(records, delimiter)
    if not records:
        raise UnreadableList("empty_file")
    if len(records) > MAX_ROWS + 1:
        raise TooLargeList("too_many_rows", limit=str(MAX_ROWS))
    if len(records[0]) > MAX_COLUMNS and len("\0".join(records[0]).rstrip("\0").split("\0")) > MAX_COLUMNS:
        raise TooLargeList("too_many_columns", limit=str(MAX_COLUMNS))
    return Table(delimiter, lines, records)


def _unquoted_lines(text: str) -> list[str]:
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text.split("\n")


def choose_delimiter(lines: Sequence[str]) -> str:
    """Choose the delimiter that cuts out most addresses cleanly, then the one that cuts lines most alike."""

    def fitness(delimiter: str) -> tuple[float, float, int]:
        records = [record for record in _reader(lines, delimiter) if record]
        if not records:
            return (0.0, 0.0, 0)
        clean = sum(any(ORDINARY_ADDRESS.fullmatch(cell.strip()) for cell in record) for record in records)
        width, often = Counter(map(len, records)).most_common(1)[0]
        return (clean / len(records), often / len(records) if width > 1 else 0.0, width)

    return max(DELIMITERS, key=fitness)


def _reader(lines: Iterable[str], delimiter: str) -> Iterator[list[str]]:
    reader = csv.reader(lines, delimiter=delimiter, skipinitialspace=True)
    while True:
        try:
            yield next(reader)
        except StopIteration:
            return
        except csv.Error:
            continue


def _records(
    physical: list[str], first: int, delimiter: str, *, quoted: bool
) -> tuple[Sequence[int], list[list[str]]]:
    """Cut lines into records and tell where each begins; quick where no cell runs over more than one line."""
    body = physical[first:] if first else physical
    if not quoted:
        # Without quotes a line is a record; splitting is faster than parsing.
        records = [line.split(delimiter) if line and not line.isspace() else [] for line in body]
        return range(first + 1, first + 1 + len(records)), records
    reader = csv.reader(chain(body, ("\n", _LAST_LINE)), delimiter=delimiter, skipinitialspace=True)
    try:
        records = list(reader)
    except csv.Error:
        return _careful_records(physical, first, delimiter)
    if len(records) == reader.line_num == len(body) + 2 and records[-1] == [_LAST_LINE]:
        del records[-2:]
        return range(first + 1, first + 1 + len(records)), records
    return _careful_records(physical, first, delimiter)


def _careful_records(physical: list[str], first: int, delimiter: str) -> tuple[list[int], list[list[str]]]:
    """Cut line by line where quotes run over lines; a stray quote must not swallow the people after it."""
    lines: list[int] = []
    records: list[list[str]] = []
    place, end = first, len(physical)
    while place < end:
        rest = map(physical.__getitem__, range(place, end))
        reader = csv.reader(chain(rest, ("\n", _LAST_LINE)), delimiter=delimiter, skipinitialspace=True)
        begin = place
        while place < end:
            try:
                record = next(reader)
                after = begin + reader.line_num
            except csv.Error:
                record, after = [], end + 1
            if after - place > 1 and (after > end or _swallows(record, delimiter)):
                record = physical[place].rstrip("\r\n").split(delimiter)
                lines.append(place + 1)
                records.append([_without_stray_quotes(cell) for cell in record])
                place += 1
                break
            lines.append(place + 1)
            records.append(record)
            place = after
    return lines, records


def _swallows(record: Sequence[str], delimiter: str) -> bool:
    """Tell whether an open quote has drawn whole lines, people of their own, into one cell."""
    for cell in record:
        for line in cell.splitlines() if "\n" in cell or "\r" in cell else ():
            parts = [part.strip(' "') for part in line.split(delimiter)]
            if (
                len(parts) > 1
                and len(parts) + 1 >= len(record)
                and any(map(ORDINARY_ADDRESS.fullmatch, parts))
            ):
                return True
    return False


def _without_stray_quotes(cell: str) -> str:
    text = cell.strip()
    if len(text) > 1 and text[0] == text[-1] == '"':
        return text[1:-1].replace('""', '"')
    return text[1:] if text.startswith('"') and text.count('"') == 1 else text


def _unwrapped(records: list[list[str]], delimiter: str) -> list[list[str]]:
    """Cut once more what a spreadsheet saved as whole lines in quotes: `"Maria,""maria@mail.example"",1"`."""
    sample = records[:_LINES_TO_JUDGE]
    if not sample or sum(len(record) == 1 for record in sample) * 10 < len(sample) * 9:
        return records
    inner = [record[0] for record in sample if len(record) == 1]
    again = choose_delimiter(inner)
    cut = [record for record in _reader(inner, again) if len(record) > 1]
    if len(cut) * 2 <= len(inner) or (
        again == delimiter and not any('"' in text or again in text for text in inner)
    ):
        return records
    return [next(_reader([record[0]], again), record) if len(record) == 1 else record for record in records]
