"""What can become true of a network's office."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from network.kernel.events import Fact


@dataclass(frozen=True, kw_only=True)
class OfficeDecided(Fact):
    """The network has an office from now on, or none, or another contact or other hours. Scope
    `network:<id>`; the entity is the network's office, under the network's id."""

    kind: ClassVar[str] = "office.decided"
    entity_type: ClassVar[str] = "office"

    exists: bool
