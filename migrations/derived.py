"""Tables that the database makes and keeps for itself: no model has them, no comparison looks at them."""

from __future__ import annotations

from models.search import BESIDE


def is_ours(name: str | None, kind: str, _parents: object = None) -> bool:
    """False for the table of words and those with which SQLite keeps it; as Alembic's `include_name`."""
    return kind != "table" or name is None or (name != BESIDE and not name.startswith(f"{BESIDE}_"))
