"""Signing for an organisation that a network asks, also where one does not belong to the network oneself."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _

from network import agreements, networks, organisations
from network.agreements import OwnSignature
from network.kernel.actor import Actor
from network.kernel.errors import Conflict, DomainError, Forbidden, NotFound
from web.agreement_acts import SIGNABLE
from web.forms.agreements import ReadForm
from web.pages import page
from web.signing_duties import open_until

blueprint = Blueprint("organisation_signing", __name__)
CAPACITY = "organisation"


@page(
    blueprint,
    "/org/<id:organisation_id>/sign/<id:version_id>",
    methods=("GET", "POST"),
    proof=True,
)
def sign(actor: Actor, organisation_id: str, version_id: str) -> Any:
    """The text that an organisation is asked to sign, a tick and its name on the button; or no to it."""
    seen, own = (
        agreements.get_agreement_version(actor, version_id),
        _asked(actor, organisation_id, version_id),
    )
    g.organisation_id = organisation_id
    form, status = ReadForm(), 200
    if request.method == "POST":
        status = 422
        refuses = request.form.get("act") == "decline"
        try:
            if refuses:
                agreements.decline_version(actor, version_id, "", CAPACITY, organisation_id)
                flash(_("Noted: you do not sign. You can change your mind."), "ok")
            elif form.validate():
                text = form.text_hash.data or ""
                agreements.sign_version(actor, version_id, text, CAPACITY, organisation_id)
                flash(_("Thank you. You have signed."), "ok")
            if refuses or not form.errors:
                return redirect(request.path, 303)
        except (NotFound, Forbidden):
            raise
        except DomainError as error:
            form.show_faults(error)
            form.read.data = False  # what was read is perhaps not what stands there now
            status = 409 if isinstance(error, Conflict) else 422
    body = render_template(
        "organisations/sign.html", form=form, version=seen, own=own,
        organisation=organisations.get_organisation(actor, organisation_id),
        network_name=networks.network_row(seen["network_id"]).name,
        signs=seen["state"] in SIGNABLE and own["state"] in (None, "declined"),
        note=open_until(own["due_at"]),
    )  # fmt: skip
    return body, status


def waiting_for(actor: Actor, organisation_id: str) -> list[dict[str, Any]]:
    """What an organisation is asked to sign and has not, in whichever network, for its page."""
    found = agreements.waiting_signatures(actor, organisation_id=organisation_id)
    named = networks.networks_by_id(one["network_id"] for one in found) if found else {}
    return [
        {
            "title": one["title"], "language": one["language"], "network": named[one["network_id"]]["name"],
            "until": open_until(one["due_at"]),
            "url": url_for(
                "organisation_signing.sign", organisation_id=organisation_id, version_id=one["version_id"]
            ),
        }
        for one in found
    ]  # fmt: skip


def _asked(actor: Actor, organisation_id: str, version_id: str) -> OwnSignature:
    """What the version asks of this organisation; there is nothing here where it asks nothing of it, or she
    does not act for it."""
    mine = agreements.my_signatures(actor, version_id)
    found = next((one for one in mine if one["organisation_id"] == organisation_id), None)
    if found is None:
        raise NotFound()
    return found
