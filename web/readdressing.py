"""Pages of another address for an invitation: the invited person asks, who manages it decides."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from network import membership
from network.kernel.actor import Actor
from network.kernel.errors import Conflict, DomainError, Forbidden, Invalid, NotFound, TooMany
from web import joining
from web.forms.readdressing import OtherAddressForm, ReaddressingForm
from web.pages import page
from web.people import shown
from web.roadmap import open_network

blueprint = Blueprint("readdressing", __name__)


@page(blueprint, "/i/<token>/other-address", methods=("GET", "POST"), audience="anyone")
@joining.of_link
def other_address(_actor: Actor, token: str) -> Any:
    """My address is another. The page is the same for every link, and the answer for every address."""
    form, refusal = OtherAddressForm(), None
    if form.validate_on_submit():
        try:
            membership.wish_other_address(token, form.email.data, form.name.data)
            return render_template("invitations/asked.html"), 202
        except DomainError as error:
            refusal = error
    return shown("invitations/other_address.html", form, refusal, token=token)


@page(blueprint, "/network/<slug>/invitations/<id:invitation_id>/address", methods=("GET", "POST"))
def address(actor: Actor, slug: str, invitation_id: str) -> Any:
    """Invite the same person at another address, in place of the one before."""
    row = open_network(actor, slug)
    found = membership.get_invitation(actor, invitation_id)
    if found["network_id"] != row["id"]:
        raise NotFound()
    known = {
        "email": found["wished_email"] or found["email"], "name": found["wished_name"] or found["name"],
    }  # fmt: skip
    form, refusal = ReaddressingForm(data=known), None
    if form.validate_on_submit():
        try:
            membership.readdress_invitation(actor, invitation_id, form.email.data, form.name.data)
            flash(_("The invitation goes to %(email)s now.", email=form.email.data), "ok")
            return redirect(url_for("invitations.manage", slug=row["slug"]))
        except (NotFound, Forbidden):
            raise
        except DomainError as error:
            refusal = error
    return shown("invitations/address.html", form, refusal, network=row, invitation=found)


@page(blueprint, "/network/<slug>/invitations/<id:invitation_id>/wish", methods=("POST",))
def answer_wish(actor: Actor, slug: str, invitation_id: str) -> Any:
    """Confirm the address that the invited person named, or leave the invitation where it is."""
    row = open_network(actor, slug)
    answer = request.form.get("answer")
    if answer not in ("yes", "no"):
        abort(400)
    back = redirect(url_for("invitations.manage", slug=row["slug"]))
    if answer == "no":
        membership.keep_address(actor, invitation_id)
        flash(_("The invitation stays as it is."), "ok")
        return back
    try:
        seen = request.form.get("version", type=int)
        made = membership.readdress_invitation(actor, invitation_id, expected_version=seen)
        flash(_("The invitation goes to %(email)s now.", email=made["email"]), "ok")
    except (Conflict, TooMany) as error:
        flash(_(error.message, **error.params), "error")
    except Invalid:
        flash(_("Nobody asks for another address any more."), "error")
    return back
