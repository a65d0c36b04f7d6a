"""What can become true of a network's aims."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from network.kernel.events import Fact


@dataclass(frozen=True, kw_only=True)
class GoalProposed(Fact):
    """A member proposed an aim. Scope `network:<id>`."""

    kind: ClassVar[str] = "goal.proposed"
    entity_type: ClassVar[str] = "goal"


@dataclass(frozen=True, kw_only=True)
class GoalChanged(Fact):
    """The words of an aim or its day to look back changed. Scope `network:<id>`."""

    kind: ClassVar[str] = "goal.changed"
    entity_type: ClassVar[str] = "goal"


@dataclass(frozen=True, kw_only=True)
class GoalSupported(Fact):
    """One more or one fewer member stands behind an aim. Scope `network:<id>`."""

    kind: ClassVar[str] = "goal.supported"
    entity_type: ClassVar[str] = "goal"


@dataclass(frozen=True, kw_only=True)
class GoalProgressed(Fact):
    """Somebody noted how far an aim has come. Scope `network:<id>`."""

    kind: ClassVar[str] = "goal.progressed"
    entity_type: ClassVar[str] = "goal"


@dataclass(frozen=True, kw_only=True)
class GoalClosed(Fact):
    """An aim was reached or given up. Scope `network:<id>`."""

    kind: ClassVar[str] = "goal.closed"
    entity_type: ClassVar[str] = "goal"


@dataclass(frozen=True, kw_only=True)
class GoalAdopted(Fact):
    """The network made an aim its own. Scope `network:<id>`."""

    kind: ClassVar[str] = "goal.adopted"
    entity_type: ClassVar[str] = "goal"
