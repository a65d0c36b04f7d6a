"""One's own account: second factor and recovery codes, signing in by two steps, changes of address."""

import sqlalchemy as sa
from alembic import op

import models.base

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def _time(name: str, *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, models.base.UtcDateTime(length=27), nullable=nullable)


def _person(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f(f"fk_{table}_user_id"))


def upgrade() -> None:
    op.add_column("users", _time("second_factor_at", nullable=True))
    op.create_table(
        "second_factors",
        sa.Column("user_id", sa.String(length=36), nullable=False),
        sa.Column("seed_id", sa.String(length=36), nullable=False),
        _time("started_at"),
        _time("confirmed_at", nullable=True),
        sa.Column("used_steps", sa.String(length=240), nullable=False),
        _person("second_factors"),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_second_factors")),
    )
    op.create_table(
        "recovery_codes",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("user_id", sa.String(length=36), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        _time("used_at", nullable=True),
        _person("recovery_codes"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_codes")),
        sa.UniqueConstraint("code_hash", name=op.f("uq_recovery_codes_code_hash")),
    )
    op.create_index(op.f("ix_recovery_codes_user_id"), "recovery_codes", ["user_id"])
    op.create_table(
        "sign_in_challenges",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("user_id", sa.String(length=36), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("shared_device", sa.Boolean(), nullable=False),
        _time("created_at"),
        _time("expires_at"),
        _time("used_at", nullable=True),
        _person("sign_in_challenges"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_challenges")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_sign_in_challenges_token_hash")),
    )
    op.create_index(op.f("ix_sign_in_challenges_created_at"), "sign_in_challenges", ["created_at"])
    op.create_index(op.f("ix_sign_in_challenges_user_id"), "sign_in_challenges", ["user_id"])
    op.create_table(
        "address_changes",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("user_id", sa.String(length=36), nullable=False),
        sa.Column("old_email", sa.String(length=320), nullable=True),
        sa.Column("email", sa.String(length=320), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("undo_hash", sa.String(length=64), nullable=False),
        _time("created_at"),
        _time("ended_at", nullable=True),
        _time("confirmed_at", nullable=True),
        _person("address_changes"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_address_changes")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_address_changes_token_hash")),
        sa.UniqueConstraint("undo_hash", name=op.f("uq_address_changes_undo_hash")),
    )
    op.create_index(op.f("ix_address_changes_created_at"), "address_changes", ["created_at"])
    op.create_index(op.f("ix_address_changes_user_id"), "address_changes", ["user_id"])
    op.create_table(
        "mail_choices",
        sa.Column("user_id", sa.String(length=36), nullable=False),
        sa.Column("mails", sa.String(length=30), nullable=False),
        sa.Column("way", sa.String(length=10), nullable=False),
        _person("mail_choices"),
        sa.PrimaryKeyConstraint("user_id", "mails", name=op.f("pk_mail_choices")),
    )


def downgrade() -> None:
    for table in (
        "mail_choices",
        "address_changes",
        "sign_in_challenges",
        "recovery_codes",
        "second_factors",
    ):
        op.drop_table(table)
    with op.batch_alter_table("users") as batch_op:
        batch_op.drop_column("second_factor_at")
