"""What goes in and out about a network's documents."""

from __future__ import annotations

from marshmallow import fields

from api.schemas.base import Id, Instant, Schema


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
    state = fields.String(required=True)
    builtin = fields.Boolean(required=True, metadata={"description": "the product's own first rules"})
    clauses = fields.List(fields.Nested(ClauseOut), required=True)
    text_hash = fields.String(required=True)
    activation_rule = fields.Nested(ActivationRuleOut, required=True)
    deliberation_until = Instant(required=True, allow_none=True)
    signing_until = Instant(required=True, allow_none=True)
    valid_until = fields.Date(required=True, allow_none=True)
    review_on = fields.Date(required=True, allow_none=True)
    in_force_at = Instant(required=True, allow_none=True)
    counts = fields.Nested(SignatureCountsOut, required=True)
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
