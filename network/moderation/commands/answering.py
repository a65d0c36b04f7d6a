"""What reporters learn when a case is decided: whether something was done, and nothing more."""

from __future__ import annotations

from sqlalchemy import select

from models.moderation import Case, OutsideNotice, Report
from network.kernel import runtime
from network.kernel.actor import Actor
from network.kernel.outbox import post
from network.kernel.transaction import session
from network.moderation.commands.reporting import end_report
from network.moderation.commands.telling import tell_answer
from network.moderation.rules.cases import ANSWERED, RUNNING_REPORTS


def answer_reports(actor: Actor, case: Case, answer: str) -> None:
    """Within the command that told a decision: answer each running report of this case with `acted` or
    `not_acted`, and of no other case. Records ReportAnswered; people without an account get a letter."""
    wanted = select(Report).where(Report.case_id == case.id, Report.state.in_(RUNNING_REPORTS))
    now = runtime.current().clock.now()
    for row in session().scalars(wanted.order_by(Report.id).with_for_update()).all():
        end_report(actor, row, "answering")
        row.answer, row.answered_at = answer, now
        tell_answer(row)
        notice = (
            session().scalars(select(OutsideNotice).where(OutsideNotice.report_id == row.id)).one_or_none()
        )
        if notice is not None:
            notice.state, notice.answered_at = ANSWERED, now
            if notice.email is not None:
                post("notice_decided", notice.email, notice.language, notice_id=notice.id)
