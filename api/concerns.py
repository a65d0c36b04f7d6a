"""Worries about somebody's safety, and professionals whom one can call."""

from __future__ import annotations

from typing import Any

from flask_smorest import Blueprint

from api.operations import operation, page_request
from api.schemas.base import PageQuery, page_of
from api.schemas.concerns import (
    ConcernIn,
    ConcernItemOut,
    ConcernNoteIn,
    ConcernOut,
    ContactQuery,
    ProfessionalContactIn,
    ProfessionalContactListOut,
    ProfessionalContactOut,
    ProfessionalContactPatchIn,
)
from network import concerns
from network.kernel.actor import Actor

blueprint = Blueprint("concerns", __name__, description="Worries about somebody's safety")

# No `Idempotency-Key` here: the answers that it keeps would hold the words once more.


@operation(
    blueprint, "POST", "/concerns", out=ConcernOut, status=201, body=ConcernIn, problems=(404, 409)
)  # fmt: skip
def raise_concern(actor: Actor, body: dict[str, Any]) -> Any:
    """Raise a concern. It goes to the network's safeguarding lead and deputy, never to who is named in
    `about`; nobody is on duty here, so call the emergency number first. Where it can go to nobody, 409
    `nobody_appointed`: nothing is stored and nothing sent."""
    return concerns.raise_concern(
        actor, body["network_id"], body["what"], body["about"], danger=body["danger"]
    )


@operation(blueprint, "GET", "/concerns", out=page_of(ConcernItemOut), query=PageQuery)
def list_concerns(actor: Actor, query: dict[str, Any]) -> Any:
    """What one raised and, as safeguarding lead or deputy, what came to one, the newest first."""
    return concerns.list_concerns(actor, page_request(query))


@operation(blueprint, "GET", "/concerns/<id:concern_id>", out=ConcernOut, problems=(404,))
def read_concern(actor: Actor, concern_id: str) -> Any:
    """One concern: for lead and deputy all of it, and that they looked is written down; for who raised it her
    own words and how far it is."""
    return concerns.read_concern(actor, concern_id)


@operation(
    blueprint, "POST", "/concerns/<id:concern_id>/notes", out=ConcernOut, status=201, body=ConcernNoteIn,
    problems=(404, 409),
)  # fmt: skip
def note_concern(actor: Actor, concern_id: str, body: dict[str, Any]) -> Any:
    """Add to a concern: lead and deputy what they did, who raised it what else happened."""
    return concerns.note_concern(actor, concern_id, body["what"], body["kind"], body["about"])


@operation(
    blueprint, "GET", "/professional-contacts", out=ProfessionalContactListOut, query=ContactQuery,
    audience="anyone",
)  # fmt: skip
def list_contacts(_actor: Actor, query: dict[str, Any]) -> Any:
    """Whom one can call in a country."""
    return {"items": concerns.list_contacts(query["country"])}


@operation(
    blueprint, "POST", "/professional-contacts", out=ProfessionalContactOut, status=201,
    body=ProfessionalContactIn, problems=(404, 409), idempotent=True,
)  # fmt: skip
def add_contact(actor: Actor, body: dict[str, Any]) -> Any:
    """Put a contact on the list of a country, as the operator. The first one takes over those whom we know
    there."""
    return concerns.add_contact(actor, body)


@operation(
    blueprint, "PATCH", "/professional-contacts/<id:contact_id>", out=ProfessionalContactOut,
    body=ProfessionalContactPatchIn, problems=(404, 409),
)  # fmt: skip
def change_contact(actor: Actor, contact_id: str, body: dict[str, Any]) -> Any:
    """Change a contact, or say that it is still right, as the operator."""
    return concerns.change_contact(actor, contact_id, body, body.pop("expected_version"))


@operation(
    blueprint, "DELETE", "/professional-contacts/<id:contact_id>", out=None, status=204, problems=(404,)
)
def remove_contact(actor: Actor, contact_id: str) -> None:
    """Take a contact off the list, as the operator."""
    concerns.remove_contact(actor, contact_id)
