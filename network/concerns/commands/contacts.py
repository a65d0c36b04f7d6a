"""Keeping the list of professionals: who runs the platform, country by country."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from models.concerns import ProfessionalContact
from network.concerns.policy import may_keep_contacts
from network.concerns.queries.contacts import ContactView, contact_row, contact_view, known_contacts
from network.concerns.rules.contacts import check_contact
from network.kernel import runtime
from network.kernel.actor import Actor
from network.kernel.audit import append
from network.kernel.errors import FieldFault, Invalid
from network.kernel.ids import new_id
from network.kernel.policy import require
from network.kernel.transaction import command, session
from network.kernel.transitions import check_version
from network.kernel.translation import mark as _


@command
def add_contact(actor: Actor, said: Mapping[str, Any]) -> ContactView:
    """Put a contact on the list of a country: `country`, `kind`, `name`, `phone`, `url`, `hours`. It counts
    as looked at today. From then on that list counts alone, so those whom we know there are taken over with
    the first one. By who runs the platform. In the audit trail. Raises NotFound, SecondFactorNeeded,
    Invalid."""
    require(may_keep_contacts(actor))
    clean = check_contact(said)
    _take_over(clean["country"])
    row = ProfessionalContact(
        id=new_id(), **clean, checked_on=runtime.current().clock.today(), version=1
    )  # fmt: skip
    session().add(row)
    session().flush()
    append(actor, "contact.added", "professional_contact", row.id, after=clean)
    return contact_view(row)


@command
def take_over_contacts(actor: Actor, country: str) -> int:
    """Put those whom we know in a country on its list, where it is empty, so that they can be changed; how
    many. By who runs the platform. In the audit trail. Raises NotFound, SecondFactorNeeded, Invalid where we
    know nobody."""
    require(may_keep_contacts(actor))
    taken = _take_over(country.upper())
    if not taken:
        raise Invalid({"country": FieldFault.of(_("We know nobody else in this country."))})
    append(actor, "contact.taken_over", "professional_contact", country.upper(), after={"contacts": taken})
    return taken


@command
def change_contact(
    actor: Actor, contact_id: str, said: Mapping[str, Any], expected_version: int
) -> ContactView:
    """Change a contact, or say with nothing new that it is still right: it counts as looked at today. By who
    runs the platform. In the audit trail. Raises NotFound, SecondFactorNeeded, VersionConflict, Invalid."""
    require(may_keep_contacts(actor))
    row = contact_row(contact_id)
    check_version(row, expected_version, lambda seen: dict(contact_view(seen)))
    before = {name: getattr(row, name) for name in ("country", "kind", "name", "phone", "url", "hours")}
    clean = check_contact({**before, **said})
    for name, value in clean.items():
        setattr(row, name, value)
    row.checked_on = runtime.current().clock.today()
    row.version += 1
    session().flush()
    append(actor, "contact.changed", "professional_contact", row.id, before=before, after=clean)
    return contact_view(row)


@command
def remove_contact(actor: Actor, contact_id: str) -> None:
    """Take a contact off the list. By who runs the platform. In the audit trail. Raises NotFound,
    SecondFactorNeeded."""
    require(may_keep_contacts(actor))
    row = contact_row(contact_id)
    append(
        actor, "contact.removed", "professional_contact", row.id,
        before={"country": row.country, "name": row.name, "phone": row.phone},
    )  # fmt: skip
    session().delete(row)


def _take_over(country: str) -> int:
    kept = select(ProfessionalContact.id).where(ProfessionalContact.country == country).limit(1)
    if session().scalar(kept) is not None:
        return 0
    known = known_contacts(country)
    session().add_all(
        ProfessionalContact(
            id=new_id(), country=one["country"], kind=one["kind"], name=one["name"], phone=one["phone"],
            url=one["url"], hours=one["hours"], checked_on=None, version=1,
        )
        for one in known
    )  # fmt: skip
    session().flush()
    return len(known)
