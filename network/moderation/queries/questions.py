"""What can be seen of questions: each by who was asked; of the case nothing but what her own thing is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select

from models.moderation import CaseQuestion
from network.kernel.actor import Actor
from network.kernel.errors import NotFound
from network.kernel.events import renders
from network.kernel.transaction import session
from network.moderation.queries.views import QuestionView


def visible_question(actor: Actor, case_id: str, question_id: str | None) -> CaseQuestion:
    """The row of a question that the actor was asked in a case: that one, or the last. Raises NotFound."""
    wanted = select(CaseQuestion).where(
        CaseQuestion.case_id == case_id, CaseQuestion.asked_id == (actor.user_id or "")
    )
    if question_id is not None:
        wanted = wanted.where(CaseQuestion.id == question_id)
    row = session().scalars(wanted.order_by(CaseQuestion.asked_at.desc()).limit(1)).one_or_none()
    if row is None:
        raise NotFound()
    return row


def check_asked(actor: Actor, case_id: str) -> None:
    """Raise NotFound to who was asked nothing in a case, before what she sent is looked at."""
    visible_question(actor, case_id, None)


def get_question(actor: Actor, question_id: str) -> QuestionView:
    """What the actor was asked. Raises NotFound to everybody else."""
    wanted = select(CaseQuestion).where(
        CaseQuestion.id == question_id, CaseQuestion.asked_id == (actor.user_id or "")
    )
    row = session().scalars(wanted).one_or_none()
    if row is None:
        raise NotFound()
    return question_view(row)


def question_view(row: CaseQuestion) -> QuestionView:
    """A question as who was asked sees it."""
    return {
        "id": row.id, "case_id": row.case_id, "asked_as": row.asked_as, "question": row.question,
        "answer": row.answer, "asked_at": row.asked_at, "until": row.until, "answered_at": row.answered_at,
    }  # fmt: skip


@renders("question")
def _render(ids: Sequence[str]) -> Mapping[str, Mapping[str, Any]]:
    rows = session().scalars(select(CaseQuestion).where(CaseQuestion.id.in_(sorted(set(ids))))).all()
    return {row.id: dict(question_view(row)) for row in rows}
