"""Posters on the wire."""

from __future__ import annotations

from marshmallow import fields

from api.schemas import names
from api.schemas.base import Id, Instant, Schema


class PosterOut(Schema):
    """The open link of a network, and until when it counts."""

    network_id = Id(required=True)
    url = fields.String(required=True)
    created_at = Instant(required=True)
    expires_at = Instant(required=True)


class PosterAddressIn(Schema):
    """Where the personal link goes."""

    email = names.email(required=True)
