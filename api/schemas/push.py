"""Notices on devices on the wire: what a browser's push manager gives, and where notices are shown."""

from __future__ import annotations

from marshmallow import fields

from api.schemas.base import Id, Instant, Schema, text


class PushKeysIn(Schema):
    """The browser's keys, as the push manager's toJSON() writes them."""

    p256dh = text(100, minimum=1, required=True)
    auth = text(40, minimum=1, required=True)


class PushSubscriptionIn(Schema):
    """What the push manager gave, for the browser of this session. `brief` notices say only that something
    waits."""

    endpoint = text(1000, minimum=1, required=True)
    keys = fields.Nested(PushKeysIn, required=True)
    brief = fields.Boolean(load_default=False)


class PushSubscriptionPatchIn(Schema):
    """How much notices say on a device."""

    brief = fields.Boolean(required=True)


class PushSubscriptionOut(Schema):
    """A device that shows notices for as long as its session lasts; `current` is the one that asks."""

    id = Id(required=True)
    session_id = Id(required=True)
    device = fields.String(required=True)
    brief = fields.Boolean(required=True)
    created_at = Instant(required=True)
    current = fields.Boolean(required=True)


class PushSubscriptionsOut(Schema):
    """`public_key` is what the push manager is given as `applicationServerKey`; null where no notices are
    shown on devices. `possible_here`: a session of a browser that others do not use asks."""

    public_key = fields.String(required=True, allow_none=True)
    possible_here = fields.Boolean(required=True)
    items = fields.List(fields.Nested(PushSubscriptionOut), required=True)
