"""Decisions in sentences: what is asked, how it stands, what came of it and how that was counted."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask_babel import get_timezone, ngettext
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from network import decisions
from network.kernel import runtime
from network.kernel.translation import LANGUAGES, translate
from web.formats import clock, full_day
from web.languages import choose_language

KINDS: dict[str, tuple[Any, Any, str]] = {
    "consent": (
        _l("Can we all live with it?"),
        _l("One proposal. It passes when enough of us answer and nobody objects."),
        "thumb",
    ),
    "choice": (_l("Which one do we take?"), _l("Several answers. Each of us chooses what suits."), "table"),
    "temperature": (
        _l("How do we feel about it?"),
        _l("A quick look at the mood. Nothing follows from it."),
        "sun",
    ),
    "election": (_l("Who takes on a role?"), _l("Each of us chooses one person."), "people"),
    "person": (
        _l("Something about one of us"),
        _l("She or he is told first, and can say something to all."),
        "person",
    ),
}
"""By kind: how it is asked, a line about it, its sign."""

KIND_NAMES = {
    "consent": _l("Proposal"),
    "choice": _l("Choice"),
    "temperature": _l("How we feel about it"),
    "election": _l("Election"),
    "person": _l("About one of us"),
}

STANCES: dict[str, tuple[Any, Any, str]] = {
    "consent": (_l("I agree"), "", "check"),
    "reservation": (
        _l("I agree with a concern"),
        _l("It may pass. My concern is written down."),
        "bulb",
    ),
    "stand_aside": (_l("I stand aside"), _l("I am neither for it nor against it."), "minus"),
    "objection": (
        _l("I object"),
        _l("It must not pass like this. I say why, and what would have to be different."),
        "flag",
    ),
}
"""By stance: the word for it, a line about it, its sign; the words are the glossary's."""

OBJECTION_STATES = {
    "raised": (_l("open"), "warn"),
    "in_integration": (_l("we look for a way"), "warn"),
    "resolved_by_change": (_l("settled"), "ok"),
    "taken_along": (_l("taken along into the next round"), ""),
    "withdrawn": (_l("taken back"), ""),
    "sustained": (_l("it stood to the end"), "danger"),
}
"""How an objection stands: word and kind. `taken_along` is one that nobody called settled: the question was
asked again in other words, and whose objection it is judges these there."""

OPTION_KINDS = ("choice", "election", "person")
"""Kinds in which one chooses from answers."""

EFFECTS = {
    "activate_agreement": _l("Then everybody is asked to sign the agreement."),
    "appoint": _l("Then the role is given."),
    "phase_change": _l("Then the network moves to another phase."),
    "adopt_goal": _l("Then the goal is the network's own."),
    "set_features": _l("Then what the network uses is changed."),
    "waive_step": _l("Then the network does without this step."),
    "end_agreement": _l("Then the agreement ends, 30 days after the answers at the earliest."),
    "accept_amendment": _l("Then the change is taken into the draft."),
}
"""What follows when it passes, by type of effect."""
HOLDS_AT_ONCE = _l("Then it holds for everybody. Nobody has to sign.")
"""What follows from the yes to a text that asks for no signature."""


def in_readers_words(found: Mapping[str, Any]) -> dict[str, Any]:
    """A decision as its reader reads it: where nobody named answers about a person, the usual ones stand in
    her language, in whichever they were written down."""
    texts = [one["text"] for one in found["options"]]
    written = {tuple(translate(each, answer) for answer in decisions.PERSON_ANSWERS) for each in LANGUAGES}
    if found["kind"] != "person" or tuple(texts) not in written:
        return dict(found)
    own = [translate(choose_language(), answer) for answer in decisions.PERSON_ANSWERS]
    options = [{**one, "text": text} for one, text in zip(found["options"], own, strict=True)]
    return {**found, "options": options}


def opens_later(opens_at: datetime | None, told_at: datetime | None) -> str:
    """When a draft will open that somebody opens now; empty where that is at once. Whom it is about is told a
    day ahead."""
    earliest = told_at + decisions.TOLD_AHEAD if told_at is not None else None
    begins = max((one for one in (opens_at, earliest) if one is not None), default=None)
    return until(begins) if begins is not None and begins > runtime.current().clock.now() else ""


def time_left(closes_at: datetime) -> str:
    """How long one can still answer, in whole days, or on the last day until when."""
    now = runtime.current().clock.now()
    days = (closes_at.astimezone(get_timezone()).date() - now.astimezone(get_timezone()).date()).days
    if closes_at <= now:
        return _("Over")
    if days == 0:
        return _("Until today, %(time)s", time=clock(closes_at))
    return str(ngettext("%(num)s day left", "%(num)s days left", days))


def until(closes_at: datetime) -> str:
    """By when one can answer, where the reader is."""
    return _("%(day)s, %(time)s", day=full_day(closes_at), time=clock(closes_at))


def unspoken(*, over: bool = False) -> str:
    """Why it is not said how many have spoken in an anonymous decision."""
    if over:
        return _(
            "Fewer than five of us were left. No count is shown, so that nobody can guess who said what."
        )
    return _("Nobody sees who said what. How many have spoken is shown when it is over.")


def spoken(count: int, total: int, needed: int, *, over: bool = False) -> str:
    """How many have spoken and how many it takes, or took: what the bar shows."""
    if over and needed > 0:
        return str(
            ngettext(
                "%(num)s of %(total)s has spoken, at least %(needed)s were needed.",
                "%(num)s of %(total)s have spoken, at least %(needed)s were needed.",
                count, total=total, needed=needed,
            )
        )  # fmt: skip
    if needed <= 0:
        return str(
            ngettext(
                "%(num)s of %(total)s has spoken.", "%(num)s of %(total)s have spoken.", count, total=total
            )
        )
    return str(
        ngettext(
            "%(num)s of %(total)s has spoken, at least %(needed)s are needed.",
            "%(num)s of %(total)s have spoken, at least %(needed)s are needed.",
            count, total=total, needed=needed,
        )
    )  # fmt: skip
