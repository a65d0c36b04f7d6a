"""What is stored about oneself."""

from __future__ import annotations

from typing import Any

from flask import Response
from flask_smorest import Blueprint

from api.operations import operation
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
    response = Response(privacy.take_export(actor), content_type="application/zip")
    response.headers["Content-Disposition"] = 'attachment; filename="my-data.zip"'
    response.headers["Cache-Control"] = "private, no-store"
    return response
