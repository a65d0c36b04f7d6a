"""What the rounds before this one came to."""

from __future__ import annotations

from models.decisions import Decision
from network.decisions.rules.counting import NOT_PASSED
from network.kernel.transaction import session


def failed_rounds(decision: Decision) -> int:
    """How many rounds before this one were counted and did not pass. One that was ended early for another
    text did not fail: nobody gets to the fallback by beginning again and again."""
    failed, before = 0, decision.previous_id
    while before is not None:
        row = session().get_one(Decision, before)
        failed += row.result is not None and row.result["outcome"] == NOT_PASSED
        before = row.previous_id
    return failed
