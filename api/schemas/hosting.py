"""What goes in and out about hosting a network."""

from __future__ import annotations

from marshmallow import fields

from api.schemas.base import Instant, PersonOut, Schema, WholeNumber, choice
from network.hosting import KINDS

LAST_DAY = 6


class ThingOut(Schema):
    """One thing that waits. `title` and `excerpt` are in `language`; `since` is from when on it waits or, of
    what is announced, when it comes. `draft` are words that lie ready, for `topic_id` where there is one."""

    key = fields.String(required=True)
    kind = choice(*KINDS, required=True)
    what = choice("hello", "newcomer", "question", "meeting", "decision", "term", required=True)
    person = fields.Nested(PersonOut, required=True, allow_none=True)
    title = fields.String(required=True)
    excerpt = fields.String(required=True, allow_none=True)
    language = fields.String(required=True, allow_none=True)
    since = Instant(required=True)
    topic_id = fields.String(required=True, allow_none=True)
    draft = fields.String(required=True)
    draft_language = fields.String(required=True)


class DeedOut(Schema):
    """Something that a host saw to; `sent` is false for what was found not to be needed."""

    key = fields.String(required=True)
    kind = choice(*KINDS, required=True)
    sent = fields.Boolean(required=True)
    message_id = fields.String(required=True, allow_none=True)
    at = Instant(required=True)
    undo_until = Instant(required=True, allow_none=True)


class RoundOut(Schema):
    """One week of a host, from `day` on: the five things at most that still wait, and those that were seen
    to, of `total`. `deputy` has it instead of her."""

    id = fields.String(required=True)
    network_id = fields.String(required=True)
    host = fields.Nested(PersonOut, required=True)
    deputy = fields.Nested(PersonOut, required=True, allow_none=True)
    day = fields.Date(required=True)
    until = fields.Date(required=True)
    things = fields.List(fields.Nested(ThingOut), required=True)
    deeds = fields.List(fields.Nested(DeedOut), required=True)
    total = fields.Integer(required=True)
    version = fields.Integer(required=True)


class CountsOut(Schema):
    """How much waits, without what it is about. Of cases those alone to which the reader is no party."""

    welcome = fields.Integer(required=True)
    answer = fields.Integer(required=True)
    announce = fields.Integer(required=True)
    applications = fields.Integer(required=True)
    cases = fields.Integer(required=True)
    oldest_case_at = Instant(required=True, allow_none=True)
    done_this_week = fields.Integer(required=True)


class LoadOut(Schema):
    """How many minutes a week takes about, with what waits; `too_much` from two hours on."""

    minutes = fields.Integer(required=True)
    too_much = fields.Boolean(required=True)


class HostingOut(Schema):
    """What waits for a host; `day` is the weekday of her round from 0 for Monday, `deputy` could take it."""

    network_id = fields.String(required=True)
    day = fields.Integer(required=True)
    counts = fields.Nested(CountsOut, required=True)
    workload = fields.Nested(LoadOut, required=True)
    things = fields.List(fields.Nested(ThingOut), required=True)
    deeds = fields.List(fields.Nested(DeedOut), required=True)
    round = fields.Nested(RoundOut, required=True, allow_none=True)
    deputy = fields.Nested(PersonOut, required=True, allow_none=True)


class DayIn(Schema):
    """The weekday of one's round, from 0 for Monday."""

    day = WholeNumber(maximum=LAST_DAY, required=True)


class DayOut(Schema):
    """The weekday of one's round."""

    day = fields.Integer(required=True)
