"""Veils that end by the clock, pauses from posting, what was done to rooms and why."""

from __future__ import annotations

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

import models.base

revision = "0033"
down_revision = "0030"
branch_labels = None
depends_on = None

VEILED = ("messages", "topics", "files", "meetings", "profiles")
LOOKED_THROUGH = ("messages", "topics")
FOREVER = datetime(9999, 1, 1, tzinfo=UTC)

_messages = sa.table(
    "messages", sa.column("veiled", sa.Boolean), sa.column("veiled_until", models.base.UtcDateTime)
)


def upgrade() -> None:
    for table in VEILED:
        op.add_column(table, sa.Column("veiled_until", models.base.UtcDateTime(length=27), nullable=True))
    op.execute(_messages.update().where(_messages.c.veiled.is_(True)).values(veiled_until=FOREVER))
    op.drop_column("messages", "veiled")
    veiled = sa.text("veiled_until IS NOT NULL")
    for table in LOOKED_THROUGH:
        op.create_index(
            f"ix_{table}_veiled_until", table, ["veiled_until"], sqlite_where=veiled, postgresql_where=veiled
        )
    op.create_table(
        "posting_restrictions",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("network_id", sa.String(length=36), nullable=False),
        sa.Column("user_id", sa.String(length=36), nullable=False),
        sa.Column("topic_id", sa.String(length=36), nullable=True),
        sa.Column("until", models.base.UtcDateTime(length=27), nullable=False),
        sa.Column("created_at", models.base.UtcDateTime(length=27), nullable=False),
        sa.Column("ended_at", models.base.UtcDateTime(length=27), nullable=True),
        sa.ForeignKeyConstraint(
            ["network_id"], ["networks.id"], name=op.f("fk_posting_restrictions_network_id")
        ),
        sa.ForeignKeyConstraint(["topic_id"], ["topics.id"], name=op.f("fk_posting_restrictions_topic_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_posting_restrictions_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_posting_restrictions")),
    )
    op.create_index(
        "ix_posting_restrictions_user_id_network_id", "posting_restrictions", ["user_id", "network_id"]
    )
    op.create_table(
        "room_measures",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("network_id", sa.String(length=36), nullable=False),
        sa.Column("room_id", sa.String(length=36), nullable=False),
        sa.Column("topic_id", sa.String(length=36), nullable=True),
        sa.Column("kind", sa.String(length=15), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("by_id", sa.String(length=36), nullable=False),
        sa.Column("acting_role", sa.String(length=15), nullable=False),
        sa.Column("at", models.base.UtcDateTime(length=27), nullable=False),
        sa.ForeignKeyConstraint(["network_id"], ["networks.id"], name=op.f("fk_room_measures_network_id")),
        sa.ForeignKeyConstraint(["room_id"], ["rooms.id"], name=op.f("fk_room_measures_room_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_room_measures")),
    )
    op.create_index("ix_room_measures_network_id_at", "room_measures", ["network_id", "at"])


def downgrade() -> None:
    op.drop_index("ix_room_measures_network_id_at", table_name="room_measures")
    op.drop_table("room_measures")
    op.drop_index("ix_posting_restrictions_user_id_network_id", table_name="posting_restrictions")
    op.drop_table("posting_restrictions")
    op.add_column("messages", sa.Column("veiled", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.execute(_messages.update().where(_messages.c.veiled_until.is_not(None)).values(veiled=True))
    for table in LOOKED_THROUGH:
        op.drop_index(f"ix_{table}_veiled_until", table_name=table)
    for table in VEILED:
        op.drop_column(table, "veiled_until")
