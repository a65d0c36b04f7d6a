"""Taking a case, and asking a party something: the clock stands until she answers, for a week at the most."""

from __future__ import annotations

from sqlalchemy import select, update

from models.moderation import Case, CaseQuestion, Report
from network import people
from network.kernel import runtime
from network.kernel.actor import Actor
from network.kernel.errors import FieldFault, Invalid, NotFound
from network.kernel.events import record
from network.kernel.ids import new_id
from network.kernel.outbox import post
from network.kernel.policy import require
from network.kernel.transaction import command, session
from network.kernel.translation import mark as _
from network.moderation.commands.cases import (
    end_question,
    locked_case,
    own_case,
    settle,
    step,
    taken_case,
)
from network.moderation.commands.escalating import lift
from network.moderation.commands.looking import opened
from network.moderation.commands.telling import tell_case
from network.moderation.events import QuestionAsked
from network.moderation.policy.cases import may_answer_question
from network.moderation.queries.questions import question_view, visible_question
from network.moderation.queries.views import CaseDetailView, QuestionView
from network.moderation.rules.cases import (
    ATTACHED,
    AWAITING_INFO,
    CLAIM_LASTS,
    MOST_ANSWER,
    MOST_QUESTION,
    OPERATORS,
    QUESTION_LASTS,
    RUNNING_REPORTS,
    SUBMITTED,
    CaseClaimed,
    QuestionOver,
    is_claimed,
)


@command
def claim_case(actor: Actor, case_id: str, expected_version: int) -> CaseDetailView:
    """Take a case, for 72 hours; her own again for 72 hours more. Its reporters learn that it is looked at.
    By who stands where the case stands and is no party. Records CaseChanged, QueueChanged. Raises NotFound,
    SecondFactorNeeded, Forbidden, VersionConflict, InvalidTransition, CaseClaimed."""
    case, matter = taken_case(actor, case_id, expected_version)
    now = runtime.current().clock.now()
    if is_claimed(case, now) and case.assignee_id != actor.user_id:
        raise CaseClaimed(claimed_until=case.claimed_until)
    step(actor, case, "claim", matter)
    case.assignee_id, case.claimed_until = actor.user_id, now + CLAIM_LASTS
    seen = update(Report).where(Report.case_id == case.id, Report.state == SUBMITTED)
    session().execute(seen.values(state=ATTACHED, version=Report.version + 1))
    tell_case(case)
    return opened(actor, case)


@command
def ask_question(
    actor: Actor, case_id: str, *, to: str, question: str, expected_version: int,
    report_id: str | None = None,
) -> CaseDetailView:  # fmt: skip
    """Ask the author, or who reported (the first one, or that of `report_id`), something. The clock of the
    case stands until she answers, seven days at the most. By who has the case. Records CaseChanged,
    QueueChanged, QuestionAsked. Raises NotFound, SecondFactorNeeded, Forbidden, NotYours, VersionConflict,
    InvalidTransition, CaseClaimed, Invalid."""
    case, matter = own_case(actor, case_id, expected_version)
    question = question.strip()
    if not 1 <= len(question) <= MOST_QUESTION:
        raise Invalid({"question": FieldFault.of(_("Please write your question."))})
    asked_id = case.about_id if to == "author" else _reporter(case, report_id)
    if asked_id is None:
        raise Invalid({"to": FieldFault.of(_("There is nobody here whom you could ask."))})
    now = runtime.current().clock.now()
    step(actor, case, "question", matter)
    row = CaseQuestion(
        id=new_id(), case_id=case.id, asked_id=asked_id, asked_as=to, asked_by=actor.id, question=question,
        asked_at=now, until=now + QUESTION_LASTS,
    )  # fmt: skip
    session().add(row)
    case.asked_until = row.until
    waits = int(QUESTION_LASTS.total_seconds())
    case.paused_seconds += waits
    if case.claimed_until is not None:
        case.claimed_until += QUESTION_LASTS
    tell_case(case)
    record(QuestionAsked(scope=f"user:{asked_id}", entity_id=row.id, network_id=case.network_id))
    where = people.address_of(asked_id)
    if where is not None:
        post("case_question", *where, question_id=row.id)
    return opened(actor, case)


@command
def answer_question(
    actor: Actor, case_id: str, *, answer: str, question_id: str | None = None, hand_over: bool = False
) -> QuestionView:
    """Answer what one was asked; nothing else of the case is told. A meta-mentor whom the case is about can
    have it handed over to the organisation (`hand_over`). Records CaseChanged, QueueChanged. Raises NotFound
    to everybody who was not asked, QuestionOver, Invalid."""
    row = visible_question(actor, case_id, question_id)
    require(may_answer_question(actor, row))
    answer = answer.strip()
    if not 1 <= len(answer) <= MOST_ANSWER:
        raise Invalid({"answer": FieldFault.of(_("Please write your answer."))})
    case = locked_case(row.case_id)
    now = runtime.current().clock.now()
    settle(case, now)
    if row.answered_at is not None or row.until <= now or case.state != AWAITING_INFO:
        raise QuestionOver(until=row.until)
    row.answer, row.answered_at = answer, now
    end_question(case, now)
    step(actor, case, "answer")
    if hand_over and row.asked_as == "author" and case.level < OPERATORS:
        lift(actor, case, None, "person_affected")
    tell_case(case)
    return question_view(row)


def _reporter(case: Case, report_id: str | None) -> str | None:
    wanted = select(Report.reporter_id).where(
        Report.case_id == case.id, Report.state.in_(RUNNING_REPORTS), Report.reporter_id.is_not(None)
    )
    if report_id is not None:
        found = session().scalar(wanted.where(Report.id == report_id))
        if found is None:
            raise NotFound()
        return found
    return session().scalar(wanted.order_by(Report.created_at).limit(1))
