"""Browsers in which people want notices shown, and what is on its way to them."""

import sqlalchemy as sa
from alembic import op

import models.base

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "push_subscriptions",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("user_id", sa.String(length=36), nullable=False),
        sa.Column("session_id", sa.String(length=36), nullable=False),
        sa.Column("endpoint", sa.String(length=1000), nullable=False),
        sa.Column("endpoint_hash", sa.String(length=64), nullable=False),
        sa.Column("public_key", sa.String(length=100), nullable=False),
        sa.Column("auth_secret", sa.String(length=40), nullable=False),
        sa.Column("brief", sa.Boolean(), nullable=False),
        sa.Column("created_at", models.base.UtcDateTime(length=27), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_push_subscriptions_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_push_subscriptions")),
        sa.UniqueConstraint("endpoint_hash", name=op.f("uq_push_subscriptions_endpoint_hash")),
        sa.UniqueConstraint("session_id", name=op.f("uq_push_subscriptions_session_id")),
    )
    op.create_index(op.f("ix_push_subscriptions_user_id"), "push_subscriptions", ["user_id"])
    op.create_table(
        "push_sendings",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("subscription_id", sa.String(length=36), nullable=False),
        sa.Column("notice_ids", sa.JSON(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_attempt_at", models.base.UtcDateTime(length=27), nullable=False),
        sa.Column("taken_at", models.base.UtcDateTime(length=27), nullable=True),
        sa.Column("created_at", models.base.UtcDateTime(length=27), nullable=False),
        sa.ForeignKeyConstraint(
            ["subscription_id"], ["push_subscriptions.id"], name=op.f("fk_push_sendings_subscription_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_push_sendings")),
    )
    for column in ("subscription_id", "next_attempt_at"):
        op.create_index(op.f(f"ix_push_sendings_{column}"), "push_sendings", [column])


def downgrade() -> None:
    op.drop_table("push_sendings")
    op.drop_table("push_subscriptions")
