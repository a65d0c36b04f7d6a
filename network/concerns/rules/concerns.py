"""What can be said of a concern, in which states it is, and when it is late or over."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Literal

from network.kernel.errors import Conflict, FieldFault, Invalid
from network.kernel.translation import mark as _

LEAD, DEPUTY = "safeguarding_lead", "safeguarding_deputy"
ROLES = (LEAD, DEPUTY)
"""Who gets concerns, in the order in which they are named."""

State = Literal["waiting", "in_hand", "closed", "over"]
STATES = ("waiting", "in_hand", "closed")
"""It holds something that nobody read yet; somebody sees to it; she wrote down that it is settled.
`over` is the moment in which it is deleted."""

NOTES = ("action", "told", "closing", "keep")
"""What was done; who was told; why it is settled; why it is still needed when its review comes."""

ADDITION = "addition"
"""What who raised it adds."""

LONGEST, LONGEST_NAME, MOST_NAMES, MOST_A_DAY = 10_000, 200, 20, 20

FIRST_LOOK = timedelta(hours=48)
"""So long may a concern wait for the first look."""

KEPT = timedelta(days=3 * 365)
KEPT_LONGER = timedelta(days=365)
REVIEW_AHEAD = timedelta(days=30)
"""A concern is kept so long, a year longer each time that somebody says why; so long before its end those who
may read it are asked."""


class NobodyAppointed(Conflict):
    """There is nobody to whom this concern can go: both roles are free, or whoever has them is named in it.
    Which of it says nobody. Nothing was stored or sent."""

    code = "nobody_appointed"
    message = _(
        "There is nobody here to whom this can go. Nothing was stored and nothing was sent. Please turn to "
        "the professionals on this page."
    )


class TooManyConcerns(Conflict):
    """More than a person raises in a day."""

    code = "too_many_concerns"
    message = _("You raised many concerns today. Please call the professionals on this page.")


def clean_words(what: str) -> str:
    """What was said, stripped. Raises Invalid where it is empty or too long."""
    words = what.strip()
    if not words:
        raise Invalid({"what": FieldFault.of(_("Please say what happened, in your own words."))})
    if len(words) > LONGEST:
        raise Invalid({"what": FieldFault.of(_("At most %(most)s characters, please."), most=LONGEST)})
    return words


def clean_names(about: Iterable[str]) -> list[str]:
    """The people it is about, each once, in their order. Raises Invalid for too many or too long ones."""
    names = list(dict.fromkeys(" ".join(name.split()) for name in about if name.strip()))
    if len(names) > MOST_NAMES:
        raise Invalid({"about": FieldFault.of(_("At most %(most)s names, please."), most=MOST_NAMES)})
    if any(len(name) > LONGEST_NAME for name in names):
        raise Invalid({"about": FieldFault.of(_("At most %(most)s characters, please."), most=LONGEST_NAME)})
    return names


def is_overdue(state: str, waiting_since: datetime, now: datetime) -> bool:
    """Nobody read it within the time for the first look."""
    return state == "waiting" and now - waiting_since >= FIRST_LOOK


def receivers(held: Sequence[tuple[str, str]], named: frozenset[str]) -> list[tuple[str, str]]:
    """Of (role, user id) those to whom a concern goes: each once, never who is named in it."""
    found: dict[str, str] = {}
    for role, user_id in sorted(held, key=lambda one: ROLES.index(one[0])):
        if user_id not in named:
            found.setdefault(user_id, role)
    return [(role, user_id) for user_id, role in found.items()]
