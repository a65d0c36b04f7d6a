"""What goes in and out about goals."""

from __future__ import annotations

from marshmallow import fields

from api.schemas.base import Instant, PersonOut, Schema, VersionedIn, WholeNumber, choice, text
from network.goals import OUTCOMES


class GoalIn(Schema):
    """A goal as it is proposed. Without `review_on` it is looked at again after three months."""

    title = text(200, minimum=1, required=True)
    why = text(2000, load_default="")
    review_on = fields.Date(load_default=None, allow_none=True)


class GoalPatchIn(VersionedIn):
    """What is to be changed; what is left out stays."""

    title = text(200, minimum=1)
    why = text(2000)
    review_on = fields.Date()


class SupportIn(Schema):
    """Nothing is asked for; the version that was seen may come along."""

    expected_version = WholeNumber(load_default=None)


class ProgressIn(SupportIn):
    """What happened, in a sentence, how far the goal has come (0 to 100) and when to look again."""

    note = text(2000, minimum=1, required=True)
    percent = WholeNumber(maximum=100, load_default=None, allow_none=True)
    review_on = fields.Date(load_default=None, allow_none=True)


class ClosingIn(VersionedIn):
    """How a goal ended."""

    outcome = choice(*OUTCOMES, required=True)
    sentence = text(2000, minimum=1, required=True)


class GoalOut(Schema):
    """A common aim of a network."""

    id = fields.String(required=True)
    network_id = fields.String(required=True)
    title = fields.String(required=True)
    why = fields.String(required=True)
    review_on = fields.Date(required=True, allow_none=True)
    state = fields.String(required=True, metadata={"enum": ["proposed", "adopted", "closed"]})
    proposed_by = fields.Nested(PersonOut, required=True)
    created_at = Instant(required=True)
    adopted_at = Instant(required=True, allow_none=True)
    supports = fields.Integer(required=True)
    supported = fields.Boolean(required=True, metadata={"description": "Whether the caller supports it."})
    percent = fields.Integer(required=True, allow_none=True)
    outcome = choice(*OUTCOMES, required=True, allow_none=True)
    closing_sentence = fields.String(required=True, allow_none=True)
    closed_at = Instant(required=True, allow_none=True)
    version = fields.Integer(required=True)


class ProgressOut(Schema):
    """A note about the way to a goal."""

    id = fields.String(required=True)
    person = fields.Nested(PersonOut, required=True)
    percent = fields.Integer(required=True, allow_none=True)
    note = fields.String(required=True)
    noted_at = Instant(required=True)
