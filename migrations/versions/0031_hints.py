"""What a network asks about before posting, and first messages that wait."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import models.base

revision = "0031"
down_revision = "0032"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "hint_lists",
        sa.Column("network_id", sa.String(length=36), nullable=False),
        sa.Column("words", sa.JSON(), nullable=False),
        sa.Column("patterns", sa.JSON(), nullable=False),
        sa.Column("holds_first", sa.Boolean(), nullable=False),
        sa.Column("changed_by", sa.String(length=36), nullable=False),
        sa.Column("changed_at", models.base.UtcDateTime(length=27), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["network_id"], ["networks.id"], name=op.f("fk_hint_lists_network_id")),
        sa.PrimaryKeyConstraint("network_id", name=op.f("pk_hint_lists")),
    )
    op.create_table(
        "held_messages",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("network_id", sa.String(length=36), nullable=False),
        sa.Column("room_id", sa.String(length=36), nullable=False),
        sa.Column("topic_id", sa.String(length=36), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=True),
        sa.Column("author_id", sa.String(length=36), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("client_msg_id", sa.String(length=64), nullable=False),
        sa.Column("content_digest", sa.String(length=64), nullable=False),
        sa.Column("reply_to", sa.String(length=36), nullable=True),
        sa.Column("language", sa.String(length=35), nullable=True),
        sa.Column("translation", sa.String(length=120), nullable=True),
        sa.Column("held_at", models.base.UtcDateTime(length=27), nullable=False),
        sa.Column("until", models.base.UtcDateTime(length=27), nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["users.id"], name=op.f("fk_held_messages_author_id")),
        sa.ForeignKeyConstraint(["network_id"], ["networks.id"], name=op.f("fk_held_messages_network_id")),
        sa.ForeignKeyConstraint(["room_id"], ["rooms.id"], name=op.f("fk_held_messages_room_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_held_messages")),
        sa.UniqueConstraint(
            "author_id", "client_msg_id", name=op.f("uq_held_messages_author_id_client_msg_id")
        ),
    )
    op.create_index("ix_held_messages_network_id_until", "held_messages", ["network_id", "until"])
    op.create_index(op.f("ix_held_messages_until"), "held_messages", ["until"])


def downgrade() -> None:
    op.drop_index(op.f("ix_held_messages_until"), table_name="held_messages")
    op.drop_index("ix_held_messages_network_id_until", table_name="held_messages")
    op.drop_table("held_messages")
    op.drop_table("hint_lists")
