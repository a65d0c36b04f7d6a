"""Which answers that came by mail were handled."""

import sqlalchemy as sa
from alembic import op

import models.base

revision = "0024"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "handled_mails",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.String(length=36), nullable=False),
        sa.Column("message_id", sa.String(length=36), nullable=False),
        sa.Column("outcome", sa.String(length=40), nullable=False),
        sa.Column("words", sa.Text(), nullable=True),
        sa.Column("handled_at", models.base.UtcDateTime(length=27), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_handled_mails_user_id")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_handled_mails")),
    )
    for column in ("user_id", "handled_at"):
        op.create_index(op.f(f"ix_handled_mails_{column}"), "handled_mails", [column])


def downgrade() -> None:
    op.drop_table("handled_mails")
