"""Consents, frozen data and objections on the wire."""

from __future__ import annotations

from marshmallow import fields

from api.schemas.base import Instant, Schema, VersionedIn, WholeNumber, choice, text
from network.privacy import OBJECTABLE, OUTCOMES


class ConsentIn(Schema):
    """Whether somebody agrees."""

    given = fields.Boolean(required=True, truthy={True}, falsy={False})


class ConsentOut(Schema):
    """What somebody can agree to, in her language, and whether she does; `text_hash` is the SHA-256 of
    `text`."""

    purpose = fields.String(required=True)
    title = fields.String(required=True)
    text = fields.String(required=True)
    text_version = WholeNumber(required=True)
    text_hash = fields.String(required=True)
    given = fields.Boolean(required=True)
    since = Instant(required=True, allow_none=True)


class ConsentsOut(Schema):
    """Everything that somebody can agree to."""

    items = fields.List(fields.Nested(ConsentOut), required=True)


class FreezeIn(Schema):
    """Whether one's own data shall be frozen."""

    frozen = fields.Boolean(required=True, truthy={True}, falsy={False})


class FreezeOut(Schema):
    """Since when one's own data is frozen."""

    frozen_at = Instant(required=True, allow_none=True)


class ObjectionIn(Schema):
    """To what somebody objects, and why."""

    purpose = choice(*OBJECTABLE, required=True)
    reason = text(2000, minimum=1, required=True)


class ObjectionOut(Schema):
    """An objection, and the answer when it is given."""

    id = fields.String(required=True)
    purpose = fields.String(required=True)
    reason = fields.String(required=True)
    created_at = Instant(required=True)
    outcome = fields.String(required=True, allow_none=True)
    answer = fields.String(required=True, allow_none=True)
    answered_at = Instant(required=True, allow_none=True)
    version = WholeNumber(required=True)


class WaitingObjectionOut(ObjectionOut):
    """The same, with whose it is, and by when the law wants an answer."""

    user_id = fields.String(required=True)
    display_name = fields.String(required=True)
    answer_by = Instant(required=True)
    overdue = fields.Boolean(required=True)


class AnswerIn(VersionedIn):
    """Followed or declined, and why."""

    outcome = choice(*OUTCOMES, required=True)
    answer = text(2000, minimum=1, required=True)
