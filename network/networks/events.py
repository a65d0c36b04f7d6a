"""What can become true of a network itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from network.kernel.events import Fact


@dataclass(frozen=True, kw_only=True)
class NetworkFounded(Fact):
    """An organisation founded a network. Scope `network:<id>`."""

    kind: ClassVar[str] = "network.founded"
    entity_type: ClassVar[str] = "network"

    organisation_id: str


@dataclass(frozen=True, kw_only=True)
class NetworkChanged(Fact):
    """Name, purpose, languages, country, visibility, features or rules changed; `fields` names which.
    Scope `network:<id>`."""

    kind: ClassVar[str] = "network.changed"
    entity_type: ClassVar[str] = "network"

    fields: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class PhaseChanged(Fact):
    """The network passed from one phase to another. Scope `network:<id>`."""

    kind: ClassVar[str] = "phase.changed"
    entity_type: ClassVar[str] = "network"

    from_phase: str
    to_phase: str
