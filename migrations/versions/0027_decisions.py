"""What a network decides together."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import models.base

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "decisions",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("network_id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=15), nullable=False),
        sa.Column("question", sa.String(length=500), nullable=False),
        sa.Column("explanation", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=35), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("topic_id", sa.String(length=36), nullable=True),
        sa.Column("meeting_id", sa.String(length=36), nullable=True),
        sa.Column("opens_at", models.base.UtcDateTime(length=27), nullable=True),
        sa.Column("closes_at", models.base.UtcDateTime(length=27), nullable=False),
        sa.Column("opened_at", models.base.UtcDateTime(length=27), nullable=True),
        sa.Column("quorum", sa.String(length=15), nullable=False),
        sa.Column("threshold", sa.String(length=15), nullable=False),
        sa.Column("anonymous", sa.Boolean(), nullable=False),
        sa.Column("hidden_until_closed", sa.Boolean(), nullable=False),
        sa.Column("silence", sa.String(length=10), nullable=False),
        sa.Column("effect_type", sa.String(length=25), nullable=True),
        sa.Column("effect_id", sa.String(length=36), nullable=True),
        sa.Column("effect_value", sa.JSON(), nullable=True),
        sa.Column("effect_state", sa.String(length=10), nullable=True),
        sa.Column("effect_code", sa.String(length=60), nullable=True),
        sa.Column("previous_id", sa.String(length=36), nullable=True),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("proposed_by", sa.String(length=36), nullable=False),
        sa.Column("concerned_user_id", sa.String(length=36), nullable=True),
        sa.Column("concerned_told_at", models.base.UtcDateTime(length=27), nullable=True),
        sa.Column("statement", sa.Text(), nullable=True),
        sa.Column("raised_at", models.base.UtcDateTime(length=27), nullable=False),
        sa.Column("created_at", models.base.UtcDateTime(length=27), nullable=False),
        sa.Column("electorate_count", sa.Integer(), nullable=True),
        sa.Column("ballot_key", sa.String(length=64), nullable=True),
        sa.Column("result", sa.JSON(), nullable=True),
        sa.Column("closed_at", models.base.UtcDateTime(length=27), nullable=True),
        sa.Column("cancel_reason", sa.Text(), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("outcome_by", sa.String(length=36), nullable=True),
        sa.Column("outcome_at", models.base.UtcDateTime(length=27), nullable=True),
        sa.Column("responsible_id", sa.String(length=36), nullable=True),
        sa.Column("review_on", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["network_id"], ["networks.id"], name=op.f("fk_decisions_network_id")),
        sa.ForeignKeyConstraint(["previous_id"], ["decisions.id"], name=op.f("fk_decisions_previous_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decisions")),
        sa.UniqueConstraint("previous_id", name=op.f("uq_decisions_previous_id")),
    )
    op.create_index(op.f("ix_decisions_concerned_user_id"), "decisions", ["concerned_user_id"])
    op.create_index("ix_decisions_due", "decisions", ["state", "closes_at"])
    op.create_index("ix_decisions_effect_id", "decisions", ["effect_id"])
    op.create_index(op.f("ix_decisions_meeting_id"), "decisions", ["meeting_id"])
    op.create_index("ix_decisions_network_id_id", "decisions", ["network_id", "id"])
    op.create_index(op.f("ix_decisions_proposed_by"), "decisions", ["proposed_by"])
    op.create_index(op.f("ix_decisions_responsible_id"), "decisions", ["responsible_id"])
    op.create_index(op.f("ix_decisions_topic_id"), "decisions", ["topic_id"])
    op.create_table(
        "decision_attendees",
        sa.Column("decision_id", sa.String(length=36), nullable=False),
        sa.Column("user_id", sa.String(length=36), nullable=False),
        sa.Column("consented", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["decisions.id"], name=op.f("fk_decision_attendees_decision_id")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_decision_attendees_user_id")),
        sa.PrimaryKeyConstraint("decision_id", "user_id", name=op.f("pk_decision_attendees")),
    )
    op.create_index(op.f("ix_decision_attendees_user_id"), "decision_attendees", ["user_id"])
    op.create_table(
        "decision_changes",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("decision_id", sa.String(length=36), nullable=False),
        sa.Column("field", sa.String(length=15), nullable=False),
        sa.Column("before", sa.Text(), nullable=False),
        sa.Column("after", sa.Text(), nullable=False),
        sa.Column("changed_by", sa.String(length=36), nullable=False),
        sa.Column("changed_at", models.base.UtcDateTime(length=27), nullable=False),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["decisions.id"], name=op.f("fk_decision_changes_decision_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decision_changes")),
    )
    op.create_index(op.f("ix_decision_changes_decision_id"), "decision_changes", ["decision_id"])
    op.create_table(
        "decision_objections",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("decision_id", sa.String(length=36), nullable=False),
        sa.Column("voter", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("would_change", sa.Text(), nullable=True),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("answered_by", sa.String(length=36), nullable=True),
        sa.Column("raised_at", models.base.UtcDateTime(length=27), nullable=True),
        sa.Column("ended_at", models.base.UtcDateTime(length=27), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["decisions.id"], name=op.f("fk_decision_objections_decision_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decision_objections")),
    )
    op.create_index("ix_decision_objections_decision_id_id", "decision_objections", ["decision_id", "id"])
    op.create_index(op.f("ix_decision_objections_voter"), "decision_objections", ["voter"])
    op.create_table(
        "decision_options",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("decision_id", sa.String(length=36), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(length=300), nullable=False),
        sa.Column("membership_id", sa.String(length=36), nullable=True),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["decisions.id"], name=op.f("fk_decision_options_decision_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decision_options")),
        sa.UniqueConstraint("decision_id", "position", name=op.f("uq_decision_options_decision_id_position")),
    )
    op.create_index(op.f("ix_decision_options_membership_id"), "decision_options", ["membership_id"])
    op.create_table(
        "electors",
        sa.Column("decision_id", sa.String(length=36), nullable=False),
        sa.Column("user_id", sa.String(length=36), nullable=False),
        sa.Column("voided_at", models.base.UtcDateTime(length=27), nullable=True),
        sa.Column("reminded_at", models.base.UtcDateTime(length=27), nullable=True),
        sa.ForeignKeyConstraint(["decision_id"], ["decisions.id"], name=op.f("fk_electors_decision_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_electors_user_id")),
        sa.PrimaryKeyConstraint("decision_id", "user_id", name=op.f("pk_electors")),
    )
    op.create_index(op.f("ix_electors_user_id"), "electors", ["user_id"])
    op.create_table(
        "stances",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("decision_id", sa.String(length=36), nullable=False),
        sa.Column("voter", sa.String(length=64), nullable=False),
        sa.Column("stance", sa.String(length=15), nullable=True),
        sa.Column("option_ids", sa.JSON(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("said_at", models.base.UtcDateTime(length=27), nullable=True),
        sa.Column("replaced_at", models.base.UtcDateTime(length=27), nullable=True),
        sa.ForeignKeyConstraint(["decision_id"], ["decisions.id"], name=op.f("fk_stances_decision_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stances")),
    )
    op.create_index("ix_stances_voter", "stances", ["voter"])
    op.create_index(
        "uq_stances_last",
        "stances",
        ["decision_id", "voter"],
        unique=True,
        sqlite_where=sa.text("replaced_at IS NULL"),
        postgresql_where=sa.text("replaced_at IS NULL"),
    )


def downgrade() -> None:
    op.drop_index(
        "uq_stances_last",
        table_name="stances",
        sqlite_where=sa.text("replaced_at IS NULL"),
        postgresql_where=sa.text("replaced_at IS NULL"),
    )
    op.drop_index("ix_stances_voter", table_name="stances")
    op.drop_table("stances")
    op.drop_index(op.f("ix_electors_user_id"), table_name="electors")
    op.drop_table("electors")
    op.drop_index(op.f("ix_decision_options_membership_id"), table_name="decision_options")
    op.drop_table("decision_options")
    op.drop_index(op.f("ix_decision_objections_voter"), table_name="decision_objections")
    op.drop_index("ix_decision_objections_decision_id_id", table_name="decision_objections")
    op.drop_table("decision_objections")
    op.drop_index(op.f("ix_decision_changes_decision_id"), table_name="decision_changes")
    op.drop_table("decision_changes")
    op.drop_index(op.f("ix_decision_attendees_user_id"), table_name="decision_attendees")
    op.drop_table("decision_attendees")
    op.drop_index(op.f("ix_decisions_topic_id"), table_name="decisions")
    op.drop_index(op.f("ix_decisions_responsible_id"), table_name="decisions")
    op.drop_index(op.f("ix_decisions_proposed_by"), table_name="decisions")
    op.drop_index("ix_decisions_network_id_id", table_name="decisions")
    op.drop_index(op.f("ix_decisions_meeting_id"), table_name="decisions")
    op.drop_index("ix_decisions_effect_id", table_name="decisions")
    op.drop_index("ix_decisions_due", table_name="decisions")
    op.drop_index(op.f("ix_decisions_concerned_user_id"), table_name="decisions")
    op.drop_table("decisions")
