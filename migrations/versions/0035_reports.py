"""Why a closed case is looked at again."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("cases", sa.Column("reopened_because", sa.Text(), nullable=True))


def downgrade() -> None:
    op.drop_column("cases", "reopened_because")
