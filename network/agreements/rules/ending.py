"""How long before its last day everybody knows that something ends, and what a decision may say about it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from network.agreements.rules.versions import is_too_far, too_far
from network.kernel.errors import FieldFault, Invalid
from network.kernel.translation import mark as _

END = "end_agreement"
"""The effect of a decision by which the network ends what is in force."""
NOTICE_OF_TERMINATION = timedelta(days=30)


def wished_day(value: Any, today: date) -> date | None:
    """The last day that a decision names as ISO 8601, or None where it leaves that to the notice. Raises
    Invalid for what is no day, for one that does not lie ahead, and for one that lies too far ahead."""
    if value is None:
        return None
    fault = FieldFault.of(_("Please choose a day that is still to come."))
    try:
        day = date.fromisoformat(value)
    except (TypeError, ValueError):
        raise Invalid({"effect": fault}) from None
    if day <= today:
        raise Invalid({"effect": fault})
    if is_too_far(day, today):
        raise Invalid({"effect": too_far()})
    return day
