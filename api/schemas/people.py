"""Accounts, sessions, proofs and tokens on the wire."""

from __future__ import annotations

from typing import Any

import marshmallow as ma
from marshmallow import fields, validate

from api.schemas import names
from api.schemas.base import Id, Instant, PersonOut, Schema, choice, text
from api.schemas.passkeys import OneWayIn, credential_field
from network.kernel.translation import mark as _
from network.people import LONGEST_NAME, SCOPES

CODE = {"description": "The six digits out of the mail", "example": "407192"}


def password_text(**kwargs: Any) -> Any:
    """A password as it was typed, spaces and all."""
    return text(1000, strip=False, metadata={"format": "password"}, **kwargs)


class UserOut(PersonOut):
    """One's own account."""

    email = fields.String(allow_none=True)
    language = fields.String(required=True)
    time_zone = fields.String(required=True)
    has_password = fields.Boolean(required=True)
    is_operator = fields.Boolean(required=True)


class UserPatchIn(Schema):
    """What one changes of oneself; what is left out stays."""

    display_name = names.name(LONGEST_NAME)
    language = names.language()
    time_zone = names.time_zone()


class CodeRequestIn(Schema):
    """Where the six digits or the link go."""

    email = text(254, minimum=3, required=True, metadata=names.EMAIL)


class CodeRequestOut(Schema):
    """The same for every address."""

    valid_minutes = fields.Integer(required=True)


class _OneSecretIn(Schema):
    password = password_text()
    code = text(40, minimum=6, metadata=CODE)

    @ma.validates_schema
    def check_one(self, data: dict[str, Any], **_kwargs: Any) -> None:
        if ("password" in data) == ("code" in data):
            raise ma.ValidationError(_("Send either password or code."), "password")


class SessionIn(_OneSecretIn):
    """The address, and either the password or the code out of the mail. `shared_device`: others use it too,
    so it lasts 12 hours. `time_zone` counts when this makes the account."""

    email = text(254, minimum=3, required=True, metadata=names.EMAIL)
    shared_device = fields.Boolean(load_default=False, truthy={True}, falsy={False})
    time_zone = names.time_zone(load_default=None)


class SessionOut(Schema):
    """Who is signed in; `csrf_token` goes into the header X-CSRF-Token of unsafe requests. `expires_at`: when
    the session ends; null where a token is used."""

    user = fields.Nested(UserOut, required=True)
    csrf_token = fields.String(required=True)
    expires_at = Instant(allow_none=True)


class SessionEndOut(Schema):
    """When the session ends now."""

    expires_at = Instant(required=True)


class ProofIn(OneWayIn):
    """The password, the code out of the mail, or what the browser gave for a passkey."""

    _WAYS = ("password", "code", "credential")

    password = password_text()
    code = text(40, minimum=6, metadata=CODE)
    credential = credential_field()


class ProofOut(Schema):
    """Since when and until when it counts."""

    proof_at = Instant(required=True)
    valid_until = Instant(required=True)


class OwnSessionOut(Schema):
    """One of one's own sessions; `current` is the one that asks."""

    id = fields.String(required=True)
    device = fields.String(required=True)
    shared_device = fields.Boolean(required=True)
    created_at = Instant(required=True)
    last_used_at = Instant(required=True)
    expires_at = Instant(required=True)
    current = fields.Boolean(required=True)


class PasswordIn(Schema):
    """The new password; `current` is compared where it is given."""

    password = password_text(required=True)
    current = password_text()


class NewPasswordIn(Schema):
    """The new password."""

    password = password_text(required=True)


class TokenIn(Schema):
    """What the token is called and may do; `weighty` stands for the proof of identity."""

    name = names.name(LONGEST_NAME, required=True)
    scopes = fields.List(choice(*SCOPES), required=True, validate=validate.Length(min=1, max=len(SCOPES)))
    expires_at = Instant(load_default=None, allow_none=True)


class TokenOut(Schema):
    """A token without its secret."""

    id = Id(required=True)
    name = fields.String(required=True)
    scopes = fields.List(fields.String(), required=True)
    created_at = Instant(required=True)
    expires_at = Instant(required=True, allow_none=True)


class MadeTokenOut(TokenOut):
    """A new token; `token` is shown this once."""

    token = fields.String(required=True)
