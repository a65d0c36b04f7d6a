"""What goes out about how the power over others was used."""

from __future__ import annotations

from marshmallow import fields

from api.schemas.base import Id, Instant, PersonOut, Schema, WholeNumber


class LogEntryOut(Schema):
    """One line of the moderation log: what was done and why, never about whom. `kind` is that of a measure,
    `interim_veil`, or what was done to a room (`lock`, `unlock`, `slow_mode`, `move`, `archive`,
    `unarchive`)."""

    id = Id(required=True)
    kind = fields.String(required=True)
    at = Instant(required=True)
    rule = fields.String(required=True, allow_none=True)
    reason = fields.String(required=True, allow_none=True)
    acting_role = fields.String(required=True)
    days = WholeNumber(required=True, allow_none=True)
    state = fields.String(required=True, allow_none=True)
    room = fields.String(required=True, allow_none=True)


class AuditRowOut(Schema):
    """One row of a network's part of the audit trail. `actor` is null for the server itself, for who is gone,
    and where it would tell who reported."""

    seq = WholeNumber(required=True)
    at = Instant(required=True)
    action = fields.String(required=True)
    entity_type = fields.String(required=True)
    entity_id = fields.String(required=True)
    acting_role = fields.String(required=True)
    actor = fields.Nested(PersonOut, required=True, allow_none=True)
    reason = fields.String(required=True, allow_none=True)
    before = fields.Dict(required=True, allow_none=True)
    after = fields.Dict(required=True, allow_none=True)


class CellsOut(Schema):
    """Counts by name and their sum; null is a count from 1 to 4, and what would tell one."""

    total = WholeNumber(required=True, allow_none=True)
    by = fields.Dict(keys=fields.String(), values=WholeNumber(allow_none=True), required=True)


class ModerationReportOut(Schema):
    """What happened in moderation in these days, in numbers."""

    network_id = Id(required=True)
    since = fields.Date(required=True)
    until = fields.Date(required=True)
    reports_by_target = fields.Nested(CellsOut, required=True)
    reports_by_origin = fields.Nested(CellsOut, required=True)
    reports_by_answer = fields.Nested(CellsOut, required=True)
    measures = fields.Nested(CellsOut, required=True)
    appeals = fields.Nested(CellsOut, required=True)
    overturned = fields.String(required=True, allow_none=True)
    median_to_first_action = WholeNumber(required=True, allow_none=True)
    median_to_decision = WholeNumber(required=True, allow_none=True)
    automated = fields.Nested(CellsOut, required=True)


class SpanQuery(Schema):
    """From which day to which, both with it; left out: the year that ends today."""

    from_ = fields.Date(data_key="from", load_default=None)
    to = fields.Date(load_default=None)


class LookOut(Schema):
    """Somebody who handles a matter looked at what you wrote: at what, in which role, when."""

    id = Id(required=True)
    network_id = Id(required=True)
    target_type = fields.String(required=True)
    what = fields.String(required=True)
    acting_role = fields.String(required=True)
    at = Instant(required=True)
