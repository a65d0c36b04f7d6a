"""What goes in and out about versions on paper."""

from __future__ import annotations

from marshmallow import fields, validate

from api.schemas.base import Schema


class CheckIn(Schema):
    """The SHA-256 of a file, in hex."""

    sha256 = fields.String(required=True, validate=validate.Regexp("^[0-9a-fA-F]{64}$"))


class CheckOut(Schema):
    """A file that is one of ours."""

    valid = fields.Boolean(required=True)
    version_id = fields.String(required=True)
    text_hash = fields.String(required=True)
