"""The second factor on the wire."""

from __future__ import annotations

from marshmallow import fields

from api.schemas.base import Instant, Schema, choice, text
from api.schemas.passkeys import OneWayIn, credential_field

CODE = {"description": "The six digits that the app shows, or a recovery code", "example": "407192"}


class ChallengeIn(OneWayIn):
    """What the first step answered, and either the code or what the browser gave for a passkey."""

    _WAYS = ("code", "credential")

    challenge = text(100, minimum=20, required=True)
    code = text(40, minimum=6, metadata=CODE)
    credential = credential_field()


class SecondCodeIn(Schema):
    """A code out of the app."""

    code = text(40, minimum=6, required=True, metadata=CODE)


class SecondFactorOut(Schema):
    """`state` of the one-time codes: `off`, `begun` or `on`; `passkeys`: how many; `required`: until there is
    either, weighty acts answer 403 `second_factor_needed`."""

    state = choice("off", "begun", "on", required=True)
    since = Instant(required=True, allow_none=True)
    required = fields.Boolean(required=True)
    passkeys = fields.Integer(required=True)
    recovery_codes_left = fields.Integer(required=True)


class AppSecretOut(Schema):
    """What goes into the app: `uri` is the text of the QR code."""

    secret = fields.String(required=True)
    uri = fields.String(required=True)


class RecoveryCodesOut(Schema):
    """Each stands in for the app once; shown this once."""

    recovery_codes = fields.List(fields.String(), required=True)
