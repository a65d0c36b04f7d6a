"""Photos of people: which files are theirs, and who sees them."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("users", sa.Column("photo", sa.String(length=32), nullable=True))
    op.add_column(
        "users", sa.Column("photo_for", sa.String(length=10), nullable=False, server_default="nobody")
    )
    op.create_index(op.f("ix_users_photo"), "users", ["photo"], unique=True)


def downgrade() -> None:
    op.drop_index(op.f("ix_users_photo"), table_name="users")
    with op.batch_alter_table("users") as batch_op:
        batch_op.drop_column("photo_for")
        batch_op.drop_column("photo")
