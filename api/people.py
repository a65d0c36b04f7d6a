"""One's own account."""

from __future__ import annotations

from typing import Any

from flask import request
from flask_smorest import Blueprint

from api.operations import operation
from api.schemas.people import PasswordIn, UserOut, UserPatchIn
from network import people
from network.kernel.actor import Actor

blueprint = Blueprint("people", __name__, description="One's own account")


@operation(blueprint, "GET", "/me", out=UserOut)
def get_me(actor: Actor) -> Any:
    """One's own account."""
    return people.show_me(actor)


@operation(blueprint, "PATCH", "/me", out=UserOut, body=UserPatchIn)
def change_me(actor: Actor, body: dict[str, Any]) -> Any:
    """Change one's own name, language or time zone."""
    return people.change_me(actor, **body)


@operation(blueprint, "PUT", "/me/password", out=None, status=204, body=PasswordIn)
def change_password(actor: Actor, body: dict[str, Any]) -> None:
    """Choose a password, with a proof of identity; all other sessions end."""
    people.change_password(
        actor, body["password"], current=body.get("current"), peer=request.remote_addr or ""
    )
