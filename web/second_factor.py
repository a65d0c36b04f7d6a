"""The second factor: shown at the door after code or password, set up and taken away under one's own page."""

from __future__ import annotations

from typing import Any

import segno
from flask import Blueprint, flash, make_response, redirect, render_template, session
from flask import url_for as url
from flask_babel import gettext as _
from markupsafe import Markup

from network import people
from network.kernel.actor import Actor
from network.kernel.errors import DomainError
from network.people import ChallengeOver
from web import cookies
from web.forms.people import SecondCodeForm
from web.pages import page, safe_next
from web.people import CHALLENGE, HOME, further, shown

blueprint = Blueprint("second_factor", __name__)


@page(blueprint, "/signin/second-factor", methods=("GET", "POST"), audience="anyone")
def answer(actor: Actor) -> Any:
    """The last step of signing in, for who has a second factor: the code out of the app."""
    challenge = session.get(CHALLENGE)
    if not challenge:
        return redirect(url("people.sign_in", next=further()))
    form, refusal = SecondCodeForm(), None
    if form.validate_on_submit():
        try:
            signed_in = people.sign_in_with_second_factor(actor, challenge, form.code.data, cookies.visit())
            return cookies.keep_signed_in(redirect(safe_next(HOME)), signed_in)
        except ChallengeOver as over:
            session.pop(CHALLENGE)
            flash(_(over.message), "error")
            return redirect(url("people.sign_in", next=further()))
        except DomainError as error:
            refusal = error
    return shown(
        "people/second_factor_code.html", form, refusal, "code", ways=people.ways_to_answer(challenge),
        origin=people.passkey_origin(),
    )  # fmt: skip


@page(blueprint, "/me/second-factor")
def second_factor(actor: Actor) -> Any:
    """Whether there is a second factor of either kind, and what to do next."""
    found = people.show_second_factor(actor)
    possible = people.are_passkeys_possible()
    return render_template("people/second_factor.html", found=found, next=further(), passkeys=possible)


@page(blueprint, "/me/second-factor/begin", methods=("POST",))
def begin(actor: Actor) -> Any:
    """Make the secret that goes into the app."""
    people.begin_second_factor(actor)
    return redirect(url("second_factor.set_up", next=further()))


@page(blueprint, "/me/second-factor/app", methods=("GET", "POST"), proof=True)
def set_up(actor: Actor) -> Any:
    """The QR code for the app, and the first code out of it; then the recovery codes, this once."""
    secret = people.show_app_secret(actor)
    if secret is None:
        return redirect(url("second_factor.second_factor", next=further()))
    form, refusal = SecondCodeForm(), None
    if form.validate_on_submit():
        try:
            return _codes(people.confirm_second_factor(actor, form.code.data))
        except DomainError as error:
            refusal = error
    picture = segno.make(secret["uri"], micro=False).svg_inline(
        scale=5, border=4, dark="#000", light="#fff", svgclass="qr", lineclass=None, omitsize=False
    )
    # The picture is made of nothing but squares; the text in it is not part of the page.
    return shown(
        "people/second_factor_app.html", form, refusal, "code",
        picture=Markup(picture), secret=_in_fours(secret["secret"]), uri=secret["uri"],  # noqa: S704
    )  # fmt: skip


@page(blueprint, "/me/second-factor/recovery-codes", methods=("POST",))
def renew(actor: Actor) -> Any:
    """New recovery codes, this once; the old ones are void."""
    return _codes(people.renew_recovery_codes(actor))


@page(blueprint, "/me/second-factor/remove", methods=("POST",))
def remove(actor: Actor) -> Any:
    """No one-time codes any more."""
    people.remove_second_factor(actor)
    flash(_("The codes of your app are switched off."), "ok")
    return redirect(url("second_factor.second_factor"))


def _codes(codes: list[str]) -> Any:
    return make_response(render_template("people/recovery_codes.html", codes=codes, next=further()))


def _in_fours(secret: str) -> str:
    return " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))
