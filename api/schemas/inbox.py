"""What goes out about what waits for somebody."""

from __future__ import annotations

from marshmallow import fields

from api.schemas.base import Instant, PersonOut, Schema, choice
from network.notifications import KINDS


class WaitingMessageOut(Schema):
    """The first message that waits, and how it begins: null for words of somebody whom the caller blocked."""

    id = fields.String(required=True)
    seq = fields.Integer(required=True)
    author = fields.Nested(PersonOut, required=True)
    excerpt = fields.String(required=True, allow_none=True)
    folded = fields.Boolean(required=True)
    language = fields.String(required=True, allow_none=True)


class WaitingOut(Schema):
    """A topic with something that the caller has not read: how much, who wrote it, and where it begins.
    `calls` of the messages concern her by themselves, the weightiest as `called`. A direct room is called
    after the others in it, who stand in `people`; `writers` are at most three of `writer_count`."""

    id = fields.String(required=True)
    network_id = fields.String(required=True)
    room_id = fields.String(required=True)
    room_name = fields.String(required=True)
    room_kind = fields.String(required=True)
    title = fields.String(required=True)
    language = fields.String(required=True, allow_none=True)
    people = fields.List(fields.Nested(PersonOut), required=True)
    unread = fields.Integer(required=True)
    first_unread_seq = fields.Integer(required=True, allow_none=True)
    last_seq = fields.Integer(required=True)
    last_message_at = Instant(required=True)
    called = choice(*KINDS, required=True, allow_none=True)
    calls = fields.Integer(required=True)
    message = fields.Nested(WaitingMessageOut, required=True)
    writers = fields.List(fields.Nested(PersonOut), required=True)
    writer_count = fields.Integer(required=True)
