"""Erasing oneself on the wire."""

from __future__ import annotations

from marshmallow import fields

from api.schemas.base import Instant, Schema


class ErasureIn(Schema):
    """Whether the texts of one's messages go everywhere, and whether it is done without waiting."""

    remove_texts = fields.Boolean(load_default=False, truthy={True}, falsy={False})
    at_once = fields.Boolean(load_default=False, truthy={True}, falsy={False})


class ErasureOut(Schema):
    """What was asked for, and when it is done."""

    erases_at = Instant(required=True)
    remove_texts = fields.Boolean(required=True)
