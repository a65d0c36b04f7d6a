"""Networks on the wire."""

from __future__ import annotations

from typing import Any

from marshmallow import fields, validate

from api.schemas.base import Id, Schema, WholeNumber, choice, text
from network.networks import FEATURES, PHASES, VISIBILITIES

COUNTRY = {"pattern": "^[A-Za-z]{2}$", "description": "ISO 3166-1 alpha-2", "example": "DE"}
LANGUAGE = {"description": "BCP 47", "example": "de"}


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

    name = text(120, minimum=1)
    purpose = text(2000, minimum=1)
    languages = fields.List(
        text(35, minimum=2, metadata=LANGUAGE), validate=validate.Length(min=1, max=12)
    )  # fmt: skip
    country = text(2, minimum=2, metadata=COUNTRY)
    visibility = choice(*VISIBILITIES)
    course_session_id = Id(allow_none=True)
    expected_version = WholeNumber(load_default=None)


class Switch(fields.Boolean):
    """On or off, and nothing that only resembles it: 1 is not true."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        if not isinstance(value, bool):
            raise self.make_error("invalid", input=value)
        return value


FeaturesIn = Schema.from_dict({name: Switch() for name in FEATURES}, name="FeaturesIn")
FeaturesIn.__doc__ = "The features to switch, each on or off; what is left out stays."
