"""Goals: support, notes of progress, how they ended."""

import sqlalchemy as sa
from alembic import op

import models.base

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("goals") as batch_op:
        batch_op.add_column(sa.Column("percent", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("outcome", sa.String(length=10), nullable=True))
        batch_op.add_column(sa.Column("closing_sentence", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("closed_at", models.base.UtcDateTime(length=27), nullable=True))
    op.create_table(
        "goal_supports",
        sa.Column("goal_id", sa.String(length=36), nullable=False),
        sa.Column("user_id", sa.String(length=36), nullable=False),
        sa.Column("since", models.base.UtcDateTime(length=27), nullable=False),
        sa.ForeignKeyConstraint(["goal_id"], ["goals.id"], name=op.f("fk_goal_supports_goal_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_goal_supports_user_id")),
        sa.PrimaryKeyConstraint("goal_id", "user_id", name=op.f("pk_goal_supports")),
    )
    op.create_index(op.f("ix_goal_supports_user_id"), "goal_supports", ["user_id"])
    op.create_table(
        "goal_progress",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("goal_id", sa.String(length=36), nullable=False),
        sa.Column("user_id", sa.String(length=36), nullable=False),
        sa.Column("percent", sa.Integer(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("noted_at", models.base.UtcDateTime(length=27), nullable=False),
        sa.ForeignKeyConstraint(["goal_id"], ["goals.id"], name=op.f("fk_goal_progress_goal_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_goal_progress_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_goal_progress")),
    )
    op.create_index("ix_goal_progress_goal_id_noted_at", "goal_progress", ["goal_id", "noted_at", "id"])
    op.create_index(op.f("ix_goal_progress_user_id"), "goal_progress", ["user_id"])


def downgrade() -> None:
    op.drop_table("goal_progress")
    op.drop_table("goal_supports")
    with op.batch_alter_table("goals") as batch_op:
        for column in ("closed_at", "closing_sentence", "outcome", "percent"):
            batch_op.drop_column(column)
