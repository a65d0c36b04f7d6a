"""Exports of what is stored about somebody."""

import sqlalchemy as sa
from alembic import op

import models.base

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "export_requests",
        sa.Column("user_id", sa.String(length=36), nullable=False),
        sa.Column("requested_at", models.base.UtcDateTime(length=27), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_export_requests_user_id")),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_export_requests")),
    )
    op.create_index(op.f("ix_export_requests_requested_at"), "export_requests", ["requested_at"])


def downgrade() -> None:
    op.drop_table("export_requests")
