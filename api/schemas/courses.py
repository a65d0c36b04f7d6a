"""What goes in and comes out about courses and their lists of graduates."""

from __future__ import annotations

from typing import Any

import orjson
from marshmallow import ValidationError, fields

from api.schemas import names
from api.schemas.base import PageQuery, Schema, Text, WholeNumber, choice, text
from network.courses import DATE_ORDERS, MAX_GROUND, MAX_PLATFORM, MAX_TITLE, STATES

_LONGEST_OBJECT = 5000
_NO_OBJECT = "Not a valid mapping type."


class CourseSessionIn(Schema):
    """A run of the course. `contact_ground` says why its graduates may be written to."""

    title = names.name(MAX_TITLE, required=True)
    platform = names.name(MAX_PLATFORM, required=True)
    language = names.language(required=True)
    starts_on = fields.Date(required=True)
    ends_on = fields.Date(required=True)
    contact_ground = text(MAX_GROUND, minimum=1, required=True)


class CourseSessionChangeIn(Schema):
    """What is to be changed. With `expected_version` nobody's change is written over."""

    title = names.name(MAX_TITLE)
    platform = names.name(MAX_PLATFORM)
    language = names.language()
    starts_on = fields.Date()
    ends_on = fields.Date()
    contact_ground = text(MAX_GROUND, minimum=1)
    expected_version = WholeNumber(load_default=None, allow_none=False)


class CourseSessionOut(Schema):
    """A run of the course; `contact_ground` is for the organisation's stewards and the operator."""

    id = fields.String(required=True)
    organisation_id = fields.String(required=True)
    title = fields.String(required=True)
    platform = fields.String(required=True)
    language = fields.String(required=True)
    starts_on = fields.Date(required=True)
    ends_on = fields.Date(required=True)
    contact_ground = fields.String(required=True, allow_none=True)
    version = fields.Integer(required=True)


class CompletionOut(Schema):
    """A person on the list."""

    id = fields.String(required=True)
    name = fields.String(required=True)
    email = fields.String(required=True)
    completed = fields.Boolean(required=True)
    completed_on = fields.Date(required=True, allow_none=True)
    state = choice(*STATES, required=True)


class CompletionsQuery(PageQuery):
    """`?state=` narrows the list."""

    state = choice(*STATES, load_default=None)


class JsonObject(Text):
    """An object as JSON in one query parameter."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        written = super()._deserialize(value, attr, data, **kwargs)
        try:
            found = orjson.loads(written) if len(written) <= _LONGEST_OBJECT else None
        except orjson.JSONDecodeError:
            raise ValidationError(_NO_OBJECT) from None
        if not isinstance(found, dict):
            raise ValidationError(_NO_OBJECT)
        return found


class ImportQuery(Schema):
    """How a list is to be read, and whether anything is to be written."""

    dry_run = fields.Boolean(load_default=False, metadata={"description": "Only tell what would happen"})
    mapping = JsonObject(
        load_default=None,
        metadata={
            "example": '{"name": [0], "email": 1, "completed": [], "completed_on": null}',
            "description": "Which columns hold what, as JSON by index from 0: "
            '`{"name": [1], "email": 2, "completed": [], "completed_on": 9}`; left out: as proposed'
        },
    )  # fmt: skip
    date_order = choice(
        *DATE_ORDERS, load_default=None,
        metadata={"description": "What 04/05/2026 means; left out: the course's dates decide"},
    )  # fmt: skip


class ColumnOut(Schema):
    """A column of the list, with some of its cells."""

    index = fields.Integer(required=True)
    heading = fields.String(required=True)
    samples = fields.List(fields.String(), required=True)


class MappingOut(Schema):
    """Which columns hold what, by index from 0."""

    name = fields.List(fields.Integer(), required=True)
    email = fields.Integer(required=True, allow_none=True)
    completed = fields.List(fields.Integer(), required=True)
    completed_on = fields.Integer(required=True, allow_none=True)


class ReadRowOut(Schema):
    """A line as it is read. `change` is `repeated` where the address stood before, on the line `repeats`."""

    line = fields.Integer(required=True)
    name = fields.String(required=True)
    email = fields.String(required=True)
    completed = fields.Boolean(required=True)
    completed_on = fields.Date(required=True, allow_none=True)
    change = choice("created", "updated", "unchanged", "repeated", required=True)
    repeats = fields.Integer(required=True, allow_none=True)


class FindingOut(Schema):
    """Something to tell about one line; `line` is the physical one from 1."""

    line = fields.Integer(required=True)
    column = fields.Integer(required=True, allow_none=True)
    code = fields.String(required=True)
    message = fields.String(required=True)


class ImportReportOut(Schema):
    """What a list says and changes, for a preview as for the real thing; `rows` are the first 50. `lines` is
    the sum of created, updated, unchanged, repeated and rejected."""

    columns = fields.List(fields.Nested(ColumnOut), required=True)
    mapping = fields.Nested(MappingOut, required=True)
    rows = fields.List(fields.Nested(ReadRowOut), required=True)
    lines = fields.Integer(required=True, metadata={"description": "How many lines hold people, good or bad"})
    created = fields.Integer(required=True)
    updated = fields.Integer(required=True)
    unchanged = fields.Integer(required=True)
    repeated = fields.Integer(
        required=True, metadata={"description": "Lines whose address stood before: the later one updates it"}
    )
    completed = fields.Integer(required=True)
    not_completed = fields.Integer(required=True)
    rejected = fields.List(fields.Nested(FindingOut), required=True)
    warnings = fields.List(fields.Nested(FindingOut), required=True)
    date_order = choice(*DATE_ORDERS, required=True, allow_none=True)
    date_order_ambiguous = fields.Boolean(required=True)
