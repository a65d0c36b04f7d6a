"""Posters on the wire."""

from __future__ import annotations

from marshmallow import fields

from api.schemas import names
from api.schemas.base import Id, Instant, Schema, choice
from network.kernel.translation import LANGUAGES


class PosterOut(Schema):
    """The open link of a network, and until when it counts."""

    network_id = Id(required=True)
    url = fields.String(required=True)
    created_at = Instant(required=True)
    expires_at = Instant(required=True)


class PosterQuery(Schema):
    """In which of the product's languages the poster is printed; left out: the network's first one."""

    language = choice(*LANGUAGES, load_default=None)


class PosterAddressIn(Schema):
    """Where the personal link goes."""

    email = names.email(required=True)
