"""Fills every table of a schema with rows that point to each other, whatever columns it has."""

from __future__ import annotations

import hashlib
import uuid
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import Column, Connection, MetaData, Table, insert, select
from sqlalchemy import types as kinds

from models.base import fold

ROWS = 3
START = datetime(2026, 11, 1, 8, 30, 15, 123456, tzinfo=UTC)


def fill(connection: Connection, metadata: MetaData) -> None:
    """Put `ROWS` rows into every table, those that others point to first."""
    for table in metadata.sorted_tables:
        for number in range(ROWS):
            row = {column.name: _value(connection, column, number) for column in table.columns}
            connection.execute(insert(table).values(**row))


def fingerprints(connection: Connection, table: Table) -> dict[str, str]:
    """Of each column of a table a digest of what stands in it, whatever the order of the rows."""
    rows = connection.execute(select(table)).all()
    found = {}
    for number, column in enumerate(table.columns):
        values = sorted(repr(_plain(row[number])) for row in rows)
        found[column.name] = hashlib.sha256("\n".join(values).encode()).hexdigest()
    return found


def _value(connection: Connection, column: Column[Any], number: int) -> Any:
    if column.foreign_keys:
        return _pointed_to(connection, column, number)
    if column.name == "folded_name":  # follows from the name, so a revision makes it anew
        return fold(_value(connection, column.table.c.display_name, number))
    seed = f"{column.table.name}.{column.name}.{number}"
    kind = column.type
    if isinstance(kind, kinds.TypeDecorator):  # the one of ours is a time
        return START + timedelta(hours=number)
    if isinstance(kind, kinds.Boolean):
        return number % 2 == 0
    if isinstance(kind, kinds.Integer):
        return number + 1
    if isinstance(kind, kinds.JSON):
        return {"n": number, "text": "Grüße, 你好", "list": [None, True]}
    if isinstance(kind, kinds.LargeBinary):
        return seed.encode()
    if isinstance(kind, kinds.DateTime):
        return START + timedelta(hours=number)
    if isinstance(kind, kinds.Date):
        return date(2026, 11, 1 + number)
    assert isinstance(kind, kinds.String), f"{seed}: teach this file values of {kind!r}"
    if kind.length == 36:
        return str(uuid.uuid5(uuid.NAMESPACE_OID, seed))
    text = hashlib.sha256(seed.encode()).hexdigest()
    return text[: kind.length] if kind.length and kind.length < 64 else f"ä{text}"[: kind.length]


def _pointed_to(connection: Connection, column: Column[Any], number: int) -> Any:
    (key,) = column.foreign_keys
    target = key.column
    if target.table is column.table and column.nullable:
        return None
    found = connection.execute(select(target).order_by(target)).scalars().all()
    return found[number] if found else None


def _plain(value: Any) -> Any:
    return bytes(value) if isinstance(value, memoryview) else value
