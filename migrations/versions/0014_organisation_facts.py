"""By what an operator can tell who an organisation is."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

FACTS = (("website", 300), ("register_entry", 200), ("contact_note", 500))


def upgrade() -> None:
    for name, length in FACTS:
        op.add_column("organisations", sa.Column(name, sa.String(length=length), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("organisations") as batch_op:
        for name, _length in FACTS:
            batch_op.drop_column(name)
