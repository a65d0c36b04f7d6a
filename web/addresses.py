"""Another mail address: ask for it, confirm it from the new one, undo it from the old one."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _

from network import people
from network.kernel.actor import Actor
from network.kernel.errors import DomainError
from web import cookies
from web.forms.base import PageForm
from web.forms.people import NewAddressForm
from web.pages import page
from web.people import shown

blueprint = Blueprint("addresses", __name__)


@page(blueprint, "/me/address", methods=("GET", "POST"), proof=True)
def ask(actor: Actor) -> Any:
    """Where the letters shall go from now on; the answer is the same for every address."""
    form, refusal = NewAddressForm(), None
    if form.validate_on_submit():
        try:
            people.request_address_change(actor, form.email.data)
            return render_template("people/address_sent.html", email=form.email.data)
        except DomainError as error:
            refusal = error
    return shown("people/address.html", form, refusal, email=actor.email)


@page(blueprint, "/address/<token>", methods=("GET", "POST"), audience="anyone")
def confirm(actor: Actor, token: str) -> Any:
    """The link to the new address: a button, so that no mail programme that looks ahead presses it."""
    email = people.address_to_confirm(token)
    if email is None:
        return render_template("people/address_over.html"), 404
    form, refusal = PageForm(), None
    if form.validate_on_submit():
        try:
            people.confirm_address_change(actor, token)
            flash(_("Your account has the new address now."), "ok")
            return redirect(url_for("people.me" if actor.is_person else "people.sign_in"))
        except DomainError as error:
            refusal = error
    return shown("people/address_confirm.html", form, refusal, email=email)


@page(blueprint, "/address/<token>/undo", methods=("GET", "POST"), audience="anyone")
def undo(actor: Actor, token: str) -> Any:
    """The link to the old address: it was somebody else."""
    email = people.address_to_take_back(token)
    if email is None:
        return render_template("people/address_over.html"), 404
    form, refusal = PageForm(), None
    if form.validate_on_submit():
        try:
            people.undo_address_change(actor, token)
            response = cookies.forget(redirect(url_for("people.sign_in")))
            flash(
                _("Your account has its old address again. Please sign in with a code."),
                "ok",
            )
            return response
        except DomainError as error:
            refusal = error
    return shown("people/address_undo.html", form, refusal, email=email)
