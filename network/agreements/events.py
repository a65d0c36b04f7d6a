"""What can become true of the documents a network stands on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from network.kernel.events import Fact


@dataclass(frozen=True, kw_only=True)
class AgreementCameIntoForce(Fact):
    """A version holds from now on. Scope `network:<id>`."""

    kind: ClassVar[str] = "agreement.in_force"
    entity_type: ClassVar[str] = "agreement_version"

    agreement_id: str
    agreement_kind: str
    number: int


@dataclass(frozen=True, kw_only=True)
class RulesAccepted(Fact):
    """A person accepted the rules of a network. Scope `user:<id>`: nobody else needs to see it happen. Which
    edition is told by id and number; its words are where the rules are read."""

    kind: ClassVar[str] = "rules.accepted"
    entity_type: ClassVar[str] = "rules_acceptance"

    network_id: str
    version_id: str
    number: int
