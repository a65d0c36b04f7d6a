"""How a page is declared: its address, who may open it, and where its shell stands."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Any, Literal

from flask import Blueprint, redirect, request, url_for
from flask_login import current_user
from flask_wtf.csrf import CSRFError, CSRFProtect

from network.kernel.actor import Actor
from network.kernel.errors import Forbidden
from network.kernel.policy import has_fresh_proof
from network.kernel.translation import mark as _
from web.held import hold, is_worth_keeping

csrf = CSRFProtect()
LONGEST_WAY = 2000


class StaleForm(Forbidden):
    """The form's hidden token is missing or belongs to another browser."""

    code = "csrf_failed"
    message = _("This form is from another time. Please go back, load the page again and send it once more.")


def page(
    blueprint: Blueprint,
    path: str,
    *,
    methods: Sequence[str] = ("GET",),
    audience: Literal["signed_in", "anyone"] = "signed_in",
    proof: bool = False,
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Declare a view `(actor, <path arguments>)` as a page. Whoever is not signed in goes to the door first
    and comes back; `proof` asks for a fresh proof of identity before the form is shown. A form that is sent
    must carry its hidden token; what was typed into one that comes too late is kept (`web/held.py`)."""

    def decorate(view: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(view)
        def called(**values: Any) -> Any:
            actor = current_actor()
            if audience == "signed_in" and not actor.is_person:
                if request.method == "POST" and is_worth_keeping():
                    return hold(actor, 401)
                return redirect(url_for("people.sign_in", next=own_path()))
            if proof and request.method == "GET" and not has_fresh_proof(actor, None):
                return redirect(url_for("people.prove", next=own_path()))
            if request.method != "GET":
                try:
                    csrf.protect()
                except CSRFError as error:
                    if actor.is_person and is_worth_keeping():
                        return hold(actor, 403)
                    raise StaleForm() from error
            return view(actor, **values)

        blueprint.route(path, methods=list(methods))(called)
        return called

    return decorate


def current_actor() -> Actor:
    """The actor of this request."""
    actor: Actor = current_user.actor
    return actor


def own_path() -> str:
    """This request's path with its query."""
    return request.full_path.rstrip("?")


def safe_next(default: str = "/home") -> str:
    """Where `next` leads, when that is a page of ours; else `default`. No other site can be named."""
    wanted = request.values.get("next", "")
    # A browser reads `//host`, `/\\host` and `/<tab>/host` as another site.
    if not wanted.startswith("/") or wanted.startswith("//") or len(wanted) > LONGEST_WAY:
        return default
    if any(ord(sign) < 32 or ord(sign) == 127 or sign == "\\" for sign in wanted):
        return default
    return wanted
