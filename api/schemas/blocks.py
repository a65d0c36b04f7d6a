"""What goes in and out about blocks."""

from __future__ import annotations

from marshmallow import fields

from api.schemas.base import Instant, PersonOut, Schema


class BlockOut(Schema):
    """Somebody whom one blocked."""

    user = fields.Nested(PersonOut, required=True)
    since = Instant(required=True)


class ContactSettingsIn(Schema):
    """Whether others may write to one directly, see that one is writing, and that one is there."""

    direct_messages = fields.Boolean(truthy={True}, falsy={False})
    tells_typing = fields.Boolean(truthy={True}, falsy={False})
    tells_presence = fields.Boolean(truthy={True}, falsy={False})


class ContactSettingsOut(Schema):
    """Whether others may write to one directly, see that one is writing, and that one is there."""

    direct_messages = fields.Boolean(required=True)
    tells_typing = fields.Boolean(required=True)
    tells_presence = fields.Boolean(required=True)
