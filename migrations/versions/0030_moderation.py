"""Moderation: reports, cases, parties, decisions, measures, appeals, looks."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import models.base
from migrations.append_only import protect, unprotect

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "cases",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("network_id", sa.String(length=36), nullable=False),
        sa.Column("target_type", sa.String(length=10), nullable=False),
        sa.Column("target_id", sa.String(length=36), nullable=False),
        sa.Column("about_id", sa.String(length=36), nullable=True),
        sa.Column("state", sa.String(length=15), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("severity", sa.Integer(), nullable=False),
        sa.Column("own_initiative", sa.Boolean(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("opened_by", sa.String(length=36), nullable=True),
        sa.Column("opened_at", models.base.UtcDateTime(length=27), nullable=False),
        sa.Column("reported_at", models.base.UtcDateTime(length=27), nullable=False),
        sa.Column("escalated_at", models.base.UtcDateTime(length=27), nullable=True),
        sa.Column("assignee_id", sa.String(length=36), nullable=True),
        sa.Column("claimed_until", models.base.UtcDateTime(length=27), nullable=True),
        sa.Column("asked_until", models.base.UtcDateTime(length=27), nullable=True),
        sa.Column("paused_seconds", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("veil_until", models.base.UtcDateTime(length=27), nullable=True),
        sa.Column("veil_by", sa.String(length=36), nullable=True),
        sa.Column("veil_rule_id", sa.String(length=36), nullable=True),
        sa.Column("veil_reason", sa.Text(), nullable=True),
        sa.Column("veiled_at", models.base.UtcDateTime(length=27), nullable=True),
        sa.Column("decided_at", models.base.UtcDateTime(length=27), nullable=True),
        sa.Column("closed_at", models.base.UtcDateTime(length=27), nullable=True),
        sa.Column("forgotten_at", models.base.UtcDateTime(length=27), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["about_id"], ["users.id"], name=op.f("fk_cases_about_id")),
        sa.ForeignKeyConstraint(["assignee_id"], ["users.id"], name=op.f("fk_cases_assignee_id")),
        sa.ForeignKeyConstraint(["network_id"], ["networks.id"], name=op.f("fk_cases_network_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cases")),
    )
    with op.batch_alter_table("cases", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_cases_about_id"), ["about_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_cases_assignee_id"), ["assignee_id"], unique=False)
        batch_op.create_index("ix_cases_queue", ["network_id", "state", "id"], unique=False)
        batch_op.create_index("ix_cases_target", ["target_type", "target_id"], unique=False)
        batch_op.create_index(
            "uq_cases_open",
            ["network_id", "target_type", "target_id"],
            unique=True,
            sqlite_where=sa.text("state NOT IN ('decided', 'closed')"),
            postgresql_where=sa.text("state NOT IN ('decided', 'closed')"),
        )

    op.create_table(
        "reporting_pauses",
        sa.Column("network_id", sa.String(length=36), nullable=False),
        sa.Column("user_id", sa.String(length=36), nullable=False),
        sa.Column("warned_at", models.base.UtcDateTime(length=27), nullable=False),
        sa.Column("until", models.base.UtcDateTime(length=27), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("by_id", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(["network_id"], ["networks.id"], name=op.f("fk_reporting_pauses_network_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_reporting_pauses_user_id")),
        sa.PrimaryKeyConstraint("network_id", "user_id", name=op.f("pk_reporting_pauses")),
    )
    with op.batch_alter_table("reporting_pauses", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_reporting_pauses_user_id"), ["user_id"], unique=False)

    op.create_table(
        "case_looks",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("case_id", sa.String(length=36), nullable=False),
        sa.Column("network_id", sa.String(length=36), nullable=False),
        sa.Column("looker_id", sa.String(length=36), nullable=False),
        sa.Column("acting_role", sa.String(length=15), nullable=False),
        sa.Column("author_id", sa.String(length=36), nullable=False),
        sa.Column("what", sa.String(length=20), nullable=False),
        sa.Column("at", models.base.UtcDateTime(length=27), nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["users.id"], name=op.f("fk_case_looks_author_id")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_case_looks_case_id")),
        sa.ForeignKeyConstraint(["looker_id"], ["users.id"], name=op.f("fk_case_looks_looker_id")),
        sa.ForeignKeyConstraint(["network_id"], ["networks.id"], name=op.f("fk_case_looks_network_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_looks")),
    )
    with op.batch_alter_table("case_looks", schema=None) as batch_op:
        batch_op.create_index("ix_case_looks_author_id_at", ["author_id", "at"], unique=False)
        batch_op.create_index("ix_case_looks_case_id_looker_id", ["case_id", "looker_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_case_looks_looker_id"), ["looker_id"], unique=False)

    op.create_table(
        "case_parties",
        sa.Column("case_id", sa.String(length=36), nullable=False),
        sa.Column("user_id", sa.String(length=36), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("since", models.base.UtcDateTime(length=27), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_case_parties_case_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_case_parties_user_id")),
        sa.PrimaryKeyConstraint("case_id", "user_id", "role", name=op.f("pk_case_parties")),
    )
    with op.batch_alter_table("case_parties", schema=None) as batch_op:
        batch_op.create_index("ix_case_parties_user_id_case_id", ["user_id", "case_id"], unique=False)

    op.create_table(
        "case_questions",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("case_id", sa.String(length=36), nullable=False),
        sa.Column("asked_id", sa.String(length=36), nullable=False),
        sa.Column("asked_as", sa.String(length=10), nullable=False),
        sa.Column("asked_by", sa.String(length=36), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("asked_at", models.base.UtcDateTime(length=27), nullable=False),
        sa.Column("until", models.base.UtcDateTime(length=27), nullable=False),
        sa.Column("answered_at", models.base.UtcDateTime(length=27), nullable=True),
        sa.ForeignKeyConstraint(["asked_id"], ["users.id"], name=op.f("fk_case_questions_asked_id")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_case_questions_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_questions")),
    )
    with op.batch_alter_table("case_questions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_case_questions_asked_id"), ["asked_id"], unique=False)
        batch_op.create_index("ix_case_questions_case_id_id", ["case_id", "id"], unique=False)

    op.create_table(
        "report_snapshots",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("case_id", sa.String(length=36), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("language", sa.String(length=35), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.String(length=36), nullable=True),
        sa.Column("rules_version_id", sa.String(length=36), nullable=True),
        sa.Column("posted_at", models.base.UtcDateTime(length=27), nullable=True),
        sa.Column("taken_at", models.base.UtcDateTime(length=27), nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["users.id"], name=op.f("fk_report_snapshots_author_id")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_report_snapshots_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_snapshots")),
    )
    with op.batch_alter_table("report_snapshots", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_report_snapshots_author_id"), ["author_id"], unique=False)
        batch_op.create_index("ix_report_snapshots_case_id_id", ["case_id", "id"], unique=False)

    op.create_table(
        "case_decisions",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("case_id", sa.String(length=36), nullable=False),
        sa.Column("snapshot_id", sa.String(length=36), nullable=True),
        sa.Column("outcome", sa.String(length=15), nullable=False),
        sa.Column("rule_id", sa.String(length=36), nullable=True),
        sa.Column("rules_version_id", sa.String(length=36), nullable=True),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=35), nullable=False),
        sa.Column("basis", sa.String(length=15), nullable=False),
        sa.Column("decided_by", sa.String(length=36), nullable=False),
        sa.Column("acting_role", sa.String(length=15), nullable=False),
        sa.Column("decided_at", models.base.UtcDateTime(length=27), nullable=False),
        sa.Column("sent_at", models.base.UtcDateTime(length=27), nullable=True),
        sa.Column("send_from", models.base.UtcDateTime(length=27), nullable=False),
        sa.Column("undone_at", models.base.UtcDateTime(length=27), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_case_decisions_case_id")),
        sa.ForeignKeyConstraint(["decided_by"], ["users.id"], name=op.f("fk_case_decisions_decided_by")),
        sa.ForeignKeyConstraint(
            ["snapshot_id"], ["report_snapshots.id"], name=op.f("fk_case_decisions_snapshot_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_decisions")),
    )
    with op.batch_alter_table("case_decisions", schema=None) as batch_op:
        batch_op.create_index("ix_case_decisions_case_id_id", ["case_id", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_case_decisions_decided_by"), ["decided_by"], unique=False)
        batch_op.create_index(batch_op.f("ix_case_decisions_send_from"), ["send_from"], unique=False)

    op.create_table(
        "reports",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("network_id", sa.String(length=36), nullable=False),
        sa.Column("case_id", sa.String(length=36), nullable=True),
        sa.Column("snapshot_id", sa.String(length=36), nullable=True),
        sa.Column("target_type", sa.String(length=10), nullable=False),
        sa.Column("target_id", sa.String(length=36), nullable=False),
        sa.Column("reporter_id", sa.String(length=36), nullable=True),
        sa.Column("rules_version_id", sa.String(length=36), nullable=True),
        sa.Column("rule_id", sa.String(length=36), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("answer", sa.String(length=10), nullable=True),
        sa.Column("invalid_reason", sa.Text(), nullable=True),
        sa.Column("created_at", models.base.UtcDateTime(length=27), nullable=False),
        sa.Column("answered_at", models.base.UtcDateTime(length=27), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_reports_case_id")),
        sa.ForeignKeyConstraint(["network_id"], ["networks.id"], name=op.f("fk_reports_network_id")),
        sa.ForeignKeyConstraint(["reporter_id"], ["users.id"], name=op.f("fk_reports_reporter_id")),
        sa.ForeignKeyConstraint(
            ["snapshot_id"], ["report_snapshots.id"], name=op.f("fk_reports_snapshot_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reports")),
    )
    with op.batch_alter_table("reports", schema=None) as batch_op:
        batch_op.create_index("ix_reports_case_id_id", ["case_id", "id"], unique=False)
        batch_op.create_index("ix_reports_reporter_id_id", ["reporter_id", "id"], unique=False)
        batch_op.create_index(
            "uq_reports_running",
            ["case_id", "reporter_id"],
            unique=True,
            sqlite_where=sa.text("state IN ('submitted', 'attached')"),
            postgresql_where=sa.text("state IN ('submitted', 'attached')"),
        )

    op.create_table(
        "outside_notices",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("report_id", sa.String(length=36), nullable=True),
        sa.Column("url", sa.String(length=2000), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=True),
        sa.Column("email", sa.String(length=320), nullable=True),
        sa.Column("address", sa.String(length=320), nullable=True),
        sa.Column("language", sa.String(length=35), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("created_at", models.base.UtcDateTime(length=27), nullable=False),
        sa.Column("answered_at", models.base.UtcDateTime(length=27), nullable=True),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["report_id"], ["reports.id"], name=op.f("fk_outside_notices_report_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outside_notices")),
        sa.UniqueConstraint("report_id", name=op.f("uq_outside_notices_report_id")),
    )
    with op.batch_alter_table("outside_notices", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_outside_notices_address"), ["address"], unique=False)

    op.create_table(
        "sanctions",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("case_id", sa.String(length=36), nullable=False),
        sa.Column("decision_id", sa.String(length=36), nullable=False),
        sa.Column("network_id", sa.String(length=36), nullable=False),
        sa.Column("user_id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("scope_type", sa.String(length=10), nullable=False),
        sa.Column("scope_id", sa.String(length=36), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("counts", sa.Boolean(), nullable=False),
        sa.Column("imposed_by", sa.String(length=36), nullable=False),
        sa.Column("seconded_by", sa.String(length=36), nullable=True),
        sa.Column("second_until", models.base.UtcDateTime(length=27), nullable=True),
        sa.Column("starts_at", models.base.UtcDateTime(length=27), nullable=True),
        sa.Column("ends_at", models.base.UtcDateTime(length=27), nullable=True),
        sa.Column("appeal_until", models.base.UtcDateTime(length=27), nullable=True),
        sa.Column("told_at", models.base.UtcDateTime(length=27), nullable=True),
        sa.Column("ended_at", models.base.UtcDateTime(length=27), nullable=True),
        sa.Column("ended_by", sa.String(length=36), nullable=True),
        sa.Column("end_reason", sa.Text(), nullable=True),
        sa.Column("settled_at", models.base.UtcDateTime(length=27), nullable=True),
        sa.Column("previous_id", sa.String(length=36), nullable=True),
        sa.Column("decision_needed_id", sa.String(length=36), nullable=True),
        sa.Column("created_at", models.base.UtcDateTime(length=27), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_sanctions_case_id")),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["case_decisions.id"], name=op.f("fk_sanctions_decision_id")
        ),
        sa.ForeignKeyConstraint(
            ["decision_needed_id"], ["decisions.id"], name=op.f("fk_sanctions_decision_needed_id")
        ),
        sa.ForeignKeyConstraint(["imposed_by"], ["users.id"], name=op.f("fk_sanctions_imposed_by")),
        sa.ForeignKeyConstraint(["network_id"], ["networks.id"], name=op.f("fk_sanctions_network_id")),
        sa.ForeignKeyConstraint(["previous_id"], ["sanctions.id"], name=op.f("fk_sanctions_previous_id")),
        sa.ForeignKeyConstraint(["seconded_by"], ["users.id"], name=op.f("fk_sanctions_seconded_by")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_sanctions_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sanctions")),
        sa.UniqueConstraint("previous_id", name=op.f("uq_sanctions_previous_id")),
    )
    with op.batch_alter_table("sanctions", schema=None) as batch_op:
        batch_op.create_index("ix_sanctions_case_id", ["case_id"], unique=False)
        batch_op.create_index("ix_sanctions_due", ["state", "ends_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_sanctions_imposed_by"), ["imposed_by"], unique=False)
        batch_op.create_index("ix_sanctions_network_id_id", ["network_id", "id"], unique=False)
        batch_op.create_index("ix_sanctions_scope", ["scope_type", "scope_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_sanctions_seconded_by"), ["seconded_by"], unique=False)
        batch_op.create_index("ix_sanctions_user_id_id", ["user_id", "id"], unique=False)

    op.create_table(
        "appeals",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("sanction_id", sa.String(length=36), nullable=False),
        sa.Column("network_id", sa.String(length=36), nullable=False),
        sa.Column("user_id", sa.String(length=36), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=15), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("submitted_at", models.base.UtcDateTime(length=27), nullable=False),
        sa.Column("due_at", models.base.UtcDateTime(length=27), nullable=False),
        sa.Column("overdue_told_at", models.base.UtcDateTime(length=27), nullable=True),
        sa.Column("reply", sa.Text(), nullable=True),
        sa.Column("milder", sa.JSON(), nullable=True),
        sa.Column("acting_role", sa.String(length=15), nullable=True),
        sa.Column("decided_at", models.base.UtcDateTime(length=27), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["network_id"], ["networks.id"], name=op.f("fk_appeals_network_id")),
        sa.ForeignKeyConstraint(["sanction_id"], ["sanctions.id"], name=op.f("fk_appeals_sanction_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_appeals_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appeals")),
        sa.UniqueConstraint("sanction_id", name=op.f("uq_appeals_sanction_id")),
    )
    with op.batch_alter_table("appeals", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_appeals_due_at"), ["due_at"], unique=False)
        batch_op.create_index("ix_appeals_network_id_state_id", ["network_id", "state", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_appeals_user_id"), ["user_id"], unique=False)

    op.create_table(
        "appeal_reviews",
        sa.Column("appeal_id", sa.String(length=36), nullable=False),
        sa.Column("reviewer_id", sa.String(length=36), nullable=False),
        sa.Column("acting_role", sa.String(length=15), nullable=False),
        sa.Column("outcome", sa.String(length=12), nullable=False),
        sa.Column("reply", sa.Text(), nullable=False),
        sa.Column("milder", sa.JSON(), nullable=True),
        sa.Column("at", models.base.UtcDateTime(length=27), nullable=False),
        sa.Column("settled", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["appeal_id"], ["appeals.id"], name=op.f("fk_appeal_reviews_appeal_id")),
        sa.ForeignKeyConstraint(["reviewer_id"], ["users.id"], name=op.f("fk_appeal_reviews_reviewer_id")),
        sa.PrimaryKeyConstraint("appeal_id", "reviewer_id", name=op.f("pk_appeal_reviews")),
    )
    with op.batch_alter_table("appeal_reviews", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_appeal_reviews_reviewer_id"), ["reviewer_id"], unique=False)
    protect(op, "case_looks")


def downgrade() -> None:
    unprotect(op, "case_looks")
    with op.batch_alter_table("appeal_reviews", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_appeal_reviews_reviewer_id"))

    op.drop_table("appeal_reviews")
    with op.batch_alter_table("appeals", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_appeals_user_id"))
        batch_op.drop_index("ix_appeals_network_id_state_id")
        batch_op.drop_index(batch_op.f("ix_appeals_due_at"))

    op.drop_table("appeals")
    with op.batch_alter_table("sanctions", schema=None) as batch_op:
        batch_op.drop_index("ix_sanctions_user_id_id")
        batch_op.drop_index(batch_op.f("ix_sanctions_seconded_by"))
        batch_op.drop_index("ix_sanctions_scope")
        batch_op.drop_index("ix_sanctions_network_id_id")
        batch_op.drop_index(batch_op.f("ix_sanctions_imposed_by"))
        batch_op.drop_index("ix_sanctions_due")
        batch_op.drop_index("ix_sanctions_case_id")

    op.drop_table("sanctions")
    with op.batch_alter_table("outside_notices", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_outside_notices_address"))

    op.drop_table("outside_notices")
    with op.batch_alter_table("reports", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_reports_running",
            sqlite_where=sa.text("state IN ('submitted', 'attached')"),
            postgresql_where=sa.text("state IN ('submitted', 'attached')"),
        )
        batch_op.drop_index("ix_reports_reporter_id_id")
        batch_op.drop_index("ix_reports_case_id_id")

    op.drop_table("reports")
    with op.batch_alter_table("case_decisions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_case_decisions_send_from"))
        batch_op.drop_index(batch_op.f("ix_case_decisions_decided_by"))
        batch_op.drop_index("ix_case_decisions_case_id_id")

    op.drop_table("case_decisions")
    with op.batch_alter_table("report_snapshots", schema=None) as batch_op:
        batch_op.drop_index("ix_report_snapshots_case_id_id")
        batch_op.drop_index(batch_op.f("ix_report_snapshots_author_id"))

    op.drop_table("report_snapshots")
    with op.batch_alter_table("case_questions", schema=None) as batch_op:
        batch_op.drop_index("ix_case_questions_case_id_id")
        batch_op.drop_index(batch_op.f("ix_case_questions_asked_id"))

    op.drop_table("case_questions")
    with op.batch_alter_table("case_parties", schema=None) as batch_op:
        batch_op.drop_index("ix_case_parties_user_id_case_id")

    op.drop_table("case_parties")
    with op.batch_alter_table("case_looks", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_case_looks_looker_id"))
        batch_op.drop_index("ix_case_looks_case_id_looker_id")
        batch_op.drop_index("ix_case_looks_author_id_at")

    op.drop_table("case_looks")
    with op.batch_alter_table("reporting_pauses", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_reporting_pauses_user_id"))

    op.drop_table("reporting_pauses")
    with op.batch_alter_table("cases", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_cases_open",
            sqlite_where=sa.text("state NOT IN ('decided', 'closed')"),
            postgresql_where=sa.text("state NOT IN ('decided', 'closed')"),
        )
        batch_op.drop_index("ix_cases_target")
        batch_op.drop_index("ix_cases_queue")
        batch_op.drop_index(batch_op.f("ix_cases_assignee_id"))
        batch_op.drop_index(batch_op.f("ix_cases_about_id"))

    op.drop_table("cases")
