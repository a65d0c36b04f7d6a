"""A version on paper, for whoever opens the link to her copy."""

from __future__ import annotations

from flask import Blueprint, Response

from network import agreements
from network.kernel.actor import Actor
from web.pages import page

blueprint = Blueprint("documents", __name__)


@page(blueprint, "/agreement-versions/<id:version_id>/document.pdf")
def document(actor: Actor, version_id: str) -> Response:
    """The PDF; who is not signed in is led to the door first, which the API does not do."""
    made = agreements.issue_document(actor, version_id)
    response = Response(made.content, content_type="application/pdf")
    response.headers["Content-Disposition"] = f'attachment; filename="{made.name}"'
    response.headers["Cache-Control"] = "private, no-store"
    return response
