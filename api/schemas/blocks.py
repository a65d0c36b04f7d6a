"""What goes in and out about blocks."""

from __future__ import annotations

from marshmallow import fields

from api.schemas.base import Instant, PersonOut, Schema


class BlockOut(Schema):
    """Somebody whom one blocked."""

    user = fields.Nested(PersonOut, required=True)
    since = Instant(required=True)


class ContactSettingsIn(Schema):
    """Whether others may write to one directly."""

    direct_messages = fields.Boolean(required=True, truthy={True}, falsy={False})


class ContactSettingsOut(Schema):
    """Whether others may write to one directly."""

    direct_messages = fields.Boolean(required=True)
