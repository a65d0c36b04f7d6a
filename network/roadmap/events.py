"""What can become true on a network's way. The change of a phase is a fact of `network.networks`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from network.kernel.events import Fact


@dataclass(frozen=True, kw_only=True)
class StepNoted(Fact):
    """A sentence was recorded for a step, or that the network does without it. Scope `network:<id>`."""

    kind: ClassVar[str] = "step.noted"
    entity_type: ClassVar[str] = "network"

    key: str
