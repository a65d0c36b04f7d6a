"""The office of a network."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import models.base

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "offices",
        sa.Column("network_id", sa.String(length=36), nullable=False),
        sa.Column("exists", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("contact_user_id", sa.String(length=36), nullable=True),
        sa.Column("substitute_user_id", sa.String(length=36), nullable=True),
        sa.Column("contact", sa.String(length=320), nullable=True),
        sa.Column("substitute", sa.String(length=320), nullable=True),
        sa.Column("hours", sa.JSON(), nullable=False),
        sa.Column("time_zone", sa.String(length=64), nullable=True),
        sa.Column("tasks", sa.Text(), nullable=False),
        sa.Column("decision_id", sa.String(length=36), nullable=True),
        sa.Column("decided_by", sa.String(length=36), nullable=False),
        sa.Column("decided_at", models.base.UtcDateTime(length=27), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["contact_user_id"], ["users.id"], name=op.f("fk_offices_contact_user_id")),
        sa.ForeignKeyConstraint(["decision_id"], ["decisions.id"], name=op.f("fk_offices_decision_id")),
        sa.ForeignKeyConstraint(["network_id"], ["networks.id"], name=op.f("fk_offices_network_id")),
        sa.ForeignKeyConstraint(
            ["substitute_user_id"], ["users.id"], name=op.f("fk_offices_substitute_user_id")
        ),
        sa.PrimaryKeyConstraint("network_id", name=op.f("pk_offices")),
    )
    op.create_index(op.f("ix_offices_contact_user_id"), "offices", ["contact_user_id"])
    op.create_index(op.f("ix_offices_substitute_user_id"), "offices", ["substitute_user_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_offices_substitute_user_id"), table_name="offices")
    op.drop_index(op.f("ix_offices_contact_user_id"), table_name="offices")
    op.drop_table("offices")
