"""The shapes in which decisions, objections and own stances are shown."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, TypedDict


class OptionView(TypedDict):
    """One answer; in an election a member, called as she is called now."""

    id: str
    text: str
    membership_id: str | None


class EffectView(TypedDict):
    """What passing brings about. `state` is None before the end and where nothing came of it, then `done` or
    `refused`, with the code of the refusal."""

    type: str
    id: str | None
    value: Any
    state: str | None
    code: str | None


class ChangeView(TypedDict):
    """What is another than before: since the opening, or in a next round than in the round before."""

    field: str
    before: str
    after: str
    changed_at: datetime


class OutcomeView(TypedDict):
    """What follows, in words; who sees to it, and when somebody looks at it again."""

    text: str
    by: Mapping[str, Any]
    at: datetime
    responsible: Mapping[str, Any]
    review_on: date | None


class ResultOut(TypedDict):
    """What came of a decision, as the contract has it, with what its page explains besides: how many took
    part, how many were needed, and which rule settled it (`rules.counting.ResultView`)."""

    outcome: str
    option_id: str | None
    counts: dict[str, int]
    electorate_count: int
    closed_at: datetime
    taken_count: int | None
    quorum_needed: int
    rule: str


class DecisionView(TypedDict):
    """A decision as every member sees it. `state` is that by the clock. `electorate_count` is None before the
    opening; leavers are taken out. `counts` (by stance or by option id) is None while they are hidden;
    `taken_count` is how many took part, in one that was taken back until then; None while an anonymous one
    is open, and where it was taken back. Its `open_objections` are all that were raised while it is open:
    what somebody says, takes back or leaves behind changes nothing there.
    `electorate_count` and `counts` stand still once it is closed."""

    id: str
    network_id: str
    kind: str
    question: str
    explanation: str
    language: str
    options: list[OptionView]
    state: str
    topic_id: str | None
    meeting_id: str | None
    opens_at: datetime | None
    opened_at: datetime | None
    closes_at: datetime
    quorum: str
    threshold: str
    anonymous: bool
    hidden_until_closed: bool
    silence: str
    effect: EffectView | None
    electorate_count: int | None
    taken_count: int | None
    quorum_needed: int | None
    counts: dict[str, int] | None
    open_objections: int
    proposed_by: Mapping[str, Any]
    concerned: Mapping[str, Any] | None
    statement: str | None
    changes: list[ChangeView]
    round: int
    previous_id: str | None
    next_id: str | None
    result: ResultOut | None
    outcome: OutcomeView | None
    cancel_reason: str | None
    version: int


class AgreedView(TypedDict):
    """A decision that passed and brings nothing about by itself."""

    id: str
    question: str


class StanceView(TypedDict):
    """What somebody said herself; `taken_at` is None in an anonymous decision."""

    stance: str | None
    option_ids: list[str]
    reason: str | None
    taken_at: datetime | None


class OwnDecisionView(DecisionView):
    """A decision as one person sees it. `is_elector` says whether she takes part; `mine` is her last word,
    None where she said nothing or, after an anonymous decision, nobody can tell any more."""

    is_elector: bool
    mine: StanceView | None


class ObjectionView(TypedDict):
    """Why somebody cannot go along and what would change that. `person` and `raised_at` are None in an
    anonymous decision."""

    id: str
    decision_id: str
    person: Mapping[str, Any] | None
    reason: str
    would_change: str | None
    state: str
    answer: str | None
    answered_by: Mapping[str, Any] | None
    raised_at: datetime | None
    version: int


class OwnObjectionView(ObjectionView):
    """An objection as one person sees it: with whether it is hers."""

    mine: bool
