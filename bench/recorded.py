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


@dataclass(frozen=True, slots=True)
class _Step:
    """A statement that is run again: at which places its parameters are new, and how."""

    text: str
    parameters: tuple[Any, ...]
    new: list[tuple[int, str]]
    gives_seq: bool


class Again:
    """The statements of a post, run again as other posts: ids and the client's id are new, and the `seq` is
    the one that the counter row gives now. What is new is found out before, so that only the statements take
    time."""

    def __init__(self, recorded: Recorded) -> None:
        seq = _inserted_seq(recorded.statements)
        told = next(p for text, p in recorded.statements if text.upper().startswith("INSERT INTO MESSAGES"))
        message_id = next(value for value in told if isinstance(value, str) and len(value) == 36)
        self._id = message_id[:24]
        self._steps = [
            _Step(
                text,
                parameters,
                [(at, kind) for at, value in enumerate(parameters) if (kind := _new(value, seq, message_id))],
                text.upper().startswith("UPDATE SCOPE_HEADS"),
            )
            for text, parameters in recorded.statements
            if not text.upper().startswith(("SAVEPOINT", "RELEASE"))
        ]

    def post(self, cursor: sqlite3.Cursor) -> None:
        """Once more, within a transaction of the caller."""
        number = next(_serial)
        values = {"id": f"{self._id}{number:012d}", "client": f"again-{number}", "seq": 0}
        for step in self._steps:
            parameters: Any = step.parameters
            if step.new:
                parameters = list(parameters)
                for at, kind in step.new:
                    parameters[at] = values[kind]
            rows = cursor.execute(step.text, parameters).fetchall()
            if step.gives_seq:
                values["seq"] = rows[0][0]


_serial = itertools.count(1)


def _new(value: Any, seq: Any, message_id: str) -> str | None:
    if isinstance(value, int) and not isinstance(value, bool) and value == seq:
        return "seq"
    if value == message_id:
        return "id"
    return "client" if isinstance(value, str) and value.startswith("bench-") else None


def record(call: Callable[[], object], sign_in: Callable[[], object]) -> Recorded:
    """The statements of `call` but for those that `sign_in` alone also runs."""
    of_sign_in = {text for text, _parameters in _statements(sign_in)}
    return Recorded([entry for entry in _statements(call) if entry[0] not in of_sign_in])


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
