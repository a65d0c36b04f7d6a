"""What is forgotten of matters that are over: the words, and who reported."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import delete, select, update

from models.moderation import (
    Appeal,
    AppealReview,
    Case,
    CaseDecision,
    CaseParty,
    CaseQuestion,
    OutsideNotice,
    Report,
    ReportSnapshot,
    Sanction,
)
from network.kernel import runtime
from network.kernel.actor import Actor, system_actor
from network.kernel.jobs import job
from network.kernel.policy import is_system, require
from network.kernel.tidying import AT_ONCE, in_steps, note_forgotten, tidies
from network.kernel.transaction import command, session

KEPT = timedelta(days=365)
"""How long a closed matter keeps its words: a case closes when no appeal is possible any more, so that this
makes the six months and twelve of `trust.md`, D.3."""


@job("moderation.forget", every_minutes=24 * 60)
def forget_closed_cases() -> int:
    """Take the words, who reported and who was a party out of cases that closed a year ago (trust.md, D.3);
    how many. Kinds, outcomes and times stay for the counts. Running it twice changes nothing more."""
    return in_steps(lambda: _take_words(system_actor("moderation.forget")))


@tidies
@command
def _take_words(actor: Actor) -> int:
    require(is_system(actor, None))
    before = runtime.current().clock.now() - KEPT
    over = (
        select(Case.id)
        .where(Case.state == "closed", Case.closed_at <= before, Case.forgotten_at.is_(None))
        .order_by(Case.id)
        .limit(AT_ONCE)
        .with_for_update()
    )
    ids = list(session().scalars(over))
    if not ids:
        note_forgotten(actor, "cases", 0)
        return 0
    measures = select(Sanction.id).where(Sanction.case_id.in_(ids))
    appeals = select(Appeal.id).where(Appeal.sanction_id.in_(measures))
    of_cases = select(Report.id).where(Report.case_id.in_(ids))
    emptied = [
        update(OutsideNotice)
        .where(OutsideNotice.report_id.in_(of_cases))
        .values(name=None, email=None, address=None, why="", url=""),
        update(AppealReview).where(AppealReview.appeal_id.in_(appeals)).values(reply="", milder=None),
        update(Appeal).where(Appeal.sanction_id.in_(measures)).values(text="", reply=None, milder=None),
        update(Sanction).where(Sanction.case_id.in_(ids)).values(end_reason=None, counts=False),
        update(CaseDecision).where(CaseDecision.case_id.in_(ids)).values(facts="", reason=""),
        update(CaseQuestion).where(CaseQuestion.case_id.in_(ids)).values(question="", answer=None),
        update(ReportSnapshot)
        .where(ReportSnapshot.case_id.in_(ids))
        .values(body="", content={}, author_id=None),
        update(Report)
        .where(Report.case_id.in_(ids))
        .values(reason="", reporter_id=None, invalid_reason=None),
        delete(CaseParty).where(CaseParty.case_id.in_(ids)),
        update(Case)
        .where(Case.id.in_(ids))
        .values(
            about_id=None, veil_reason=None, reopened_because=None, handed_over_because=None,
            opened_by=None, assignee_id=None,
            forgotten_at=runtime.current().clock.now(),
        ),
    ]  # fmt: skip
    for statement in emptied:
        session().execute(statement.execution_options(synchronize_session=False))
    note_forgotten(actor, "cases", len(ids))
    return len(ids)
