"""What rooms and topics can: slow mode, order, pins, moves."""

import sqlalchemy as sa
from alembic import op

import models.base

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

CHOICES = ("tells_typing", "tells_presence")


def upgrade() -> None:
    op.add_column("rooms", sa.Column("slow_mode_seconds", sa.Integer(), nullable=False, server_default="0"))
    op.create_table(
        "room_sends",
        sa.Column("room_id", sa.String(length=36), nullable=False),
        sa.Column("user_id", sa.String(length=36), nullable=False),
        sa.Column("sent_at", models.base.UtcDateTime(length=27), nullable=False),
        sa.ForeignKeyConstraint(["room_id"], ["rooms.id"], name=op.f("fk_room_sends_room_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_room_sends_user_id")),
        sa.PrimaryKeyConstraint("room_id", "user_id", name=op.f("pk_room_sends")),
    )
    op.add_column("topics", sa.Column("pinned", sa.Integer(), nullable=False, server_default="0"))
    op.create_index("ix_topics_room_id_pinned_last_seq", "topics", ["room_id", "pinned", "last_seq"])
    op.drop_index("ix_topics_room_id_last_seq", table_name="topics")
    for choice in CHOICES:
        op.add_column(
            "contact_choices", sa.Column(choice, sa.Boolean(), nullable=False, server_default=sa.true())
        )


def downgrade() -> None:
    with op.batch_alter_table("contact_choices") as batch_op:
        for choice in CHOICES:
            batch_op.drop_column(choice)
    op.create_index("ix_topics_room_id_last_seq", "topics", ["room_id", "last_seq"])
    op.drop_index("ix_topics_room_id_pinned_last_seq", table_name="topics")
    with op.batch_alter_table("topics") as batch_op:
        batch_op.drop_column("pinned")
    op.drop_table("room_sends")
    with op.batch_alter_table("rooms") as batch_op:
        batch_op.drop_column("slow_mode_seconds")
