"""Runs the migrations on the engine or connection it is handed, or on the database of the settings."""

from __future__ import annotations

from alembic import context
from sqlalchemy import Connection, Engine, text
from sqlalchemy.orm import Session

from config import from_environment
from migrations.derived import is_ours
from models import Base
from network.kernel.database import Database, begin_for_writing

ONE_AT_A_TIME = 7_345_019_241
"""PostgreSQL's lock under which one process migrates while another that was started with it waits."""


def migrate(connection: Connection) -> None:
    """Migrate over an open connection within its transaction. SQLite rebuilds tables where it cannot alter
    them."""
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=connection.dialect.name == "sqlite",
        compare_type=True,
        include_name=is_ours,
    )
    with context.begin_transaction():
        context.run_migrations()


def migrate_alone(engine: Engine) -> None:
    """Migrate in one transaction that no other writer comes into: all of it or nothing."""
    with engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            # A table that is rebuilt is dropped in between; with foreign keys on, that would delete every
            # row that points to it. SQLite takes the switch outside of a transaction only.
            _switch_foreign_keys(connection, on=False)
        try:
            with Session(connection) as work:
                begin_for_writing(work)
                if connection.dialect.name == "postgresql":
                    # Who migrates waits for who reads, however long, as who starts beside it waits for both.
                    work.execute(text("SET LOCAL lock_timeout = 0"))
                    work.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": ONE_AT_A_TIME})
                migrate(connection)
                if connection.dialect.name == "sqlite":
                    _check_foreign_keys(connection)
                work.commit()
        finally:
            if connection.dialect.name == "sqlite":
                _switch_foreign_keys(connection, on=True)


def _switch_foreign_keys(connection: Connection, *, on: bool) -> None:
    connection.rollback()
    raw = connection.connection.driver_connection
    assert raw is not None  # noqa: S101 - an open connection has one
    raw.execute(f"PRAGMA foreign_keys={'ON' if on else 'OFF'}")


def _check_foreign_keys(connection: Connection) -> None:
    broken = connection.execute(text("PRAGMA foreign_key_check")).all()
    if broken:
        tables = sorted({row[0] for row in broken})
        raise RuntimeError(f"rows of {', '.join(tables)} would point to nothing; nothing was changed")


given = context.config.attributes.get("connection")
engine = context.config.attributes.get("engine")
if isinstance(given, Connection):
    migrate(given)
elif isinstance(engine, Engine):
    migrate_alone(engine)
else:
    database = Database(from_environment().database_url)
    try:
        migrate_alone(database.engine)
    finally:
        database.close()
