"""Whether the network said yes: read where decisions are kept."""

from __future__ import annotations

from sqlalchemy import select

from models.decisions import Decision
from network.kernel.transaction import session


def consent_to(version_id: str) -> Decision | None:
    """The latest decision to activate a version that passed."""
    wanted = select(Decision).where(
        Decision.effect_type == "activate_agreement", Decision.effect_id == version_id,
        Decision.closed_at.is_not(None),
    )  # fmt: skip
    rows = session().scalars(wanted.order_by(Decision.id.desc()))
    return next((row for row in rows if _passed(row)), None)


def has_passed(network_id: str, decision_id: str) -> bool:
    """True for a decision of the network that passed."""
    row = session().get(Decision, decision_id)
    return row is not None and row.network_id == network_id and _passed(row)


def _passed(row: Decision) -> bool:
    return row.closed_at is not None and (row.result or {}).get("outcome") == "passed"
