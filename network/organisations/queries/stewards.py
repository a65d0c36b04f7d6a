"""What can be seen of those who act for an organisation, and of those who were asked to."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, TypedDict

from sqlalchemy import bindparam, select

from models.organisations import Steward, StewardInvitation
from network import people
from network.kernel import runtime
from network.kernel.actor import Actor
from network.kernel.errors import NotFound
from network.kernel.ids import digest
from network.kernel.paging import PageOf, PageRequest, page
from network.kernel.policy import require
from network.kernel.transaction import session
from network.organisations.policy import may_see_steward_invitations
from network.organisations.queries.organisations import (
    OrganisationName,
    organisation_row,
    visible_organisation_row,
)
from network.people import PersonView

_FIRST = PageRequest(limit=200)


class StewardView(PersonView):
    """A person who acts for an organisation: never her address."""

    since: datetime


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


def stewards_of_each(organisation_ids: Sequence[str]) -> dict[str, list[StewardView]]:
    """Who acts for each of several organisations, longest first, in two statements."""
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
