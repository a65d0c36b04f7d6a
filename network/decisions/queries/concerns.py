"""What those say who agree with a concern."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypedDict

from sqlalchemy import and_, select

from models.decisions import Elector, Stance
from network import people
from network.decisions.queries.decisions import visible_decision
from network.decisions.rules.counting import RESERVATION
from network.decisions.rules.states import FEWEST_ANONYMOUS
from network.kernel import runtime
from network.kernel.actor import Actor
from network.kernel.transaction import session


class ConcernView(TypedDict):
    """A concern. `person` is None in an anonymous decision."""

    person: Mapping[str, Any] | None
    reason: str


def list_concerns(actor: Actor, decision_id: str) -> list[ConcernView]:
    """The concerns about a decision that say something, the oldest first, in an anonymous one in no order;
    empty as long as the count is hidden, and where it stays so. Raises NotFound."""
    decision = visible_decision(actor, decision_id)
    hidden = decision.hidden_until_closed or decision.anonymous
    if hidden and decision.closes_at > runtime.current().clock.now():
        return []
    if decision.anonymous and (decision.electorate_count or 0) < FEWEST_ANONYMOUS:
        return []
    wanted = (
        select(Stance)
        .outerjoin(Elector, and_(Elector.decision_id == Stance.decision_id, Elector.user_id == Stance.voter))
        .where(
            Stance.decision_id == decision.id, Stance.replaced_at.is_(None), Stance.stance == RESERVATION,
            Stance.reason.is_not(None), Stance.reason != "", Elector.voided_at.is_(None),
        )
        .order_by(Stance.said_at, Stance.id)
    )  # fmt: skip
    rows = session().scalars(wanted).all()
    persons = {} if decision.anonymous else people.people_by_id({row.voter for row in rows})
    return [ConcernView(person=persons.get(row.voter), reason=row.reason or "") for row in rows]
