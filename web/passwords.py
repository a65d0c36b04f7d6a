"""Forgotten passwords: ask for the link, choose a new one with it."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask_babel import gettext as _

from network import people
from network.kernel.actor import Actor
from network.kernel.errors import DomainError
from web.forms.people import AddressForm, NewPasswordForm
from web.languages import choose_language
from web.pages import page
from web.people import ADDRESS, shown

blueprint = Blueprint("passwords", __name__)


@page(blueprint, "/password", methods=("GET", "POST"), audience="anyone")
def forgot(actor: Actor) -> Any:
    """Ask for the link; the answer is the same for every address."""
    email = session.get(ADDRESS, "")
    if request.args.get("sent") and email:
        return render_template("people/link_sent.html", email=email)
    form, refusal = AddressForm(email=email), None
    if form.validate_on_submit():
        try:
            people.request_password_reset(actor, form.email.data, language=choose_language())
            session[ADDRESS] = form.email.data
            return redirect(url_for("passwords.forgot", sent="1"))
        except DomainError as error:
            refusal = error
    return shown("people/forgot.html", form, refusal)


@page(blueprint, "/password/<token>", methods=("GET", "POST"), audience="anyone")
def choose(actor: Actor, token: str) -> Any:
    """Choose a new password with the link out of the mail."""
    if not people.can_reset_password(token):
        return render_template("people/link_over.html"), 404
    form, refusal = NewPasswordForm(), None
    if form.validate_on_submit():
        try:
            people.reset_password(actor, token, form.password.data)
            flash(_("Your new password counts from now on. Please sign in with it."), "ok")
            return redirect(url_for("people.sign_in_password"))
        except DomainError as error:
            refusal = error
    return shown("people/new_password.html", form, refusal)
