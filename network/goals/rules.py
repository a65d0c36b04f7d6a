"""When a goal can be set down, which way it goes, and when somebody should look at it again."""

from __future__ import annotations

from datetime import date, timedelta

from models.goals import Goal
from network.kernel.errors import Conflict, FieldFault, Invalid
from network.kernel.transitions import Machine
from network.kernel.translation import mark as _

PROPOSED, ADOPTED, CLOSED = "proposed", "adopted", "closed"
OUTCOMES = ("reached", "given_up")

GOAL = Machine("goal", {"adoption": {PROPOSED: ADOPTED}, "closing": {PROPOSED: CLOSED, ADOPTED: CLOSED}})

MAX_TITLE = 200
MAX_WHY = 2000
MAX_NOTE = 2000
FIRST_REVIEW = timedelta(days=91)
"""A first goal is small enough for three months (the guide to the step `purpose_and_goals`)."""


class GoalNotOpen(Conflict):
    """A goal that ended is not worked on any more; a new one is proposed instead."""

    code = "goal_closed"
    message = _("This goal is closed. Propose a new one to go on.")


def check_open(goal: Goal) -> None:
    """Raise GoalNotOpen for a goal that was reached or given up."""
    if goal.state == CLOSED:
        raise GoalNotOpen(state=goal.state)


def check_note(note: str, percent: int | None) -> None:
    """Raise Invalid for a note of progress without words, too long, or with more than everything."""
    faults: dict[str, FieldFault] = {}
    if not note:
        faults["note"] = FieldFault.of(_("Please say in a sentence what happened."))
    elif len(note) > MAX_NOTE:
        faults["note"] = FieldFault.of(_("At most %(most)s characters, please."), most=MAX_NOTE)
    if percent is not None and not 0 <= percent <= 100:
        faults["percent"] = FieldFault.of(_("Please give a number from 0 to 100."))
    if faults:
        raise Invalid(faults)


def check_closing(outcome: str, sentence: str) -> None:
    """Raise Invalid unless the end is one of the two and told in a sentence that fits."""
    faults: dict[str, FieldFault] = {}
    if outcome not in OUTCOMES:
        faults["outcome"] = FieldFault.of(_("Please say whether you reached it or gave it up."))
    if not sentence:
        faults["sentence"] = FieldFault.of(_("Please say in a sentence how it ended."))
    elif len(sentence) > MAX_NOTE:
        faults["sentence"] = FieldFault.of(_("At most %(most)s characters, please."), most=MAX_NOTE)
    if faults:
        raise Invalid(faults)


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
