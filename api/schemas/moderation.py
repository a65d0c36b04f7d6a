"""What goes in and out about reports, notices and cases."""

from __future__ import annotations

from marshmallow import fields

from api.schemas.base import Id, Instant, PageQuery, PersonOut, Schema, VersionedIn, WholeNumber, choice, text
from network.moderation import CASE_STATES, REPORT_STATES, TARGETS

_RULE = {"description": "A clause of the rules in force now, or of those when it was posted; without: other."}


class TargetIn(Schema):
    """What is reported."""

    type = choice(*TARGETS, required=True)
    id = Id(required=True)


class ReportIn(Schema):
    """A report. `network_id` says for a person in which network; `named_ids` are people who have to do with
    it as well, and `not_by_organisation` keeps the founding organisation out: none of them handles it."""

    target = fields.Nested(TargetIn, required=True)
    rule_id = Id(load_default=None, allow_none=True, metadata=_RULE)
    reason = text(4000, required=True)
    network_id = Id(load_default=None, allow_none=True)
    named_ids = fields.List(Id(), load_default=list)
    not_by_organisation = fields.Boolean(load_default=False, truthy={True}, falsy={False})


class OwnInitiativeIn(Schema):
    """A case without a report: about what, by which rule, and why."""

    target = fields.Nested(TargetIn, required=True)
    rule_id = Id(load_default=None, allow_none=True, metadata=_RULE)
    reason = text(4000, required=True)


class CaseQuery(PageQuery):
    """`?state=` besides the page."""

    state = choice(*CASE_STATES, load_default=None)


class QuestionIn(VersionedIn):
    """A question to the author, or to who reported: the first one, or that of `report_id`."""

    to = choice("author", "reporter", required=True)
    question = text(2000, minimum=1, required=True)
    report_id = Id(load_default=None, allow_none=True)


class CaseAnswerIn(Schema):
    """An answer to what one was asked, without `question_id` to the last question. A meta-mentor whom the
    case is about can have it handed over to the organisation with `hand_over`."""

    answer = text(4000, minimum=1, required=True)
    question_id = Id(load_default=None, allow_none=True)
    hand_over = fields.Boolean(load_default=False, truthy={True}, falsy={False})
    expected_version = WholeNumber(load_default=None)


class VeilIn(VersionedIn):
    """Why something is hidden until it is decided; its author reads it."""

    reason = text(4000, minimum=1, required=True)
    rule_id = Id(load_default=None, allow_none=True, metadata=_RULE)


class EscalationIn(VersionedIn):
    """Why others decide."""

    reason = text(4000, minimum=1, required=True)


class ReopeningIn(VersionedIn):
    """What is new."""

    evidence = text(4000, minimum=1, required=True)


class SetAsideIn(VersionedIn):
    """Why a report is about nothing. The version is that of the case."""

    report_id = Id(required=True)
    reason = text(4000, minimum=1, required=True)


class NoticeIn(Schema):
    """A notice by somebody without an account."""

    url = text(2000, minimum=1, required=True)
    why = text(4000, minimum=1, required=True)
    name = text(200, load_default="")
    email = text(320, load_default="")
    good_faith = fields.Boolean(required=True, truthy={True}, falsy={False})


class NoticeOut(Schema):
    """It arrived."""

    id = fields.String(required=True)


class TargetOut(Schema):
    """What a report or a case is about."""

    type = choice(*TARGETS, required=True)
    id = fields.String(required=True)


class ReportOut(Schema):
    """One's own report: `submitted` (received), `attached` (being looked at), `answered` with `answer`, and
    nothing more after that."""

    id = fields.String(required=True)
    network_id = fields.String(required=True)
    target = fields.Nested(TargetOut, required=True)
    rule_id = fields.String(required=True, allow_none=True)
    reason = fields.String(required=True)
    state = choice(*REPORT_STATES, required=True)
    answer = choice("acted", "not_acted", required=True, allow_none=True)
    created_at = Instant(required=True)
    answered_at = Instant(required=True, allow_none=True)
    version = fields.Integer(required=True)


class SnapshotOut(Schema):
    """The thing as it was when it was reported; `body` is null in lists, and `content` empty."""

    id = fields.String(required=True)
    body = fields.String(required=True, allow_none=True)
    content = fields.Dict(keys=fields.String(), required=True)
    language = fields.String(required=True, allow_none=True)
    revision = fields.Integer(required=True)
    rules_version_id = fields.String(required=True, allow_none=True)
    author = fields.Nested(PersonOut, required=True, allow_none=True)
    posted_at = Instant(required=True, allow_none=True)
    taken_at = Instant(required=True)


class CaseMeasureOut(Schema):
    """A measure that came of a case."""

    id = fields.String(required=True)
    kind = fields.String(required=True)
    state = fields.String(required=True)


class CaseOut(Schema):
    """A case as it stands in the queue, with what the caller could do. `level`: 0 meta-mentors, 1 founding
    organisation, 2 that of the network above, 3 who runs the platform."""

    id = fields.String(required=True)
    network_id = fields.String(required=True)
    target = fields.Nested(TargetOut, required=True)
    snapshot = fields.Nested(SnapshotOut, required=True, allow_none=True)
    reports_count = fields.Integer(required=True)
    sanctions = fields.List(fields.Nested(CaseMeasureOut), required=True)
    state = choice(*CASE_STATES, required=True)
    level = fields.Integer(required=True)
    severity = fields.Integer(required=True)
    own_initiative = fields.Boolean(required=True)
    assignee = fields.Nested(PersonOut, required=True, allow_none=True)
    claimed_until = Instant(required=True, allow_none=True)
    asked_until = Instant(required=True, allow_none=True)
    veiled_until = Instant(required=True, allow_none=True)
    changed_since = fields.Boolean(required=True)
    opened_at = Instant(required=True)
    reported_at = Instant(required=True)
    due_at = Instant(required=True)
    decided_at = Instant(required=True, allow_none=True)
    closed_at = Instant(required=True, allow_none=True)
    mine = fields.Boolean(required=True)
    next_steps = fields.List(fields.String(), required=True)
    version = fields.Integer(required=True)


class EarlierOut(Schema):
    """What came of what somebody reported before."""

    acted = fields.Integer(required=True)
    not_acted = fields.Integer(required=True)
    invalid = fields.Integer(required=True)


class CaseReportOut(Schema):
    """A report as who handles the case sees it."""

    id = fields.String(required=True)
    reporter = fields.Nested(PersonOut, required=True, allow_none=True)
    rule_id = fields.String(required=True, allow_none=True)
    rule = fields.String(required=True, allow_none=True)
    rules_version_id = fields.String(required=True, allow_none=True)
    reason = fields.String(required=True)
    state = choice(*REPORT_STATES, required=True)
    created_at = Instant(required=True)
    version = fields.Integer(required=True)
    earlier = fields.Nested(EarlierOut, required=True)


class QuestionOut(Schema):
    """What somebody was asked, and what she answered."""

    id = fields.String(required=True)
    case_id = fields.String(required=True)
    asked_as = fields.String(required=True)
    question = fields.String(required=True)
    answer = fields.String(required=True, allow_none=True)
    asked_at = Instant(required=True)
    until = Instant(required=True)
    answered_at = Instant(required=True, allow_none=True)


class CaseDetailOut(CaseOut):
    """A case with its content."""

    body_now = fields.String(required=True, allow_none=True)
    is_gone = fields.Boolean(required=True)
    reports = fields.List(fields.Nested(CaseReportOut), required=True)
    questions = fields.List(fields.Nested(QuestionOut), required=True)
    earlier_snapshots = fields.List(fields.String(), required=True)
    veil_rule_id = fields.String(required=True, allow_none=True)
    veil_reason = fields.String(required=True, allow_none=True)
    reopened_because = fields.String(required=True, allow_none=True)
    handed_over_because = fields.String(required=True, allow_none=True)


class NeighbourOut(Schema):
    """A message that stands beside a reported one."""

    id = fields.String(required=True)
    author = fields.Nested(PersonOut, required=True)
    body = fields.String(required=True, allow_none=True)
    created_at = Instant(required=True)
    is_before = fields.Boolean(required=True)


class NeighboursOut(Schema):
    """Up to two before and two after, in order."""

    items = fields.List(fields.Nested(NeighbourOut), required=True)
    next = fields.String(required=True, allow_none=True)
