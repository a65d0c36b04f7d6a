"""When a goal can be set down, which way it goes, and when somebody should look at it again."""

from __future__ import annotations

from datetime import date, timedelta

from network.kernel.errors import FieldFault, Invalid
from network.kernel.transitions import Machine
from network.kernel.translation import mark as _

PROPOSED, ADOPTED = "proposed", "adopted"

GOAL = Machine("goal", {"adoption": {PROPOSED: ADOPTED}})

MAX_TITLE = 200
MAX_WHY = 2000
FIRST_REVIEW = timedelta(days=91)
"""A first goal is small enough for three months (the guide to the step `purpose_and_goals`)."""


def check_goal(title: str, why: str, review_on: date | None, today: date) -> None:
    """Raise Invalid when the words are missing or too long, or the day to look back lies behind us."""
    faults: dict[str, FieldFault] = {}
    if not title:
        faults["title"] = FieldFault.of(_("Please say in a few words what you want to reach."))
    elif len(title) > MAX_TITLE:
        faults["title"] = FieldFault.of(_("At most %(most)s characters, please."), most=MAX_TITLE)
    if len(why) > MAX_WHY:
        faults["why"] = FieldFault.of(_("At most %(most)s characters, please."), most=MAX_WHY)
    if review_on is not None and review_on < today:
        faults["review_on"] = FieldFault.of(_("Please choose a day that is still to come."))
    if faults:
        raise Invalid(faults)
