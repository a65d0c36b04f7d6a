"""What is stored about oneself."""

from __future__ import annotations

from typing import Any

from flask import Response, request
from flask_smorest import Blueprint
from werkzeug.wsgi import wrap_file

from api.cookies import cookies
from api.operations import json_response, operation
from api.schemas.privacy import ErasureIn, ErasureOut
from network import privacy
from network.kernel.actor import Actor

blueprint = Blueprint("privacy", __name__, description="What is stored about oneself")


@operation(blueprint, "POST", "/me/export", out=None, status=202)
def request_export(actor: Actor) -> None:
    """Ask for one's own data, with a proof of identity. It can be fetched once, within 24 hours."""
    privacy.request_export(actor)


@operation(blueprint, "GET", "/me/export", out=None, problems=(404,))
def take_export(actor: Actor) -> Any:
    """One's own data as a zip (application/zip) with `data.json` and `index.html`, once, with a proof of
    identity; 404 where it was not asked for within 24 hours or was taken already."""
    archive = privacy.take_export(actor)
    response = Response(wrap_file(request.environ, archive), content_type="application/zip")
    response.direct_passthrough = True
    response.headers["Content-Disposition"] = 'attachment; filename="my-data.zip"'
    response.headers["Cache-Control"] = "private, no-store"
    return response


@operation(blueprint, "DELETE", "/me", out=ErasureOut, status=202, body=ErasureIn, problems=(409,))
def request_erasure(actor: Actor, body: dict[str, Any]) -> Any:
    """Have oneself erased, with a proof of identity. The account is off at once: all sessions and tokens end.
    It is erased at `erases_at`, seven days from now, or now with `at_once`; until then it can be taken back.
    409 `last_meta_mentor` or `last_steward` where something must be handed over first."""
    asked = privacy.request_erasure(actor, remove_texts=body["remove_texts"], at_once=body["at_once"])
    return cookies().forget(json_response(ErasureOut().dump(asked), 202))


@operation(
    blueprint, "POST", "/erasures/<token>/undo", out=None, status=204, audience="anyone", problems=(404,)
)
def take_back_erasure(actor: Actor, token: str) -> None:
    """Keep the account after all, with the secret out of the letter, or with `take_back` out of the answer to
    signing in. 404 where it is too late."""
    privacy.take_back_erasure(actor, token)
