"""What goes in and out about goals."""

from __future__ import annotations

from marshmallow import fields

from api.schemas.base import Instant, PersonOut, Schema, text


class GoalIn(Schema):
    """A goal as it is proposed. Without `review_on` it is looked at again after three months."""

    title = text(200, minimum=1, required=True)
    why = text(2000, load_default="")
    review_on = fields.Date(load_default=None, allow_none=True)


class GoalOut(Schema):
    """A common aim of a network."""

    id = fields.String(required=True)
    network_id = fields.String(required=True)
    title = fields.String(required=True)
    why = fields.String(required=True)
    review_on = fields.Date(required=True, allow_none=True)
    state = fields.String(required=True, metadata={"enum": ["proposed", "adopted"]})
    proposed_by = fields.Nested(PersonOut, required=True)
    created_at = Instant(required=True)
    adopted_at = Instant(required=True, allow_none=True)
    version = fields.Integer(required=True)
