"""The people of a network by name without reading each membership."""

from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

INDEX = "ix_memberships_network_id_state_user_id"


def upgrade() -> None:
    op.create_index(INDEX, "memberships", ["network_id", "state", "user_id"])


def downgrade() -> None:
    op.drop_index(INDEX, table_name="memberships")
