"""What goes in and out about decisions, stances and objections."""

from __future__ import annotations

from marshmallow import fields

from api.schemas.base import (
    Id,
    Instant,
    PageQuery,
    PersonOut,
    Schema,
    VersionedIn,
    WholeNumber,
    choice,
    text,
)
from network.decisions import KINDS, OBJECTION_STATES, OUTCOMES, SILENCES, STANCES, STATES

_SHARE = {"description": 'An exact fraction of the electorate, such as "2/3".'}

_CONCERNED = {
    "description": "The user whom a decision of the kind `person` is about; needed there, and only there."
}

_VALUE = {
    "description": "Of `appoint` the role, which then runs for a year, or `{role, until}` with its last day, "
    "null for none; of `phase_change` the phase, of `waive_step` the step's key, of `set_features` "
    "`{name: bool}`."
}


class DecisionQuery(PageQuery):
    """`?state=` besides the page."""

    state = choice(*STATES, load_default=None)


class EffectIn(Schema):
    """What passing brings about. In an election the person follows from the result; in a choice it is the
    first option's."""

    type = text(25, minimum=1, required=True)
    id = Id(load_default=None, allow_none=True)
    value = fields.Raw(load_default=None, allow_none=True, metadata=_VALUE)


class DecisionDraftIn(Schema):
    """A decision as it is written down. Options are texts, in an election membership ids; a matter about a
    person needs none (yes, no, talk more) and says in `concerned_user_id` whom it is about. Without quorum it
    is a half; without threshold what is usual for the kind."""

    kind = choice(*KINDS, required=True)
    question = text(500, minimum=1, required=True)
    explanation = text(10_000, load_default="")
    language = text(35, load_default=None, allow_none=True)
    options = fields.List(text(300, minimum=1), load_default=list)
    opens_at = Instant(load_default=None, allow_none=True)
    closes_at = Instant(required=True)
    quorum = text(15, load_default=None, allow_none=True, metadata=_SHARE)
    threshold = text(15, load_default=None, allow_none=True, metadata=_SHARE)
    anonymous = fields.Boolean(load_default=False, truthy={True}, falsy={False})
    hidden_until_closed = fields.Boolean(load_default=False, truthy={True}, falsy={False})
    silence = choice(*SILENCES, load_default="never")
    effect = fields.Nested(EffectIn, load_default=None, allow_none=True)
    concerned_user_id = Id(load_default=None, allow_none=True, metadata=_CONCERNED)


class DecisionPatchIn(VersionedIn):
    """What is to be changed; what is left out stays. Once it is open: a later end, more secrecy, a typing
    error."""

    question = text(500, minimum=1)
    explanation = text(10_000)
    options = fields.List(text(300, minimum=1))
    opens_at = Instant(allow_none=True)
    closes_at = Instant()
    quorum = text(15, metadata=_SHARE)
    threshold = text(15, metadata=_SHARE)
    anonymous = fields.Boolean(truthy={True}, falsy={False})
    hidden_until_closed = fields.Boolean(truthy={True}, falsy={False})
    silence = choice(*SILENCES)
    effect = fields.Nested(EffectIn, allow_none=True)


class DecisionCancellationIn(VersionedIn):
    """Why a decision ends early; everybody reads it."""

    reason = text(2000, load_default="")


class OutcomeIn(VersionedIn):
    """What follows, who sees to it (without one: who writes it) and when somebody looks at it again."""

    text = text(2000, load_default="")
    responsible_id = Id(load_default=None, allow_none=True)
    review_on = fields.Date(load_default=None, allow_none=True)


class NextRoundIn(VersionedIn):
    """What is asked otherwise; what is left out stays. Without an end it takes as long as the last round."""

    question = text(500, minimum=1, load_default=None, allow_none=True)
    explanation = text(10_000, load_default=None, allow_none=True)
    options = fields.List(text(300, minimum=1), load_default=None, allow_none=True)
    closes_at = Instant(load_default=None, allow_none=True)


class StanceIn(Schema):
    """Where somebody stands; an objection says why and what would change it. Of a question with options
    either some of them, or `stand_aside`."""

    stance = choice(*STANCES, load_default=None, allow_none=True)
    option_ids = fields.List(Id(), load_default=list)
    reason = text(2000, load_default="")
    would_change = text(2000, load_default="")


class StatementIn(Schema):
    """What the person says whom the matter concerns."""

    statement = text(4000, required=True)
    expected_version = WholeNumber(load_default=None)


class AnswerToObjectionIn(VersionedIn):
    """How an objection could be met."""

    answer = text(2000, load_default="")


class ObjectionEndIn(VersionedIn):
    """Where somebody stands whose objection is met or taken back."""

    stance = choice("consent", "reservation", "stand_aside", load_default="stand_aside")


class OptionOut(Schema):
    """One answer; in an election a member."""

    id = fields.String(required=True)
    text = fields.String(required=True)
    membership_id = fields.String(required=True, allow_none=True)


class EffectOut(Schema):
    """What passing brings about, and after the end what came of it."""

    type = fields.String(required=True)
    id = fields.String(required=True, allow_none=True)
    value = fields.Raw(required=True, allow_none=True)
    state = choice("done", "refused", required=True, allow_none=True)
    code = fields.String(required=True, allow_none=True)


class ChangeOut(Schema):
    """What is another than before."""

    field = fields.String(required=True)
    before = fields.String(required=True)
    after = fields.String(required=True)
    changed_at = Instant(required=True)


class ResultOut(Schema):
    """What came of a decision. `counts` by stance or option id, `silent` where silence counted; `rule` says
    what settled it or why nothing did. Of an anonymous decision for which fewer than five were left `counts`
    is empty and `taken_count` null."""

    outcome = choice(*OUTCOMES, required=True)
    option_id = fields.String(required=True, allow_none=True)
    counts = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)
    electorate_count = fields.Integer(required=True)
    closed_at = Instant(required=True)
    taken_count = fields.Integer(required=True, allow_none=True)
    quorum_needed = fields.Integer(required=True)
    rule = fields.String(required=True)


class OutcomeOut(Schema):
    """What follows."""

    text = fields.String(required=True)
    by = fields.Nested(PersonOut, required=True)
    at = Instant(required=True)
    responsible = fields.Nested(PersonOut, required=True)
    review_on = fields.Date(required=True, allow_none=True)


class StanceOut(Schema):
    """What the caller said; without a time where the decision is anonymous."""

    stance = fields.String(required=True, allow_none=True)
    option_ids = fields.List(fields.String(), required=True)
    reason = fields.String(required=True, allow_none=True)
    taken_at = Instant(required=True, allow_none=True)


class DecisionOut(Schema):
    """A decision. `counts` is null while they are hidden, `taken_count` of an anonymous one that is
    open or was taken back; `electorate_count` is without those who left."""

    id = fields.String(required=True)
    network_id = fields.String(required=True)
    kind = choice(*KINDS, required=True)
    question = fields.String(required=True)
    explanation = fields.String(required=True)
    language = fields.String(required=True)
    options = fields.List(fields.Nested(OptionOut), required=True)
    state = choice(*STATES, required=True)
    topic_id = fields.String(required=True, allow_none=True)
    meeting_id = fields.String(required=True, allow_none=True)
    opens_at = Instant(required=True, allow_none=True)
    opened_at = Instant(required=True, allow_none=True)
    closes_at = Instant(required=True)
    quorum = fields.String(required=True, metadata=_SHARE)
    threshold = fields.String(required=True, metadata=_SHARE)
    anonymous = fields.Boolean(required=True)
    hidden_until_closed = fields.Boolean(required=True)
    silence = choice(*SILENCES, required=True)
    effect = fields.Nested(EffectOut, required=True, allow_none=True)
    electorate_count = fields.Integer(required=True, allow_none=True)
    taken_count = fields.Integer(required=True, allow_none=True)
    quorum_needed = fields.Integer(required=True, allow_none=True)
    counts = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True, allow_none=True)
    open_objections = fields.Integer(required=True)
    proposed_by = fields.Nested(PersonOut, required=True)
    concerned = fields.Nested(PersonOut, required=True, allow_none=True)
    statement = fields.String(required=True, allow_none=True)
    changes = fields.List(fields.Nested(ChangeOut), required=True)
    round = fields.Integer(required=True)
    previous_id = fields.String(required=True, allow_none=True)
    next_id = fields.String(required=True, allow_none=True)
    result = fields.Nested(ResultOut, required=True, allow_none=True)
    outcome = fields.Nested(OutcomeOut, required=True, allow_none=True)
    cancel_reason = fields.String(required=True, allow_none=True)
    is_elector = fields.Boolean(required=True, metadata={"description": "Whether the caller takes part."})
    mine = fields.Nested(StanceOut, required=True, allow_none=True)
    version = fields.Integer(required=True)


class DecisionObjectionOut(Schema):
    """An objection to a decision; without name and time where it is anonymous."""

    id = fields.String(required=True)
    decision_id = fields.String(required=True)
    person = fields.Nested(PersonOut, required=True, allow_none=True)
    reason = fields.String(required=True)
    would_change = fields.String(required=True, allow_none=True)
    state = choice(*OBJECTION_STATES, required=True)
    answer = fields.String(required=True, allow_none=True)
    answered_by = fields.Nested(PersonOut, required=True, allow_none=True)
    raised_at = Instant(required=True, allow_none=True)
    mine = fields.Boolean(required=True, metadata={"description": "Whether the caller raised it."})
    version = fields.Integer(required=True)
