"""A host's weekly round, what she did, and who was reminded of the end of a term."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import models.base

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None


def _named(column: str, table: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}"))


def upgrade() -> None:
    op.create_table(
        "hosting_days",
        sa.Column("network_id", sa.String(length=36), nullable=False),
        sa.Column("user_id", sa.String(length=36), nullable=False),
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        _named("network_id", "hosting_days", "networks"),
        _named("user_id", "hosting_days", "users"),
        sa.PrimaryKeyConstraint("network_id", "user_id", name=op.f("pk_hosting_days")),
    )
    op.create_index(op.f("ix_hosting_days_user_id"), "hosting_days", ["user_id"])
    op.create_table(
        "host_rounds",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("network_id", sa.String(length=36), nullable=False),
        sa.Column("user_id", sa.String(length=36), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("things", sa.JSON(), nullable=False),
        sa.Column("deputy_id", sa.String(length=36), nullable=True),
        sa.Column("handed_at", models.base.UtcDateTime(length=27), nullable=True),
        sa.Column("began_at", models.base.UtcDateTime(length=27), nullable=False),
        sa.Column("told_at", models.base.UtcDateTime(length=27), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        _named("network_id", "host_rounds", "networks"),
        _named("user_id", "host_rounds", "users"),
        _named("deputy_id", "host_rounds", "users"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_host_rounds")),
        sa.UniqueConstraint(
            "network_id", "user_id", "day", name=op.f("uq_host_rounds_network_id_user_id_day")
        ),
    )
    op.create_index("ix_host_rounds_deputy_id_day", "host_rounds", ["deputy_id", "day"])
    op.create_index("ix_host_rounds_user_id_day", "host_rounds", ["user_id", "day"])
    op.create_table(
        "host_deeds",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("network_id", sa.String(length=36), nullable=False),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("user_id", sa.String(length=36), nullable=False),
        sa.Column("message_id", sa.String(length=36), nullable=True),
        sa.Column("topic_id", sa.String(length=36), nullable=True),
        sa.Column("at", models.base.UtcDateTime(length=27), nullable=False),
        _named("network_id", "host_deeds", "networks"),
        _named("user_id", "host_deeds", "users"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_host_deeds")),
        sa.UniqueConstraint("network_id", "key", name=op.f("uq_host_deeds_network_id_key")),
    )
    op.create_index("ix_host_deeds_user_id_at", "host_deeds", ["user_id", "at"])
    op.create_index("ix_host_deeds_at", "host_deeds", ["at"])
    op.create_table(
        "term_reminders",
        sa.Column("appointment_id", sa.String(length=36), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("promised_at", models.base.UtcDateTime(length=27), nullable=False),
        _named("appointment_id", "term_reminders", "appointments"),
        sa.PrimaryKeyConstraint("appointment_id", "until", "days", name=op.f("pk_term_reminders")),
    )


def downgrade() -> None:
    op.drop_table("term_reminders")
    op.drop_index("ix_host_deeds_at", table_name="host_deeds")
    op.drop_index("ix_host_deeds_user_id_at", table_name="host_deeds")
    op.drop_table("host_deeds")
    op.drop_index("ix_host_rounds_user_id_day", table_name="host_rounds")
    op.drop_index("ix_host_rounds_deputy_id_day", table_name="host_rounds")
    op.drop_table("host_rounds")
    op.drop_index(op.f("ix_hosting_days_user_id"), table_name="hosting_days")
    op.drop_table("hosting_days")
