"""What comes with an event that a client sends: its fields, and what is said of one that cannot be taken."""

from __future__ import annotations

from typing import Any

import marshmallow as ma
from marshmallow import fields, validate

from network.kernel.translation import mark as _
from realtime.settings import SCOPES_AT_ONCE

_MOST = 2**53
_LONGEST_ID, _LONGEST_SCOPE = 36, 80
_NOT_AN_ID = _("This is not a valid id.")
_NOT_THAT_NUMBER = _("This number is too small or too large.")
_TOO_MANY = _("Please name at least one scope and at most 100.")
_SCOPE = validate.Length(min=1, max=_LONGEST_SCOPE, error=_NOT_AN_ID)


class Whole(fields.Integer):
    """A whole number, not written as text or with a fraction."""

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> Any:
        if type(value) is not int:
            raise self.make_error("invalid", input=value)
        return super()._deserialize(value, *args, **kwargs)


class Payload(ma.Schema):
    """What comes with an event: nothing that is not named."""

    class Meta:
        unknown = ma.RAISE


def _id(**more: Any) -> fields.String:
    return fields.String(validate=validate.Length(max=_LONGEST_ID, error=_NOT_AN_ID), **more)


class Since(Payload):
    """How far a client has got in a scope."""

    seq = Whole(required=True, validate=validate.Range(min=0, max=_MOST, error=_NOT_THAT_NUMBER))
    epoch = fields.String(
        load_default=None, allow_none=True,
        validate=validate.Length(max=_LONGEST_SCOPE, error=_NOT_AN_ID),
    )  # fmt: skip


class Subscription(Payload):
    """Which scopes a client wants to hear."""

    scopes = fields.Dict(
        keys=fields.String(validate=_SCOPE), values=fields.Nested(Since), required=True,
        validate=validate.Length(min=1, max=SCOPES_AT_ONCE, error=_TOO_MANY),
    )  # fmt: skip


class Farewell(Payload):
    """Which scopes a client wants to hear no more."""

    scopes = fields.List(
        fields.String(validate=_SCOPE), required=True,
        validate=validate.Length(max=SCOPES_AT_ONCE, error=_TOO_MANY),
    )  # fmt: skip


class Speech(Payload):
    """A message; how long it may be is said where it is posted."""

    topic_id = _id(required=True)
    body = fields.String(required=True)
    client_msg_id = fields.String(required=True)
    reply_to = _id(load_default=None, allow_none=True)
    language = fields.String(load_default=None, allow_none=True)
    translation = fields.String(load_default=None, allow_none=True)
    file_ids = fields.List(_id(), load_default=list)


class Typing(Payload):
    """Where somebody is typing."""

    topic_id = _id(required=True)


class Presence(Payload):
    """Whether somebody is there."""

    state = fields.String(
        required=True, validate=validate.OneOf(("active", "idle"), error=_("This must be active or idle."))
    )
