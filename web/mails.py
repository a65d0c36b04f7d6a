"""Which mails one gets: chosen on a page of one's own, or ended by the link in a mail."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _

from network import people
from network.kernel.actor import Actor
from network.kernel.errors import DomainError
from web.forms.people import MailsForm
from web.pages import current_actor, page
from web.people import shown

blueprint = Blueprint("mails", __name__)
_PATH = "/mails/<mails>/<id:user_id>/<secret>"


@page(blueprint, "/me/mails", methods=("GET", "POST"))
def choose(actor: Actor) -> Any:
    """Which mails one gets."""
    chosen = people.show_notification_settings(actor)["mails"]
    form, refusal = MailsForm(reminders=chosen["reminders"] == "at_once"), None
    if form.validate_on_submit():
        try:
            people.choose_mails(actor, {"reminders": "at_once" if form.reminders.data else "none"})
            flash(_("Saved."), "ok")
            return redirect(url_for("mails.choose"))
        except DomainError as error:
            refusal = error
    return shown("people/mails.html", form, refusal, email=actor.email)


@page(blueprint, _PATH, audience="anyone")
def end(_actor: Actor, mails: str, user_id: str, secret: str) -> Any:
    """The link in a mail: a button, so that no program that looks ahead presses it."""
    people.check_end_of_mails(mails, user_id, secret)
    return render_template("people/mails_end.html")


@blueprint.route(_PATH, methods=["POST"])
def end_at_once(mails: str, user_id: str, secret: str) -> Any:
    """The button, or the mail program by itself, which has no hidden token of ours (RFC 8058): the link is
    the right, and nothing else can be done with it."""
    people.end_mails(current_actor(), mails, user_id, secret)
    return render_template("people/mails_ended.html")
