"""The statements of one call, to be run again without the product around them."""

from __future__ import annotations

import itertools
import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import event

from network.kernel import runtime

Statement = tuple[str, tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Recorded:
    """What one call asked of the database, the looking-up of the session left out."""

    statements: list[Statement]

    @property
    def reads(self) -> list[Statement]:
        """Those that only read."""
        return [entry for entry in self.statements if entry[0].lstrip().upper().startswith("SELECT")]


def record(call: Callable[[], object], sign_in: Callable[[], object]) -> Recorded:
    """The statements of `call` but for those that `sign_in` alone also runs."""
    of_sign_in = {text for text, _parameters in _statements(sign_in)}
    return Recorded([entry for entry in _statements(call) if entry[0] not in of_sign_in])


def replay(cursor: sqlite3.Cursor, recorded: Recorded, number: int) -> None:
    """Run the statements of a post again as another post: ids and the client's id are new, and the `seq` is
    the one that the counter row gives now."""
    fresh: dict[Any, Any] = {}
    old_seq = _inserted_seq(recorded.statements)
    for text, parameters in recorded.statements:
        if text.upper().startswith(("SAVEPOINT", "RELEASE")):
            continue
        values = tuple(_renewed(value, number, fresh, text) for value in parameters)
        cursor.execute(text, values)
        if "RETURNING" in text.upper():
            row = cursor.fetchone()
            if text.upper().startswith("UPDATE SCOPE_HEADS"):
                fresh[old_seq] = row[0]
        elif cursor.description is not None:
            cursor.fetchall()


_serial = itertools.count(1)


def _renewed(value: Any, number: int, fresh: dict[Any, Any], text: str) -> Any:
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, int):
        return fresh.get(value, value)
    if isinstance(value, str) and value.startswith("bench-"):
        return f"again-{number}"
    if isinstance(value, str) and value in fresh:
        return fresh[value]
    is_message = isinstance(value, str) and text.upper().startswith("INSERT INTO MESSAGES")
    if is_message and value not in fresh and len(value) == 36 and "id" not in fresh:
        fresh["id"] = value
        fresh[value] = f"{value[:24]}{next(_serial):012d}"
        return fresh[value]
    return value


def _inserted_seq(statements: Sequence[Statement]) -> Any:
    for text, parameters in statements:
        if text.upper().startswith("INSERT INTO EVENT_LOG"):
            return next(v for v in parameters if isinstance(v, int) and not isinstance(v, bool))
    return None


def _statements(call: Callable[[], object]) -> list[Statement]:
    engine = runtime.current().database.engine
    seen: list[Statement] = []

    def note(_c: Any, _cursor: Any, text: str, parameters: Any, _context: Any, many: bool) -> None:
        seen.extend((text, tuple(values)) for values in (parameters if many else [parameters]))

    event.listen(engine, "before_cursor_execute", note)
    try:
        call()
    finally:
        event.remove(engine, "before_cursor_execute", note)
    return [entry for entry in seen if not entry[0].startswith(("BEGIN", "PRAGMA"))]
