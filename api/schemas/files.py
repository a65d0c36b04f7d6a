"""What goes in and out about files."""

from __future__ import annotations

from marshmallow import fields

from api.schemas.base import Schema, text
from network.files import ALT_MAX, LONGEST_SIDE, MEDIA_TYPES


class FileOut(Schema):
    """A file. Its address answers its bytes to whoever may read the message that carries it, and before that
    to who sent it."""

    id = fields.String(required=True)
    name = fields.String(required=True)
    media_type = fields.String(
        required=True,
        metadata={"enum": list(MEDIA_TYPES), "description": "By what is in it, not by its name."},
    )
    bytes = fields.Integer(required=True)
    url = fields.String(required=True)
    width = fields.Integer(
        required=True, allow_none=True,
        metadata={"description": f"Of a picture, in pixels, at most {LONGEST_SIDE}; else null."},
    )  # fmt: skip
    height = fields.Integer(required=True, allow_none=True)
    seconds = fields.Integer(
        required=True, allow_none=True, metadata={"description": "How long a voice note lasts; else null."}
    )
    alt = fields.String(
        required=True, allow_none=True,
        metadata={"description": "What it shows, in the words of who sent it; null where she said nothing."},
    )  # fmt: skip
    preview_url = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "Of a picture: a small one in WebP; else null."},
    )


class FilePatchIn(Schema):
    """What a picture shows, for those who do not see it."""

    alt = text(ALT_MAX, required=True)
