"""How a row is written that may be there already: in one statement, so that two tabs cannot collide."""

from __future__ import annotations

from typing import Any

from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from network.kernel import runtime


def upsert(table: Any) -> Any:
    """An INSERT of the database in use that knows ON CONFLICT."""
    make: Any = sqlite_insert if runtime.current().database.is_sqlite else postgresql_insert
    return make(table)
