"""What one hears, how and when: chosen on a page of one's own, or ended by the link in a mail."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from network import notifications, people
from network.kernel.actor import Actor
from network.kernel.errors import DomainError
from web.forms.notices import with_networks
from web.forms.push import PushWordsForm
from web.meeting_words import place_name
from web.pages import current_actor, page
from web.people import shown

blueprint = Blueprint("mails", __name__)
_PATH = "/mails/<mails>/<id:user_id>/<secret>"
WHAT_ENDS = {
    "reminders": _l("Then we send you no more reminders of meetings."),
    "notices": _l("Then we send you no mail any more when somebody names or answers you."),
    "digest": _l("Then we send you no more mails about what is new."),
}
"""By group of letters."""


@page(blueprint, "/me/mails", methods=("GET", "POST"))
def choose(actor: Actor) -> Any:
    """What one hears, how and when."""
    chosen = notifications.show_settings(actor)
    networks = [(each["network_id"], each["name"]) for each in chosen["networks"]]
    form, refusal = with_networks(networks)(data=_typed(chosen)), None
    if form.validate_on_submit():
        try:
            notifications.choose_settings(
                actor,
                mails={name: people.AT_ONCE if form[name].data else people.NONE for name in people.MAILS},
                times={
                    "quiet": form.quiet.data, "quiet_from": int(form.quiet_from.data),
                    "quiet_until": int(form.quiet_until.data), "mail_weekday": int(form.weekday.data),
                    "mail_hour": int(form.hour.data),
                },
                levels=[
                    (each["network_id"], form[f"level_{each['network_id']}"].data)
                    for each in chosen["networks"]
                    if form[f"level_{each['network_id']}"].data != each["level"]
                ],
            )  # fmt: skip
            flash(_("Saved."), "ok")
            return redirect(url_for("mails.choose"))
        except DomainError as error:
            refusal = error
    return shown(
        "people/mails.html", form, refusal, email=actor.email, zone=place_name(actor.time_zone),
        levels=[form[f"level_{network_id}"] for network_id, _name in networks], **_push_here(actor),
    )  # fmt: skip


def _push_here(actor: Actor) -> dict[str, Any]:
    shown_on = notifications.show_push(actor)
    here = next((each for each in shown_on["items"] if each["current"]), None)
    # Empty: what was typed into the other form of the page is not for this one.
    return {"push": shown_on, "push_form": PushWordsForm(None, brief=here is not None and here["brief"])}


@page(blueprint, _PATH, audience="anyone")
def end(_actor: Actor, mails: str, user_id: str, secret: str) -> Any:
    """The link in a mail: a button, so that no program that looks ahead presses it."""
    if people.check_end_of_mails(mails, user_id, secret):
        return render_template("people/mails_ended.html", already=True)
    return render_template("people/mails_end.html", note=str(WHAT_ENDS[mails]))


@blueprint.route(_PATH, methods=["POST"])
def end_at_once(mails: str, user_id: str, secret: str) -> Any:
    """The button, or the mail program by itself, which has no hidden token of ours (RFC 8058): the link is
    the right, and nothing else can be done with it."""
    already = people.end_mails(current_actor(), mails, user_id, secret)
    return render_template("people/mails_ended.html", already=already)


def _typed(chosen: notifications.SettingsView) -> dict[str, Any]:
    return {
        **{name: way == people.AT_ONCE for name, way in chosen["mails"].items()},
        "quiet": chosen["quiet"], "quiet_from": str(chosen["quiet_from"]),
        "quiet_until": str(chosen["quiet_until"]), "weekday": str(chosen["weekday"]),
        "hour": str(chosen["hour"]),
        **{f"level_{each['network_id']}": each["level"] for each in chosen["networks"]},
    }  # fmt: skip
