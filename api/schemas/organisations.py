"""What goes in and comes out about organisations and their stewards."""

from __future__ import annotations

from typing import Any

from marshmallow import ValidationError, fields, validate, validates_schema

from api.schemas import names
from api.schemas.base import Id, Instant, PageQuery, PersonOut, Schema, VersionedIn, WholeNumber, choice, text
from network.organisations import (
    DECISIONS,
    MAX_CONTACT_NOTE,
    MAX_NAME,
    MAX_REASON,
    MAX_REGISTER_ENTRY,
    MAX_WEBSITE,
    STATES,
    clean_website,
)

WEBSITE = {
    "description": "Begins with https:// or http://; everybody sees it.",
    "example": "https://www.brueckenhaus.example",
}
FOR_THE_OPERATOR = {"description": "Seen by its stewards and by the operator, who verifies it."}


def _website(**kwargs: Any) -> names.Judged:
    longest = validate.Length(max=MAX_WEBSITE)
    return names.Judged(clean_website, validate=longest, allow_none=True, metadata=WEBSITE, **kwargs)


class OrganisationIn(Schema):
    """An organisation to be entered."""

    name = names.name(MAX_NAME, required=True)
    country = names.country(required=True)
    website = _website(load_default=None)
    register_entry = text(MAX_REGISTER_ENTRY, load_default=None, allow_none=True, metadata=FOR_THE_OPERATOR)
    contact_note = text(MAX_CONTACT_NOTE, load_default=None, allow_none=True, metadata=FOR_THE_OPERATOR)


class OrganisationChangeIn(Schema):
    """What is to be changed. With `expected_version` nobody's change is written over."""

    name = names.name(MAX_NAME)
    country = names.country()
    website = _website()
    register_entry = text(MAX_REGISTER_ENTRY, allow_none=True, metadata=FOR_THE_OPERATOR)
    contact_note = text(MAX_CONTACT_NOTE, allow_none=True, metadata=FOR_THE_OPERATOR)
    expected_version = WholeNumber(load_default=None, allow_none=False)


class OrganisationOut(Schema):
    """An organisation. For its stewards and the operator alone: its entry in a register, how it is reached,
    `decided_reason`, what they answered to it, and while it waits by when it is decided."""

    id = fields.String(required=True)
    name = fields.String(required=True)
    country = fields.String(required=True)
    website = fields.String(required=True, allow_none=True)
    register_entry = fields.String(required=True, allow_none=True)
    contact_note = fields.String(required=True, allow_none=True)
    state = choice(*STATES, required=True)
    created_at = Instant(required=True)
    decided_at = Instant(required=True, allow_none=True)
    decided_reason = fields.String(required=True, allow_none=True)
    answer = fields.String(required=True, allow_none=True)
    answer_by = Instant(required=True, allow_none=True)
    version = fields.Integer(required=True)


class OrganisationsQuery(PageQuery):
    """`?state=` narrows the list."""

    state = choice(*STATES, load_default=None)


class VerificationIn(VersionedIn):
    """What the operator decides; a refusal needs its reason."""

    decision = choice(*DECISIONS, required=True)
    reason = text(MAX_REASON, load_default=None, allow_none=True)


class ResubmissionIn(VersionedIn):
    """What the organisation answers to a refusal."""

    answer = text(MAX_REASON, minimum=1, required=True)


class StewardIn(Schema):
    """Who shall act for the organisation: a person by her id at once, or whoever answers at an address."""

    user_id = Id()
    email = names.email()

    @validates_schema
    def _one(self, data: dict[str, Any], **_more: Any) -> None:
        if len(data) != 1:
            raise ValidationError("Missing data for required field.", "user_id")


class StewardRemovalIn(Schema):
    """Who shall no longer act for the organisation."""

    user_id = Id(required=True)


class StewardOut(PersonOut):
    """A person who acts for the organisation: never her address."""

    since = Instant(required=True)


class StewardAskedOut(Schema):
    """The answer is the same for every address: a letter is on its way."""

    valid_days = fields.Integer(required=True)


class StewardInvitationOut(Schema):
    """Somebody who was asked and has not answered."""

    id = fields.String(required=True)
    email = fields.String(required=True)
    created_at = Instant(required=True)
    expires_at = Instant(required=True)


class StewardInvitationsOut(Schema):
    """All who were asked and have not answered; there is no second page."""

    items = fields.List(fields.Nested(StewardInvitationOut), required=True)
    next = fields.String(required=True, allow_none=True)


class NamedOrganisationOut(Schema):
    """Which organisation it is."""

    id = fields.String(required=True)
    name = fields.String(required=True)
    state = choice(*STATES, required=True)


class OpenStewardInvitationOut(Schema):
    """What the link in the letter opens."""

    organisation = fields.Nested(NamedOrganisationOut, required=True)
    inviter = fields.Nested(PersonOut, required=True, allow_none=True)
    language = fields.String(required=True)
