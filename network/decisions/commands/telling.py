"""How what happens to a decision and to an objection is told to its network."""

from __future__ import annotations

from typing import Any

from models.decisions import Decision, DecisionObjection
from network.decisions.events import ObjectionChanged
from network.kernel.events import Fact, record


def tell(fact: type[Fact], decision: Decision, **more: Any) -> None:
    """Record a fact about a decision as it stands now."""
    record(
        fact(
            scope=f"network:{decision.network_id}", entity_id=decision.id, entity_version=decision.version,
            **more,
        )
    )  # fmt: skip


def tell_objection(objection: DecisionObjection, decision: Decision) -> None:
    """Record that an objection got an answer or ended."""
    record(
        ObjectionChanged(
            scope=f"network:{decision.network_id}", entity_id=objection.id,
            entity_version=objection.version, decision_id=decision.id, state=objection.state,
        )
    )  # fmt: skip
