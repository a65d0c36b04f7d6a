"""What belongs to oneself: the welcome, the devices on which one is signed in, the password."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, jsonify, redirect, request, url_for
from flask import render_template as render
from flask_babel import gettext as _

from network import notifications, people
from network.kernel import runtime
from network.kernel.actor import Actor
from network.kernel.errors import DomainError
from network.kernel.paging import PageRequest
from web.forms.people import NewPasswordForm
from web.pages import page, safe_next
from web.people import profile_form, save_profile, shown
from web.places import guessed_time_zone

blueprint = Blueprint("me", __name__)


@page(blueprint, "/welcome", methods=("GET", "POST"))
def welcome(actor: Actor) -> Any:
    """The first thing after signing up: what shall we call you?"""
    user = people.show_me(actor)
    # Whoever has said nothing yet stands where her browser says, not where a default does.
    unsaid = user["time_zone"] == people.default_time_zone(user["language"])
    guess = guessed_time_zone(None) if unsaid else None
    form, refusal = profile_form({**user, "time_zone": guess or user["time_zone"]}), None
    if request.method == "GET" and user["display_name"] == (user["email"] or "").partition("@")[0]:
        form.display_name.data = ""  # the beginning of her address is no name that she chose
    if form.validate_on_submit():
        try:
            save_profile(actor, form)
            return redirect(safe_next())
        except DomainError as error:
            refusal = error
    return shown("people/welcome.html", form, refusal, guesses=unsaid and request.method == "GET")


@page(blueprint, "/me/devices")
def devices(actor: Actor) -> str:
    """Where one is signed in."""
    found = people.list_sessions(actor, PageRequest(cursor=request.args.get("cursor")))
    return render(
        "people/devices.html", sessions=found.items, following=found.next,
        with_push=notifications.sessions_with_push(actor),
    )  # fmt: skip


@page(blueprint, "/me/devices/<id:session_id>/end", methods=("POST",))
def end_device(actor: Actor, session_id: str) -> Any:
    """Sign out somewhere else."""
    people.end_session(actor, session_id)
    flash(_("Signed out there."), "ok")
    return redirect(url_for("me.devices"))


@page(blueprint, "/me/devices/end-others", methods=("POST",))
def end_other_devices(actor: Actor) -> Any:
    """Sign out everywhere but here."""
    people.end_other_sessions(actor)
    flash(_("You are signed out on all other devices."), "ok")
    return redirect(url_for("me.devices"))


@page(blueprint, "/me/stay", methods=("GET", "POST"), audience="anyone")
def stay(actor: Actor) -> Any:
    """How many seconds the session lasts, for the script that warns of its end; sent, it begins anew."""
    ends = actor.session_ends_at
    if request.method == "POST":
        ends = people.stay_signed_in(actor)
        if request.accept_mimetypes.best != "application/json":
            flash(_("You stay signed in."), "ok")
            return redirect(safe_next())
    now = runtime.current().clock.now()
    return jsonify(left=0 if ends is None else max(0, int((ends - now).total_seconds())))


@page(blueprint, "/me/password", methods=("GET", "POST"), proof=True)
def password(actor: Actor) -> Any:
    """Choose a password, the first or another one."""
    form, refusal = NewPasswordForm(), None
    if form.validate_on_submit():
        try:
            people.change_password(actor, form.password.data, peer=request.remote_addr or "")
            flash(_("Your new password counts from now on. Other devices and programs are signed out."), "ok")
            return redirect(url_for("people.me"))
        except DomainError as error:
            refusal = error
    return shown("people/new_password.html", form, refusal, user=people.show_me(actor))
