"""Runs the migrations on the engine it is handed, or on the database of the settings."""

from __future__ import annotations

from alembic import context
from sqlalchemy import Connection, Engine

from models import Base


def configure_and_run(connection: Connection) -> None:
    """Migrate over an open connection; SQLite rebuilds tables where it cannot alter them."""
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=connection.dialect.name == "sqlite",
        compare_type=True,
    )
    with context.begin_transaction():
        context.run_migrations()


given = context.config.attributes.get("connection")
engine: Engine | None = context.config.attributes.get("engine")
if isinstance(given, Connection):
    configure_and_run(given)
elif engine is not None:
    with engine.connect() as opened:
        configure_and_run(opened)
        opened.commit()
else:
    raise RuntimeError("run the migrations with `mentornet upgrade`")
