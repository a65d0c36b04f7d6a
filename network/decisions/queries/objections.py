"""What can be seen of the objections to a decision."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import and_, select

from models.decisions import Decision, DecisionObjection, Stance
from network import people
from network.decisions.policy import visible_decisions
from network.decisions.queries.decisions import visible_decision
from network.decisions.queries.electorate import voter
from network.decisions.queries.views import ObjectionView, OwnObjectionView
from network.decisions.rules.counting import OBJECTION as OBJECTS
from network.decisions.rules.states import CANCELLED, NEXT_ROUND, RESOLVED, WITHDRAWN
from network.kernel.actor import Actor
from network.kernel.errors import NotFound
from network.kernel.events import renders
from network.kernel.paging import PageOf, PageRequest, page
from network.kernel.transaction import session


def see_objections(actor: Actor, decision_id: str, request: PageRequest) -> PageOf[OwnObjectionView]:
    """The objections to a decision, the oldest first; in an anonymous one in no order and without names.
    Raises NotFound."""
    decision = visible_decision(actor, decision_id)
    wanted = select(DecisionObjection).where(DecisionObjection.decision_id == decision.id)
    rows = page(wanted, [DecisionObjection.id.expression], request, lambda row: row)
    return PageOf(shown_to(actor, decision, rows.items), rows.next)


def visible_objection(actor: Actor, objection_id: str) -> tuple[DecisionObjection, Decision]:
    """An objection with its decision. Raises NotFound."""
    objection = session().get(DecisionObjection, objection_id)
    decision = None
    if objection is not None:
        wanted = visible_decisions(actor).where(Decision.id == objection.decision_id)
        decision = session().scalars(wanted).one_or_none()
    if objection is None or decision is None:
        raise NotFound()
    return objection, decision


def is_own_objection(actor: Actor, objection: DecisionObjection, decision: Decision) -> bool:
    """True when the actor raised it; nobody can tell once an anonymous decision is closed."""
    if actor.user_id is None or (decision.anonymous and decision.ballot_key is None):
        return False
    return voter(decision, actor.user_id) == objection.voter


def shown_to(actor: Actor, decision: Decision, rows: Sequence[DecisionObjection]) -> list[OwnObjectionView]:
    """Rows of one decision as views for one person."""
    own = {row.id: row.voter for row in rows if is_own_objection(actor, row, decision)}
    views: list[OwnObjectionView] = [
        {**view, "mine": view["id"] in own} for view in shown(rows, {decision.id: decision})
    ]
    if own and decision.anonymous:
        # To the others it stands as it did until the end; she alone knows that she took it back.
        last = select(Stance.stance).where(
            Stance.decision_id == decision.id, Stance.voter.in_(own.values()), Stance.replaced_at.is_(None)
        )
        if session().scalar(last.limit(1)) != OBJECTS:
            for view in views:
                view["state"] = WITHDRAWN if view["mine"] else view["state"]
    return views


def shown(rows: Sequence[DecisionObjection], decisions: Mapping[str, Decision]) -> list[ObjectionView]:
    """Rows as everybody in the network sees them."""
    named = {row.voter for row in rows if not decisions[row.decision_id].anonymous}
    persons = people.people_by_id(named | {row.answered_by for row in rows if row.answered_by})
    views: list[ObjectionView] = []
    for row in rows:
        hers = None if decisions[row.decision_id].anonymous else persons[row.voter]
        views.append({
            "id": row.id, "decision_id": row.decision_id, "person": hers, "reason": row.reason,
            "would_change": row.would_change, "state": row.state, "answer": row.answer,
            "answered_by": persons[row.answered_by] if row.answered_by else None,
            "raised_at": row.raised_at, "version": row.version,
        })  # fmt: skip
    return views


def taken_along(actor: Actor, decision_id: str) -> frozenset[str]:
    """The objections to a decision that ended because another round followed, without a word of who raised
    them; of an anonymous one all that ended so. Empty unless a round replaced it. Raises NotFound."""
    decision = visible_decision(actor, decision_id)
    if decision.state != CANCELLED or decision.cancel_reason != NEXT_ROUND:
        return frozenset()
    wanted = select(DecisionObjection.id).where(
        DecisionObjection.decision_id == decision.id, DecisionObjection.state == RESOLVED
    )
    if not decision.anonymous:
        # Whoever ends her own objection says where she stands from then on.
        wanted = wanted.join(
            Stance,
            and_(
                Stance.decision_id == DecisionObjection.decision_id, Stance.voter == DecisionObjection.voter
            ),
        ).where(Stance.replaced_at.is_(None), Stance.stance == OBJECTS)
    return frozenset(session().scalars(wanted))


@renders("objection")
def render_objections(ids: Sequence[str]) -> Mapping[str, Mapping[str, Any]]:
    """The objections as events show them."""
    found = session().execute(
        select(DecisionObjection, Decision)
        .join(Decision, Decision.id == DecisionObjection.decision_id)
        .where(DecisionObjection.id.in_(list(ids)))
    ).all()  # fmt: skip
    views = shown([row for row, _ in found], {decision.id: decision for _, decision in found})
    return {view["id"]: view for view in views}
