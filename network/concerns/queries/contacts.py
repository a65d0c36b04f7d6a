"""Professionals whom one can call in a country: what who runs the platform keeps, else whom we know."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TypedDict

from sqlalchemy import select

from models.concerns import ProfessionalContact
from network.concerns.policy import may_keep_contacts
from network.concerns.rules.known import KINDS, KNOWN
from network.kernel.actor import Actor
from network.kernel.errors import NotFound
from network.kernel.policy import require
from network.kernel.transaction import session


class ContactView(TypedDict):
    """A professional contact; without an `id` one whom we know and nobody on the spot has looked at."""

    id: str | None
    country: str
    kind: str
    name: str
    phone: str
    url: str
    hours: str
    checked_on: date | None
    version: int


def list_contacts(country: str) -> list[ContactView]:
    """The contacts of a country, for everybody, by what they are for; empty where there are none."""
    wanted = select(ProfessionalContact).where(ProfessionalContact.country == country.upper())
    rows = session().scalars(wanted.order_by(ProfessionalContact.id)).all()
    found = [contact_view(row) for row in rows] or known_contacts(country)
    return sorted(found, key=lambda one: KINDS.index(one["kind"]))


def known_contacts(country: str) -> list[ContactView]:
    """Those whom we know in a country."""
    return [
        {
            "id": None, "country": one.country, "kind": one.kind, "name": one.name, "phone": one.phone,
            "url": one.url, "hours": one.hours, "checked_on": None, "version": 0,
        }
        for one in KNOWN
        if one.country == country.upper()
    ]  # fmt: skip


def contact_row(contact_id: str) -> ProfessionalContact:
    """The locked row of a contact. Raises NotFound."""
    row = session().get(ProfessionalContact, contact_id, with_for_update=True, populate_existing=True)
    if row is None:
        raise NotFound()
    return row


def get_contact(actor: Actor, contact_id: str) -> ContactView:
    """One contact of the list, for who keeps it. Raises NotFound, SecondFactorNeeded."""
    require(may_keep_contacts(actor))
    row = session().get(ProfessionalContact, contact_id)
    if row is None:
        raise NotFound()
    return contact_view(row)


def contact_view(row: ProfessionalContact) -> ContactView:
    """A row as everybody sees it."""
    return {
        "id": row.id, "country": row.country, "kind": row.kind, "name": row.name, "phone": row.phone,
        "url": row.url, "hours": row.hours, "checked_on": row.checked_on, "version": row.version,
    }  # fmt: skip


def countries_with_contacts() -> Sequence[str]:
    """The codes of countries for which there are contacts, kept or known."""
    kept = session().scalars(select(ProfessionalContact.country).distinct())
    return sorted({*kept, *(one.country for one in KNOWN)})
