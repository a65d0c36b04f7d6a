"""PostgreSQL's index of words knows spans of messages too: a search looks through the latest alone."""

from __future__ import annotations

from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP INDEX ix_message_index_terms")
        op.execute(
            "CREATE INDEX ix_message_index_terms ON message_index USING gin (terms, (ARRAY[number / 8192]))"
        )


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP INDEX ix_message_index_terms")
        op.execute("CREATE INDEX ix_message_index_terms ON message_index USING gin (terms)")
