"""A host's week: on which day it begins, when a role's last day is near, how long something can be undone."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from network.kernel.errors import Conflict
from network.kernel.translation import mark as _

WEEK = timedelta(days=7)
ROUND_DAY = 1
"""Tuesday, for a host who chose no other day."""

ROUND_HOUR = 7
"""Not before this hour of her own clock."""

FEWEST_DAYS = 4
"""So many days lie between two rounds at least, also when she chooses another day."""

UNDO_FOR = timedelta(minutes=10)
"""So long what was sent can be taken back with one tap."""

TERM_DAYS = (30, 7)
"""So many days before the last day of a role its holder and the founding organisation are reminded."""

KEPT = timedelta(days=90)
"""So long rounds and what was done in them are kept, and reminders after the last day."""


class NoDeputy(Conflict):
    """Nobody is deputy who could take the week: there is none, or she is away."""

    code = "no_deputy"
    message = _("There is no deputy who could take over now. Ask your organisation to appoint one.")


class AlreadyDone(Conflict):
    """Somebody did this already, or found that it is not needed."""

    code = "already_done"
    message = _("This was done already.")


class UndoOver(Conflict):
    """The minutes in which it could be undone are over."""

    code = "undo_over"
    message = _("It is too late to undo this. In the conversation you can still delete your message.")


def due_day(now: datetime, zone: str, weekday: int) -> date:
    """The latest day on which a host's round was due, by her own clock: today from the morning on."""
    here = now.astimezone(ZoneInfo(zone))
    day = here.date() if here.hour >= ROUND_HOUR else here.date() - timedelta(days=1)
    return day - timedelta(days=(day.weekday() - weekday) % 7)


def is_due(day: date, since: date, last: date | None) -> bool:
    """Whether a round is due that began on `day`: not before she had this day or her role, and not days after
    the one before."""
    return day >= since and (last is None or day - last >= timedelta(days=FEWEST_DAYS))


def until_day(day: date, weekday: int) -> date:
    """The day on which the next round begins after one that began on `day`."""
    following = day + timedelta(days=(weekday - day.weekday() - 1) % 7 + 1)
    return following if following - day >= timedelta(days=FEWEST_DAYS) else following + WEEK


def reminder_due(today: date, until: date, since: date) -> int | None:
    """How many days before the last day the reminder is that is due now, None for none: of two the nearer
    one, and none that lies before the role began."""
    left = (until - today).days
    due = [days for days in TERM_DAYS if 0 <= left <= days and until - timedelta(days=days) >= since]
    return min(due, default=None)
