"""Worries about somebody's safety, professional contacts, when somebody with a role can be reached."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import models.base
from migrations.concern_records import protect, unprotect

revision = "0032"
down_revision = "0034"
branch_labels = None
depends_on = None

RECORDS = {
    "concern_accounts": (
        ("author_id", sa.String(length=36), False),
        ("body", sa.Text(), False),
    ),
    "concern_notes": (
        ("author_id", sa.String(length=36), False),
        ("kind", sa.String(length=10), False),
        ("body", sa.Text(), False),
    ),
    "concern_names": (
        ("user_id", sa.String(length=36), True),
        ("name", sa.String(length=200), False),
    ),
    "concern_told": (
        ("user_id", sa.String(length=36), False),
        ("role", sa.String(length=25), False),
        ("why", sa.String(length=10), False),
    ),
    "concern_looks": (("user_id", sa.String(length=36), False),),
}


def upgrade() -> None:
    op.create_table(
        "professional_contacts",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("kind", sa.String(length=15), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("phone", sa.String(length=40), nullable=False),
        sa.Column("url", sa.String(length=500), nullable=False),
        sa.Column("hours", sa.String(length=200), nullable=False),
        sa.Column("checked_on", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_professional_contacts")),
    )
    op.create_index("ix_professional_contacts_country_id", "professional_contacts", ["country", "id"])
    op.create_table(
        "concerns",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("network_id", sa.String(length=36), nullable=False),
        sa.Column("raised_by", sa.String(length=36), nullable=False),
        sa.Column("danger", sa.Boolean(), nullable=False),
        sa.Column("raised_at", models.base.UtcDateTime(length=27), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("waiting_since", models.base.UtcDateTime(length=27), nullable=False),
        sa.Column("first_seen_at", models.base.UtcDateTime(length=27), nullable=True),
        sa.Column("overdue_told_at", models.base.UtcDateTime(length=27), nullable=True),
        sa.Column("review_told_at", models.base.UtcDateTime(length=27), nullable=True),
        sa.Column("review_at", models.base.UtcDateTime(length=27), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["network_id"], ["networks.id"], name=op.f("fk_concerns_network_id")),
        sa.ForeignKeyConstraint(["raised_by"], ["users.id"], name=op.f("fk_concerns_raised_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_concerns")),
    )
    op.create_index("ix_concerns_network_id_id", "concerns", ["network_id", "id"])
    op.create_index("ix_concerns_raised_by_id", "concerns", ["raised_by", "id"])
    op.create_index("ix_concerns_review_at", "concerns", ["review_at"])
    op.create_index("ix_concerns_state_waiting_since", "concerns", ["state", "waiting_since"])
    for table, columns in RECORDS.items():
        _make_record(table, columns)
    protect(op, list(RECORDS))
    op.add_column("appointments", sa.Column("hours", sa.String(length=200), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("appointments") as batch_op:
        batch_op.drop_column("hours")
    unprotect(op, list(RECORDS))
    for table in RECORDS:
        op.drop_table(table)
    op.drop_table("concerns")
    op.drop_table("professional_contacts")


def _make_record(table: str, columns: tuple[tuple[str, sa.types.TypeEngine[str], bool], ...]) -> None:
    """A table of what stands of a concern: to which it belongs, what was said or done, when."""
    person = columns[0][0]
    op.create_table(
        table,
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("concern_id", sa.String(length=36), nullable=False),
        *(sa.Column(name, kind, nullable=empty) for name, kind, empty in columns),
        sa.Column("at", models.base.UtcDateTime(length=27), nullable=False),
        sa.ForeignKeyConstraint(["concern_id"], ["concerns.id"], name=op.f(f"fk_{table}_concern_id")),
        sa.ForeignKeyConstraint([person], ["users.id"], name=op.f(f"fk_{table}_{person}")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )
    if table == "concern_names":
        op.create_index(op.f("ix_concern_names_user_id"), table, ["user_id"])
        op.create_index("ix_concern_names_concern_id_user_id", table, ["concern_id", "user_id"])
        return
    if table == "concern_accounts":
        op.create_index(op.f("ix_concern_accounts_author_id"), table, ["author_id"])
    op.create_index(f"ix_{table}_concern_id_id", table, ["concern_id", "id"])
