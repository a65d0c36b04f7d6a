"""Letters in the order in which they leave; when the operator was reminded of an objection."""

import sqlalchemy as sa
from alembic import op

import models.base

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

URGENT = ("address_change", "erasure_requested", "password_reset", "sign_in_code")


def upgrade() -> None:
    op.add_column("objections", sa.Column("reminded_at", models.base.UtcDateTime(length=27), nullable=True))
    op.add_column("outbox_mails", sa.Column("turn", sa.Integer(), server_default="1", nullable=False))
    mails = sa.table("outbox_mails", sa.column("kind", sa.String), sa.column("turn", sa.Integer))
    op.execute(mails.update().where(mails.c.kind.in_(URGENT)).values(turn=0))
    op.drop_index("ix_outbox_mails_due", "outbox_mails")
    op.create_index("ix_outbox_mails_due", "outbox_mails", ["state", "turn", "next_attempt_at"])


def downgrade() -> None:
    op.drop_index("ix_outbox_mails_due", "outbox_mails")
    op.create_index("ix_outbox_mails_due", "outbox_mails", ["state", "next_attempt_at"])
    for table, column in (("outbox_mails", "turn"), ("objections", "reminded_at")):
        with op.batch_alter_table(table) as batch_op:
            batch_op.drop_column(column)
