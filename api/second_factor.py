"""One's own second factor, and showing it when signing in."""

from __future__ import annotations

from typing import Any

from flask import request
from flask_smorest import Blueprint

from api.cookies import cookies
from api.operations import json_response, operation
from api.schemas.people import SessionOut
from api.schemas.second_factor import (
    AppSecretOut,
    ChallengeIn,
    RecoveryCodesOut,
    SecondCodeIn,
    SecondFactorOut,
)
from api.sessions import session_body
from network import people
from network.kernel.actor import Actor

blueprint = Blueprint("second_factor", __name__, description="The second factor")


@operation(
    blueprint, "POST", "/session/second-factor", out=SessionOut, body=ChallengeIn, audience="anyone",
    problems=(401, 409),
)  # fmt: skip
def answer_challenge(actor: Actor, body: dict[str, Any]) -> Any:
    """The second step of signing in, where the first was answered with 401 `second_factor_required` and a
    `challenge`: the code of the app, a recovery code, or a passkey. Sets the session's cookie. 401
    `challenge_over` after 10 minutes."""
    challenge, here = body["challenge"], cookies().visit()
    if "credential" in body:
        signed_in = people.answer_with_passkey(actor, challenge, body["credential"], here)
    else:
        signed_in = people.sign_in_with_second_factor(actor, challenge, body["code"], here)
    who = people.find_session(signed_in.token) or actor
    return cookies().keep_signed_in(json_response(SessionOut().dump(session_body(who))), signed_in)


@operation(blueprint, "GET", "/me/second-factor", out=SecondFactorOut)
def get_second_factor(actor: Actor) -> Any:
    """Whether there is a second factor, and whether one is missing."""
    return people.show_second_factor(actor)


@operation(blueprint, "POST", "/me/second-factor", out=AppSecretOut, status=201, problems=(409,))
def begin_second_factor(actor: Actor) -> Any:
    """Begin to set up one-time codes (RFC 6238, six digits, 30 seconds), with a proof of identity. The secret
    is in this answer; it counts when a first code of it was sent within the hour."""
    made = people.begin_second_factor(actor)
    return {"secret": made.secret, "uri": made.uri}


@operation(
    blueprint, "PUT", "/me/second-factor", out=RecoveryCodesOut, body=SecondCodeIn, problems=(401, 409)
)
def confirm_second_factor(actor: Actor, body: dict[str, Any]) -> Any:
    """Switch the second factor on with a first code of the app. The recovery codes are in this answer and
    nowhere else."""
    peer = request.remote_addr or ""
    return {"recovery_codes": people.confirm_second_factor(actor, body["code"], peer=peer)}


@operation(
    blueprint, "POST", "/me/second-factor/recovery-codes", out=RecoveryCodesOut, status=201, problems=(409,)
)
def renew_recovery_codes(actor: Actor) -> Any:
    """Ten new recovery codes, with a proof of identity; the old ones are void."""
    return {"recovery_codes": people.renew_recovery_codes(actor)}


@operation(blueprint, "DELETE", "/me/second-factor", out=None, status=204, problems=(409,))
def remove_second_factor(actor: Actor) -> None:
    """Take the one-time codes away, with a proof of identity; passkeys stay."""
    people.remove_second_factor(actor)
