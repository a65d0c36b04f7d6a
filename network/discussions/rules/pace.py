"""How long a person waits between two messages in a room in slow mode."""

from __future__ import annotations

from datetime import datetime, timedelta
from math import ceil

from network.kernel.errors import FieldFault, Invalid, TooMany
from network.kernel.translation import mark as _

SLOWEST = 86_400
"""Seconds: a message a day. What is slower than that is locked."""


class SlowMode(TooMany):
    """In a room in slow mode, before the time of the next message."""

    code = "slow_mode"
    message = _("This room is in slow mode. You can write again in %(seconds)s s. That was not sent.")

    def __init__(self, retry_after: int) -> None:
        super().__init__(retry_after, seconds=max(1, retry_after))


def check_seconds(seconds: int) -> int:
    """The seconds between two messages; 0 ends slow mode. Raises Invalid."""
    if not 0 <= seconds <= SLOWEST:
        raise Invalid({"seconds": FieldFault.of(_("Please choose at most one day."))})
    return seconds


def next_send(sent_at: datetime, seconds: int) -> datetime:
    """When somebody may write again who wrote at `sent_at`."""
    return sent_at + timedelta(seconds=seconds)


def seconds_until(moment: datetime, now: datetime) -> int:
    """Whole seconds until a moment, rounded up; 0 where it is over."""
    return max(0, ceil((moment - now).total_seconds()))
