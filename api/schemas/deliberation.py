"""What goes in and out about the talk on a version: comments, amendments, differences, templates."""

from __future__ import annotations

from marshmallow import fields

from api.schemas.base import Id, Instant, PageQuery, PersonOut, Schema, VersionedIn, WholeNumber, choice
from api.schemas.base import text as words

_STATES = [
    "draft", "submitted", "under_discussion", "accepted", "accepted_modified", "rejected", "withdrawn",
    "outdated", "put_to_vote",
]  # fmt: skip


class SpanOut(Schema):
    """A piece of text. All that is same or removed gives the earlier words, all that is same or added the
    later ones."""

    kind = choice("same", "added", "removed", required=True)
    text = fields.String(required=True)


class ClauseDifferenceOut(Schema):
    """One clause in two versions; the numbers are its places, from 1. `only_spacing`: it changed, but in
    blanks and line breaks alone."""

    id = fields.String(required=True)
    change = choice("same", "changed", "added", "removed", required=True)
    moved = fields.Boolean(required=True)
    number_before = fields.Integer(required=True, allow_none=True)
    number_after = fields.Integer(required=True, allow_none=True)
    heading = fields.List(fields.Nested(SpanOut), required=True)
    text = fields.List(fields.Nested(SpanOut), required=True)
    short = fields.List(fields.Nested(SpanOut), required=True)
    only_spacing = fields.Boolean(required=True)


class DifferenceQuery(Schema):
    """`?against=` another version of the same document; without it the one that this goes on from."""

    against = Id(load_default=None)


class DifferenceOut(Schema):
    """Two versions beside each other. `same_text`: both have the same text hash."""

    version_id = fields.String(required=True)
    number = fields.Integer(required=True)
    against = fields.String(required=True, allow_none=True)
    against_number = fields.Integer(required=True, allow_none=True)
    same_text = fields.Boolean(required=True)
    changes = fields.Integer(required=True)
    clauses = fields.List(fields.Nested(ClauseDifferenceOut), required=True)


class TemplateQuery(Schema):
    """`?language=` of the templates; without it the caller's."""

    language = words(35, load_default=None)


class TemplateClauseOut(Schema):
    """One clause of a template."""

    heading = fields.String(required=True)
    text = fields.String(required=True)
    short = fields.String(required=True)


class TemplateOut(Schema):
    """A text to begin from."""

    key = fields.String(required=True)
    kind = fields.String(required=True)
    title = fields.String(required=True)
    about = fields.String(required=True)
    language = fields.String(required=True)
    clauses = fields.List(fields.Nested(TemplateClauseOut), required=True)


class TemplatesOut(Schema):
    """All templates; there are few, so there is no next page."""

    items = fields.List(fields.Nested(TemplateOut), required=True)
    next = fields.String(required=True, allow_none=True)


class ClauseQuery(PageQuery):
    """`?clause_id=` for what belongs to one clause."""

    clause_id = Id(load_default=None)


class CommentIn(Schema):
    """Something said about a clause."""

    clause_id = Id(required=True)
    body = words(4000, minimum=1, required=True)


class CommentOut(Schema):
    """A comment at a clause; `body` is null when its author took it back."""

    id = fields.String(required=True)
    version_id = fields.String(required=True)
    clause_id = fields.String(required=True)
    clause_hash = fields.String(required=True)
    on_earlier_wording = fields.Boolean(
        required=True, metadata={"description": "The clause has other words by now."}
    )
    person = fields.Nested(PersonOut, required=True)
    body = fields.String(required=True, allow_none=True)
    created_at = Instant(required=True)
    deleted_at = Instant(required=True, allow_none=True)


class AmendmentIn(Schema):
    """Another text for the clause whose words have `clause_hash`. A `draft` is seen by its author alone."""

    clause_id = Id(required=True)
    clause_hash = words(64, minimum=1, required=True)
    text = words(10_000, minimum=1, required=True)
    reason = words(2000, minimum=1, required=True)
    draft = fields.Boolean(load_default=False, truthy={True}, falsy={False})


class SubmissionIn(VersionedIn):
    """A draft brought forward, or an outdated amendment on the words of now; what is left out stays."""

    clause_hash = words(64, minimum=1, required=True)
    text = words(10_000, minimum=1, load_default=None)
    reason = words(2000, minimum=1, load_default=None)


class AmendmentAcceptanceIn(VersionedIn):
    """The amendment becomes the clause's text, or `text` in its place; with `short` its short form is that,
    empty for none."""

    text = words(10_000, minimum=1, load_default=None, allow_none=True)
    short = words(200, load_default=None, allow_none=True)


class RejectionIn(VersionedIn):
    """Why the clause stays as it is."""

    reason = words(2000, minimum=1, required=True)


class AmendmentWithdrawalIn(VersionedIn):
    """Where others stand behind the amendment: to which of them it is handed over."""

    hand_over_to = Id(load_default=None, allow_none=True)


class VoteIn(VersionedIn):
    """Until when everybody is asked; a week without it."""

    closes_at = Instant(load_default=None, allow_none=True)


class CoSponsorshipIn(Schema):
    """Nothing is asked for; where the version that was seen comes along, one stands behind no other words."""

    expected_version = WholeNumber(load_default=None)


class AmendmentsOpenIn(VersionedIn):
    """Whether new amendments are taken."""

    open = fields.Boolean(required=True, truthy={True}, falsy={False})


class AmendmentOut(Schema):
    """Another wording of one clause. `before` is what it said, `difference` what changes from there."""

    id = fields.String(required=True)
    version_id = fields.String(required=True)
    clause_id = fields.String(required=True)
    clause_hash = fields.String(required=True)
    before = fields.String(required=True)
    text = fields.String(required=True)
    reason = fields.String(required=True)
    difference = fields.List(fields.Nested(SpanOut), required=True)
    state = fields.String(required=True, metadata={"enum": _STATES})
    submitted_by = fields.Nested(PersonOut, required=True)
    co_sponsors = fields.List(fields.Nested(PersonOut), required=True)
    accepted_text = fields.String(required=True, allow_none=True)
    answer = fields.String(required=True, allow_none=True)
    answered_by = fields.Nested(PersonOut, required=True, allow_none=True)
    answered_at = Instant(required=True, allow_none=True)
    decision_id = fields.String(required=True, allow_none=True)
    created_at = Instant(required=True)
    version = fields.Integer(required=True)
    mine = fields.Boolean(required=True, metadata={"description": "Whether the caller proposed it."})
    co_sponsored = fields.Boolean(
        required=True, metadata={"description": "Whether the caller stands behind it."}
    )
