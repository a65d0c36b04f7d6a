"""What a meeting can be: planned or cancelled, ahead, going on or over; and what is then too late."""

from __future__ import annotations

from datetime import timedelta

from network.kernel.errors import Conflict
from network.kernel.transitions import Machine
from network.kernel.translation import mark as _

PLANNED, CANCELLED = "planned", "cancelled"
YES, MAYBE, NO = "yes", "maybe", "no"
REPLIES = (YES, MAYBE, NO)
COMING = (YES, MAYBE)

MEETING = Machine("meeting", {"cancellation": {PLANNED: CANCELLED}})

DAY, HOUR = "day", "hour"
REMINDED_BEFORE = {DAY: timedelta(hours=24), HOUR: timedelta(hours=1)}
"""How long before the beginning each reminder is due."""

ENOUGH_FOR_HELD = 2
"""With so many who said yes, or with anybody written down as having been there, a meeting counts as held."""


class MeetingCalledOff(Conflict):
    """The meeting, or this date of it, was cancelled."""

    code = "meeting_cancelled"
    message = _("This meeting was cancelled.")


class MeetingOver(Conflict):
    """The meeting, or this date of it, is over or has begun: its time cannot be changed any more."""

    code = "meeting_over"
    message = _("This meeting has already taken place.")


class MeetingAhead(Conflict):
    """The meeting has not begun: nobody can have been there."""

    code = "meeting_not_started"
    message = _("This meeting has not begun yet.")
