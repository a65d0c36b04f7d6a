"""Who was there when a decision was taken on a call."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypedDict

from sqlalchemy import select

from models.decisions import Attendee
from network import people
from network.decisions.queries.decisions import visible_decision
from network.kernel.actor import Actor
from network.kernel.transaction import session


class AttendeeView(TypedDict):
    """Somebody who was there, and whether she agreed on the call."""

    person: Mapping[str, Any]
    consented: bool


def list_attendees(actor: Actor, decision_id: str) -> list[AttendeeView]:
    """Who was there, by name; empty for a decision that was not taken on a call. Raises NotFound."""
    decision = visible_decision(actor, decision_id)
    if decision.meeting_id is None:
        return []
    rows = session().scalars(select(Attendee).where(Attendee.decision_id == decision.id)).all()
    persons = people.people_by_id({row.user_id for row in rows})
    views = [AttendeeView(person=persons[row.user_id], consented=row.consented) for row in rows]
    return sorted(views, key=lambda one: one["person"]["display_name"].casefold())
