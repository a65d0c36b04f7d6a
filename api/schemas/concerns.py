"""What goes in and out about concerns, and about professionals whom one can call."""

from __future__ import annotations

from marshmallow import fields

from api.schemas.base import Id, Instant, PersonOut, Schema, VersionedIn, choice, text
from network.concerns import ADDITION, KINDS, NOTES, STATES

_ABOUT = {"description": "User ids or names. Whoever is named never finds the concern anywhere."}


class ConcernIn(Schema):
    """What happened, in one's own words; whom it is about; whether somebody's life is in danger."""

    network_id = Id(required=True)
    what = text(10_000, minimum=1, required=True)
    about = fields.List(text(200, minimum=1), load_default=list, metadata=_ABOUT)
    danger = fields.Boolean(load_default=False, truthy={True}, falsy={False})


class ConcernNoteIn(Schema):
    """What is added. Lead and deputy: what they did, whom they told, why it is settled, why it is needed
    longer; who raised it: an addition, which may name further people."""

    what = text(10_000, minimum=1, required=True)
    kind = choice(*NOTES, ADDITION, load_default=None, allow_none=True)
    about = fields.List(text(200, minimum=1), load_default=list, metadata=_ABOUT)


class ConcernItemOut(Schema):
    """A concern in a list, without a word of it. `mine`: the caller raised it; `handles`: she sees to it."""

    id = fields.String(required=True)
    network_id = fields.String(required=True)
    danger = fields.Boolean(required=True)
    state = choice(*STATES, required=True)
    overdue = fields.Boolean(required=True)
    raised_at = Instant(required=True)
    first_look_by = Instant(required=True)
    mine = fields.Boolean(required=True)
    handles = fields.Boolean(required=True)
    version = fields.Integer(required=True)


class ConcernAccountOut(Schema):
    """What who raised it said at a time."""

    body = fields.String(required=True)
    at = Instant(required=True)


class ConcernNamedOut(Schema):
    """Whom it is about."""

    user = fields.Nested(PersonOut, required=True, allow_none=True)
    name = fields.String(required=True)


class ConcernNoteOut(Schema):
    """What lead or deputy wrote down."""

    kind = choice(*NOTES, required=True)
    body = fields.String(required=True)
    author = fields.Nested(PersonOut, required=True)
    at = Instant(required=True)


class ConcernToldOut(Schema):
    """Who got a letter that it is there, and why."""

    user = fields.Nested(PersonOut, required=True)
    role = fields.String(required=True)
    why = choice("raised", "added", "overdue", "review", required=True)
    at = Instant(required=True)


class ConcernLookOut(Schema):
    """Who read it, and when."""

    user = fields.Nested(PersonOut, required=True)
    at = Instant(required=True)


class ConcernOut(ConcernItemOut):
    """A concern. For who raised it `raised_by` is null, `notes` and `looks` are empty, and `told` says to
    whom it went."""

    raised_by = fields.Nested(PersonOut, required=True, allow_none=True)
    first_seen_at = Instant(required=True, allow_none=True)
    accounts = fields.List(fields.Nested(ConcernAccountOut), required=True)
    about = fields.List(fields.Nested(ConcernNamedOut), required=True)
    notes = fields.List(fields.Nested(ConcernNoteOut), required=True)
    told = fields.List(fields.Nested(ConcernToldOut), required=True)
    looks = fields.List(fields.Nested(ConcernLookOut), required=True)
    review_at = Instant(required=True)


class ContactQuery(Schema):
    """`?country=`: two letters."""

    country = text(2, minimum=2, required=True)


class ProfessionalContactIn(Schema):
    """Whom one can call: a telephone number, a page, or both."""

    country = text(2, minimum=2, required=True)
    kind = choice(*KINDS, required=True)
    name = text(200, minimum=1, required=True)
    phone = text(40, load_default="")
    url = text(500, load_default="")
    hours = text(200, load_default="")


class ProfessionalContactPatchIn(VersionedIn):
    """What is to be changed; what is left out stays, and counts as looked at today."""

    country = text(2, minimum=2)
    kind = choice(*KINDS)
    name = text(200, minimum=1)
    phone = text(40)
    url = text(500)
    hours = text(200)


class ProfessionalContactOut(Schema):
    """A professional contact; without an id one that nobody on the spot has looked at."""

    id = fields.String(required=True, allow_none=True)
    country = fields.String(required=True)
    kind = choice(*KINDS, required=True)
    name = fields.String(required=True)
    phone = fields.String(required=True)
    url = fields.String(required=True)
    hours = fields.String(required=True)
    checked_on = fields.Date(required=True, allow_none=True)
    version = fields.Integer(required=True)


class ProfessionalContactListOut(Schema):
    """All of a country."""

    items = fields.List(fields.Nested(ProfessionalContactOut), required=True)
