"""One's own account."""

from __future__ import annotations

from typing import Any

from flask import request
from flask_smorest import Blueprint

from api.operations import operation
from api.schemas.people import (
    CodeRequestIn,
    PasswordIn,
    UserOut,
    UserPatchIn,
)
from api.uploads import uploaded_file
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


@operation(blueprint, "PUT", "/me/photo", out=UserOut, raw=True, media_types=("multipart/form-data",))
def put_photo(actor: Actor) -> Any:
    """Put a photo of oneself, as the field `file` of a form: a JPEG, PNG or WebP picture that does not move,
    of at most 2 MiB. What is kept is the square in its middle, newly written, without anything else that
    stood in the file. Who sees it is `shown_to.photo` of one's profile: at first nobody else."""
    return people.put_photo(actor, uploaded_file())


@operation(blueprint, "DELETE", "/me/photo", out=None, status=204)
def remove_photo(actor: Actor) -> None:
    """Take one's photo away; the drawn face is shown again."""
    people.remove_photo(actor)


@operation(blueprint, "PUT", "/me/email", out=None, status=202, body=CodeRequestIn)
def change_email(actor: Actor, body: dict[str, Any]) -> None:
    """Ask for another mail address, with a proof of identity: a link goes there, and nothing changes before
    it is followed, within a day. The answer is the same for every address."""
    people.request_address_change(actor, body["email"])


@operation(
    blueprint, "POST", "/email-changes/<token>", out=None, status=204, audience="anyone",
    problems=(404, 409),
)  # fmt: skip
def confirm_email(actor: Actor, token: str) -> None:
    """Confirm the new address with the secret out of the link; the old one gets a letter."""
    people.confirm_address_change(actor, token)


@operation(
    blueprint, "POST", "/email-changes/<token>/undo", out=None, status=204,
    audience="anyone", problems=(404, 409),
)  # fmt: skip
def undo_email(actor: Actor, token: str) -> None:
    """Take the old address back, with the secret out of the letter to it: all sessions and tokens end, and
    the password is void."""
    people.undo_address_change(actor, token)


@operation(blueprint, "PUT", "/me/password", out=None, status=204, body=PasswordIn)
def change_password(actor: Actor, body: dict[str, Any]) -> None:
    """Choose a password, with a proof of identity; all other sessions end."""
    people.change_password(
        actor, body["password"], current=body.get("current"), peer=request.remote_addr or ""
    )
