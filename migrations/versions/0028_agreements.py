"""Versions that are talked about, signed and end; who signed; amendments and comments."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import models.base

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "signature_keys",
        sa.Column("user_id", sa.String(length=36), nullable=False),
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_signature_keys_user_id")),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_signature_keys")),
    )
    op.create_table(
        "agreement_reminders",
        sa.Column("version_id", sa.String(length=36), nullable=False),
        sa.Column("occasion", sa.String(length=10), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("sent_at", models.base.UtcDateTime(length=27), nullable=False),
        sa.ForeignKeyConstraint(
            ["version_id"], ["agreement_versions.id"], name=op.f("fk_agreement_reminders_version_id")
        ),
        sa.PrimaryKeyConstraint("version_id", "occasion", "days", "day", name=op.f("pk_agreement_reminders")),
    )
    op.create_table(
        "amendments",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("version_id", sa.String(length=36), nullable=False),
        sa.Column("clause_id", sa.String(length=36), nullable=False),
        sa.Column("clause_hash", sa.String(length=64), nullable=False),
        sa.Column("before", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("submitted_by", sa.String(length=36), nullable=False),
        sa.Column("accepted_text", sa.Text(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("answered_by", sa.String(length=36), nullable=True),
        sa.Column("answered_at", models.base.UtcDateTime(length=27), nullable=True),
        sa.Column("decision_id", sa.String(length=36), nullable=True),
        sa.Column("created_at", models.base.UtcDateTime(length=27), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["decision_id"], ["decisions.id"], name=op.f("fk_amendments_decision_id")),
        sa.ForeignKeyConstraint(["submitted_by"], ["users.id"], name=op.f("fk_amendments_submitted_by")),
        sa.ForeignKeyConstraint(
            ["version_id"], ["agreement_versions.id"], name=op.f("fk_amendments_version_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_amendments")),
    )
    op.create_index(op.f("ix_amendments_submitted_by"), "amendments", ["submitted_by"])
    op.create_index("ix_amendments_version_id_id", "amendments", ["version_id", "id"])
    op.create_table(
        "clause_comments",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("version_id", sa.String(length=36), nullable=False),
        sa.Column("clause_id", sa.String(length=36), nullable=False),
        sa.Column("clause_hash", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.String(length=36), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("created_at", models.base.UtcDateTime(length=27), nullable=False),
        sa.Column("deleted_at", models.base.UtcDateTime(length=27), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_clause_comments_user_id")),
        sa.ForeignKeyConstraint(
            ["version_id"], ["agreement_versions.id"], name=op.f("fk_clause_comments_version_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clause_comments")),
    )
    op.create_index(op.f("ix_clause_comments_user_id"), "clause_comments", ["user_id"])
    op.create_index("ix_clause_comments_version_id_id", "clause_comments", ["version_id", "id"])
    op.create_table(
        "issued_documents",
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("version_id", sa.String(length=36), nullable=False),
        sa.Column("text_hash", sa.String(length=64), nullable=False),
        sa.Column("issued_at", models.base.UtcDateTime(length=27), nullable=False),
        sa.ForeignKeyConstraint(
            ["version_id"], ["agreement_versions.id"], name=op.f("fk_issued_documents_version_id")
        ),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_issued_documents")),
    )
    op.create_index(op.f("ix_issued_documents_version_id"), "issued_documents", ["version_id"])
    op.create_table(
        "signature_requests",
        sa.Column("version_id", sa.String(length=36), nullable=False),
        sa.Column("capacity", sa.String(length=15), nullable=False),
        sa.Column("party", sa.String(length=36), nullable=False),
        sa.Column("signed_before", sa.String(length=36), nullable=True),
        sa.Column("requested_at", models.base.UtcDateTime(length=27), nullable=False),
        sa.Column("due_at", models.base.UtcDateTime(length=27), nullable=True),
        sa.Column("first_reminder_at", models.base.UtcDateTime(length=27), nullable=True),
        sa.Column("second_reminder_at", models.base.UtcDateTime(length=27), nullable=True),
        sa.ForeignKeyConstraint(
            ["version_id"], ["agreement_versions.id"], name=op.f("fk_signature_requests_version_id")
        ),
        sa.PrimaryKeyConstraint("version_id", "capacity", "party", name=op.f("pk_signature_requests")),
    )
    op.create_index(op.f("ix_signature_requests_party"), "signature_requests", ["party"])
    op.create_table(
        "signatures",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("version_id", sa.String(length=36), nullable=False),
        sa.Column("user_id", sa.String(length=36), nullable=False),
        sa.Column("capacity", sa.String(length=15), nullable=False),
        sa.Column("organisation_id", sa.String(length=36), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("text_hash", sa.String(length=64), nullable=False),
        sa.Column("sealed_name", sa.LargeBinary(), nullable=False),
        sa.Column("organisation_name", sa.String(length=200), nullable=True),
        sa.Column("means", sa.String(length=15), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("signed_at", models.base.UtcDateTime(length=27), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_signatures_user_id")),
        sa.ForeignKeyConstraint(
            ["version_id"], ["agreement_versions.id"], name=op.f("fk_signatures_version_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signatures")),
        sa.UniqueConstraint(
            "version_id", "user_id", "capacity", "organisation_id", "state", name="uq_signatures_once"
        ),
    )
    op.create_index(op.f("ix_signatures_user_id"), "signatures", ["user_id"])
    op.create_index("ix_signatures_version_id_id", "signatures", ["version_id", "id"])
    op.create_table(
        "amendment_sponsors",
        sa.Column("amendment_id", sa.String(length=36), nullable=False),
        sa.Column("user_id", sa.String(length=36), nullable=False),
        sa.Column("since", models.base.UtcDateTime(length=27), nullable=False),
        sa.ForeignKeyConstraint(
            ["amendment_id"], ["amendments.id"], name=op.f("fk_amendment_sponsors_amendment_id")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_amendment_sponsors_user_id")),
        sa.PrimaryKeyConstraint("amendment_id", "user_id", name=op.f("pk_amendment_sponsors")),
    )
    op.create_index(op.f("ix_amendment_sponsors_user_id"), "amendment_sponsors", ["user_id"])
    op.create_table(
        "version_drafters",
        sa.Column("version_id", sa.String(length=36), nullable=False),
        sa.Column("user_id", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(
            ["version_id"], ["agreement_versions.id"], name=op.f("fk_version_drafters_version_id")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_version_drafters_user_id")),
        sa.PrimaryKeyConstraint("version_id", "user_id", name=op.f("pk_version_drafters")),
    )
    op.create_index(op.f("ix_version_drafters_user_id"), "version_drafters", ["user_id"])
    op.add_column("agreement_versions", sa.Column("based_on", sa.String(length=36), nullable=True))
    op.add_column("agreement_versions", sa.Column("base_hash", sa.String(length=64), nullable=True))
    op.add_column("agreement_versions", sa.Column("template", sa.String(length=40), nullable=True))
    op.add_column(
        "agreement_versions",
        sa.Column("is_correction", sa.Boolean(), server_default=sa.false(), nullable=False),
    )
    op.add_column(
        "agreement_versions",
        sa.Column("silence", sa.String(length=10), server_default="never", nullable=False),
    )
    op.add_column(
        "agreement_versions",
        sa.Column("activation_members", sa.String(length=15), server_default="0/1", nullable=False),
    )
    op.add_column(
        "agreement_versions",
        sa.Column("activation_organisations", sa.JSON(), server_default="[]", nullable=False),
    )
    op.add_column("agreement_versions", sa.Column("read_only_after", sa.Integer(), nullable=True))
    op.add_column(
        "agreement_versions",
        sa.Column("amendments_open", sa.Boolean(), server_default=sa.false(), nullable=False),
    )
    op.add_column(
        "agreement_versions",
        sa.Column("deliberation_until", models.base.UtcDateTime(length=27), nullable=True),
    )
    op.add_column(
        "agreement_versions", sa.Column("signing_until", models.base.UtcDateTime(length=27), nullable=True)
    )
    op.add_column("agreement_versions", sa.Column("valid_until", sa.Date(), nullable=True))
    op.add_column("agreement_versions", sa.Column("review_on", sa.Date(), nullable=True))
    op.add_column(
        "agreement_versions", sa.Column("frozen_by_meta_mentor", sa.String(length=36), nullable=True)
    )
    op.add_column("agreement_versions", sa.Column("frozen_by_steward", sa.String(length=36), nullable=True))
    op.add_column(
        "agreement_versions", sa.Column("opened_at", models.base.UtcDateTime(length=27), nullable=True)
    )
    op.add_column(
        "agreement_versions", sa.Column("frozen_at", models.base.UtcDateTime(length=27), nullable=True)
    )
    op.add_column(
        "agreement_versions", sa.Column("signing_at", models.base.UtcDateTime(length=27), nullable=True)
    )
    op.add_column(
        "agreement_versions", sa.Column("ended_at", models.base.UtcDateTime(length=27), nullable=True)
    )
    op.add_column("agreement_versions", sa.Column("end_reason", sa.Text(), nullable=True))
    with op.batch_alter_table("agreements") as batch_op:
        batch_op.add_column(sa.Column("organisation_id", sa.String(length=36), nullable=True))
        batch_op.create_foreign_key(
            op.f("fk_agreements_organisation_id"), "organisations", ["organisation_id"], ["id"]
        )
    op.create_index(op.f("ix_agreements_organisation_id"), "agreements", ["organisation_id"])
    op.add_column(
        "rooms", sa.Column("needs_agreement", sa.Boolean(), server_default=sa.false(), nullable=False)
    )


def downgrade() -> None:
    op.drop_index(op.f("ix_agreements_organisation_id"), table_name="agreements")
    op.drop_index(op.f("ix_version_drafters_user_id"), table_name="version_drafters")
    op.drop_table("version_drafters")
    op.drop_index(op.f("ix_amendment_sponsors_user_id"), table_name="amendment_sponsors")
    op.drop_table("amendment_sponsors")
    op.drop_index("ix_signatures_version_id_id", table_name="signatures")
    op.drop_index(op.f("ix_signatures_user_id"), table_name="signatures")
    op.drop_table("signatures")
    op.drop_index(op.f("ix_signature_requests_party"), table_name="signature_requests")
    op.drop_table("signature_requests")
    op.drop_index(op.f("ix_issued_documents_version_id"), table_name="issued_documents")
    op.drop_table("issued_documents")
    op.drop_index("ix_clause_comments_version_id_id", table_name="clause_comments")
    op.drop_index(op.f("ix_clause_comments_user_id"), table_name="clause_comments")
    op.drop_table("clause_comments")
    op.drop_index("ix_amendments_version_id_id", table_name="amendments")
    op.drop_index(op.f("ix_amendments_submitted_by"), table_name="amendments")
    op.drop_table("amendments")
    op.drop_table("agreement_reminders")
    op.drop_table("signature_keys")
    with op.batch_alter_table("rooms") as batch_op:
        batch_op.drop_column("needs_agreement")
    with op.batch_alter_table("agreements") as batch_op:
        batch_op.drop_constraint(op.f("fk_agreements_organisation_id"), type_="foreignkey")
        batch_op.drop_column("organisation_id")
    with op.batch_alter_table("agreement_versions") as batch_op:
        batch_op.drop_column("end_reason")
        batch_op.drop_column("ended_at")
        batch_op.drop_column("signing_at")
        batch_op.drop_column("frozen_at")
        batch_op.drop_column("opened_at")
        batch_op.drop_column("frozen_by_steward")
        batch_op.drop_column("frozen_by_meta_mentor")
        batch_op.drop_column("review_on")
        batch_op.drop_column("valid_until")
        batch_op.drop_column("signing_until")
        batch_op.drop_column("deliberation_until")
        batch_op.drop_column("amendments_open")
        batch_op.drop_column("read_only_after")
        batch_op.drop_column("activation_organisations")
        batch_op.drop_column("activation_members")
        batch_op.drop_column("silence")
        batch_op.drop_column("is_correction")
        batch_op.drop_column("template")
        batch_op.drop_column("base_hash")
        batch_op.drop_column("based_on")
