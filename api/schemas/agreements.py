"""What goes in and out about a network's documents."""

from __future__ import annotations

from typing import Any

from marshmallow import fields, validate

from api.schemas import names
from api.schemas.base import Id, Instant, Schema, VersionedIn, WholeNumber, choice, text
from network.agreements import KINDS, STATES

SILENCE = ("never", "announced")
CAPACITIES = ("member", "organisation")


class LastDay(fields.Date):
    """The last day on which something holds. A moment is taken for its day in UTC: it stands beside two
    others that end with a moment."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        if isinstance(value, str) and "T" in value:
            return Instant().deserialize(value).date()
        return super()._deserialize(value, attr, data, **kwargs)


class AgreementIn(Schema):
    """A document as it is begun. `together_with`: two other active members, where no host begins it."""

    kind = choice(*KINDS, required=True)
    title = text(200, minimum=1, required=True)
    language = names.language(required=True)
    together_with = fields.List(Id(), load_default=list, validate=validate.Length(max=50))


class VersionLineOut(Schema):
    """One version in the list of its document."""

    id = fields.String(required=True)
    number = fields.Integer(required=True)
    state = choice(*STATES, required=True)
    builtin = fields.Boolean(required=True)
    is_correction = fields.Boolean(required=True)
    text_hash = fields.String(required=True)
    deliberation_until = Instant(required=True, allow_none=True)
    signing_until = Instant(required=True, allow_none=True)
    in_force_at = Instant(required=True, allow_none=True)
    valid_until = fields.Date(required=True, allow_none=True)
    created_at = Instant(required=True)
    version = fields.Integer(required=True)


class AgreementOut(Schema):
    """A document that a network stands on; what it says is in its versions, the newest first."""

    id = fields.String(required=True)
    network_id = fields.String(required=True)
    kind = choice(*KINDS, required=True)
    title = fields.String(required=True)
    language = fields.String(required=True)
    organisation_id = fields.String(required=True, allow_none=True)
    in_force = fields.String(required=True, allow_none=True, metadata={"description": "a version's id"})
    created_at = Instant(required=True)
    versions = fields.List(fields.Nested(VersionLineOut), required=True)


class ClauseIn(Schema):
    """One clause. `id` names the clause of an earlier version of the document that it goes on from."""

    id = Id(load_default=None, allow_none=True)
    heading = text(200, minimum=1, required=True)
    short = text(200, load_default=None, allow_none=True)
    text = text(10_000, minimum=1, required=True)


class ActivationRuleIn(Schema):
    """What it takes to come into force: a share of the members asked, and organisations that sign."""

    members = text(15, load_default="2/3")
    organisations = fields.List(Id(), load_default=None, allow_none=True, validate=validate.Length(max=20))


def _clauses(**kwargs: object) -> fields.List:
    return fields.List(fields.Nested(ClauseIn), validate=validate.Length(max=200), **kwargs)  # type: ignore[arg-type]


class VersionIn(Schema):
    """A version as it is drafted: from nothing, from a template or from an earlier version. Without clauses
    it takes those of where it begins."""

    clauses = _clauses(load_default=None, allow_none=True)
    from_version = Id(load_default=None, allow_none=True)
    template = text(40, load_default=None, allow_none=True)
    activation_rule = fields.Nested(ActivationRuleIn, load_default=dict)
    deliberation_until = Instant(load_default=None, allow_none=True)
    signing_until = Instant(load_default=None, allow_none=True)
    valid_until = LastDay(load_default=None, allow_none=True)
    review_on = fields.Date(load_default=None, allow_none=True)
    read_only_after = WholeNumber(minimum=1, maximum=366, load_default=None, allow_none=True)
    silence = choice(*SILENCE, load_default="never")
    is_correction = fields.Boolean(load_default=False)
    together_with = fields.List(Id(), load_default=list, validate=validate.Length(max=50))


class VersionPatchIn(VersionedIn):
    """What is to be changed in a draft; what is left out stays, `null` takes a day away."""

    clauses = _clauses()
    activation_rule = fields.Nested(ActivationRuleIn)
    deliberation_until = Instant(allow_none=True)
    signing_until = Instant(allow_none=True)
    valid_until = LastDay(allow_none=True)
    review_on = fields.Date(allow_none=True)
    read_only_after = WholeNumber(minimum=1, maximum=366, allow_none=True)
    silence = choice(*SILENCE)


class TerminationIn(VersionedIn):
    """When a version ends, at least 30 days ahead, which is also the usual day; which decision says so."""

    ends_on = fields.Date(load_default=None, allow_none=True)
    reason = text(2000, load_default="")
    decision_id = Id(load_default=None, allow_none=True)


class DiscussionIn(Schema):
    """Why a small correction is to be talked about; nothing needs to be said."""

    reason = text(2000, load_default="")


class SignatureIn(Schema):
    """A signature under the text that was read, named by its hash."""

    text_hash = text(64, minimum=64, required=True)
    capacity = choice(*CAPACITIES, required=True)
    organisation_id = Id(load_default=None, allow_none=True)


class DeclinationIn(Schema):
    """A no, with a reason or without."""

    capacity = choice(*CAPACITIES, load_default="member")
    organisation_id = Id(load_default=None, allow_none=True)
    reason = text(2000, load_default="")


class SignatureOut(Schema):
    """A row of the record: a signature, a declination or a withdrawal, with the name as at signing."""

    id = fields.String(required=True)
    version_id = fields.String(required=True)
    name = fields.String(required=True)
    user_id = fields.String(required=True)
    capacity = choice(*CAPACITIES, required=True)
    organisation_id = fields.String(required=True, allow_none=True)
    organisation_name = fields.String(required=True, allow_none=True)
    state = choice("signed", "declined", "withdrawn", required=True)
    current = fields.Boolean(
        required=True, metadata={"description": "false for what a later row of the same person ended"}
    )
    text_hash = fields.String(required=True)
    means = fields.String(required=True, metadata={"enum": ["page", "token"]})
    reason = fields.String(
        required=True, allow_none=True, metadata={"description": "for who leads, and for herself"}
    )
    signed_at = Instant(required=True)


class FrozenByOut(Schema):
    """Who of the two said that the text may be fixed."""

    meta_mentor = fields.Boolean(required=True)
    steward = fields.Boolean(required=True)


class ClauseOut(Schema):
    """One clause; its id is what reports and measures point to."""

    id = fields.String(required=True)
    heading = fields.String(required=True)
    text = fields.String(required=True)
    short = fields.String(required=True, allow_none=True)
    hash = fields.String(required=True, metadata={"description": "SHA-256 of the clause's canonical text"})


class ActivationRuleOut(Schema):
    """What it takes for a version to come into force."""

    members = fields.String(required=True, metadata={"description": "share of the members asked, as 2/3"})
    organisations = fields.List(fields.String(), required=True)


class SignatureCountsOut(Schema):
    """How many were asked to sign, signed, declined."""

    requested = fields.Integer(required=True)
    signed = fields.Integer(required=True)
    declined = fields.Integer(required=True)


class AgreementVersionOut(Schema):
    """One version of a document. `text_hash` is the SHA-256 of its canonical text."""

    id = fields.String(required=True)
    agreement_id = fields.String(required=True)
    network_id = fields.String(required=True)
    kind = fields.String(required=True)
    title = fields.String(required=True)
    language = fields.String(required=True)
    number = fields.Integer(required=True)
    state = choice(*STATES, required=True)
    builtin = fields.Boolean(required=True, metadata={"description": "the product's own first rules"})
    clauses = fields.List(fields.Nested(ClauseOut), required=True)
    text_hash = fields.String(required=True)
    activation_rule = fields.Nested(ActivationRuleOut, required=True)
    deliberation_until = Instant(required=True, allow_none=True)
    signing_until = Instant(required=True, allow_none=True)
    consent_until = Instant(
        required=True, allow_none=True,
        metadata={"description": "while frozen: until when somebody has to ask the network about it"},
    )  # fmt: skip
    valid_until = fields.Date(required=True, allow_none=True)
    review_on = fields.Date(required=True, allow_none=True)
    in_force_at = Instant(required=True, allow_none=True)
    counts = fields.Nested(SignatureCountsOut, required=True)
    based_on = fields.String(required=True, allow_none=True, metadata={"description": "a version's id"})
    base_hash = fields.String(required=True, allow_none=True)
    template = fields.String(required=True, allow_none=True)
    is_correction = fields.Boolean(required=True)
    is_renewal = fields.Boolean(required=True)
    silence = choice(*SILENCE, required=True)
    read_only_after = fields.Integer(required=True, allow_none=True)
    amendments_open = fields.Boolean(required=True)
    frozen_by = fields.Nested(FrozenByOut, required=True)
    opened_at = Instant(required=True, allow_none=True)
    frozen_at = Instant(required=True, allow_none=True)
    signing_at = Instant(required=True, allow_none=True)
    ended_at = Instant(required=True, allow_none=True)
    end_reason = fields.String(required=True, allow_none=True)
    last_rules = fields.Boolean(
        required=True, metadata={"description": "its term is over, and it goes on until others replace it"}
    )
    created_by = fields.String(required=True)
    drafters = fields.List(
        fields.String(), required=True,
        metadata={"description": "who writes the draft besides who leads: user ids, whoever began it first"},
    )  # fmt: skip
    created_at = Instant(required=True)
    version = fields.Integer(required=True)


class RulesAcceptanceIn(Schema):
    """Which version was read and is accepted."""

    version_id = Id(required=True)


class RulesAcceptanceOut(Schema):
    """Who accepted which version of the rules, and when."""

    id = fields.String(required=True)
    network_id = fields.String(required=True)
    version_id = fields.String(required=True)
    user_id = fields.String(required=True)
    accepted_at = Instant(required=True)
