"""What goes in and out about a network's office."""

from __future__ import annotations

from marshmallow import fields, validate

from api.schemas.base import Id, Instant, PersonOut, Schema, WholeNumber, text

CLOCK = "^([01][0-9]|2[0-3]):[0-5][0-9]$"


def _hours(*, incoming: bool) -> type[Schema]:
    clock = [validate.Regexp(CLOCK)] if incoming else []
    return type(
        "OfficeHoursIn" if incoming else "OfficeHoursOut",
        (Schema,),
        {
            "__doc__": "One time in the week at which somebody is there; the weekday from 0 for Monday.",
            "weekday": WholeNumber(maximum=6, required=True),
            "from": fields.String(required=True, validate=clock, metadata={"description": "As in 16:30."}),
            "to": fields.String(required=True, validate=clock, metadata={"description": "As in 16:30."}),
        },
    )


HoursIn, HoursOut = _hours(incoming=True), _hours(incoming=False)


class OfficeIn(Schema):
    """What is left out is empty. `contact` and `substitute` are words: how one reaches the office, who stands
    in; the ids are of people who belong to the network. Hours without a time zone are in the caller's."""

    exists = fields.Boolean(required=True, truthy={True}, falsy={False})
    reason = text(2000, load_default="")
    contact = text(320, load_default=None, allow_none=True)
    contact_user_id = Id(load_default=None, allow_none=True)
    substitute = text(320, load_default=None, allow_none=True)
    substitute_user_id = Id(load_default=None, allow_none=True)
    hours = fields.List(fields.Nested(HoursIn), load_default=list, validate=validate.Length(max=21))
    time_zone = text(64, load_default=None, allow_none=True)
    tasks = text(2000, load_default="")
    decision_id = Id(load_default=None, allow_none=True)
    expected_version = WholeNumber(load_default=None, allow_none=True)


class OfficeOut(Schema):
    """A network's office."""

    network_id = fields.String(required=True)
    exists = fields.Boolean(required=True, allow_none=True)
    reason = fields.String(required=True)
    contact = fields.String(required=True, allow_none=True)
    contact_person = fields.Nested(PersonOut, required=True, allow_none=True)
    substitute = fields.String(required=True, allow_none=True)
    substitute_person = fields.Nested(PersonOut, required=True, allow_none=True)
    hours = fields.List(fields.Nested(HoursOut), required=True)
    time_zone = fields.String(required=True, allow_none=True)
    tasks = fields.String(required=True)
    decision_id = fields.String(required=True, allow_none=True)
    decided_at = Instant(required=True, allow_none=True)
    version = fields.Integer(required=True)
