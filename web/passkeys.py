"""Passkeys: one's own, and showing one at the door, as the second step, or as proof."""

from __future__ import annotations

import json
from typing import Any

from flask import Blueprint, flash, jsonify, make_response, redirect, render_template, request, session
from flask import url_for as url
from flask_babel import gettext as _

from network import people
from network.kernel.actor import Actor
from network.kernel.errors import DomainError
from network.kernel.paging import PageRequest
from network.people import ChallengeOver, PasskeyRefused
from web import cookies
from web.forms.passkeys import MakePasskeyForm, PasskeyNameForm, ShowPasskeyForm, SignInPasskeyForm
from web.pages import page, safe_next
from web.people import CHALLENGE, HOME, further, shown

blueprint = Blueprint("passkeys", __name__)


@page(blueprint, "/signin/passkey", methods=("GET", "POST"), audience="anyone")
def sign_in(actor: Actor) -> Any:
    """In with a passkey, in one step."""
    if actor.is_person and request.method == "GET":
        return redirect(safe_next())
    form, refusal = SignInPasskeyForm(stay=True), None
    if form.validate_on_submit():
        try:
            here = cookies.visit(shared_device=not form.stay.data)
            signed_in = people.sign_in_with_passkey(actor, _given(form), here)
            return cookies.keep_signed_in(redirect(safe_next(HOME)), signed_in)
        except DomainError as error:
            refusal = error
    return shown("people/passkey_sign_in.html", form, refusal, origin=people.passkey_origin())


@page(blueprint, "/signin/passkey/challenge", methods=("POST",), audience="anyone")
def ask(actor: Actor) -> Any:
    """What the script hands to the device before a passkey is shown."""
    return jsonify(people.ask_for_passkey(actor))


@page(blueprint, "/signin/second-factor/passkey", methods=("POST",), audience="anyone")
def answer(actor: Actor) -> Any:
    """The last step of signing in, with a passkey."""
    challenge, form = session.get(CHALLENGE), ShowPasskeyForm()
    if not challenge or not form.validate_on_submit():
        return redirect(url("people.sign_in", next=further()))
    try:
        signed_in = people.answer_with_passkey(actor, challenge, _given(form), cookies.visit())
        return cookies.keep_signed_in(redirect(safe_next(HOME)), signed_in)
    except ChallengeOver as over:
        session.pop(CHALLENGE)
        flash(_(over.message), "error")
        return redirect(url("people.sign_in", next=further()))
    except DomainError as error:
        flash(_(error.message), "error")
        return redirect(url("second_factor.answer", next=further()))


@page(blueprint, "/signin/proof/passkey", methods=("POST",))
def prove(actor: Actor) -> Any:
    """Once more, before something weighty."""
    form = ShowPasskeyForm()
    try:
        if form.validate_on_submit():
            people.prove(actor, passkey=_given(form), peer=request.remote_addr or "")
            return redirect(safe_next())
    except DomainError as error:
        flash(_(error.message), "error")
    return redirect(url("people.prove", next=further()))


@page(blueprint, "/me/passkeys", methods=("GET", "POST"), proof=True)
def own(actor: Actor) -> Any:
    """One's own passkeys, and a new one; with the first second factor the recovery codes, this once."""
    form, refusal = MakePasskeyForm(), None
    if form.validate_on_submit():
        try:
            name = form.name.data or people.device_name(request.headers.get("User-Agent", ""))
            added = people.add_passkey(actor, _given(form), name)
            flash(_("Your passkey is ready. From now on you sign in with it."), "ok")
            if added.recovery_codes:
                codes = render_template("people/recovery_codes.html", codes=added.recovery_codes, next=None)
                return make_response(codes)
            return redirect(url("passkeys.own"))
        except DomainError as error:
            refusal = error
    found = people.list_passkeys(actor, PageRequest(cursor=request.args.get("cursor")))
    return shown(
        "people/passkeys.html", form, refusal, passkeys=found.items, following=found.next,
        origin=people.passkey_origin(), second_factor=people.show_second_factor(actor),
    )  # fmt: skip


@page(blueprint, "/me/passkeys/challenge", methods=("POST",))
def begin(actor: Actor) -> Any:
    """What the script hands to the device that makes a passkey."""
    return jsonify(people.begin_passkey(actor))


@page(blueprint, "/me/passkeys/<id:passkey_id>", methods=("GET", "POST"))
def passkey(actor: Actor, passkey_id: str) -> Any:
    """Its name, and taking it away."""
    found = people.show_passkey(actor, passkey_id)
    form, refusal = PasskeyNameForm(name=found["name"]), None
    if form.validate_on_submit():
        try:
            people.rename_passkey(actor, passkey_id, form.name.data)
            flash(_("Saved."), "ok")
            return redirect(url("passkeys.own"))
        except DomainError as error:
            refusal = error
    return shown("people/passkey.html", form, refusal, passkey=found)


@page(blueprint, "/me/passkeys/<id:passkey_id>/remove", methods=("POST",))
def remove(actor: Actor, passkey_id: str) -> Any:
    """It opens nothing any more."""
    people.remove_passkey(actor, passkey_id)
    flash(_("The passkey is removed. You can delete it on your device as well."), "ok")
    return redirect(url("passkeys.own"))


def _given(form: Any) -> dict[str, Any]:
    """What the script put into the form. Raises PasskeyRefused for what is no answer of a device."""
    try:
        given = json.loads(form.credential.data or "")
    except (ValueError, RecursionError):
        raise PasskeyRefused() from None
    if not isinstance(given, dict):
        raise PasskeyRefused()
    return given
