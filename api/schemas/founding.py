"""What goes in when a network is founded."""

from __future__ import annotations

from marshmallow import fields, validate

from api.schemas.base import Id, Schema, choice, text
from api.schemas.goals import GoalIn
from network.networks import VISIBILITIES


class FoundingIn(Schema):
    """A network to be founded. `features` says with how much it begins: small or full."""

    name = text(120, minimum=1, required=True)
    purpose = text(2000, minimum=1, required=True)
    organisation_id = Id(required=True)
    course_session_id = Id(load_default=None, allow_none=True)
    languages = fields.List(
        text(35, minimum=2, metadata={"description": "BCP 47"}),
        required=True, validate=validate.Length(min=1, max=12),
    )  # fmt: skip
    country = text(
        2, minimum=2, required=True,
        metadata={"pattern": "^[A-Za-z]{2}$", "description": "ISO 3166-1 alpha-2"},
    )  # fmt: skip
    visibility = choice(*VISIBILITIES, load_default="private")
    features = choice("small", "full", load_default="small")
    first_goal = fields.Nested(GoalIn, load_default=None, allow_none=True)
