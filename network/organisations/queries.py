"""What can be seen of organisations, of those who act for them, and of those who were asked to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, TypedDict

from sqlalchemy import bindparam, func, select

from models.organisations import Organisation, Steward, StewardInvitation
from network import people
from network.kernel import runtime
from network.kernel.actor import Actor
from network.kernel.errors import NotFound
from network.kernel.events import renders
from network.kernel.ids import digest
from network.kernel.paging import PageOf, PageRequest, page
from network.kernel.policy import require
from network.kernel.transaction import session
from network.organisations.policy import (
    may_see_reason,
    may_see_steward_invitations,
    may_see_waiting,
    visible_organisations,
)
from network.organisations.rules import answer_by
from network.people import PersonView

_ID = Organisation.__table__.c.id
_FIRST = PageRequest(limit=200)


class OrganisationView(TypedDict):
    """An organisation as the contract has it. By right only: why it was decided so, what its contacts
    answered, and by when it is decided while it waits."""

    id: str
    name: str
    country: str
    state: str
    created_at: datetime
    decided_at: datetime | None
    decided_reason: str | None
    answer: str | None
    answer_by: datetime | None
    version: int


class StewardView(PersonView):
    """A person who acts for an organisation: never her address."""

    since: datetime


class WaitingView(OrganisationView):
    """An organisation as the operator decides about it."""

    asked_at: datetime
    overdue: bool
    stewards: list[StewardView]


class OrganisationName(TypedDict):
    """An organisation in few words."""

    id: str
    name: str
    state: str


class MyOrganisation(OrganisationName):
    """One that somebody acts for; `answer_by` while it waits for verification."""

    answer_by: datetime | None


class StewardInvitationView(TypedDict):
    """Who was asked to act for the organisation and has not answered."""

    id: str
    email: str
    created_at: datetime
    expires_at: datetime


class OpenStewardInvitation(TypedDict):
    """What the holder of the link sees before she decides."""

    organisation: OrganisationName
    inviter: PersonView | None
    language: str


def organisation_view(actor: Actor, row: Organisation) -> OrganisationView:
    """A row as the actor sees it."""
    close = bool(may_see_reason(actor, row))
    return {
        "id": row.id, "name": row.name, "country": row.country, "state": row.state,
        "created_at": row.created_at, "decided_at": row.decided_at,
        "decided_reason": row.decided_reason if close else None, "answer": row.answer if close else None,
        "answer_by": _answer_by(row) if close else None, "version": row.version,
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
    return page(query, [_ID], request, lambda row: organisation_view(actor, row))


def list_for_decision(actor: Actor, request: PageRequest, state: str = "pending") -> PageOf[WaitingView]:
    """Who waits for verification, longest first, with the people who act for it; or who was decided about.
    Refused to all but the operator."""
    require(may_see_waiting(actor))
    wanted = visible_organisations(actor).where(Organisation.state == state)
    found = page(wanted, [_ID], request, lambda row: row)
    stewards, now = _stewards_of_each([row.id for row in found.items]), runtime.current().clock.now()
    return PageOf([
        {
            **organisation_view(actor, row), "asked_at": row.asked_at, "overdue": _is_overdue(row, now),
            "stewards": stewards.get(row.id, []),
        }
        for row in found.items
    ], found.next)  # fmt: skip


def count_waiting() -> int:
    """How many organisations wait for verification; asked on nobody's behalf."""
    waiting = select(func.count()).select_from(Organisation).where(Organisation.state == "pending")
    return session().scalar(waiting) or 0


def count_overdue() -> int:
    """How many of them wait longer than we promise; asked on nobody's behalf."""
    waiting = session().scalars(select(Organisation).where(Organisation.state == "pending"))
    now = runtime.current().clock.now()
    return sum(_is_overdue(row, now) for row in waiting)


def _answer_by(row: Organisation) -> datetime | None:
    return answer_by(row.asked_at, row.time_zone, row.country) if row.state == "pending" else None


def _is_overdue(row: Organisation, now: datetime) -> bool:
    due = _answer_by(row)
    return due is not None and due < now


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
    return {"id": row.id, "name": row.name, "state": row.state, "answer_by": _answer_by(row)}


def _kept(row: Organisation) -> Organisation:
    session().info.setdefault("organisations", {})[row.id] = row
    return row


_stewards = Steward.__table__.c
_STEWARDSHIPS = select(_stewards.organisation_id).where(  # asked for every request
    _stewards.user_id == bindparam("user_id"), _stewards.ended_at.is_(None)
)


def stewardships_of(user_id: str) -> frozenset[str]:
    """The ids of the organisations that a person acts for."""
    return frozenset(session().connection().execute(_STEWARDSHIPS, {"user_id": user_id}).scalars())


def stewards_of(organisation_id: str) -> list[str]:
    """The ids of those who act for an organisation, longest first."""
    wanted = select(Steward.user_id).where(
        Steward.organisation_id == organisation_id, Steward.ended_at.is_(None)
    )
    return list(session().scalars(wanted.order_by(Steward.since, Steward.id)))


def list_stewards(actor: Actor, organisation_id: str, request: PageRequest = _FIRST) -> PageOf[StewardView]:
    """Who acts for an organisation, longest first: names, never addresses. Raises NotFound."""
    visible_organisation_row(actor, organisation_id)
    running = select(Steward).where(Steward.organisation_id == organisation_id, Steward.ended_at.is_(None))
    found = page(running, [Steward.__table__.c.id], request, lambda row: row)
    persons = people.people_by_id(row.user_id for row in found.items)
    return PageOf([{**persons[row.user_id], "since": row.since} for row in found.items], found.next)


def list_steward_invitations(actor: Actor, organisation_id: str) -> list[StewardInvitationView]:
    """Who was asked to act for the organisation and can still say yes. Refused to all but its stewards."""
    require(may_see_steward_invitations(actor, visible_organisation_row(actor, organisation_id)))
    wanted = _open_invitations().where(StewardInvitation.organisation_id == organisation_id)
    return [
        {"id": row.id, "email": row.email, "created_at": row.created_at, "expires_at": row.expires_at}
        for row in session().scalars(wanted.order_by(StewardInvitation.id))
    ]


def find_steward_invitation(token: str) -> OpenStewardInvitation:
    """What the link in a letter opens. Raises NotFound, the same for every link that is not open."""
    row = steward_invitation_row(token)
    organisation = organisation_row(row.organisation_id)
    return {
        "organisation": {"id": organisation.id, "name": organisation.name, "state": organisation.state},
        "inviter": people.find_person(row.invited_by), "language": row.language,
    }  # fmt: skip


def steward_invitation_row(token: str, *, locked: bool = False) -> StewardInvitation:
    """The open invitation that a link's secret belongs to. Raises NotFound."""
    wanted = _open_invitations().where(StewardInvitation.token_hash == digest(token))
    if locked:
        wanted = wanted.with_for_update().execution_options(populate_existing=True)
    found: StewardInvitation | None = session().scalars(wanted).one_or_none()
    if found is None:
        raise NotFound()
    return found


def _open_invitations() -> Any:
    now = runtime.current().clock.now()
    return select(StewardInvitation).where(
        StewardInvitation.ended_at.is_(None), StewardInvitation.expires_at > now
    )


def _stewards_of_each(organisation_ids: Sequence[str]) -> dict[str, list[StewardView]]:
    wanted = (
        select(Steward.organisation_id, Steward.user_id, Steward.since)
        .where(Steward.organisation_id.in_(organisation_ids), Steward.ended_at.is_(None))
        .order_by(Steward.since, Steward.id)
    )
    rows = session().execute(wanted).all()
    persons = people.people_by_id(row.user_id for row in rows)
    found: dict[str, list[StewardView]] = {}
    for row in rows:
        if row.user_id in persons:
            found.setdefault(row.organisation_id, []).append({**persons[row.user_id], "since": row.since})
    return found


@renders("organisation")
def render_organisations(ids: Sequence[str]) -> Mapping[str, Mapping[str, Any]]:
    """Organisations as they are shown in events."""
    return organisations_by_id(ids)
