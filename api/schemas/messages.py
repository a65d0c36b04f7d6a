"""What goes in and out beside a message: whom it can call, who reacted, what waits to be sent."""

from __future__ import annotations

from marshmallow import fields, validate

from api.schemas.base import Id, Instant, PersonOut, Schema, Text, VersionedIn, text
from network.files import MOST_FILES


def file_ids() -> fields.List:
    """The files that a message carries."""
    return fields.List(
        Id(), load_default=list, validate=validate.Length(max=MOST_FILES),
        metadata={"description": "Files that you sent to the network and that no message carries yet."},
    )  # fmt: skip


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


class ReactionOut(Schema):
    """How many reacted with a sign, and whether the caller did."""

    emoji = fields.String(required=True)
    count = fields.Integer(required=True)
    mine = fields.Boolean(required=True)


class ReactedOut(Schema):
    """A sign at a message, and whose it is."""

    emoji = fields.String(required=True)
    user = fields.Nested(PersonOut, required=True)


class PreviewIn(Schema):
    """What somebody thinks of sending."""

    body = Text(required=True, metadata={"minLength": 1, "maxLength": 10_000})


class PreviewOut(Schema):
    """How it would look."""

    html = fields.String(required=True)


class DraftIn(VersionedIn):
    """What was typed so far. How long it may be is a setting, which the rules look at."""

    body = Text(required=True, strip=False, metadata={"maxLength": 10_000})
    client_msg_id = Text(
        load_default=None, allow_none=True, strip=False,
        validate=[validate.Length(min=1, max=64), validate.Regexp("^[!-~]{1,64}$")],
        metadata={"description": "Under which it will be sent."},
    )  # fmt: skip
    reply_to = Id(load_default=None, allow_none=True)


class DraftOut(Schema):
    """What waits to be sent."""

    context = fields.String(required=True)
    body = fields.String(required=True)
    set_aside = fields.List(fields.String(), required=True)
    client_msg_id = fields.String(required=True, allow_none=True)
    reply_to = fields.String(required=True, allow_none=True)
    version = fields.Integer(required=True)
    updated_at = Instant(required=True, allow_none=True)
