"""What goes in and out beside a message: whom it can call, who reacted."""

from __future__ import annotations

from marshmallow import fields

from api.schemas.base import PersonOut, Schema, text


class MentionableQuery(Schema):
    """The beginning of a name, or of a word of it, or of a role's word."""

    q = text(200, load_default="")


class SuggestionOut(Schema):
    """Somebody who can be called in a room. Typed into a message, `text` calls her and nobody else."""

    kind = fields.String(required=True, metadata={"enum": ["person", "role"]})
    id = fields.String(required=True, metadata={"description": "A person's id, or a role."})
    name = fields.String(required=True)
    photo_url = fields.String(required=True, allow_none=True)
    text = fields.String(required=True)


class ReactedOut(Schema):
    """A sign at a message, and whose it is."""

    emoji = fields.String(required=True)
    user = fields.Nested(PersonOut, required=True)
