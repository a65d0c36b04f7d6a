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
class GoalAdopted(Fact):
    """The network made an aim its own. Scope `network:<id>`."""

    kind: ClassVar[str] = "goal.adopted"
    entity_type: ClassVar[str] = "goal"
