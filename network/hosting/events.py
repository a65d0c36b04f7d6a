"""What can become true of a host's week."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from network.kernel.events import Fact


@dataclass(frozen=True, kw_only=True)
class HostRoundChanged(Fact):
    """A host's weekly round has begun (`state` began), was given to the deputy (given), or taken back
    (taken_back). Scope `user:<id>` of her, and of the deputy whom the last two concern."""

    kind: ClassVar[str] = "host_round.changed"
    # Nothing renders it: what waits in a round differs by the moment at which somebody looks.
    entity_type: ClassVar[str] = "host_round"

    network_id: str
    state: str
