"""Looking at a measure again: which steps an appeal takes, until when one can ask, how many must agree, and
what is milder (state-machines, B3)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from network.kernel.errors import Conflict, FieldFault, Forbidden, Invalid
from network.kernel.transitions import Machine
from network.kernel.translation import mark as _
from network.moderation.rules.measures import (
    ENDING,
    GUIDANCE,
    KINDS,
    NETWORK,
    OF_CONTENT,
    OF_WORDS,
    REMOVAL,
    SUSPENSION,
    TOPIC,
    WARNING,
)

OF_A_MEMBER = "member"
"""How those came into a network whom a member brought, who vouched for them."""

SUBMITTED, UNDER_REVIEW = "submitted", "under_review"
UPHELD, MODIFIED, OVERTURNED = "upheld", "modified", "overturned"
WITHDRAWN, LAPSED, NONE = "withdrawn", "lapsed", "none"
RUNNING = (SUBMITTED, UNDER_REVIEW)
OUTCOMES = (UPHELD, MODIFIED, OVERTURNED)
STATES = (*RUNNING, *OUTCOMES, WITHDRAWN, LAPSED)

APPEAL = Machine(
    "appeal",
    {
        "review": {SUBMITTED: UNDER_REVIEW, UNDER_REVIEW: UNDER_REVIEW},
        "climb": {SUBMITTED: SUBMITTED, UNDER_REVIEW: UNDER_REVIEW},
        "withdrawal": {SUBMITTED: WITHDRAWN, UNDER_REVIEW: WITHDRAWN},
        UPHELD: {SUBMITTED: UPHELD, UNDER_REVIEW: UPHELD},
        MODIFIED: {SUBMITTED: MODIFIED, UNDER_REVIEW: MODIFIED},
        OVERTURNED: {SUBMITTED: OVERTURNED, UNDER_REVIEW: OVERTURNED},
    },
)
"""An end is never left: there is one appeal for a measure."""

ANSWERED_WITHIN = timedelta(days=14)
"""So long one level of the route has; then the next one answers, and the person is told."""
LAST_LEVEL = 3
"""The platform's operators: above them there is nobody."""
MAX_WORDS = 5_000
"""Of an appeal, and of the answer to it."""

_BY_TWO = (SUSPENSION, REMOVAL)
_APPEALABLE = ("active", "expired", "lifted")


class AppealWindowOver(Conflict):
    """More than six months ago; `until` says when the time to appeal ended."""

    code = "appeal_window_over"
    message = _("The time to ask for another look at this measure is over.")


class AlreadyAppealed(Conflict):
    """Once for each measure, also where that appeal was taken back."""

    code = "already_appealed"
    message = _("You asked once already. Each measure is looked at again one time.")


class NoSecondAppeal(Conflict):
    """The measure is itself what came of an appeal."""

    code = "no_second_appeal"
    message = _("This measure is the answer to your appeal. It is not looked at once more.")


class NotAppealable(Conflict):
    """It does not hold: nobody agreed to it yet, it was turned down, or it was taken back altogether."""

    code = "not_appealable"
    message = _("This measure does not hold, so there is nothing to look at again.")


class AlreadyReviewed(Forbidden):
    """Of two reviewers each has one word."""

    code = "already_reviewed"
    message = _("You said what you think. Now somebody else looks.")


@dataclass(frozen=True, slots=True)
class Milder:
    """What takes the place of a measure: its kind, and its end where the kind has one."""

    kind: str
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Word:
    """What one reviewer said."""

    outcome: str
    milder: Milder | None = None


def state_of(
    appeal_state: str | None, appeal_until: datetime | None, now: datetime, *, replaces: bool = False
) -> str:
    """Where a measure stands with its appeal: `none` while one can ask, `lapsed` when the time is over and
    nobody asked, or where the measure is itself the answer to an appeal."""
    if appeal_state is not None:
        return appeal_state
    return LAPSED if replaces or appeal_until is None or appeal_until <= now else NONE


def check_can_appeal(
    state: str, appeal_until: datetime | None, now: datetime, *, appealed: bool, replaces: bool
) -> None:
    """Raise NotAppealable, NoSecondAppeal, AlreadyAppealed or AppealWindowOver. What has expired or was
    lifted is still on the record, so it can be looked at again."""
    if appealed:
        raise AlreadyAppealed()
    if replaces:
        raise NoSecondAppeal()
    if state not in _APPEALABLE:
        raise NotAppealable()
    if appeal_until is None or appeal_until <= now:
        raise AppealWindowOver(until=appeal_until)


def reviewers_needed(kind: str) -> int:
    """Two for suspension and removal, one for everything else."""
    return 2 if kind in _BY_TWO else 1


def clean_words(field: str, text: str) -> str:
    """The text without blanks around it. Raises Invalid where there is none, or too much."""
    text = text.strip()
    if not text:
        raise Invalid({field: FieldFault.of(_("This is needed."))})
    if len(text) > MAX_WORDS:
        raise Invalid({field: FieldFault.of(_("At most %(most)s characters, please."), most=MAX_WORDS)})
    return text


def milder_kinds(kind: str, scope_type: str) -> tuple[str, ...]:
    """What can take the place of a measure: every milder kind that fits what it lies on, and the same kind
    with an earlier end. A measure on the membership cannot become one on a piece of content."""
    below = KINDS[: KINDS.index(kind)]
    if kind not in OF_CONTENT:
        below = tuple(one for one in below if one not in OF_CONTENT)
    elif scope_type not in (NETWORK, TOPIC):
        below = tuple(one for one in below if one in (*OF_WORDS, *OF_CONTENT))
    return (*below, kind) if kind in ENDING else below


def next_milder(kind: str) -> str:
    """What takes a measure's place where nobody names it: words, as strict as is still milder. Raises
    Invalid for guidance, beneath which there is nothing."""
    if kind == GUIDANCE:
        raise Invalid({"milder": FieldFault.of(_("There is nothing milder than this."))})
    return GUIDANCE if kind == WARNING else WARNING


def check_milder(
    milder: Milder, kind: str, scope_type: str, ends_at: datetime | None, now: datetime
) -> Milder:
    """The measure that takes the other's place. Raises Invalid for one that is not milder, for an end where
    the kind has none, and where an end is missing, past or not earlier."""
    if milder.kind not in milder_kinds(kind, scope_type):
        raise Invalid({"milder.kind": FieldFault.of(_("Please choose a milder measure."))})
    if milder.kind not in ENDING:
        if milder.until is not None:
            raise Invalid({"milder.until": FieldFault.of(_("This measure has no end."))})
        return milder
    if milder.until is None:
        raise Invalid({"milder.until": FieldFault.of(_("Please say until when."))})
    if milder.until <= now:
        raise Invalid({"milder.until": FieldFault.of(_("Please choose a moment that is still to come."))})
    if ends_at is not None and (milder.until > ends_at or (milder.kind == kind and milder.until == ends_at)):
        raise Invalid({"milder.until": FieldFault.of(_("Please choose an earlier end."))})
    return milder


def as_stored(milder: Milder | None) -> dict[str, Any] | None:
    """The milder measure as a row keeps it."""
    if milder is None:
        return None
    return {"kind": milder.kind, "until": milder.until.isoformat() if milder.until else None}


def as_written(stored: Mapping[str, Any] | None) -> Milder | None:
    """The milder measure of a row."""
    if stored is None:
        return None
    until = stored.get("until")
    return Milder(str(stored["kind"]), datetime.fromisoformat(until) if until else None)


def milder_of(one: Milder, other: Milder) -> Milder:
    """Of two that reviewers named the milder one, for the person's sake."""
    if one.kind != other.kind:
        return min(one, other, key=lambda each: KINDS.index(each.kind))
    if one.until is None or other.until is None:
        return one
    return one if one.until <= other.until else other


def agreed(words: Sequence[Word], needed: int, *, anybody_left: bool) -> Word | None:
    """What holds after the last of these words, or None where somebody else has to look. As many as are
    needed have to say the same; where nobody is left on the whole route, the last word stands."""
    last = words[-1]
    same = [word for word in words if word.outcome == last.outcome]
    if len(same) < needed and anybody_left:
        return None
    milder: Milder | None = None
    for word in same:
        if word.milder is not None:
            milder = word.milder if milder is None else milder_of(milder, word.milder)
    return Word(last.outcome, milder)


def disagree(words: Sequence[Word], needed: int) -> bool:
    """True when as many have looked as are needed and no so many say the same: the next level looks."""
    return len(words) >= needed


def climbs(due_at: datetime, level: int, now: datetime) -> tuple[int, datetime]:
    """The level on which an appeal is by now, and until when it is answered there: every time the time is
    over it stands one higher, up to the last."""
    while due_at <= now and level < LAST_LEVEL:
        level, due_at = level + 1, due_at + ANSWERED_WITHIN
    return level, due_at
