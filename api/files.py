"""Files: sending one, getting its bytes, describing it, taking it away before a message carries it."""

from __future__ import annotations

from typing import Any

from flask import Response, request
from flask_smorest import Blueprint

from api.operations import operation
from api.schemas.files import FileOut, FilePatchIn
from api.uploads import uploaded
from network import discussions, files
from network.kernel.actor import Actor
from network.kernel.errors import FieldFault, Invalid
from network.kernel.idempotency import MAX_KEY
from network.kernel.translation import mark as _

blueprint = Blueprint("files", __name__, description="Files and voice notes for messages")


@operation(
    blueprint, "POST", "/networks/<id:network_id>/files", out=FileOut, status=201, raw=True,
    media_types=("multipart/form-data",), problems=(404, 409),
)  # fmt: skip
def upload_file(actor: Actor, network_id: str) -> Any:
    """Send a file as the field `file` of a form, for a message that names its id in `file_ids`; a picture may
    come with `alt`, what it shows. Taken are PNG, JPEG and WebP pictures that do not move, PDF, ODT and DOCX
    without macros, and voice notes of up to two minutes: Opus in WebM or Ogg, AAC in MP4. What it is is told
    by what is in it: 415 `unsupported_file_type`. Pictures are drawn anew, without the place where they were
    taken. Until a message carries it nobody else sees it, and after 24 hours it is gone. With
    `Idempotency-Key` the same file is sent once. 409 `own_storage_full`, `network_storage_full`."""
    key = request.headers.get("Idempotency-Key")
    if key is not None and not (1 <= len(key) <= MAX_KEY and key.isascii() and key.isprintable()):
        raise Invalid({"Idempotency-Key": FieldFault.of(_("Please use 1 to 64 letters, digits or signs."))})
    sent = uploaded("alt")
    return files.upload_file(
        actor, network_id, sent.content, sent.name, alt=sent.more.get("alt", ""), upload_key=key
    )


@operation(blueprint, "GET", "/files/<id:file_id>", out=None, problems=(404,))
def get_file(actor: Actor, file_id: str) -> Any:
    """The bytes of a file, to be saved: for whoever may read the message that carries it now, and before that
    for who sent it; 404 for everybody else."""
    found = discussions.open_file(actor, file_id)
    response = Response(found.content, content_type=found.view["media_type"])
    response.headers["Content-Disposition"] = files.attachment_header(found.view["name"])
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["Cache-Control"] = "private, no-store"
    return response


@operation(blueprint, "PATCH", "/files/<id:file_id>", out=FileOut, body=FilePatchIn, problems=(404,))
def describe_file(actor: Actor, file_id: str, body: dict[str, Any]) -> Any:
    """Say what your picture shows, for those who do not see it; 404 once a message carries it."""
    return files.describe_file(actor, file_id, body["alt"])


@operation(blueprint, "DELETE", "/files/<id:file_id>", out=None, status=204, problems=(404,))
def discard_file(actor: Actor, file_id: str) -> None:
    """Take your file away before a message carries it; 404 once one does."""
    files.discard_file(actor, file_id)
