"""Fills every table of a schema with rows that point to each other, whatever columns it has."""

from __future__ import annotations

import hashlib
import uuid
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import Column, Connection, MetaData, insert, select, text
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


def values(connection: Connection, table: str) -> dict[str, list[str]]:
    """Of each column of a table what stands in it as the database has it, whatever the order of the rows."""
    found = connection.execute(text(f"SELECT * FROM {table}"))
    names, rows = list(found.keys()), found.all()
    return {name: sorted(repr(_plain(row[place])) for row in rows) for place, name in enumerate(names)}


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
    digest = hashlib.sha256(seed.encode()).hexdigest()
    return digest[: kind.length] if kind.length and kind.length < 64 else f"ä{digest}"[: kind.length]


def _pointed_to(connection: Connection, column: Column[Any], number: int) -> Any:
    (key,) = column.foreign_keys
    target = key.column
    if target.table is column.table and column.nullable:
        return None
    found = connection.execute(select(target).order_by(target)).scalars().all()
    return found[number] if found else None


def _plain(value: Any) -> Any:
    return bytes(value) if isinstance(value, memoryview) else value
