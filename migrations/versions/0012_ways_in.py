"""Letters that wait for verification, other addresses, bounces."""

import sqlalchemy as sa
from alembic import op

import models.base

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

ORGANISATIONS = ("time_zone", "asked_at", "answer")
INVITATIONS = ("sent_at", "undelivered_at", "wished_email", "wished_name", "wishes")


def upgrade() -> None:
    with op.batch_alter_table("organisations") as batch_op:
        batch_op.add_column(sa.Column("time_zone", sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column("asked_at", models.base.UtcDateTime(length=27), nullable=True))
        batch_op.add_column(sa.Column("answer", sa.Text(), nullable=True))
    op.execute(
        "UPDATE organisations SET asked_at = created_at, time_zone = COALESCE("
        "(SELECT users.time_zone FROM users WHERE users.id = organisations.created_by), 'UTC')"
    )
    with op.batch_alter_table("organisations") as batch_op:
        batch_op.alter_column("time_zone", existing_type=sa.String(length=64), nullable=False)
        batch_op.alter_column("asked_at", existing_type=models.base.UtcDateTime(length=27), nullable=False)
    with op.batch_alter_table("invitations") as batch_op:
        batch_op.add_column(sa.Column("sent_at", models.base.UtcDateTime(length=27), nullable=True))
        batch_op.add_column(sa.Column("undelivered_at", models.base.UtcDateTime(length=27), nullable=True))
        batch_op.add_column(sa.Column("wished_email", sa.String(length=320), nullable=True))
        batch_op.add_column(sa.Column("wished_name", sa.String(length=200), nullable=True))
        batch_op.add_column(sa.Column("wishes", sa.Integer(), nullable=True))
    # Until now an invitation was sent as it was written.
    op.execute("UPDATE invitations SET sent_at = created_at, wishes = 0")
    with op.batch_alter_table("invitations") as batch_op:
        batch_op.alter_column("wishes", existing_type=sa.Integer(), nullable=False)
    op.create_index(
        "ix_invitations_waiting",
        "invitations",
        ["network_id"],
        sqlite_where=sa.text("sent_at IS NULL"),
        postgresql_where=sa.text("sent_at IS NULL"),
    )


def downgrade() -> None:
    op.drop_index("ix_invitations_waiting", table_name="invitations")
    with op.batch_alter_table("invitations") as batch_op:
        for column in INVITATIONS:
            batch_op.drop_column(column)
    with op.batch_alter_table("organisations") as batch_op:
        for column in ORGANISATIONS:
            batch_op.drop_column(column)
