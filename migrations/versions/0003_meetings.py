"""Meetings: series, exceptions, replies, attendance, reminders, calendar feeds."""

import sqlalchemy as sa
from alembic import op

import models.base

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "calendar_feeds",
        sa.Column("user_id", sa.String(length=36), nullable=False),
        sa.Column("secret_hash", sa.String(length=64), nullable=False),
        sa.Column("created_at", models.base.UtcDateTime(length=27), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_calendar_feeds_user_id")),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_calendar_feeds")),
        sa.UniqueConstraint("secret_hash", name=op.f("uq_calendar_feeds_secret_hash")),
    )
    op.create_table(
        "meetings",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("network_id", sa.String(length=36), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("starts_at", models.base.UtcDateTime(length=27), nullable=False),
        sa.Column("time_zone", sa.String(length=60), nullable=False),
        sa.Column("duration_minutes", sa.Integer(), nullable=False),
        sa.Column("recurrence", sa.String(length=120), nullable=True),
        sa.Column("ends_at", models.base.UtcDateTime(length=27), nullable=True),
        sa.Column("place", sa.String(length=300), nullable=True),
        sa.Column("link", sa.String(length=500), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("created_by", sa.String(length=36), nullable=False),
        sa.Column("created_at", models.base.UtcDateTime(length=27), nullable=False),
        sa.Column("changed_at", models.base.UtcDateTime(length=27), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["network_id"], ["networks.id"], name=op.f("fk_meetings_network_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meetings")),
    )
    with op.batch_alter_table("meetings", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_meetings_created_by"), ["created_by"], unique=False)
        batch_op.create_index(batch_op.f("ix_meetings_ends_at"), ["ends_at"], unique=False)
        batch_op.create_index("ix_meetings_network_id_starts_at", ["network_id", "starts_at"], unique=False)

    op.create_table(
        "meeting_attendances",
        sa.Column("meeting_id", sa.String(length=36), nullable=False),
        sa.Column("occurrence", sa.String(length=16), nullable=False),
        sa.Column("user_id", sa.String(length=36), nullable=False),
        sa.Column("recorded_by", sa.String(length=36), nullable=False),
        sa.Column("recorded_at", models.base.UtcDateTime(length=27), nullable=False),
        sa.ForeignKeyConstraint(
            ["meeting_id"], ["meetings.id"], name=op.f("fk_meeting_attendances_meeting_id")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_meeting_attendances_user_id")),
        sa.PrimaryKeyConstraint("meeting_id", "occurrence", "user_id", name=op.f("pk_meeting_attendances")),
    )
    with op.batch_alter_table("meeting_attendances", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_meeting_attendances_user_id"), ["user_id"], unique=False)

    op.create_table(
        "meeting_exceptions",
        sa.Column("meeting_id", sa.String(length=36), nullable=False),
        sa.Column("occurrence", sa.String(length=16), nullable=False),
        sa.Column("starts_at", models.base.UtcDateTime(length=27), nullable=True),
        sa.Column("duration_minutes", sa.Integer(), nullable=True),
        sa.Column("title", sa.String(length=200), nullable=True),
        sa.Column("about", sa.Text(), nullable=True),
        sa.Column("place", sa.String(length=300), nullable=True),
        sa.Column("link", sa.String(length=500), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["meeting_id"], ["meetings.id"], name=op.f("fk_meeting_exceptions_meeting_id")
        ),
        sa.PrimaryKeyConstraint("meeting_id", "occurrence", name=op.f("pk_meeting_exceptions")),
    )
    op.create_table(
        "meeting_reminders",
        sa.Column("meeting_id", sa.String(length=36), nullable=False),
        sa.Column("starts_at", models.base.UtcDateTime(length=27), nullable=False),
        sa.Column("user_id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=5), nullable=False),
        sa.Column("promised_at", models.base.UtcDateTime(length=27), nullable=False),
        sa.ForeignKeyConstraint(
            ["meeting_id"], ["meetings.id"], name=op.f("fk_meeting_reminders_meeting_id")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_meeting_reminders_user_id")),
        sa.PrimaryKeyConstraint(
            "meeting_id", "starts_at", "user_id", "kind", name=op.f("pk_meeting_reminders")
        ),
    )
    with op.batch_alter_table("meeting_reminders", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_meeting_reminders_promised_at"), ["promised_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_meeting_reminders_user_id"), ["user_id"], unique=False)

    op.create_table(
        "meeting_replies",
        sa.Column("meeting_id", sa.String(length=36), nullable=False),
        sa.Column("occurrence", sa.String(length=16), nullable=False),
        sa.Column("user_id", sa.String(length=36), nullable=False),
        sa.Column("reply", sa.String(length=5), nullable=False),
        sa.Column("replied_at", models.base.UtcDateTime(length=27), nullable=False),
        sa.ForeignKeyConstraint(["meeting_id"], ["meetings.id"], name=op.f("fk_meeting_replies_meeting_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_meeting_replies_user_id")),
        sa.PrimaryKeyConstraint("meeting_id", "occurrence", "user_id", name=op.f("pk_meeting_replies")),
    )
    with op.batch_alter_table("meeting_replies", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_meeting_replies_user_id"), ["user_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("meeting_replies", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_meeting_replies_user_id"))

    op.drop_table("meeting_replies")
    with op.batch_alter_table("meeting_reminders", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_meeting_reminders_user_id"))
        batch_op.drop_index(batch_op.f("ix_meeting_reminders_promised_at"))

    op.drop_table("meeting_reminders")
    op.drop_table("meeting_exceptions")
    with op.batch_alter_table("meeting_attendances", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_meeting_attendances_user_id"))

    op.drop_table("meeting_attendances")
    with op.batch_alter_table("meetings", schema=None) as batch_op:
        batch_op.drop_index("ix_meetings_network_id_starts_at")
        batch_op.drop_index(batch_op.f("ix_meetings_ends_at"))
        batch_op.drop_index(batch_op.f("ix_meetings_created_by"))

    op.drop_table("meetings")
    op.drop_table("calendar_feeds")
