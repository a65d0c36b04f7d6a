"""How tests read lists: one day, one course session, short expectations."""

from datetime import date

from network.courses.rules import ReadList, read_list

TODAY = date(2026, 6, 15)
STARTS, ENDS = date(2026, 3, 1), date(2026, 5, 15)


def read(text: str | bytes, encoding: str = "utf-8", **asked: object) -> ReadList:
    """Read a list as a steward would have on 15 June 2026, for a session from 1 March to 15 May."""
    data = text if isinstance(text, bytes) else text.encode(encoding)
    return read_list(data, **{"today": TODAY, "starts_on": STARTS, "ends_on": ENDS} | asked)  # type: ignore[arg-type]


def people(result: ReadList) -> list[tuple[str, str, bool]]:
    return [(row.name, row.email, row.completed) for row in result.rows]


def done(result: ReadList) -> list[bool]:
    return [row.completed for row in result.rows]


def days(result: ReadList) -> list[str | None]:
    return [row.completed_on.isoformat() if row.completed_on else None for row in result.rows]


def told(result: ReadList) -> list[tuple[int, int | None, str]]:
    return [(each.line, each.column, each.code) for each in (*result.rejected, *result.warnings)]
