"""The house mended: when a letter was settled; private rooms told by their ids; weeks of talk by an index;
how often an invitation was sent again; what follows from facts; the rights with which an answer was got."""

import sqlalchemy as sa
from alembic import op

import models.base

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_NOT_DELETED = sa.text("deleted_at IS NULL")


def upgrade() -> None:
    with op.batch_alter_table("outbox_mails", schema=None) as batch_op:
        batch_op.alter_column("sent_at", new_column_name="settled_at")
    op.create_index("ix_outbox_mails_settled_at", "outbox_mails", ["settled_at"], unique=False)
    mails = sa.table(
        "outbox_mails", sa.column("state"), sa.column("settled_at"), sa.column("next_attempt_at")
    )
    unnoted = mails.c.settled_at.is_(None) & (mails.c.state != "waiting")
    op.execute(mails.update().where(unnoted).values(settled_at=mails.c.next_attempt_at))
    op.create_index(
        "ix_messages_said", "messages", ["room_id", "created_at", "author_id"], unique=False,
        sqlite_where=_NOT_DELETED, postgresql_where=_NOT_DELETED,
    )  # fmt: skip
    with op.batch_alter_table("invitations", schema=None) as batch_op:
        batch_op.add_column(sa.Column("resends", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("resends_since", models.base.UtcDateTime(length=27), nullable=True))
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "consequences",
        sa.Column("id", number, autoincrement=True, nullable=False),
        sa.Column("event_id", number, nullable=False),
        sa.Column("subscriber", sa.String(length=200), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_attempt_at", models.base.UtcDateTime(length=27), nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consequences")),
    )
    op.create_index(
        op.f("ix_consequences_next_attempt_at"), "consequences", ["next_attempt_at"], unique=False
    )
    # With which rights the answers were got that are kept already, nobody noted: none is asked for.
    with op.batch_alter_table("idempotency_keys", schema=None) as batch_op:
        batch_op.add_column(sa.Column("rights", sa.Text(), nullable=False, server_default=""))
    # Shown in somebody's own scope by its id alone: she may have left the room since.
    op.execute(
        "UPDATE event_log SET entity_type = 'room_access' WHERE type = 'room.opened' AND scope LIKE 'user:%'"
    )


def downgrade() -> None:
    op.execute("UPDATE event_log SET entity_type = 'room' WHERE type = 'room.opened' AND scope LIKE 'user:%'")
    with op.batch_alter_table("invitations", schema=None) as batch_op:
        batch_op.drop_column("resends_since")
        batch_op.drop_column("resends")
    with op.batch_alter_table("idempotency_keys", schema=None) as batch_op:
        batch_op.drop_column("rights")
    op.drop_table("consequences")
    op.drop_index("ix_messages_said", table_name="messages")
    with op.batch_alter_table("outbox_mails", schema=None) as batch_op:
        batch_op.drop_index("ix_outbox_mails_settled_at")
    with op.batch_alter_table("outbox_mails", schema=None) as batch_op:
        batch_op.alter_column("settled_at", new_column_name="sent_at")
