"""Networks on the wire."""

from __future__ import annotations

from typing import Any

from marshmallow import fields

from api.schemas import names
from api.schemas.base import Id, Schema, WholeNumber, choice, text
from network.networks import FEATURES, MAX_NAME, MAX_PURPOSE, PHASES, VISIBILITIES


class NetworkOut(Schema):
    """A network. `features` names every feature with whether it is on; `rules_version_id` is the version of
    the communication rules that holds."""

    id = Id(required=True)
    slug = fields.String(required=True)
    name = fields.String(required=True)
    purpose = fields.String(required=True)
    organisation_id = Id(required=True)
    course_session_id = Id(required=True, allow_none=True)
    parent_id = Id(required=True, allow_none=True)
    languages = fields.List(fields.String(), required=True)
    country = fields.String(required=True)
    visibility = choice(*VISIBILITIES, required=True)
    phase = choice(*PHASES, required=True)
    overlay = choice("dormant", "closing", "archived", required=True, allow_none=True)
    features = fields.Dict(keys=fields.String(), values=fields.Boolean(), required=True)
    rules_version_id = Id(required=True, allow_none=True)
    version = fields.Integer(required=True)


class NetworkPatchIn(Schema):
    """What is to be changed; what is left out stays. With `expected_version` nobody's change is written
    over."""

    name = names.name(MAX_NAME)
    purpose = text(MAX_PURPOSE, minimum=1)
    languages = names.languages()
    country = names.country()
    visibility = choice(*VISIBILITIES)
    course_session_id = Id(allow_none=True)
    expected_version = WholeNumber(load_default=None, allow_none=False)


class Switch(fields.Boolean):
    """On or off, and nothing that only resembles it: 1 is not true."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        if not isinstance(value, bool):
            raise self.make_error("invalid", input=value)
        return value


FeaturesIn = Schema.from_dict({name: Switch() for name in FEATURES}, name="FeaturesIn")
FeaturesIn.__doc__ = "The features to switch, each on or off; what is left out stays."
