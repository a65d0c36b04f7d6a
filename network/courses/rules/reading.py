"""Decides whom a list of graduates names, whether they have completed and when, and what to tell about it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date
from functools import partial
from itertools import compress

from network.courses.rules.addresses import cleaned_address, normal_address, normal_addresses
from network.courses.rules.columns import (
    Profile,
    check_mapping,
    dated_shares,
    profile,
    propose_mapping,
    shown_columns,
)
from network.courses.rules.completion_days import CompletionDays
from network.courses.rules.decoding import decode_list
from network.courses.rules.lists import (
    MAX_COLUMNS,
    MAX_NAME_LENGTH,
    MAX_ROWS,
    ColumnMapping,
    DateOrder,
    Finding,
    ReadList,
    ReadRow,
    TooLargeList,
)
from network.courses.rules.names import clean_name, clean_names
from network.courses.rules.states import known_state, read_states
from network.courses.rules.tables import cut_table

_ADDRESS_LIKE = re.compile(r"[^\s@]@[^\s@]")
_NUMBER = re.compile(r"[\d.,%/: -]*\d[\d.,%/: -]*")
_SAMPLE_FIRST, _SAMPLE_SPREAD = 120, 40
_TITLE_LINES = 10
# What ReadRow._make does, without a step into Python for each line.
_AS_ROW: Callable[[tuple[object, ...]], ReadRow] = partial(tuple.__new__, ReadRow)


def read_list(
    data: bytes,
    *,
    today: date,
    starts_on: date | None = None,
    ends_on: date | None = None,
    mapping: ColumnMapping | None = None,
    date_order: DateOrder | None = None,
) -> ReadList:
    """Read a list of graduates from the bytes of a file in any encoding, with any delimiter, headed or not.

    Columns are proposed unless `mapping` names them. A line without an address is rejected with its name
    (`missing_email`, `invalid_email`), every other line becomes a row. Warnings: `missing_name`,
    `name_too_long`, `unreadable_date`, and once for the list `ambiguous_date` where no `date_order` was
    given (contract.md, completions). Dates ahead of `today` are not read.

    Raises UnreadableList, TooLargeList, InvalidMapping; nothing else, whatever the bytes.
    """
    text, encoding = decode_list(data)
    table = cut_table(text)
    titles, has_heading = find_heading(table.records)
    start = titles + has_heading
    records, lines = table.records[start:], table.lines[start:]
    if len(records) > MAX_ROWS:
        raise TooLargeList("too_many_rows", limit=str(MAX_ROWS))
    heading = list(table.records[titles][:MAX_COLUMNS]) if has_heading else []
    width = max(len(heading), min(MAX_COLUMNS, max(map(len, records), default=0)))
    heading += [""] * (width - len(heading))
    sample = _sample(records, width)
    people = [row for row in sample if "@" in "".join(row)] or sample
    profiles = [profile(index, heading[index], [row[index] for row in people]) for index in range(width)]
    if mapping is None:
        mapping = propose_mapping(profiles, today=today, starts_on=starts_on, ends_on=ends_on)
    else:
        check_mapping(mapping, width)
    days = None
    if mapping.completed_on is not None:
        days = CompletionDays(
            _column(records, mapping.completed_on),
            today=today, starts_on=starts_on, ends_on=ends_on, date_order=date_order,
        )  # fmt: skip
    rows, rejected, warnings = _read_rows(lines, records, mapping, days, _done(records, mapping, profiles))
    if (
        days is not None
        and days.ambiguous
        and date_order is None
        and (first := days.first_ambiguous) is not None
    ):
        params = days.both_readings(first)
        warnings.insert(0, Finding(lines[first], mapping.completed_on, "ambiguous_date", params))
    return ReadList(
        shown_columns(heading, sample[:20]), mapping, rows, rejected, warnings, encoding, table.delimiter,
        has_heading, days.order if days else None, bool(days and days.ambiguous),
    )  # fmt: skip


def find_heading(records: Sequence[list[str]]) -> tuple[int, bool]:
    """Return how many lines of title stand before the heading, and whether there is a heading."""
    for place, record in enumerate(records[:_TITLE_LINES]):
        filled = [cell for cell in record if cell.strip()]
        if any(map(_ADDRESS_LIKE.search, filled)):
            return (0, False) if place == 0 else (place - 1, True)
        below = records[place + 1 : place + 31]
        wider = next((row for row in below[:_TITLE_LINES] if sum(map(bool, row)) > 1), None)
        # A title stands alone, in a line of its own or before empty cells; so does a person of whom only the
        # name is known, but not above a heading.
        if len(filled) > 1 or wider is None or (len(record) > 1 and any(map(_ADDRESS_LIKE.search, wider))):
            return place, not _looks_like_data(record, below)
    return 0, not _looks_like_data(records[0], records[1:31])


def _looks_like_data(record: Sequence[str], below: Sequence[Sequence[str]]) -> bool:
    """Tell a first person without an address from a heading: numbers over numbers, a state over states."""
    addresses = Counter(index for row in below for index, cell in enumerate(row) if "@" in cell)
    for index, _ in addresses.most_common(1):
        if index < len(record) and record[index].strip() and "@" not in record[index]:
            return False
    for index, cell in enumerate(cell.strip() for cell in record):
        column = [value for row in below if index < len(row) and (value := row[index].strip())]
        if not cell or not column:
            continue
        if _NUMBER.fullmatch(cell) and sum(bool(_NUMBER.fullmatch(value)) for value in column) * 2 > len(
            column
        ):
            return True
        if column.count(cell) > 1 and len(set(column)) <= 4:
            return True
    return False


def _sample(records: Sequence[list[str]], width: int) -> list[list[str]]:
    """Return the lines by which columns are judged, each with as many cells as the list has columns."""
    spread = records[_SAMPLE_FIRST :: max(1, len(records) // _SAMPLE_SPREAD)][:_SAMPLE_SPREAD]
    return [
        row[:width] + [""] * (width - len(row))
        for chosen in (records[:_SAMPLE_FIRST], spread)
        for row in chosen
    ]


def _column(records: Sequence[Sequence[str]], index: int) -> list[str]:
    """Return one column's cells. Short lines stay short: to fill fifty thousand of them up to the widest
    would take more memory than the list itself."""
    try:
        return [row[index] for row in records]
    except IndexError:
        return [row[index] if index < len(row) else "" for row in records]


def _done(
    records: Sequence[Sequence[str]], mapping: ColumnMapping, profiles: Sequence[Profile]
) -> list[bool] | None:
    """Tell for every line whether all its completion columns say done; None without such columns."""
    done: list[bool] | None = None
    for index in mapping.completed:
        cells = [cell.strip() for cell in _column(records, index)]
        if profiles[index].is_dates:
            meaning = {cell: bool(cell) and known_state(cell) is not False for cell in set(cells)}
        else:
            beside = index + 1
            dated = None
            if beside < len(profiles) and profiles[beside].is_dates:
                dated = dated_shares(cells, [cell.strip() for cell in _column(records, beside)])
            meaning = read_states(cells, dated)
        done = [meaning[cell] and (done is None or done[place]) for place, cell in enumerate(cells)]
    return done


def _read_rows(
    lines: Sequence[int],
    records: Sequence[Sequence[str]],
    mapping: ColumnMapping,
    days: CompletionDays | None,
    done: Sequence[bool] | None,
) -> tuple[list[ReadRow], list[Finding], list[Finding]]:
    """Read column by column, which for tens of thousands of lines costs a fraction of going line by line."""
    count = len(records)
    emails = _column(records, mapping.email) if mapping.email is not None else [""] * count
    addresses = normal_addresses(emails)
    names = _names(records, mapping.name)
    rejected: list[Finding] = []
    warnings: list[Finding] = []
    if None in addresses:
        for place in [place for place, address in enumerate(addresses) if address is None]:
            email, beside = cleaned_address(emails[place])
            emails[place] = email
            addresses[place] = normal_address(email)
            if addresses[place] is None:
                name = beside or ("" if mapping.name == (mapping.email,) else names[place])
                params = {"name": name[:MAX_NAME_LENGTH]} | ({"value": email[:80]} if email else {})
                code = "invalid_email" if email else "missing_email"
                rejected.append(Finding(lines[place], mapping.email, code, params))
            elif beside and (not names[place] or mapping.name == (mapping.email,)):
                names[place] = clean_name(beside)
    name_column = mapping.name[0] if mapping.name else None
    if not all(names) or max(map(len, names), default=0) > MAX_NAME_LENGTH:
        for place, name in enumerate(names):
            if addresses[place] is None:
                continue
            if not name:
                names[place] = emails[place].partition("@")[0]
                warnings.append(Finding(lines[place], name_column, "missing_name", {"value": names[place]}))
            elif len(name) > MAX_NAME_LENGTH:
                names[place] = name[:MAX_NAME_LENGTH].rstrip()
                limit = {"limit": str(MAX_NAME_LENGTH)}
                warnings.append(Finding(lines[place], name_column, "name_too_long", limit))
    read_days: Sequence[date | None] = [None] * count
    if done is None:
        done = days.filled if days else [True] * count
    if days is not None:
        read_days = days.days
        for place, day in enumerate(read_days):
            if day is None and done[place] and days.filled[place] and addresses[place] is not None:
                value = {"value": records[place][mapping.completed_on or 0][:80]}
                warnings.append(Finding(lines[place], mapping.completed_on, "unreadable_date", value))
        if not all(done):
            read_days = [day if is_done else None for day, is_done in zip(read_days, done, strict=True)]
    warnings.sort(key=lambda finding: finding.line)
    return _rows(lines, names, emails, addresses, done, read_days), rejected, warnings


def _names(records: Sequence[Sequence[str]], columns: Sequence[int]) -> list[str]:
    """Return the name of every line, put together from its columns."""
    parts = [clean_names(_column(records, index)) for index in columns]
    if len(parts) == 1:
        return parts[0]
    return [" ".join(filter(None, words)) for words in zip(*parts, strict=True)] or [""] * len(records)


def _rows(
    lines: Sequence[int],
    names: Sequence[str],
    emails: Sequence[str],
    addresses: Sequence[str | None],
    done: Sequence[bool],
    days: Sequence[date | None],
) -> list[ReadRow]:
    """Put the columns together to rows, without rejected lines, and mark who stood on an earlier line."""
    known: dict[str | None, int] = dict(zip(reversed(addresses), reversed(lines), strict=True))
    earlier: list[int | None] = [None] * len(lines)
    if len(known) < len(lines):
        earlier = [
            None if (first := known[address]) == line else first
            for address, line in zip(addresses, lines, strict=True)
        ]
    rows = map(_AS_ROW, zip(lines, names, emails, addresses, done, days, earlier, strict=True))
    return list(compress(rows, addresses) if None in known else rows)
