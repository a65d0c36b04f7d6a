"""Who is told of what, where and when."""

import sqlalchemy as sa
from alembic import op

import models.base

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def _time(name: str, *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, models.base.UtcDateTime(length=27), nullable=nullable)


def _id(name: str) -> sa.Column:
    return sa.Column(name, sa.String(length=36), nullable=False)


def _points_to(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}"))


def _create_levels(table: str, place: str, other: str, key: list[str]) -> None:
    op.create_table(
        table,
        _id(place),
        _id("user_id"),
        sa.Column("level", sa.String(length=10), nullable=False),
        _points_to(table, place, other),
        _points_to(table, "user_id", "users"),
        sa.PrimaryKeyConstraint(*key, name=op.f(f"pk_{table}")),
    )


def upgrade() -> None:
    _create_levels("network_levels", "network_id", "networks", ["user_id", "network_id"])
    _create_levels("room_levels", "room_id", "rooms", ["room_id", "user_id"])
    _create_levels("topic_levels", "topic_id", "topics", ["topic_id", "user_id"])
    op.execute(
        "INSERT INTO room_levels (room_id, user_id, level) SELECT room_id, user_id, 'muted' FROM room_mutes"
    )
    op.drop_table("room_mutes")
    op.create_table(
        "notices",
        _id("id"),
        _id("user_id"),
        sa.Column("event", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        _id("network_id"),
        _id("entity_id"),
        _time("created_at"),
        _time("read_at", nullable=True),
        _points_to("notices", "user_id", "users"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notices")),
        sa.UniqueConstraint("user_id", "event", name=op.f("uq_notices_user_id_event")),
    )
    op.create_index("ix_notices_user_id_id", "notices", ["user_id", "id"])
    op.create_index(op.f("ix_notices_entity_id"), "notices", ["entity_id"])
    op.create_index(op.f("ix_notices_created_at"), "notices", ["created_at"])
    unread = sa.text("read_at IS NULL")
    op.create_index("ix_notices_unread", "notices", ["user_id"], sqlite_where=unread, postgresql_where=unread)
    op.create_table(
        "notice_sendings",
        _id("notice_id"),
        sa.Column("channel", sa.String(length=10), nullable=False),
        _time("due_at"),
        _time("settled_at", nullable=True),
        _points_to("notice_sendings", "notice_id", "notices"),
        sa.PrimaryKeyConstraint("notice_id", "channel", name=op.f("pk_notice_sendings")),
    )
    waiting = sa.text("settled_at IS NULL")
    op.create_index(
        "ix_notice_sendings_due", "notice_sendings", ["channel", "due_at"],
        sqlite_where=waiting, postgresql_where=waiting,
    )  # fmt: skip
    op.create_table(
        "notice_settings",
        _id("user_id"),
        sa.Column("quiet", sa.Boolean(), nullable=False),
        *(
            sa.Column(name, sa.Integer(), nullable=False)
            for name in ("quiet_from", "quiet_until", "mail_weekday", "mail_hour")
        ),
        _points_to("notice_settings", "user_id", "users"),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_notice_settings")),
    )
    op.create_table(
        "digest_plans",
        _id("user_id"),
        _time("next_at"),
        _time("last_at", nullable=True),
        _points_to("digest_plans", "user_id", "users"),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_digest_plans")),
    )
    op.create_index(op.f("ix_digest_plans_next_at"), "digest_plans", ["next_at"])
    op.create_table(
        "notice_progress",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        _time("seen_until"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice_progress")),
    )


def downgrade() -> None:
    for table in ("notice_progress", "digest_plans", "notice_settings", "notice_sendings", "notices"):
        op.drop_table(table)
    op.create_table(
        "room_mutes",
        _id("room_id"),
        _id("user_id"),
        _points_to("room_mutes", "room_id", "rooms"),
        _points_to("room_mutes", "user_id", "users"),
        sa.PrimaryKeyConstraint("room_id", "user_id", name=op.f("pk_room_mutes")),
    )
    op.execute(
        "INSERT INTO room_mutes (room_id, user_id) SELECT room_id, user_id FROM room_levels"
        " WHERE level = 'muted'"
    )
    for table in ("topic_levels", "room_levels", "network_levels"):
        op.drop_table(table)
