"""What can become true of a newcomer's first days."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from network.kernel.events import Fact


@dataclass(frozen=True, kw_only=True)
class BuddyFound(Fact):
    """A newcomer and her buddy have each other from now on. Scope `user:<id>` of both."""

    kind: ClassVar[str] = "buddy.found"
    entity_type: ClassVar[str] = "buddy_pair"

    network_id: str
