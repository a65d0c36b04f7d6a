"""Which open decisions wait for somebody, and which one a topic has led to."""

from __future__ import annotations

from datetime import datetime
from typing import TypedDict

from sqlalchemy import select

from models.decisions import Decision, Elector, Stance
from network.decisions.policy import visible_decisions
from network.decisions.queries.electorate import voter
from network.decisions.rules.states import OPEN
from network.kernel import runtime
from network.kernel.actor import Actor
from network.kernel.transaction import session


class UnansweredView(TypedDict):
    """An open question without one's own answer."""

    id: str
    kind: str
    question: str
    language: str
    closes_at: datetime


def list_unanswered(actor: Actor, network_id: str, most: int) -> list[UnansweredView]:
    """The open decisions of a network in which the actor takes part and has said nothing yet, those that end
    first in front. Two statements, and one where none is open."""
    now = runtime.current().clock.now()
    wanted = (
        visible_decisions(actor)
        .join(Elector, Elector.decision_id == Decision.id)
        .where(
            Decision.network_id == network_id, Decision.state == OPEN, Decision.closes_at > now,
            Elector.user_id == actor.user_id, Elector.voided_at.is_(None),
        )
        .order_by(Decision.closes_at, Decision.id)
    )  # fmt: skip
    rows = session().scalars(wanted).all()
    if not rows:
        return []
    marks = {voter(row, actor.id): row.id for row in rows if row.anonymous}
    said = select(Stance.decision_id).where(
        Stance.decision_id.in_([row.id for row in rows]), Stance.voter.in_([actor.id, *marks]),
        Stance.replaced_at.is_(None),
    )  # fmt: skip
    answered = set(session().scalars(said))
    return [
        UnansweredView(
            id=row.id, kind=row.kind, question=row.question, language=row.language, closes_at=row.closes_at
        )
        for row in rows
        if row.id not in answered
    ][:most]


def open_about_topic(actor: Actor, topic_id: str) -> str | None:
    """The open decision that came out of a topic, the one that ends first; None without one. One
    statement."""
    wanted = select(visible_decisions(actor).subquery().c.id)
    found = select(Decision.id).where(
        Decision.topic_id == topic_id, Decision.state == OPEN,
        Decision.closes_at > runtime.current().clock.now(), Decision.id.in_(wanted),
    )  # fmt: skip
    return session().scalar(found.order_by(Decision.closes_at).limit(1))
