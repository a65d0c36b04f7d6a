"""The second factor on the wire."""

from __future__ import annotations

from marshmallow import fields

from api.schemas.base import Instant, Schema, choice, text

CODE = {"description": "The six digits that the app shows, or a recovery code", "example": "407192"}


class ChallengeIn(Schema):
    """What the first step answered, and the code."""

    challenge = text(100, minimum=20, required=True)
    code = text(40, minimum=6, required=True, metadata=CODE)


class SecondCodeIn(Schema):
    """A code out of the app."""

    code = text(40, minimum=6, required=True, metadata=CODE)


class SecondFactorOut(Schema):
    """`off`, `begun` or `on`; `required`: until it is on, weighty acts answer 403 `second_factor_needed`."""

    state = choice("off", "begun", "on", required=True)
    since = Instant(required=True, allow_none=True)
    required = fields.Boolean(required=True)
    recovery_codes_left = fields.Integer(required=True)


class AppSecretOut(Schema):
    """What goes into the app: `uri` is the text of the QR code."""

    secret = fields.String(required=True)
    uri = fields.String(required=True)


class RecoveryCodesOut(Schema):
    """Each stands in for the app once; shown this once."""

    recovery_codes = fields.List(fields.String(), required=True)
