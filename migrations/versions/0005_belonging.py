"""Belonging: what is said while an application waits, posters, profiles."""

import unicodedata

import sqlalchemy as sa
from alembic import op

import models.base

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

FEW = 500
_PLAIN = str.maketrans({
    "ł": "l", "ø": "o", "đ": "d", "ð": "d", "ħ": "h", "ı": "i", "ŧ": "t", "æ": "ae", "œ": "oe", "þ": "th",
})  # fmt: skip


def upgrade() -> None:
    _make_profiles()
    op.create_table(
        "application_messages",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("application_id", sa.String(length=36), nullable=False),
        sa.Column("author_id", sa.String(length=36), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("created_at", models.base.UtcDateTime(length=27), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"], ["applications.id"], name=op.f("fk_application_messages_application_id")
        ),
        sa.ForeignKeyConstraint(["author_id"], ["users.id"], name=op.f("fk_application_messages_author_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_application_messages")),
    )
    op.create_index(
        "ix_application_messages_application_id_id", "application_messages", ["application_id", "id"]
    )
    op.create_index(op.f("ix_application_messages_author_id"), "application_messages", ["author_id"])
    op.create_table(
        "posters",
        sa.Column("network_id", sa.String(length=36), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("renewals", sa.Integer(), nullable=False),
        sa.Column("hung_by", sa.String(length=36), nullable=False),
        sa.Column("created_at", models.base.UtcDateTime(length=27), nullable=False),
        sa.Column("expires_at", models.base.UtcDateTime(length=27), nullable=False),
        sa.Column("ended_at", models.base.UtcDateTime(length=27), nullable=True),
        sa.Column("sent", sa.Integer(), nullable=False),
        sa.Column("sent_since", models.base.UtcDateTime(length=27), nullable=True),
        sa.ForeignKeyConstraint(["hung_by"], ["users.id"], name=op.f("fk_posters_hung_by")),
        sa.ForeignKeyConstraint(["network_id"], ["networks.id"], name=op.f("fk_posters_network_id")),
        sa.PrimaryKeyConstraint("network_id", name=op.f("pk_posters")),
        sa.UniqueConstraint("code_hash", name=op.f("uq_posters_code_hash")),
    )


def downgrade() -> None:
    _drop_profiles()
    op.drop_table("posters")
    op.drop_table("application_messages")


# Profiles and people


def _make_profiles() -> None:
    op.add_column("users", sa.Column("folded_name", sa.String(length=200), nullable=False, server_default=""))
    _fold_names()
    op.create_index("ix_users_folded_name_id", "users", ["folded_name", "id"])
    op.create_table(
        "profiles",
        sa.Column("user_id", sa.String(length=36), nullable=False),
        sa.Column("introduction", sa.Text(), nullable=False),
        sa.Column("introduction_for", sa.String(length=10), nullable=False),
        sa.Column("languages_for", sa.String(length=10), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=True),
        sa.Column("region", sa.String(length=100), nullable=False),
        sa.Column("region_folded", sa.String(length=200), nullable=False),
        sa.Column("region_for", sa.String(length=10), nullable=False),
        sa.Column("offers_for", sa.String(length=10), nullable=False),
        sa.Column("availability", sa.String(length=21), nullable=False),
        sa.Column("can_help_now", sa.Boolean(), nullable=False),
        sa.Column("availability_for", sa.String(length=10), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_profiles_user_id")),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_profiles")),
    )
    op.create_index("ix_profiles_country_user_id", "profiles", ["country", "user_id"])
    op.create_table(
        "profile_languages",
        sa.Column("user_id", sa.String(length=36), nullable=False),
        sa.Column("language", sa.String(length=35), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_profile_languages_user_id")),
        sa.PrimaryKeyConstraint("user_id", "language", name=op.f("pk_profile_languages")),
    )
    op.create_index("ix_profile_languages_language_user_id", "profile_languages", ["language", "user_id"])
    op.create_table(
        "profile_offers",
        sa.Column("user_id", sa.String(length=36), nullable=False),
        sa.Column("folded", sa.String(length=200), nullable=False),
        sa.Column("offer", sa.String(length=60), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_profile_offers_user_id")),
        sa.PrimaryKeyConstraint("user_id", "folded", name=op.f("pk_profile_offers")),
    )
    op.create_index("ix_profile_offers_folded_user_id", "profile_offers", ["folded", "user_id"])


def _drop_profiles() -> None:
    for table in ("profile_offers", "profile_languages", "profiles"):
        op.drop_table(table)
    op.drop_index("ix_users_folded_name_id", "users")
    with op.batch_alter_table("users") as batch_op:
        batch_op.drop_column("folded_name")


def _fold_names() -> None:
    """What `models.base.fold` did when this was written, for who has an account already."""
    users = sa.table("users", sa.column("id"), sa.column("display_name"), sa.column("folded_name"))
    connection = op.get_bind()
    rows = connection.execute(sa.select(users.c.id, users.c.display_name)).all()
    written = (
        sa.update(users).where(users.c.id == sa.bindparam("who")).values(folded_name=sa.bindparam("folded"))
    )
    for first in range(0, len(rows), FEW):
        values = [{"who": row[0], "folded": _folded(row[1])} for row in rows[first : first + FEW]]
        connection.execute(written, values)


def _folded(text: str) -> str:
    parted = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(sign for sign in parted if not unicodedata.combining(sign))
    return " ".join(bare.translate(_PLAIN).casefold().split())[:200]
