"""Why a closed case is looked at again, and why a case was handed over."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("cases", sa.Column("reopened_because", sa.Text(), nullable=True))
    op.add_column("cases", sa.Column("handed_over_because", sa.Text(), nullable=True))


def downgrade() -> None:
    op.drop_column("cases", "handed_over_because")
    op.drop_column("cases", "reopened_because")
