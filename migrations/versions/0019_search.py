"""The folded text that search looks through."""

import sqlalchemy as sa
from alembic import op

import models.base

revision = "0019"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "messages", sa.Column("indexed_version", sa.Integer(), server_default=sa.text("0"), nullable=False)
    )
    op.create_index(
        "ix_messages_unindexed",
        "messages",
        ["id"],
        sqlite_where=sa.text("indexed_version != version"),
        postgresql_where=sa.text("indexed_version != version"),
    )
    op.create_table(
        "message_words",
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("message_id", sa.String(length=36), nullable=False),
        sa.Column("room_id", sa.String(length=36), nullable=False),
        sa.Column("author_id", sa.String(length=36), nullable=False),
        sa.Column("created_at", models.base.UtcDateTime(length=27), nullable=False),
        sa.ForeignKeyConstraint(
            ["message_id"], ["messages.id"], name=op.f("fk_message_words_message_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_message_words")),
        sa.UniqueConstraint("message_id", name=op.f("uq_message_words_message_id")),
    )
    op.create_index(op.f("ix_message_words_created_at"), "message_words", ["created_at"])
    if op.get_bind().dialect.name == "sqlite":
        op.execute("CREATE VIRTUAL TABLE message_index USING fts5(words, stems, marks, tokenize='ascii')")
        op.execute(
            "CREATE TRIGGER message_words_gone AFTER DELETE ON message_words "
            "BEGIN DELETE FROM message_index WHERE rowid = old.number; END"
        )
    else:
        op.execute(
            "CREATE TABLE message_index (number BIGINT PRIMARY KEY "
            "REFERENCES message_words (number) ON DELETE CASCADE, terms TSVECTOR NOT NULL)"
        )
        op.execute("CREATE INDEX ix_message_index_terms ON message_index USING gin (terms)")


def downgrade() -> None:
    op.execute("DROP TABLE message_index")
    op.drop_table("message_words")
    op.drop_index("ix_messages_unindexed", table_name="messages")
    op.drop_column("messages", "indexed_version")
