"""The ways in and out: sessions, mailed codes, proof, forgotten passwords."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import Response, current_app, request
from flask_babel import get_locale
from flask_smorest import Blueprint

from api.cookies import cookies
from api.operations import csrf_token, json_response, operation, page_request
from api.schemas.base import PageQuery, page_of
from api.schemas.people import (
    CodeRequestIn,
    CodeRequestOut,
    NewPasswordIn,
    OwnSessionOut,
    ProofIn,
    ProofOut,
    SessionEndOut,
    SessionIn,
    SessionOut,
)
from network import people
from network.kernel.actor import Actor
from network.kernel.translation import supported

blueprint = Blueprint("sessions", __name__, description="Signing in and out")


@operation(
    blueprint, "POST", "/session-codes", out=CodeRequestOut, status=202, body=CodeRequestIn, audience="anyone"
)
def request_code(actor: Actor, body: dict[str, Any]) -> Any:
    """Mail a code to sign in with: six digits, for 10 minutes and 5 tries. The answer is the same for every
    address. The first use of a code makes the account."""
    people.request_sign_in_code(
        actor, body["email"], language=supported(str(get_locale())), peer=request.remote_addr or ""
    )
    return {"valid_minutes": current_app.config["SETTINGS"].sign_in_code_minutes}


@operation(blueprint, "POST", "/session", out=SessionOut, body=SessionIn, audience="anyone", problems=(401,))
def sign_in(actor: Actor, body: dict[str, Any]) -> Any:
    """Sign in with a password or with the code out of the mail. Sets the session's cookie."""
    here = cookies().visit(body["shared_device"])
    if "code" in body:
        signed_in = people.sign_in_with_code(
            actor, body["email"], body["code"], here, time_zone=body["time_zone"]
        )
    else:
        signed_in = people.sign_in_with_password(actor, body["email"], body["password"], here)
    who = people.find_session(signed_in.token) or actor
    return cookies().keep_signed_in(json_response(SessionOut().dump(session_body(who))), signed_in)


@operation(blueprint, "GET", "/session", out=SessionOut)
def get_session(actor: Actor) -> Any:
    """Who is signed in."""
    return session_body(actor)


def session_body(actor: Actor) -> dict[str, Any]:
    """What the API says about a session: who it is, and until when."""
    user, token = people.show_me(actor), csrf_token(actor)
    return {"user": user, "csrf_token": token, "expires_at": actor.session_ends_at}


@operation(blueprint, "POST", "/session/extension", out=SessionEndOut)
def stay_signed_in(actor: Actor) -> Any:
    """Begin the session's time anew, as often as one likes: what a page offers two minutes before the end."""
    return {"expires_at": people.stay_signed_in(actor)}


@operation(blueprint, "DELETE", "/session", out=None, status=204)
def sign_out(actor: Actor) -> Any:
    """Sign out: the session is over, its sockets are closed, and the browser forgets what pages kept."""
    people.sign_out(actor)
    return cookies().forget(Response(status=204))


@operation(blueprint, "POST", "/session/proof", out=ProofOut, body=ProofIn, problems=(409,))
def prove(actor: Actor, body: dict[str, Any]) -> Any:
    """Show once more that it is you, for an hour of weighty acts. A token has the scope `weighty` instead."""
    proved_at = people.prove(
        actor, password=body.get("password"), code=body.get("code"), passkey=body.get("credential"),
        peer=request.remote_addr or "",
    )  # fmt: skip
    minutes = current_app.config["SETTINGS"].proof_minutes
    return {"proof_at": proved_at, "valid_until": proved_at + timedelta(minutes=minutes)}


@operation(blueprint, "GET", "/sessions", out=page_of(OwnSessionOut), query=PageQuery)
def list_sessions(actor: Actor, query: dict[str, Any]) -> Any:
    """One's own running sessions, newest first."""
    return people.list_sessions(actor, page_request(query))


@operation(blueprint, "DELETE", "/sessions", out=None, status=204)
def end_other_sessions(actor: Actor) -> None:
    """End all of one's own sessions but the one that asks; their sockets are closed."""
    people.end_other_sessions(actor)


@operation(blueprint, "DELETE", "/sessions/<id:session_id>", out=None, status=204, problems=(404,))
def end_session(actor: Actor, session_id: str) -> None:
    """End one of one's own sessions, on whatever device; its sockets are closed."""
    people.end_session(actor, session_id)


@operation(
    blueprint, "POST", "/password-resets", out=None, status=202, body=CodeRequestIn, audience="anyone"
)  # fmt: skip
def request_password_reset(actor: Actor, body: dict[str, Any]) -> None:
    """Mail a link with which a new password is chosen, once, within the hour. The answer is the same for
    every address."""
    people.request_password_reset(actor, body["email"], language=supported(str(get_locale())))


@operation(
    blueprint, "POST", "/password-resets/<string(length=43):token>", out=None, status=204, body=NewPasswordIn,
    audience="anyone", problems=(404,),
)  # fmt: skip
def reset_password(actor: Actor, token: str, body: dict[str, Any]) -> None:
    """Choose a new password with the secret out of the link. All sessions of the person end."""
    people.reset_password(actor, token, body["password"])
