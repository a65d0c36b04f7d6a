"""What goes in and out about meetings, their dates, replies and calendars."""

from __future__ import annotations

from marshmallow import fields, validate

from api.schemas import names
from api.schemas.base import (
    Id,
    Instant,
    PageQuery,
    PersonOut,
    Schema,
    Text,
    VersionedIn,
    WholeNumber,
    choice,
    text,
)
from network.meetings import KINDS, REPLIES

KIND = {
    "pattern": "^[a-z][a-z0-9_]{0,29}$",
    "examples": list(KINDS),
    "description": f"One word; {', '.join(KINDS)} have names of their own on the pages.",
}
RULE = {
    "examples": ["FREQ=WEEKLY", "FREQ=WEEKLY;INTERVAL=2;COUNT=10", "FREQ=MONTHLY;BYDAY=2TU;UNTIL=20271231"],
    "description": (
        "A part of RFC 5545's RRULE. FREQ=WEEKLY with INTERVAL 1 to 8, on the weekday of starts_at; or "
        "FREQ=MONTHLY with INTERVAL 1 to 6 and BYDAY=1MO to 4SU or -1MO to -1SU, which must be the one that "
        "starts_at is. Ended by COUNT (up to 500), by UNTIL (a day in time_zone or a UTC time), or never. "
        "The time of day is that of time_zone; one that the clocks skip is an hour later on that day, one "
        "that comes twice is the first. Null for a meeting that does not repeat."
    ),
}
PLACE = {"description": "Shown to members only."}
OCCURRENCE = {
    "description": "One date of a series, named by its planned beginning. Null: the series or meeting itself."
}


def _kind(**kwargs: object) -> Text:
    return Text(validate=validate.Length(min=1, max=30), metadata=KIND, **kwargs)  # type: ignore[arg-type]


class MeetingIn(Schema):
    """A meeting or a series as it is planned."""

    title = text(200, minimum=1, required=True)
    about = text(4000, load_default="")
    kind = _kind(required=True)
    starts_at = Instant(required=True)
    time_zone = names.time_zone(required=True)
    duration_minutes = WholeNumber(minimum=5, maximum=1440, required=True)
    recurrence = text(200, load_default=None, allow_none=True, metadata=RULE)
    place = text(300, load_default=None, allow_none=True, metadata=PLACE)
    link = text(500, load_default=None, allow_none=True, metadata=PLACE)


class MeetingChangeIn(VersionedIn):
    """What shall be different: of the meeting, of a series for all dates that have not begun, or with
    `occurrence` for that date alone (then title, about, starts_at, duration_minutes, place and link only)."""

    title = text(200, minimum=1)
    about = text(4000)
    kind = _kind()
    starts_at = Instant()
    time_zone = names.time_zone()
    duration_minutes = WholeNumber(minimum=5, maximum=1440)
    recurrence = text(200, allow_none=True, metadata=RULE)
    place = text(300, allow_none=True, metadata=PLACE)
    link = text(500, allow_none=True, metadata=PLACE)
    occurrence = Instant(load_default=None, allow_none=True, metadata=OCCURRENCE)


class CancellationIn(VersionedIn):
    """Why, and which date of a series."""

    reason = text(1000, load_default="")
    occurrence = Instant(load_default=None, allow_none=True, metadata=OCCURRENCE)


class ReplyIn(Schema):
    """Whether one comes: of a series to every date without an answer of its own, or to `occurrence`."""

    reply = choice(*REPLIES, required=True)
    occurrence = Instant(load_default=None, allow_none=True, metadata=OCCURRENCE)


class AttendanceIn(Schema):
    """Who was there: of a series at `occurrence`, else at the last date that has begun."""

    user_ids = fields.List(Id(), required=True, validate=validate.Length(max=500))
    occurrence = Instant(load_default=None, allow_none=True, metadata=OCCURRENCE)


class MeetingDecisionIn(Schema):
    """What was decided at a meeting: the wording, who was there, and who of them agreed, by user id."""

    meeting_id = Id(required=True)
    wording = text(500, minimum=1, required=True)
    present = fields.List(Id(), required=True, validate=validate.Length(min=1, max=500))
    consents = fields.List(Id(), required=True, validate=validate.Length(min=1, max=500))


class AttendanceQuery(Schema):
    """Which date of a series."""

    occurrence = Instant(load_default=None, metadata=OCCURRENCE)


class AttendanceOut(Schema):
    """Who was there."""

    occurrence = Instant(required=True, allow_none=True)
    people = fields.List(fields.Nested(PersonOut), required=True)


class MeetingsQuery(PageQuery):
    """`when` picks the meetings that are still to come or all over."""

    when = choice("coming", "past", load_default=None)


class AgendaQuery(PageQuery):
    """The span of time: dates that are not over at `from` (now) and begin before `to` (a year later)."""

    from_ = Instant(data_key="from", load_default=None)
    to = Instant(load_default=None)


class RepliesOut(Schema):
    """How many answered what."""

    yes = fields.Integer(required=True)
    maybe = fields.Integer(required=True)
    no = fields.Integer(required=True)


class MeetingOut(Schema):
    """A meeting or a series. `at` is the date that matters now, the next one that is neither over nor
    cancelled, else the last; `occurrence` names it within a series, and `replies`, `my_reply` and `attended`
    are about it."""

    id = fields.String(required=True)
    network_id = fields.String(required=True)
    title = fields.String(required=True)
    about = fields.String(required=True)
    kind = fields.String(required=True)
    starts_at = Instant(required=True)
    time_zone = fields.String(required=True)
    duration_minutes = fields.Integer(required=True)
    recurrence = fields.String(required=True, allow_none=True, metadata=RULE)
    place = fields.String(required=True, allow_none=True)
    link = fields.String(required=True, allow_none=True)
    state = fields.String(required=True, metadata={"enum": ["planned", "cancelled"]})
    reason = fields.String(required=True, allow_none=True)
    at = Instant(required=True)
    occurrence = Instant(required=True, allow_none=True)
    replies = fields.Nested(RepliesOut, required=True)
    my_reply = fields.String(required=True, allow_none=True)
    attended = fields.Integer(required=True, allow_none=True)
    proposed_by = fields.Nested(PersonOut, required=True)
    created_at = Instant(required=True)
    version = fields.Integer(required=True)


class DateOut(Schema):
    """One date of a meeting."""

    meeting_id = fields.String(required=True)
    network_id = fields.String(required=True)
    occurrence = Instant(required=True, allow_none=True)
    title = fields.String(required=True)
    about = fields.String(required=True)
    kind = fields.String(required=True)
    starts_at = Instant(required=True)
    ends_at = Instant(required=True)
    time_zone = fields.String(required=True)
    duration_minutes = fields.Integer(required=True)
    place = fields.String(required=True, allow_none=True)
    link = fields.String(required=True, allow_none=True)
    state = fields.String(required=True, metadata={"enum": ["planned", "cancelled"]})
    reason = fields.String(required=True, allow_none=True)
    moved = fields.Boolean(required=True)
    replies = fields.Nested(RepliesOut, required=True)
    my_reply = fields.String(required=True, allow_none=True)
    attended = fields.Integer(required=True, allow_none=True)


class FeedOut(Schema):
    """The secret address of one's own calendar, shown this once."""

    url = fields.String(required=True, metadata={"format": "uri"})


class FeedStateOut(Schema):
    """Since when there is a secret address; null for none."""

    since = Instant(required=True, allow_none=True)


class FirstMeetingIn(Schema):
    """The first get-together of a network that is founded."""

    title = text(200, minimum=1, required=True)
    starts_at = Instant(required=True)
    time_zone = names.time_zone(required=True)
    duration_minutes = WholeNumber(minimum=5, maximum=1440, load_default=60)
    place = text(300, load_default=None, allow_none=True)
    link = text(500, load_default=None, allow_none=True)


class NextDateOut(Schema):
    """When a network meets next, for who is not in it yet."""

    starts_at = Instant(required=True)
    ends_at = Instant(required=True)
    time_zone = fields.String(required=True)
    duration_minutes = fields.Integer(required=True)
