"""What can be seen of a network's office: all of it, and whether the roadmap's step is taken."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypedDict

from sqlalchemy import select

from models.offices import Office
from network import decisions, membership, networks, organisations, people
from network.kernel.actor import Actor
from network.kernel.events import renders
from network.kernel.policy import require
from network.kernel.transaction import session
from network.offices.policy import Settlement, may_decide_office, may_see_office


class OfficeView(TypedDict):
    """A network's office. `exists` is None, and `version` 0, where nothing was decided yet; `hours` are
    `[{weekday, from, to}]` as in `models.offices`."""

    network_id: str
    exists: bool | None
    reason: str
    contact: str | None
    contact_person: Mapping[str, Any] | None
    substitute: str | None
    substitute_person: Mapping[str, Any] | None
    hours: list[dict[str, Any]]
    time_zone: str | None
    tasks: str
    decision_id: str | None
    decided_at: datetime | None
    version: int


@dataclass(frozen=True, slots=True)
class OfficeStanding:
    """The evidence of the roadmap's step `office_decided` (roadmap.md): an office with contact and hours, or
    the decision to have none."""

    decided: bool
    exists: bool
    has_contact: bool
    has_hours: bool

    @property
    def is_settled(self) -> bool:
        """True where the step is taken."""
        return self.decided and (not self.exists or (self.has_contact and self.has_hours))


def get_office(actor: Actor, network_id: str) -> OfficeView:
    """What the network decided about its office. Raises NotFound where the network is not visible, Forbidden
    where its inside is not."""
    network = networks.visible_network_row(actor, network_id)
    require(may_see_office(actor, network))
    return office_view(network.id)


def office_standing(network_id: str) -> OfficeStanding:
    """How far a network is with the question of its office, asked on nobody's behalf."""
    row = session().get(Office, network_id)
    if row is None:
        return OfficeStanding(decided=False, exists=False, has_contact=False, has_hours=False)
    return OfficeStanding(
        decided=True, exists=row.exists, has_hours=bool(row.hours),
        has_contact=bool(row.contact or row.contact_user_id),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Candidate:
    """A decision that can settle the question: its id and its question."""

    decision_id: str
    question: str


def settles_alone(actor: Actor, network_id: str, *, exists: bool | None = None) -> bool:
    """Whether the actor needs no new decision to say this of the office (`exists` None: what holds now)."""
    row = session().get(Office, network_id)
    decided = row is not None and row.decision_id is not None and exists in (None, row.exists)
    return bool(may_decide_office(actor, Settlement(networks.network_row(network_id), decided)))


def fitting_decisions(actor: Actor, network_id: str) -> list[Candidate]:
    """Decisions that passed, have no effect of their own and are newer than what holds: the newest first."""
    row = session().get(Office, network_id)
    since = row.decided_at if row is not None and row.decision_id is not None else None
    agreed = decisions.list_agreed(actor, network_id, since)
    return [Candidate(one["id"], one["question"]) for one in agreed]


def office_view(network_id: str) -> OfficeView:
    """The office as every surface shows it, for whoever may see it."""
    row = session().get(Office, network_id)
    if row is not None:
        return _shown([row])[network_id]
    return {
        "network_id": network_id, "exists": None, "reason": "", "contact": None, "contact_person": None,
        "substitute": None, "substitute_person": None, "hours": [], "time_zone": None, "tasks": "",
        "decision_id": None, "decided_at": None, "version": 0,
    }  # fmt: skip


@renders("office")
def render_offices(ids: Sequence[str]) -> Mapping[str, Mapping[str, Any]]:
    """The offices of these networks as events show them."""
    return _shown(session().scalars(select(Office).where(Office.network_id.in_(list(ids)))).all())


def _shown(rows: Sequence[Office]) -> dict[str, OfficeView]:
    named = {user_id for row in rows for user_id in (row.contact_user_id, row.substitute_user_id) if user_id}
    known = people.people_by_id(named)
    return {
        row.network_id: {
            "network_id": row.network_id, "exists": row.exists, "reason": row.reason, "contact": row.contact,
            "contact_person": known.get(row.contact_user_id or ""), "substitute": row.substitute,
            "substitute_person": known.get(row.substitute_user_id or ""), "hours": row.hours,
            "time_zone": row.time_zone, "tasks": row.tasks, "decision_id": row.decision_id,
            "decided_at": row.decided_at, "version": row.version,
        }
        for row in rows
    }  # fmt: skip


def is_of_network(network_id: str, user_id: str) -> bool:
    """True for a member, paused or not, and for who acts for the founding organisation."""
    joined = membership.running_membership(network_id, user_id)
    if joined is not None and joined.state in ("active", "paused"):
        return True
    return user_id in organisations.stewards_of(networks.network_row(network_id).organisation_id)
