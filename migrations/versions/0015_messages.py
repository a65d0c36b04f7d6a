"""What a message carries: mentions, reactions, drafts."""

import sqlalchemy as sa
from alembic import op

import models.base

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "message_mentions",
        sa.Column("message_id", sa.String(length=36), nullable=False),
        sa.Column("user_id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.ForeignKeyConstraint(["message_id"], ["messages.id"], name=op.f("fk_message_mentions_message_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_message_mentions_user_id")),
        sa.PrimaryKeyConstraint("message_id", "user_id", name=op.f("pk_message_mentions")),
    )
    op.create_index("ix_message_mentions_user_id_message_id", "message_mentions", ["user_id", "message_id"])
    op.add_column(
        "messages", sa.Column("reaction_count", sa.Integer(), server_default=sa.text("0"), nullable=False)
    )
    op.create_table(
        "message_reactions",
        sa.Column("message_id", sa.String(length=36), nullable=False),
        sa.Column("emoji", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.String(length=36), nullable=False),
        sa.Column("at", models.base.UtcDateTime(length=27), nullable=False),
        sa.ForeignKeyConstraint(
            ["message_id"], ["messages.id"], name=op.f("fk_message_reactions_message_id")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_message_reactions_user_id")),
        sa.PrimaryKeyConstraint("message_id", "emoji", "user_id", name=op.f("pk_message_reactions")),
    )
    op.create_index(op.f("ix_message_reactions_user_id"), "message_reactions", ["user_id"])
    op.add_column("messages", sa.Column("translation", sa.String(length=120), nullable=True))
    op.create_table(
        "drafts",
        sa.Column("user_id", sa.String(length=36), nullable=False),
        sa.Column("context", sa.String(length=60), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("set_aside", sa.JSON(), nullable=False),
        sa.Column("client_msg_id", sa.String(length=64), nullable=False),
        sa.Column("reply_to", sa.String(length=36), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("updated_at", models.base.UtcDateTime(length=27), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_drafts_user_id")),
        sa.PrimaryKeyConstraint("user_id", "context", name=op.f("pk_drafts")),
    )
    op.create_index(op.f("ix_drafts_updated_at"), "drafts", ["updated_at"])


def downgrade() -> None:
    op.drop_index(op.f("ix_drafts_updated_at"), table_name="drafts")
    op.drop_table("drafts")
    op.drop_index(op.f("ix_message_reactions_user_id"), table_name="message_reactions")
    op.drop_table("message_reactions")
    with op.batch_alter_table("messages") as batch_op:
        batch_op.drop_column("translation")
        batch_op.drop_column("reaction_count")
    op.drop_index("ix_message_mentions_user_id_message_id", table_name="message_mentions")
    op.drop_table("message_mentions")
