"""What goes in and out about decisions of cases, measures and appeals."""

from __future__ import annotations

from marshmallow import fields, validate

from api.schemas.base import Id, Instant, PersonOut, Schema, VersionedIn, WholeNumber, choice, text
from network.moderation import CASE_OUTCOMES, KINDS, SANCTION_STATES, SCOPES

APPEAL_STATES = ("submitted", "under_review", "upheld", "modified", "overturned", "withdrawn", "lapsed")


class ScopeIn(Schema):
    """What a measure is about, or where it holds."""

    type = choice(*SCOPES, required=True)
    id = Id(required=True)


class WishIn(Schema):
    """A measure. `until` is needed for all but guidance, warning, content_removal and removal. `replaces`
    names a running one that ends when this one begins, `beside` one of another kind that goes on."""

    kind = choice(*KINDS, required=True)
    scope = fields.Nested(ScopeIn, required=True)
    until = Instant(load_default=None, allow_none=True)
    replaces = Id(load_default=None, allow_none=True)
    beside = Id(load_default=None, allow_none=True)


class CaseDecisionIn(VersionedIn):
    """A decision: complete or not at all. Guidance and measures need rule, facts, reason and basis. It is
    sent at once; with `undoable` nobody is told for five minutes, in which it can be taken back."""

    outcome = choice(*CASE_OUTCOMES, required=True)
    rule_id = Id(load_default=None, allow_none=True)
    facts = text(4000, load_default="")
    reason = text(4000, load_default="")
    basis = choice("notice", "own_initiative", load_default=None, allow_none=True)
    language = choice("en", "de", load_default=None, allow_none=True)
    sanctions = fields.List(fields.Nested(WishIn), load_default=list, validate=validate.Length(max=5))
    undoable = fields.Boolean(load_default=False)


class ReasonIn(VersionedIn):
    """Why; the person reads it where she knows of the measure."""

    reason = text(4000, minimum=1, required=True)


class RuleOut(Schema):
    """A rule as it stood in a version of the rules."""

    id = Id(required=True)
    rules_version_id = Id(required=True)
    number = WholeNumber(required=True)
    heading = fields.String(required=True)
    text = fields.String(required=True)
    short = fields.String(required=True, allow_none=True)


class ScopeOut(Schema):
    """What a measure is about, or where it holds."""

    type = choice(*SCOPES, required=True)
    id = Id(required=True)


class SanctionOut(Schema):
    """A measure with its statement of reasons. To its person it tells neither who reported or imposed it nor
    how many did. `body` is the content as it was reported."""

    id = Id(required=True)
    network_id = Id(required=True)
    kind = choice(*KINDS, required=True)
    scope = fields.Nested(ScopeOut, required=True)
    state = choice(*SANCTION_STATES, required=True)
    rule_id = Id(required=True, allow_none=True)
    rule = fields.Nested(RuleOut, required=True, allow_none=True)
    reason = fields.String(required=True)
    facts = fields.String(required=True)
    language = fields.String(required=True)
    basis = fields.String(required=True)
    body = fields.String(required=True)
    counts = fields.Boolean(required=True)
    starts_at = Instant(required=True, allow_none=True)
    ends_at = Instant(required=True, allow_none=True)
    appeal_until = Instant(required=True, allow_none=True)
    second_until = Instant(required=True, allow_none=True)
    ended_at = Instant(required=True, allow_none=True)
    end_reason = fields.String(required=True, allow_none=True)
    previous_id = Id(required=True, allow_none=True)
    version = WholeNumber(required=True)


class HandledSanctionOut(SanctionOut):
    """A measure; the last three are told to those who handle the case."""

    case_id = Id()
    user = fields.Nested(PersonOut)
    seconded = fields.Boolean()


class AppealIn(Schema):
    """Why somebody should look again."""

    text = text(5000, minimum=1, required=True)


class MilderIn(Schema):
    """What takes a measure's place: a milder kind, or the same with an earlier end."""

    kind = choice(*KINDS, required=True)
    until = Instant(load_default=None, allow_none=True)


class AppealDecisionIn(VersionedIn):
    """What somebody thinks after looking again, with a reply in words; `milder` where it is modified."""

    outcome = choice("upheld", "modified", "overturned", required=True)
    reply = text(5000, minimum=1, required=True)
    milder = fields.Nested(MilderIn, load_default=None, allow_none=True)


class AppealOut(Schema):
    """An appeal. The last five are told to those who look again."""

    id = Id(required=True)
    sanction_id = Id(required=True)
    network_id = Id(required=True)
    text = fields.String(required=True)
    state = choice(*APPEAL_STATES, required=True)
    level = WholeNumber(required=True)
    reply = fields.String(required=True, allow_none=True)
    acting_role = fields.String(required=True, allow_none=True)
    submitted_at = Instant(required=True)
    due_at = Instant(required=True, allow_none=True)
    decided_at = Instant(required=True, allow_none=True)
    version = WholeNumber(required=True)
    sanction = fields.Nested(HandledSanctionOut)
    milder_kinds = fields.List(fields.String())
    needed = WholeNumber()
    spoken = WholeNumber()
    may_decide = fields.Boolean()
