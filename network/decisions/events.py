"""What can become true of a decision. Nothing of a draft is told, and of a stance never whose it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from network.kernel.events import Fact


@dataclass(frozen=True, kw_only=True)
class DecisionOpened(Fact):
    """A decision waits for stances from now on (`state` open), or will from its `opens_at` (scheduled).
    Scope `network:<id>`."""

    kind: ClassVar[str] = "decision.opened"
    entity_type: ClassVar[str] = "decision"

    state: str


@dataclass(frozen=True, kw_only=True)
class DecisionChanged(Fact):
    """Its end is later, a typing error is gone, it is more secret, who takes part left, or the person
    concerned said something. Scope `network:<id>`."""

    kind: ClassVar[str] = "decision.changed"
    entity_type: ClassVar[str] = "decision"


@dataclass(frozen=True, kw_only=True)
class StanceTaken(Fact):
    """Somebody said where she stands, for the first time or anew; not who. Scope `network:<id>`."""

    kind: ClassVar[str] = "stance.taken"
    entity_type: ClassVar[str] = "decision"


@dataclass(frozen=True, kw_only=True)
class ObjectionRaised(Fact):
    """Somebody objects. Scope `network:<id>`."""

    kind: ClassVar[str] = "objection.raised"
    entity_type: ClassVar[str] = "objection"

    decision_id: str


@dataclass(frozen=True, kw_only=True)
class ObjectionChanged(Fact):
    """An objection got an answer or ended. Scope `network:<id>`."""

    kind: ClassVar[str] = "objection.changed"
    entity_type: ClassVar[str] = "objection"

    decision_id: str
    state: str


@dataclass(frozen=True, kw_only=True)
class DecisionClosed(Fact):
    """The time is over and the result stands: `passed`, `not_passed` or `no_result`. `effect_type` and
    `effect_state` (`done`, `refused`) tell whether something came about by it. Scope `network:<id>`."""

    kind: ClassVar[str] = "decision.closed"
    entity_type: ClassVar[str] = "decision"

    outcome: str
    effect_type: str | None = None
    effect_state: str | None = None


@dataclass(frozen=True, kw_only=True)
class DecisionCancelled(Fact):
    """A decision ended without a result. `reason` is one of `decisions.CANCEL_REASONS`, or `other` where a
    person gave hers. Scope `network:<id>`."""

    kind: ClassVar[str] = "decision.cancelled"
    entity_type: ClassVar[str] = "decision"

    reason: str


@dataclass(frozen=True, kw_only=True)
class OutcomePublished(Fact):
    """Somebody wrote down what follows, who sees to it and when it is looked at again. Scope
    `network:<id>`."""

    kind: ClassVar[str] = "outcome.published"
    entity_type: ClassVar[str] = "decision"


@dataclass(frozen=True, kw_only=True)
class PersonMatterRaised(Fact):
    """A decision about a person is being prepared (`state` draft): she hears of it before everybody else; or
    that was given up (cancelled). Scope `user:<id>` of the person concerned; the entity is the decision."""

    kind: ClassVar[str] = "person_matter.raised"
    # Of a type of its own, so that nothing of the draft is shown with it later.
    entity_type: ClassVar[str] = "access"

    network_id: str
    state: str = "draft"
