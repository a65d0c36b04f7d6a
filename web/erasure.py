"""Going for good: asked for under one's own page, taken back by a link or at the next signing in."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import Blueprint, flash, redirect, render_template, session
from flask import url_for as url
from flask_babel import gettext as _

from network import agreements, privacy
from network.kernel.actor import Actor
from network.kernel.errors import DomainError, NotFound
from web import cookies
from web.formats import full_day
from web.forms.base import PageForm
from web.forms.privacy import ErasureForm
from web.pages import page
from web.people import shown

blueprint = Blueprint("erasure", __name__)

ASKED = "erasure"
"""Where the form's cookie keeps, for the page after it, when it is done; empty when it is."""


@page(blueprint, "/me/erase", methods=("GET", "POST"), proof=True)
def ask(actor: Actor) -> Any:
    """Have oneself erased: what goes, what stays, and whether one wants to wait."""
    form, refusal = ErasureForm(), None
    if form.validate_on_submit():
        at_once = form.at_once.data
        try:
            asked = privacy.request_erasure(actor, remove_texts=form.remove_texts.data, at_once=at_once)
            response = cookies.forget(redirect(url("erasure.asked")))
            session[ASKED] = "" if at_once else asked["erases_at"].isoformat()
            return response
        except DomainError as error:
            refusal = error
    return shown("privacy/erase.html", form, refusal, copies=agreements.list_signed_copies(actor))


@page(blueprint, "/erasure", audience="anyone")
def asked(_actor: Actor) -> Any:
    """What happens now: for who has just asked to be erased."""
    if ASKED not in session:
        return redirect(url("landing.landing"))
    when = session[ASKED]
    day = full_day(datetime.fromisoformat(when)) if when else ""
    return render_template("privacy/erasure_asked.html", day=day)


@page(blueprint, "/erasure/<token>", methods=("GET", "POST"), audience="anyone")
def take_back(actor: Actor, token: str) -> Any:
    """The way back: a button, so that no mail programme that looks ahead presses it."""
    try:
        waiting = privacy.waiting_erasure(token)
        form = PageForm()
        if form.validate_on_submit():
            privacy.take_back_erasure(actor, token)
            session.pop(ASKED, None)
            flash(_("Your account is yours again. Please sign in."), "ok")
            return redirect(url("people.sign_in"))
    except NotFound:
        return render_template("privacy/erasure_over.html"), 404
    return render_template("privacy/erasure_take_back.html", form=form, erases_at=waiting["erases_at"])
