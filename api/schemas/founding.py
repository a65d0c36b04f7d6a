"""What goes in when a network is founded."""

from __future__ import annotations

from marshmallow import fields

from api.schemas import names
from api.schemas.base import Id, Schema, choice, text
from api.schemas.goals import GoalIn
from api.schemas.meetings import FirstMeetingIn
from network.networks import MAX_NAME, MAX_PURPOSE, VISIBILITIES


class FoundingIn(Schema):
    """A network to be founded. `features` says with how much it begins: small or full."""

    name = names.name(MAX_NAME, required=True)
    purpose = text(MAX_PURPOSE, minimum=1, required=True)
    organisation_id = Id(required=True)
    course_session_id = Id(load_default=None, allow_none=True)
    languages = names.languages(required=True)
    country = names.country(required=True)
    visibility = choice(*VISIBILITIES, load_default="private")
    features = choice("small", "full", load_default="small")
    first_goal = fields.Nested(GoalIn, load_default=None, allow_none=True)
    first_meeting = fields.Nested(FirstMeetingIn, load_default=None, allow_none=True)
