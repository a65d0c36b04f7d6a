"""What can become true of reports, cases, measures and appeals. Nothing of a case is told outside its own
scope but to one person at a time, and nothing to a party that she may not know."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from network.kernel.events import Fact


@dataclass(frozen=True, kw_only=True)
class CaseOpened(Fact):
    """There is a case about a target. Scope `case:<id>`."""

    kind: ClassVar[str] = "case.opened"
    entity_type: ClassVar[str] = "case"

    state: str


@dataclass(frozen=True, kw_only=True)
class CaseChanged(Fact):
    """A case went on: another report, a claim, a question, its answer, a veil, a decision, a higher level.
    Scope `case:<id>`."""

    kind: ClassVar[str] = "case.changed"
    entity_type: ClassVar[str] = "case"

    state: str


@dataclass(frozen=True, kw_only=True)
class QueueChanged(Fact):
    """Something in the queue of somebody who handles cases is another: she asks for it anew. Scope
    `user:<id>`; the entity is the network."""

    kind: ClassVar[str] = "queue.changed"
    entity_type: ClassVar[str] = "queue"


@dataclass(frozen=True, kw_only=True)
class ReportAnswered(Fact):
    """Who reported learns whether something was done: `acted` or `not_acted`, once and nothing after it.
    Scope `user:<id>` of the reporter."""

    kind: ClassVar[str] = "report.answered"
    entity_type: ClassVar[str] = "report"

    answer: str


@dataclass(frozen=True, kw_only=True)
class QuestionAsked(Fact):
    """Who handles a case asks a party something. Scope `user:<id>` of who is asked; nothing tells which case
    it is."""

    kind: ClassVar[str] = "question.asked"
    entity_type: ClassVar[str] = "question"

    network_id: str


@dataclass(frozen=True, kw_only=True)
class AppealChanged(Fact):
    """An appeal was made, taken back, went one level up or was answered. Scope `user:<id>` of its person."""

    kind: ClassVar[str] = "appeal.changed"
    entity_type: ClassVar[str] = "appeal"

    state: str


@dataclass(frozen=True, kw_only=True)
class MeasureChanged(Fact):
    """A measure began, ended, was lifted, taken back or replaced. Scope `user:<id>` of its person; nothing is
    told before she is."""

    kind: ClassVar[str] = "measure.changed"
    entity_type: ClassVar[str] = "sanction"

    state: str
