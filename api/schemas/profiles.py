"""Profiles, and people with what they show, on the wire."""

from __future__ import annotations

from marshmallow import fields, validate

from api.schemas.base import PageQuery, Schema, VersionedIn, choice, text
from api.schemas.membership import MemberOut, SharedPersonOut
from network.profiles import (
    AUDIENCES,
    LONGEST_INTRODUCTION,
    LONGEST_OFFER,
    LONGEST_REGION,
    MOST_LANGUAGES,
    MOST_OFFERS,
    SLOTS,
)


class ProfileOut(Schema):
    """What a person shows to who asks; null for each field that she does not show."""

    introduction = fields.String(required=True, allow_none=True)
    languages = fields.List(fields.String(), required=True, allow_none=True)
    country = fields.String(required=True, allow_none=True)
    region = fields.String(required=True, allow_none=True)
    offers = fields.List(fields.String(), required=True, allow_none=True)
    availability = fields.List(choice(*SLOTS), required=True, allow_none=True)
    can_help_now = fields.Boolean(required=True, allow_none=True)


class ShownToOut(Schema):
    """Who sees each field: only oneself, whoever shares a network with one, everybody signed in."""

    introduction = choice(*AUDIENCES, required=True)
    languages = choice(*AUDIENCES, required=True)
    region = choice(*AUDIENCES, required=True)
    offers = choice(*AUDIENCES, required=True)
    availability = choice(*AUDIENCES, required=True)
    photo = choice(*AUDIENCES, required=True)


class OwnProfileOut(ProfileOut):
    """One's own profile; version 0 is one that nobody has written yet."""

    shown_to = fields.Nested(ShownToOut, required=True)
    version = fields.Integer(required=True)


class ShownToIn(Schema):
    """Who is to see which field; what is not given stays. `region` is country and region, `availability` goes
    with `can_help_now`."""

    introduction = choice(*AUDIENCES)
    languages = choice(*AUDIENCES)
    region = choice(*AUDIENCES)
    offers = choice(*AUDIENCES)
    availability = choice(*AUDIENCES)
    photo = choice(*AUDIENCES)


class ProfilePatchIn(VersionedIn):
    """What changes; what is not given stays."""

    introduction = text(LONGEST_INTRODUCTION)
    languages = fields.List(text(35, minimum=1), validate=validate.Length(max=MOST_LANGUAGES))
    country = text(2, allow_none=True)
    region = text(LONGEST_REGION)
    offers = fields.List(text(LONGEST_OFFER, minimum=1), validate=validate.Length(max=MOST_OFFERS))
    availability = fields.List(choice(*SLOTS), validate=validate.Length(max=len(SLOTS)))
    can_help_now = fields.Boolean(truthy={True}, falsy={False})
    shown_to = fields.Nested(ShownToIn)


class PersonWithProfileOut(MemberOut):
    """A person of a network, with what she shows there."""

    profile = fields.Nested(ProfileOut, required=True)


class SharedPersonWithProfileOut(SharedPersonOut):
    """One person, with what she shows to who asks."""

    profile = fields.Nested(ProfileOut, required=True)


class PeopleQuery(PageQuery):
    """`q`: a part of the name; `language`: one that they read the pages in or show that they speak; `offers`:
    a part of what they show that they can help with; `country`, `region`: where they show that they live."""

    q = text(100, load_default=None)
    language = text(35, load_default=None)
    offers = text(LONGEST_OFFER, load_default=None)
    country = text(2, load_default=None)
    region = text(LONGEST_REGION, load_default=None)
    can_help_now = fields.Boolean(load_default=False, truthy={"true", "1"}, falsy={"false", "0"})
