"""What is stored about one person, gathered table by table as the register says."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Table, or_, select

from models.base import Base
from network.kernel.transaction import session
from network.privacy.rules.archive import TableExport
from network.privacy.rules.register import Entry, register

ADDRESS = "address"


def gather(user_id: str, address: str | None) -> dict[str, TableExport]:
    """Everything about a person, by table. For whoever may export her."""
    return {name: _table(entry, user_id, address) for name, entry in register().items()}


def about(entry: Entry, user_id: str, address: str | None) -> ColumnElement[bool] | None:
    """The rows of a table that are about a person; None where it is about nobody."""
    table = Base.metadata.tables[entry.table]
    column, _, beyond = entry.whose.partition(" > ")
    if not column:
        return None
    if beyond:
        there = Base.metadata.tables[beyond]
        within = about(register()[beyond], user_id, address)
        assert within is not None  # the register's own test holds it  # noqa: S101
        return table.c[column].in_(select(there.c.id).where(within))
    if column != ADDRESS:
        return table.c[column] == user_id
    # Without an address nothing is found by it: rows of others have none either.
    return table.c[column] == address if address else table.c[column].in_(())


def _table(entry: Entry, user_id: str, address: str | None) -> TableExport:
    table = Base.metadata.tables[entry.table]
    mine = about(entry, user_id, address)
    rows: list[dict[str, Any]] = []
    if mine is not None:
        found = session().execute(select(*(table.c[name] for name in entry.exported)).where(mine))
        rows = [_without_others(entry, dict(row), user_id) for row in found.mappings()]
    return TableExport(purpose=entry.purpose, rows=rows, acts=_acts(entry, table, mine, user_id))


def _without_others(entry: Entry, row: dict[str, Any], user_id: str) -> dict[str, Any]:
    """Whoever else the row names is left out."""
    naming = {*entry.by, *_naming(Base.metadata.tables[entry.table])}
    return {name: value for name, value in row.items() if name not in naming or value == user_id}


def _acts(entry: Entry, table: Table, mine: Any, user_id: str) -> list[dict[str, Any]]:
    """Rows about others in which the person did something: what she did, and nothing of whom to."""
    if not entry.by:
        return []
    others = {entry.whose, *_naming(table)}
    shown = (*(name for name in entry.other if name not in others), *entry.by)
    done = or_(*(table.c[name] == user_id for name in entry.by))
    wanted = done if mine is None else done & ~mine
    found = session().execute(select(*(table.c[name] for name in shown)).where(wanted))
    return [_without_others(entry, dict(row), user_id) for row in found.mappings()]


def _naming(table: Table) -> set[str]:
    """The columns that point to an account."""
    return {
        column.name
        for column in table.columns
        if any(key.column.table.name == "users" for key in column.foreign_keys)
    }
