"""What goes in and out of a search."""

from __future__ import annotations

from marshmallow import fields

from api.schemas.base import Id, Instant, PageQuery, Schema, text
from api.schemas.discussions import MessageOut
from network.discussions import LONGEST_QUERY


class SearchQuery(PageQuery):
    """`q`: words, and phrases between quotes; `room`; `from`: who said it; `after`, `before`: when."""

    q = text(LONGEST_QUERY, minimum=1, required=True)
    room = Id(load_default=None)
    author = Id(load_default=None, data_key="from")
    after = Instant(load_default=None)
    before = Instant(load_default=None)


class FoundRoomOut(Schema):
    """The room of what was found; a direct one is called after the others in it."""

    id = fields.String(required=True)
    name = fields.String(required=True)
    kind = fields.String(required=True)


class FoundTopicOut(Schema):
    """The topic of what was found."""

    id = fields.String(required=True)
    title = fields.String(required=True)
    state = fields.String(required=True)


class HitOut(Schema):
    """A message that was found. `snippet` is a piece of it without Markdown; each of `hits` says from and
    before which character of that a word stands."""

    message = fields.Nested(MessageOut, required=True)
    room = fields.Nested(FoundRoomOut, required=True)
    topic = fields.Nested(FoundTopicOut, required=True)
    snippet = fields.String(required=True)
    hits = fields.List(fields.List(fields.Integer()), required=True)
