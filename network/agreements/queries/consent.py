"""Whether the network said yes, or is asked about an end: read where decisions are kept."""

from __future__ import annotations

from datetime import datetime

from models.agreements import AgreementVersion
from models.decisions import Decision
from network import decisions
from network.agreements.queries.counting import signed_under
from network.agreements.rules.ending import END
from network.kernel.transaction import session


def has_passed(network_id: str, decision_id: str, since: datetime | None) -> bool:
    """True for a consent of the network that passed, brings nothing else about, and was asked since then:
    what people said before there was anything to end ends nothing, nor does an answer that won over others,
    for it may have been the no."""
    row = session().get(Decision, decision_id)
    if row is None or row.network_id != network_id or row.effect_type is not None or row.opened_at is None:
        return False
    if row.kind != "consent":
        return False
    passed = row.closed_at is not None and (row.result or {}).get("outcome") == "passed"
    return passed and (since is None or row.opened_at >= since)


def open_end(version_id: str) -> str | None:
    """The decision that would end a version and is being answered, or None: what was asked about the words
    that a small correction replaced is asked about the correction. On nobody's behalf."""
    asked_about = signed_under(session().get_one(AgreementVersion, version_id))
    running = (decisions.open_decision_about(END, one) for one in asked_about)
    return next((one for one in running if one is not None), None)
