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


@dataclass(frozen=True, kw_only=True)
class BuddyEnded(Fact):
    """A newcomer and her buddy do not have each other any more; who wanted it is not said. Scope `user:<id>`
    of both."""

    kind: ClassVar[str] = "buddy.ended"
    # Of a type of its own, which nothing renders: another one may be her buddy when somebody reads it.
    entity_type: ClassVar[str] = "buddy_access"

    network_id: str
