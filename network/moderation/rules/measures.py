"""Measures: their kinds by weight, their states, and what one has to be like (state-machines, B2)."""

from __future__ import annotations

import calendar
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from network.kernel.errors import Conflict, FieldFault, Forbidden
from network.kernel.transitions import Machine
from network.kernel.translation import mark as _

GUIDANCE, WARNING, VEIL, CONTENT_REMOVAL = "guidance", "warning", "veil", "content_removal"
POSTING_PAUSE, SUSPENSION, REMOVAL = "posting_pause", "suspension", "removal"
KINDS = (GUIDANCE, WARNING, VEIL, CONTENT_REMOVAL, POSTING_PAUSE, SUSPENSION, REMOVAL)
"""From the mildest to the strictest."""
OF_CONTENT = (VEIL, CONTENT_REMOVAL)
OF_WORDS = (GUIDANCE, WARNING)
OF_PERSON = (POSTING_PAUSE, SUSPENSION, REMOVAL)
ENDING = (VEIL, POSTING_PAUSE, SUSPENSION)
"""What must have an end; a warning, a removed content and a removal have none."""

MESSAGE, TOPIC, USER, FILE, MEETING, NETWORK = "message", "topic", "user", "file", "meeting", "network"
SCOPES = (MESSAGE, TOPIC, USER, FILE, MEETING, NETWORK)

PROPOSED, ACTIVE, EXPIRED, LIFTED = "proposed", "active", "expired", "lifted"
OVERTURNED, REPLACED, REJECTED, LAPSED = "overturned", "replaced", "rejected", "lapsed"
SANCTION_STATES = (PROPOSED, ACTIVE, EXPIRED, LIFTED, OVERTURNED, REPLACED, REJECTED, LAPSED)
RUNNING_SANCTIONS = (PROPOSED, ACTIVE)
NEVER_TOLD = (PROPOSED, REJECTED, LAPSED)
"""The person heard nothing of it."""

SANCTION = Machine(
    "sanction",
    {
        "second": {PROPOSED: PROPOSED},
        "rejection": {PROPOSED: REJECTED},
        "lapsing": {PROPOSED: LAPSED},
        "withdrawal": {PROPOSED: LAPSED},
        "starting": {PROPOSED: ACTIVE},
        "expiry": {ACTIVE: EXPIRED},
        "lift": {ACTIVE: LIFTED},
        # An appeal is won also after the measure has ended, and clears the record all the same (C31).
        "overturning": {
            ACTIVE: OVERTURNED, EXPIRED: OVERTURNED, LIFTED: OVERTURNED, REPLACED: OVERTURNED,
        },
        "replacement": {ACTIVE: REPLACED, EXPIRED: REPLACED, LIFTED: REPLACED},
        "settling": {ACTIVE: ACTIVE},
    },
)  # fmt: skip

ALONE = timedelta(days=7)
"""So long a pause one person imposes by herself (state-machines, B2)."""
SECOND_WITHIN = timedelta(hours=72)
UNDO_WITHIN = timedelta(minutes=5)
"""So long a decision is told to nobody and can be taken back."""
LONGEST = timedelta(days=366)
APPEAL_MONTHS = 6

KEEP = "keep"


class MeasureRunning(Conflict):
    """Such a measure lies on her already (no silent double): `current` is that one. Named in `replaces` it
    ends when the new one begins; of another kind, named in `beside`, both stand and the strictest applies."""

    code = "measure_running"
    message = _("A measure is running for this person already. Please look at it first.")


class AlreadySent(Conflict):
    """The person was told, so it cannot be taken back any more: a measure can be lifted, with a reason."""

    code = "already_sent"
    message = _("The decision was sent already. You can lift a measure, with a reason.")


class NotAssignee(Forbidden):
    """Who decides has taken the case."""

    code = "not_assignee"
    message = _("Please take the case first. Whoever has it decides.")


class ImposedByHer(Forbidden):
    """The second person is another one."""

    code = "imposed_by_you"
    message = _("Somebody else looks at this measure, because you proposed it.")


class StewardSeconds(Forbidden):
    """A decision about who imposed it is open, and the person takes part in it (C38)."""

    code = "steward_seconds"
    message = _(
        "A decision about the person who proposed this is open, and the affected person takes part in it. "
        "So the contact of the organisation looks at this measure."
    )


@dataclass(frozen=True, slots=True)
class Wish:
    """A measure as it is asked for."""

    kind: str
    scope_type: str
    scope_id: str
    until: datetime | None = None
    replaces: str | None = None
    beside: str | None = None


@dataclass(frozen=True, slots=True)
class Ground:
    """What a decision is about: the target of its case, its network, and whom a measure would concern."""

    network_id: str
    target_type: str
    target_id: str
    about_id: str | None


def fault_of(wish: Wish, ground: Ground, begin: datetime) -> FieldFault | None:
    """What stands in the way of a measure that can begin at `begin`, None where nothing does. A decision
    touches its own case only (C40): the reported thing, or the person's part in this network."""
    if ground.about_id is None:
        return FieldFault.of(_("There is nobody whom a measure could concern."))
    if not _fits(wish, ground):
        return FieldFault.of(_("A measure of this kind does not fit to this case."))
    if wish.kind not in ENDING:
        return FieldFault.of(_("A measure of this kind has no end.")) if wish.until is not None else None
    if wish.until is None:
        return FieldFault.of(_("Please say until when the measure lasts."))
    if wish.until <= begin:
        return FieldFault.of(_("Please choose an end that is later."))
    if wish.until > begin + LONGEST:
        return FieldFault.of(_("Please choose an end within a year."))
    return None


def placed(wish: Wish, ground: Ground) -> Wish:
    """The wish with its scope as we keep it: who names the person means her part in this network."""
    if wish.kind in OF_PERSON and (wish.scope_type, wish.scope_id) == (USER, ground.about_id):
        return replace(wish, scope_type=NETWORK, scope_id=ground.network_id)
    return wish


def _fits(wish: Wish, ground: Ground) -> bool:
    scope = (wish.scope_type, wish.scope_id)
    target, network = (ground.target_type, ground.target_id), (NETWORK, ground.network_id)
    if wish.kind in OF_CONTENT:
        return scope == target
    if wish.kind in OF_WORDS:
        return scope in (target, network, (USER, ground.about_id))
    if wish.kind == POSTING_PAUSE:
        return scope == network or wish.scope_type == TOPIC
    return scope == network


def clashes(wish: Wish, kind: str, scope: tuple[str, str]) -> bool:
    """True where a running measure of this kind and scope may not be overlooked by a new one: both lie on
    the same content, or both keep the person from taking part. Words stand beside everything."""
    if wish.kind in OF_CONTENT:
        return kind in OF_CONTENT and scope == (wish.scope_type, wish.scope_id)
    if wish.kind not in OF_PERSON or kind not in OF_PERSON:
        return False
    if wish.kind == kind == POSTING_PAUSE and TOPIC == wish.scope_type == scope[0]:
        return scope[1] == wish.scope_id
    return True


def needs_second(kind: str, until: datetime | None, now: datetime) -> bool:
    """True for a pause of more than a week, suspension and removal."""
    if kind == POSTING_PAUSE:
        return until is None or until > now + ALONE
    return kind in (SUSPENSION, REMOVAL)


def second_until(until: datetime | None, now: datetime) -> datetime:
    """Until when a second person can answer: three days, and no longer than the measure itself would last."""
    return min(now + SECOND_WITHIN, until) if until is not None else now + SECOND_WITHIN


def strength(kind: str, ends_at: datetime | None) -> tuple[int, float]:
    """The order by which the strictest of several measures is found."""
    return KINDS.index(kind), ends_at.timestamp() if ends_at is not None else float("inf")


def state_now(
    state: str, ends_at: datetime | None, second_until: datetime | None, seconded: bool, now: datetime
) -> str:
    """The state by the clock, whatever is written down: a dead job keeps no measure alive, and none waits
    for a second person for ever."""
    if state == ACTIVE and ends_at is not None and ends_at <= now:
        return EXPIRED
    if state == PROPOSED and not seconded and second_until is not None and second_until <= now:
        return LAPSED
    return state


def appeal_until(told_at: datetime) -> datetime:
    """Six months after she was told, on the same day of the month or its last."""
    month = told_at.month - 1 + APPEAL_MONTHS
    year, month = told_at.year + month // 12, month % 12 + 1
    return told_at.replace(year=year, month=month, day=min(told_at.day, calendar.monthrange(year, month)[1]))


FIRST_WAYS: Mapping[str, tuple[str, str | None]] = {
    "talk": ("guidance", None),
    "hide": ("sanction", VEIL),
    "hand_over": ("referred", None),
}
"""The three ways that come first, each with its outcome and its measure."""
