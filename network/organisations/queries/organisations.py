"""What can be seen of an organisation: by everybody, by those who act for it, by the operator."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, TypedDict

from sqlalchemy import select

from models.organisations import Organisation
from network.kernel.actor import Actor
from network.kernel.errors import NotFound
from network.kernel.events import renders
from network.kernel.paging import PageOf, PageRequest, page
from network.kernel.transaction import session
from network.organisations.policy import may_see_reason, visible_organisations
from network.organisations.rules import answer_by

BY_ID = Organisation.__table__.c.id


class OrganisationView(TypedDict):
    """An organisation as the contract has it, with its website. By right only: its entry in a register, how
    it is reached, why it was decided so, what its contacts answered, and by when it is decided while it
    waits."""

    id: str
    name: str
    country: str
    website: str | None
    register_entry: str | None
    contact_note: str | None
    state: str
    created_at: datetime
    decided_at: datetime | None
    decided_reason: str | None
    answer: str | None
    answer_by: datetime | None
    version: int


class OrganisationName(TypedDict):
    """An organisation in few words."""

    id: str
    name: str
    state: str


class MyOrganisation(OrganisationName):
    """One that somebody acts for; `answer_by` while it waits for verification."""

    answer_by: datetime | None


def organisation_view(actor: Actor, row: Organisation) -> OrganisationView:
    """A row as the actor sees it."""
    close = bool(may_see_reason(actor, row))
    return {
        "id": row.id, "name": row.name, "country": row.country, "website": row.website,
        "register_entry": row.register_entry if close else None,
        "contact_note": row.contact_note if close else None, "state": row.state,
        "created_at": row.created_at, "decided_at": row.decided_at,
        "decided_reason": row.decided_reason if close else None, "answer": row.answer if close else None,
        "answer_by": due_by(row) if close else None, "version": row.version,
    }  # fmt: skip


def get_organisation(actor: Actor, organisation_id: str) -> OrganisationView:
    """One organisation. Raises NotFound."""
    return organisation_view(actor, visible_organisation_row(actor, organisation_id))


def list_organisations(
    actor: Actor, request: PageRequest, state: str | None = None
) -> PageOf[OrganisationView]:
    """All organisations in the order of their founding; `state` narrows them."""
    query = visible_organisations(actor)
    if state is not None:
        query = query.where(Organisation.state == state)
    return page(query, [BY_ID], request, lambda row: organisation_view(actor, row))


def due_by(row: Organisation) -> datetime | None:
    """By when an organisation that waits is decided about; None when it does not wait."""
    return answer_by(row.asked_at, row.time_zone, row.country) if row.state == "pending" else None


def visible_organisation_row(actor: Actor, organisation_id: str) -> Organisation:
    """The row behind `get_organisation`. Raises NotFound."""
    wanted = visible_organisations(actor).where(Organisation.id == organisation_id)
    found: Organisation | None = session().scalar(wanted)
    if found is None:
        raise NotFound()
    return found


def organisation_row(organisation_id: str) -> Organisation:
    """The row, asked on nobody's behalf. Raises NotFound."""
    found = session().get(Organisation, organisation_id)
    if found is None:
        raise NotFound()
    return found


def organisations_by_id(ids: Iterable[str]) -> Mapping[str, OrganisationName]:
    """Names and states of organisations, in one statement, asked on nobody's behalf."""
    rows = session().scalars(select(Organisation).where(Organisation.id.in_(sorted(set(ids)))))
    return {row.id: {"id": row.id, "name": row.name, "state": row.state} for row in map(_kept, rows)}


def lock_organisation(organisation_id: str) -> Organisation:
    """The row, kept from others who lock it until the running command ends. Raises NotFound."""
    found = session().get(
        Organisation, organisation_id, with_for_update={"key_share": True}, populate_existing=True
    )
    if found is None:
        raise NotFound()
    return found


def is_verified(organisation_id: str) -> bool:
    """True while the platform vouches for the organisation; only then letters leave in its name."""
    return organisation_row(organisation_id).state == "verified"


def my_organisations(actor: Actor) -> list[MyOrganisation]:
    """The organisations that the actor acts for, by name; for who acts for none nothing is asked."""
    if not actor.stewardships:
        return []
    wanted = select(Organisation).where(Organisation.id.in_(sorted(actor.stewardships)))
    rows = session().scalars(wanted.order_by(Organisation.name, Organisation.id))
    return [my_organisation(_kept(row)) for row in rows]


def my_organisation(row: Organisation) -> MyOrganisation:
    """An organisation in few words, for those who act for it."""
    return {"id": row.id, "name": row.name, "state": row.state, "answer_by": due_by(row)}


def _kept(row: Organisation) -> Organisation:
    session().info.setdefault("organisations", {})[row.id] = row
    return row


@renders("organisation")
def render_organisations(ids: Sequence[str]) -> Mapping[str, Mapping[str, Any]]:
    """Organisations as they are shown in events."""
    return organisations_by_id(ids)
