"""Which decisions wait for somebody: for an answer, or for what comes of them; and where a topic has led."""

from __future__ import annotations

from datetime import datetime
from typing import TypedDict

from sqlalchemy import and_, case, exists, or_, select

from models.decisions import Decision, Elector, Stance
from network.decisions.policy import visible_decisions
from network.decisions.queries.electorate import voter
from network.decisions.rules.states import CLOSED, DECIDED, OPEN
from network.kernel import runtime
from network.kernel.actor import Actor
from network.kernel.transaction import session


class UnansweredView(TypedDict):
    """A question that waits, for one's own answer or for what comes of it."""

    id: str
    kind: str
    question: str
    language: str
    closes_at: datetime


def list_unanswered(actor: Actor, network_id: str, most: int) -> list[UnansweredView]:
    """The open decisions of a network in which the actor takes part and has said nothing yet, those that end
    first in front. Two statements, and one where none is open."""
    now = runtime.current().clock.now()
    said = exists().where(
        Stance.decision_id == Decision.id, Stance.voter == actor.user_id, Stance.replaced_at.is_(None)
    )
    wanted = (
        visible_decisions(actor)
        .join(Elector, Elector.decision_id == Decision.id)
        .where(
            Decision.network_id == network_id, Decision.state == OPEN, Decision.closes_at > now,
            Elector.user_id == actor.user_id, Elector.voided_at.is_(None), ~said,
        )
        .order_by(Decision.closes_at, Decision.id)
    )  # fmt: skip
    rows = session().scalars(wanted).all()
    marks = [voter(row, actor.id) for row in rows if row.anonymous]
    answered: set[str] = set()
    if marks:
        marked = select(Stance.decision_id).where(Stance.voter.in_(marks), Stance.replaced_at.is_(None))
        answered.update(session().scalars(marked))
    return [
        UnansweredView(
            id=row.id, kind=row.kind, question=row.question, language=row.language, closes_at=row.closes_at
        )
        for row in rows
        if row.id not in answered
    ][:most]


def about_topic(actor: Actor, topic_id: str) -> tuple[str, bool] | None:
    """The decision that came out of a topic and whether it is open: of open ones the one that ends first,
    else the one that ended last; None without one. One statement."""
    wanted = select(visible_decisions(actor).subquery().c.id)
    is_open = and_(Decision.state == OPEN, Decision.closes_at > runtime.current().clock.now())
    found = select(Decision.id, is_open).where(
        Decision.topic_id == topic_id, Decision.state.in_((OPEN, *DECIDED)), Decision.id.in_(wanted)
    )
    first = found.order_by(
        is_open.desc(), case((is_open, Decision.closes_at)), Decision.closes_at.desc()
    )  # fmt: skip
    row = session().execute(first.limit(1)).one_or_none()
    return None if row is None else (row[0], bool(row[1]))


def list_awaiting_outcome(actor: Actor, network_id: str, most: int) -> list[UnansweredView]:
    """The passed decisions of a network of which nobody wrote down yet what comes of them, the newest first;
    without those whose effect has happened, and without temperature checks. One statement."""
    wanted = (
        visible_decisions(actor)
        .where(Decision.network_id == network_id, Decision.state == CLOSED)
        .where(Decision.kind != "temperature")
        .where(or_(Decision.effect_state.is_(None), Decision.effect_state != "done"))
        .order_by(Decision.id.desc())
    )  # fmt: skip
    passed = [row for row in session().scalars(wanted) if row.result and row.result["outcome"] == "passed"]
    return [
        UnansweredView(
            id=row.id, kind=row.kind, question=row.question, language=row.language, closes_at=row.closes_at
        )
        for row in passed[:most]
    ]
