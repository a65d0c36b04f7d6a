"""Tokens for programmes: made and shown once, looked at, made void."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _

from network import people
from network.kernel import runtime
from network.kernel.actor import Actor
from network.kernel.errors import DomainError
from network.kernel.paging import PageRequest
from web.forms.people import TokenForm
from web.pages import page
from web.people import shown

blueprint = Blueprint("tokens", __name__)


@page(blueprint, "/me/tokens")
def tokens(actor: Actor) -> str:
    """One's own tokens, without their secrets."""
    found = people.list_tokens(actor, PageRequest(cursor=request.args.get("cursor")))
    return render_template("people/tokens.html", tokens=found.items, following=found.next)


@page(blueprint, "/me/tokens/new", methods=("GET", "POST"), proof=True)
def make(actor: Actor) -> Any:
    """What the token is called, may do, and until when; then its secret, this once."""
    form, refusal = TokenForm(scopes=["read"], days="90"), None
    if form.validate_on_submit():
        days = int(form.days.data)
        until = runtime.current().clock.now() + timedelta(days=days) if days else None
        try:
            made = people.create_token(actor, form.name.data, form.scopes.data, until)
            return make_response(render_template("people/token_made.html", made=made))
        except DomainError as error:
            refusal = error
    return shown("people/token_new.html", form, refusal)


@page(blueprint, "/me/tokens/<id:token_id>/revoke", methods=("POST",))
def revoke(actor: Actor, token_id: str) -> Any:
    """The token no longer works."""
    people.revoke_token(actor, token_id)
    flash(_("The token no longer works."), "ok")
    return redirect(url_for("tokens.tokens"))
