"""When a letter is settled is known of every one, so that it can be forgotten in time."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("outbox_mails", schema=None) as batch_op:
        batch_op.alter_column("sent_at", new_column_name="settled_at")
    op.create_index("ix_outbox_mails_settled_at", "outbox_mails", ["settled_at"], unique=False)
    mails = sa.table(
        "outbox_mails", sa.column("state"), sa.column("settled_at"), sa.column("next_attempt_at")
    )
    unnoted = mails.c.settled_at.is_(None) & (mails.c.state != "waiting")
    op.execute(mails.update().where(unnoted).values(settled_at=mails.c.next_attempt_at))


def downgrade() -> None:
    with op.batch_alter_table("outbox_mails", schema=None) as batch_op:
        batch_op.drop_index("ix_outbox_mails_settled_at")
    with op.batch_alter_table("outbox_mails", schema=None) as batch_op:
        batch_op.alter_column("settled_at", new_column_name="sent_at")
