"""Records of concerns: the database itself refuses to change them, and to delete them before the concern is
over, which it is on the day of its review."""

# ruff: noqa: S608 - the statements are put together from constants of our own

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

OVER = "over"
_REFUSAL = "records of concerns are append-only"


def protect(op: Any, tables: Sequence[str]) -> None:
    """Have UPDATE of each table refused, and DELETE while its concern is not over. `op` is Alembic's."""
    if op.get_bind().dialect.name == "sqlite":
        for table in tables:
            op.execute(
                f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END"
            )
            op.execute(
                f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} "
                f"WHEN EXISTS (SELECT 1 FROM concerns WHERE id = OLD.concern_id AND state <> '{OVER}') "
                f"BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END"
            )
        return
    op.execute(
        "CREATE FUNCTION concern_records_are_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "IF TG_OP = 'DELETE' THEN "
        f"IF NOT EXISTS (SELECT 1 FROM concerns WHERE id = OLD.concern_id AND state <> '{OVER}') "
        "THEN RETURN OLD; END IF; END IF; "
        f"RAISE EXCEPTION '{_REFUSAL}' USING ERRCODE = 'restrict_violation'; END $$"
    )
    for table in tables:
        op.execute(
            f"CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION concern_records_are_append_only()"
        )
        op.execute(
            f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION concern_records_are_append_only()"
        )


def unprotect(op: Any, tables: Sequence[str]) -> None:
    """Take the refusal away again, for a downgrade."""
    if op.get_bind().dialect.name == "sqlite":
        for table in tables:
            for verb in ("update", "delete"):
                op.execute(f"DROP TRIGGER IF EXISTS {table}_no_{verb}")
        return
    for table in tables:
        for verb in ("change", "truncate"):
            op.execute(f"DROP TRIGGER IF EXISTS {table}_no_{verb} ON {table}")
    op.execute("DROP FUNCTION IF EXISTS concern_records_are_append_only()")
