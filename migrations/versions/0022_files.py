"""Files and voice notes that messages carry."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import models.base

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "messages", sa.Column("file_count", sa.Integer(), nullable=False, server_default=sa.text("0"))
    )
    op.create_table(
        "files",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("network_id", sa.String(length=36), nullable=False),
        sa.Column("uploader_id", sa.String(length=36), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("media_type", sa.String(length=100), nullable=False),
        sa.Column("bytes", sa.Integer(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=True),
        sa.Column("height", sa.Integer(), nullable=True),
        sa.Column("seconds", sa.Integer(), nullable=True),
        sa.Column("alt", sa.String(length=300), nullable=True),
        sa.Column("store_key", sa.String(length=32), nullable=False),
        sa.Column("stored_bytes", sa.Integer(), nullable=False),
        sa.Column("source_digest", sa.String(length=64), nullable=False),
        sa.Column("upload_key", sa.String(length=255), nullable=True),
        sa.Column("message_id", sa.String(length=36), nullable=True),
        sa.Column("position", sa.Integer(), nullable=True),
        sa.Column("created_at", models.base.UtcDateTime(length=27), nullable=False),
        sa.ForeignKeyConstraint(["message_id"], ["messages.id"], name=op.f("fk_files_message_id")),
        sa.ForeignKeyConstraint(["network_id"], ["networks.id"], name=op.f("fk_files_network_id")),
        sa.ForeignKeyConstraint(["uploader_id"], ["users.id"], name=op.f("fk_files_uploader_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_files")),
        sa.UniqueConstraint("store_key", name=op.f("uq_files_store_key")),
        sa.UniqueConstraint("uploader_id", "upload_key", name=op.f("uq_files_uploader_id_upload_key")),
    )
    op.create_index("ix_files_message_id_position", "files", ["message_id", "position"])
    op.create_index(op.f("ix_files_network_id"), "files", ["network_id"])
    op.create_index(op.f("ix_files_uploader_id"), "files", ["uploader_id"])
    op.create_index(op.f("ix_files_created_at"), "files", ["created_at"])


def downgrade() -> None:
    op.drop_index(op.f("ix_files_created_at"), table_name="files")
    op.drop_index(op.f("ix_files_uploader_id"), table_name="files")
    op.drop_index(op.f("ix_files_network_id"), table_name="files")
    op.drop_index("ix_files_message_id_position", table_name="files")
    op.drop_table("files")
    with op.batch_alter_table("messages") as batch_op:
        batch_op.drop_column("file_count")
