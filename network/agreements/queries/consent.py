"""Whether the network said yes: read where decisions are kept."""

from __future__ import annotations

from models.decisions import Decision
from network.kernel.transaction import session


def has_passed(network_id: str, decision_id: str) -> bool:
    """True for a decision of the network that passed."""
    row = session().get(Decision, decision_id)
    return row is not None and row.network_id == network_id and _passed(row)


def _passed(row: Decision) -> bool:
    return row.closed_at is not None and (row.result or {}).get("outcome") == "passed"
