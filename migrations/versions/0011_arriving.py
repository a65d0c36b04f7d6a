"""Direct rooms, blocks, buddies, the first steps."""

import sqlalchemy as sa
from alembic import op

import models.base

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("rooms", sa.Column("people_digest", sa.String(length=64), nullable=True))
    op.create_index(
        "uq_rooms_network_id_people_digest", "rooms", ["network_id", "people_digest"], unique=True
    )
    _make_blocks()
    _make_arrivals()


def downgrade() -> None:
    for table in ("arrivals", "buddy_pairs", "buddies", "contact_choices", "blocks"):
        op.drop_table(table)
    op.drop_index("uq_rooms_network_id_people_digest", "rooms")
    with op.batch_alter_table("rooms") as batch_op:
        batch_op.drop_column("people_digest")


def _make_blocks() -> None:
    op.create_table(
        "blocks",
        sa.Column("user_id", sa.String(length=36), nullable=False),
        sa.Column("blocked_id", sa.String(length=36), nullable=False),
        sa.Column("created_at", models.base.UtcDateTime(length=27), nullable=False),
        sa.ForeignKeyConstraint(["blocked_id"], ["users.id"], name=op.f("fk_blocks_blocked_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_blocks_user_id")),
        sa.PrimaryKeyConstraint("user_id", "blocked_id", name=op.f("pk_blocks")),
    )
    op.create_index(op.f("ix_blocks_blocked_id"), "blocks", ["blocked_id"])
    op.create_table(
        "contact_choices",
        sa.Column("user_id", sa.String(length=36), nullable=False),
        sa.Column("direct_messages", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_contact_choices_user_id")),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_contact_choices")),
    )


def _make_arrivals() -> None:
    op.create_table(
        "buddies",
        sa.Column("network_id", sa.String(length=36), nullable=False),
        sa.Column("user_id", sa.String(length=36), nullable=False),
        sa.Column("named_by", sa.String(length=36), nullable=True),
        sa.Column("since", models.base.UtcDateTime(length=27), nullable=False),
        sa.ForeignKeyConstraint(["named_by"], ["users.id"], name=op.f("fk_buddies_named_by")),
        sa.ForeignKeyConstraint(["network_id"], ["networks.id"], name=op.f("fk_buddies_network_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_buddies_user_id")),
        sa.PrimaryKeyConstraint("network_id", "user_id", name=op.f("pk_buddies")),
    )
    op.create_index(op.f("ix_buddies_user_id"), "buddies", ["user_id"])
    op.create_table(
        "buddy_pairs",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("network_id", sa.String(length=36), nullable=False),
        sa.Column("membership_id", sa.String(length=36), nullable=False),
        sa.Column("newcomer_id", sa.String(length=36), nullable=False),
        sa.Column("buddy_id", sa.String(length=36), nullable=False),
        sa.Column("created_at", models.base.UtcDateTime(length=27), nullable=False),
        sa.Column("ends_at", models.base.UtcDateTime(length=27), nullable=False),
        sa.Column("ended_at", models.base.UtcDateTime(length=27), nullable=True),
        sa.Column("greeted_at", models.base.UtcDateTime(length=27), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["buddy_id"], ["users.id"], name=op.f("fk_buddy_pairs_buddy_id")),
        sa.ForeignKeyConstraint(
            ["membership_id"], ["memberships.id"], name=op.f("fk_buddy_pairs_membership_id")
        ),
        sa.ForeignKeyConstraint(["network_id"], ["networks.id"], name=op.f("fk_buddy_pairs_network_id")),
        sa.ForeignKeyConstraint(["newcomer_id"], ["users.id"], name=op.f("fk_buddy_pairs_newcomer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_buddy_pairs")),
        sa.UniqueConstraint("membership_id", name=op.f("uq_buddy_pairs_membership_id")),
    )
    op.create_index("ix_buddy_pairs_buddy_id_ends_at", "buddy_pairs", ["buddy_id", "ends_at"])
    op.create_index("ix_buddy_pairs_newcomer_id_ends_at", "buddy_pairs", ["newcomer_id", "ends_at"])
    op.create_table(
        "arrivals",
        sa.Column("user_id", sa.String(length=36), nullable=False),
        sa.Column("network_id", sa.String(length=36), nullable=False),
        sa.Column("put_off", sa.String(length=200), nullable=False),
        sa.Column("closed_at", models.base.UtcDateTime(length=27), nullable=True),
        sa.ForeignKeyConstraint(["network_id"], ["networks.id"], name=op.f("fk_arrivals_network_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_arrivals_user_id")),
        sa.PrimaryKeyConstraint("user_id", "network_id", name=op.f("pk_arrivals")),
    )
