"""Passkeys on the wire: what the browser's own functions take and give, and what is kept."""

from __future__ import annotations

from typing import Any

import marshmallow as ma
from marshmallow import fields

from api.schemas import names
from api.schemas.base import Id, Instant, Schema, text
from network.kernel.translation import mark as _
from network.people import LONGEST_NAME

_ANSWER = {
    "description": "What the browser gave, as its toJSON() writes it: id, rawId, type, response",
    "example": {
        "id": "gsC1", "rawId": "gsC1", "type": "public-key", "response": {"clientDataJSON": "eyJ0"},
    },
}  # fmt: skip


def credential_field(**kwargs: Any) -> Any:
    """The answer of the browser's `navigator.credentials`. Its fields are the browser's, not ours: what is
    needed of them is checked with the signature, the rest is left aside."""
    return fields.Dict(keys=text(60), values=fields.Raw(allow_none=True), metadata=_ANSWER, **kwargs)


class PasskeyOptionsOut(Schema):
    """What goes to the browser's `navigator.credentials` as `publicKey`, after its base64url was read; it
    counts once, for five minutes."""

    public_key = fields.Dict(keys=fields.String(), values=fields.Raw(), required=True)


class PasskeyIn(Schema):
    """What `navigator.credentials.create` gave; without a name it is called by the device."""

    credential = credential_field(required=True)
    name = names.name(LONGEST_NAME, load_default=None)


class PasskeyPatchIn(Schema):
    """Another name."""

    name = names.name(LONGEST_NAME, required=True)


class PasskeyOut(Schema):
    """`synced`: other devices of the person have it too; `copied_at`: since then it opens nothing, for there
    seem to be two of it."""

    id = Id(required=True)
    name = fields.String(required=True)
    synced = fields.Boolean(required=True)
    created_at = Instant(required=True)
    last_used_at = Instant(required=True, allow_none=True)
    copied_at = Instant(required=True, allow_none=True)


class AddedPasskeyOut(PasskeyOut):
    """A new passkey; with the first second factor come the recovery codes, shown this once."""

    recovery_codes = fields.List(fields.String(), required=True, allow_none=True)


class PasskeySessionIn(Schema):
    """What `navigator.credentials.get` gave. `shared_device`: others use it too, so it lasts 12 hours."""

    credential = credential_field(required=True)
    shared_device = fields.Boolean(load_default=False, truthy={True}, falsy={False})


class OneWayIn(Schema):
    """Base of bodies in which one of several ways is gone."""

    _WAYS: tuple[str, ...] = ()

    @ma.validates_schema
    def check_one(self, data: dict[str, Any], **_kwargs: Any) -> None:
        if sum(way in data for way in self._WAYS) != 1:
            raise ma.ValidationError(_("Send exactly one way to show that it is you."), self._WAYS[0])
