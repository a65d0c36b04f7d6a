"""What goes in and out about first days."""

from __future__ import annotations

from marshmallow import fields

from api.schemas.base import Instant, PersonOut, Schema, choice
from network.arrivals import STEPS


class FirstStepOut(Schema):
    """One step of the first days."""

    key = choice(*STEPS, required=True)
    done = fields.Boolean(required=True)
    put_off = fields.Boolean(required=True)


class NewcomerOut(Schema):
    """A newcomer whom one greets."""

    user = fields.Nested(PersonOut, required=True)
    since = Instant(required=True)
    greeted = fields.Boolean(required=True)


class ArrivalOut(Schema):
    """One's own first days. `steps` is empty when all is done or the list was closed."""

    steps = fields.List(fields.Nested(FirstStepOut), required=True)
    said_hello = fields.Boolean(required=True)
    buddy = fields.Nested(PersonOut, required=True, allow_none=True)
    greeted = fields.Boolean(required=True, metadata={"description": "Whether the buddy has written."})
    greets = fields.Boolean(required=True)
    newcomers = fields.List(fields.Nested(NewcomerOut), required=True)


class PutOffIn(Schema):
    """The step that shall wait; without one the whole list is closed."""

    step = choice(*STEPS, load_default=None, allow_none=True)


class BuddiesOut(Schema):
    """Who greets newcomers, by name."""

    items = fields.List(fields.Nested(PersonOut), required=True)
