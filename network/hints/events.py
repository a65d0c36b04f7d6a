"""What can become true of what a network asks about."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from network.kernel.events import Fact


@dataclass(frozen=True, kw_only=True)
class HintsChanged(Fact):
    """The network looks for other words or patterns from now on, or holds first messages, or holds them no
    more. Scope `network:<id>`; the entity is the network's list, under the network's id."""

    kind: ClassVar[str] = "hints.changed"
    entity_type: ClassVar[str] = "hints"
