"""What goes in and out about what happened in a scope."""

from __future__ import annotations

from marshmallow import fields, validate

from api.schemas.base import LARGEST, Instant, Schema, text


class EventsQuery(Schema):
    """Which scope, from which number on."""

    scope = text(80, minimum=1, required=True, metadata={"description": "room:{id}, network:{id}, user:{id}"})
    after = fields.Integer(load_default=0, validate=validate.Range(min=0, max=LARGEST))
    limit = fields.Integer(load_default=100, validate=validate.Range(min=1, max=500))


class EventOut(Schema):
    """Something that became true; `data` is the thing as it is now, without what differs by viewer."""

    scope = fields.String(required=True)
    seq = fields.Integer(required=True)
    type = fields.String(required=True)
    entity_id = fields.String(required=True)
    entity_version = fields.Integer(required=True)
    data = fields.Dict(required=True)
    at = Instant(required=True)


class EventsOut(Schema):
    """What happened in a scope, in order and without a hole."""

    events = fields.List(fields.Nested(EventOut), required=True)
    head_seq = fields.Integer(required=True)
    epoch = fields.String(required=True, allow_none=True)
