"""Passkeys: signing in with one, and one's own."""

from __future__ import annotations

from typing import Any

from flask import request
from flask_smorest import Blueprint

from api.cookies import cookies
from api.operations import json_response, operation, page_request
from api.schemas.base import PageQuery, page_of
from api.schemas.passkeys import (
    AddedPasskeyOut,
    PasskeyIn,
    PasskeyOptionsOut,
    PasskeyOut,
    PasskeyPatchIn,
    PasskeySessionIn,
)
from api.schemas.people import SessionOut
from api.sessions import session_body
from network import people
from network.kernel.actor import Actor

blueprint = Blueprint("passkeys", __name__, description="Passkeys (WebAuthn)")


@operation(
    blueprint, "POST", "/session/passkey-challenges", out=PasskeyOptionsOut, status=201, audience="anyone",
    problems=(409,),
)  # fmt: skip
def ask_for_passkey(actor: Actor) -> Any:
    """What a device is asked before a passkey is shown: to sign in, as the second step of it, or as proof. It
    names nobody; the device knows whose passkeys it has. 409 `passkeys_unavailable` where the site has no
    name."""
    return {"public_key": people.ask_for_passkey(actor)}


@operation(
    blueprint, "POST", "/session/passkey", out=SessionOut, body=PasskeySessionIn, audience="anyone",
    problems=(401, 409),
)  # fmt: skip
def sign_in(actor: Actor, body: dict[str, Any]) -> Any:
    """Sign in with a passkey alone. Sets the session's cookie. 401 `passkey_unverified` where the device did
    not ask for PIN or finger: then the passkey is the second step after a code or the password."""
    here = cookies().visit(body["shared_device"])
    signed_in = people.sign_in_with_passkey(actor, body["credential"], here)
    who = people.find_session(signed_in.token) or actor
    return cookies().keep_signed_in(json_response(SessionOut().dump(session_body(who))), signed_in)


@operation(
    blueprint, "POST", "/passkeys/challenges", out=PasskeyOptionsOut, status=201, problems=(409,)
)  # fmt: skip
def begin_passkey(actor: Actor) -> Any:
    """What a device is asked before it makes a passkey, with a proof of identity."""
    return {"public_key": people.begin_passkey(actor)}


@operation(
    blueprint, "POST", "/passkeys", out=AddedPasskeyOut, status=201, body=PasskeyIn, problems=(401, 409)
)  # fmt: skip
def add_passkey(actor: Actor, body: dict[str, Any]) -> Any:
    """Keep the passkey that a device made, with a proof of identity. The first second factor brings recovery
    codes, which are in this answer and nowhere else."""
    name = body["name"] or people.device_name(request.headers.get("User-Agent", ""))
    added = people.add_passkey(actor, body["credential"], name)
    return {**added.passkey, "recovery_codes": added.recovery_codes}


@operation(blueprint, "GET", "/passkeys", out=page_of(PasskeyOut), query=PageQuery)
def list_passkeys(actor: Actor, query: dict[str, Any]) -> Any:
    """One's own passkeys, newest first."""
    return people.list_passkeys(actor, page_request(query))


@operation(
    blueprint, "PATCH", "/passkeys/<id:passkey_id>", out=PasskeyOut, body=PasskeyPatchIn, problems=(404,)
)  # fmt: skip
def rename_passkey(actor: Actor, passkey_id: str, body: dict[str, Any]) -> Any:
    """Call a passkey by another name."""
    return people.rename_passkey(actor, passkey_id, body["name"])


@operation(blueprint, "DELETE", "/passkeys/<id:passkey_id>", out=None, status=204, problems=(404,))
def remove_passkey(actor: Actor, passkey_id: str) -> None:
    """Take a passkey away, with a proof of identity."""
    people.remove_passkey(actor, passkey_id)
