"""Versions on paper: the file itself, and whether a file is one of ours."""

from __future__ import annotations

from typing import Any

from flask import Response
from flask_smorest import Blueprint

from api.operations import operation
from api.schemas.documents import CheckIn, CheckOut
from network import agreements
from network.kernel.actor import Actor
from network.kernel.errors import NotFound

blueprint = Blueprint("documents", __name__, description="Agreements on paper")


@operation(
    blueprint, "GET", "/agreement-versions/<id:version_id>/document.pdf", out=None, problems=(404, 409)
)  # fmt: skip
def get_document(actor: Actor, version_id: str) -> Any:
    """The version with its signatures as PDF (application/pdf), in the product's language nearest to its own,
    for who reads the network's documents and for who signed it; names are shown to those inside. 409
    `text_not_fixed` before the freeze. Its SHA-256 can be asked for under `POST /check`."""
    document = agreements.issue_document(actor, version_id)
    response = Response(document.content, content_type="application/pdf")
    response.headers["Content-Disposition"] = f'attachment; filename="{document.name}"'
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["ETag"] = f'"{document.sha256}"'
    return response


@operation(blueprint, "POST", "/check", out=CheckOut, body=CheckIn, problems=(404,), audience="anyone")
def check_document(_actor: Actor, body: dict[str, Any]) -> Any:
    """Whether a file was handed out by this server and is unchanged: which version it shows, and the digest
    of its text. 404 for every other file. Nothing else is told, for the network may be private."""
    found = agreements.check_document(body["sha256"])
    if found is None:
        raise NotFound()
    return {"valid": True, "version_id": found.version_id, "text_hash": found.text_hash}
